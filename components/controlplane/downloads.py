"""How do we get a tool from the releases of its project, and trust what came?

Reachability is tried once per host and process, all hosts of a tool at the same
time, so that a machine behind a closed border loses three seconds and not
minutes. A digest that does not match ends everything; a network that breaks off
only ends the download (`Unreachable`), as a tool may still be built.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import ssl
import tarfile
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from components.controlplane.pins import Download, Tool
from components.controlplane.progress import Progress
from environments.errors import OutsideError

_REACH_SECONDS = 3.0
_STALL_SECONDS = 20.0
_CHUNK_BYTES = 1 << 18
# Not OSError as a whole: a full disk is no fault of the network.
_BROKEN_OFF = (
    urllib.error.URLError,
    http.client.HTTPException,
    ssl.SSLError,
    TimeoutError,
    ConnectionError,
)
_MISSHAPEN = (EOFError, KeyError, ValueError, tarfile.TarError, zipfile.BadZipFile)

_reachable: dict[str, bool] = {}
"""By origin (scheme and host); a process does not knock twice."""


class Unreachable(Exception):
    """A release cannot be had from here; says why in a few words. The tool may still be built."""


def forbidden() -> bool:
    """Whether the user ruled out every download, of releases and of modules."""
    return os.environ.get("GPU_FLEET_OFFLINE", "") not in {"", "0"}


def fetch(tool: Tool, folder: Path, progress: Progress) -> str:
    """Puts all files of *tool* into *folder*; returns where they came from.

    Raises `Unreachable` when its hosts cannot be reached or break off, and
    `OutsideError` when something came that is not what the project released.
    """
    if not tool.downloads:
        raise Unreachable(f"there is no release of {tool.name} for {tool.platform}")
    hosts = _hosts(tool.downloads)
    if forbidden():
        raise Unreachable("GPU_FLEET_OFFLINE forbids downloads")
    if closed := _unreachable(hosts):
        raise Unreachable(f"{' and '.join(closed)} cannot be reached")
    for number, item in enumerate(tool.downloads):
        archive = folder / f".download-{number}"
        with _network(item.url):
            digests = item.sha256 or _published(item)
            found = _save(item.url, archive, _told(progress, tool, item))
        if found not in digests:
            raise OutsideError(
                f"{item.url} has the sha256 {found}, which is none of its project's; "
                "nothing was kept; ask who runs this network, or build with Go on another"
            )
        with _network(item.url):
            _unpack(archive, item, folder / tool.files[item.file])
        archive.unlink(missing_ok=True)
    return "downloaded from " + ", ".join(urlsplit(item.url).netloc for item in tool.downloads)


def hosts(tool: Tool) -> str:
    """The hosts a download of *tool* needs, for a message."""
    return ", ".join(urlsplit(origin).netloc for origin in _hosts(tool.downloads))


def _hosts(downloads: Collection[Download]) -> tuple[str, ...]:
    urls = [url for item in downloads for url in (item.url, item.published) if url]
    return tuple(dict.fromkeys(_origin(url) for url in urls))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _unreachable(origins: Collection[str]) -> list[str]:
    # Threads that are left to end by themselves: a name server that never answers
    # cannot be interrupted otherwise.
    knocks = {
        origin: threading.Thread(target=_knock, args=(origin,), daemon=True)
        for origin in origins
        if origin not in _reachable
    }
    for thread in knocks.values():
        thread.start()
    deadline = time.monotonic() + _REACH_SECONDS
    for origin, thread in knocks.items():
        thread.join(max(0.0, deadline - time.monotonic()))
        _reachable.setdefault(origin, False)
    return [urlsplit(origin).netloc for origin in origins if not _reachable[origin]]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for the answer it is: where it leads may be another host."""

    def redirect_request(self, *_: Any) -> None:
        return


def _knock(origin: str) -> None:
    request = urllib.request.Request(origin + "/", method="HEAD")  # noqa: S310 - pinned addresses
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=_REACH_SECONDS):
            answered = True
    except urllib.error.HTTPError:
        answered = True  # any answer of a web server will do
    except (OSError, http.client.HTTPException):
        answered = False
    # Late is never: somebody may already have been told no.
    _reachable.setdefault(origin, answered)


@contextmanager
def _network(url: str) -> Iterator[None]:
    try:
        yield
    except urllib.error.HTTPError as error:
        raise Unreachable(f"{url} answers {error.code} {error.reason}") from error
    except _BROKEN_OFF as why:
        _reachable[_origin(url)] = False
        raise Unreachable(f"{urlsplit(url).netloc} broke off ({why})") from why
    except _MISSHAPEN as why:
        raise Unreachable(f"{url} does not hold what it should ({why})") from why


def _published(item: Download) -> frozenset[str]:
    """The digests that the project publishes for this very file."""
    with _open(item.published) as response:
        text = response.read().decode()
    name = item.url.rsplit("/", 1)[-1]
    if text.lstrip().startswith("{"):
        # GitHub's record of a release.
        assets = json.loads(text).get("assets", [])
        found = [str(asset.get("digest")) for asset in assets if asset.get("name") == name]
        digests = [digest.removeprefix("sha256:") for digest in found]
    else:
        rows = [line.split() for line in text.splitlines() if line.strip()]
        digests = [row[0] for row in rows if len(row) == 1 or row[-1].lstrip("*") == name]
    if not digests:
        raise Unreachable(f"{item.published} names no checksum of {name}")
    return frozenset(digests)


def _save(url: str, path: Path, told: Callable[[int, int], None]) -> str:
    """Saves what *url* holds and returns its sha256."""
    digest, done = hashlib.sha256(), 0
    with _open(url) as response, path.open("wb") as target:
        size = int(response.headers.get("Content-Length") or 0)
        while chunk := response.read(_CHUNK_BYTES):
            digest.update(chunk)
            target.write(chunk)
            done += len(chunk)
            told(done, max(size, done))
    if done < size:
        raise http.client.IncompleteRead(b"", size - done)
    return digest.hexdigest()


@contextmanager
def _open(url: str) -> Iterator[http.client.HTTPResponse]:
    request = urllib.request.Request(url, headers={"User-Agent": "gpu-fleet"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=_STALL_SECONDS) as response:  # noqa: S310
        if urlsplit(response.geturl()).scheme != urlsplit(url).scheme:
            raise Unreachable(f"{url} leads to an address without encryption")
        yield response


def _unpack(archive: Path, item: Download, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not item.member:
        archive.replace(target)
        return
    # Only the one member is read, into a name of our own: no path of the archive is followed.
    if item.url.endswith(".zip"):
        with zipfile.ZipFile(archive) as packed, packed.open(item.member) as source:
            _copy(source, target)
        return
    with tarfile.open(archive) as tar:
        held = tar.extractfile(item.member)
        if held is None:
            raise tarfile.ReadError(f"{item.member} is not a file")
        with held:
            _copy(held, target)


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as handle:
        shutil.copyfileobj(source, handle)


def _told(progress: Progress, tool: Tool, item: Download) -> Callable[[int, int], None]:
    """Passes bytes on as progress: each file of the tool is an equal share of it."""
    count = len(tool.downloads)
    before = tool.downloads.index(item)
    last = 0.0

    def told(done: int, size: int) -> None:
        nonlocal last
        if done == size or time.monotonic() - last > 0.1:
            last = time.monotonic()
            note = f"downloading {item.file} ({done >> 20} of {size >> 20} MiB)"
            progress.step(tool.name, before + done / max(size, 1), count, note)

    return told
