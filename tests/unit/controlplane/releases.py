"""Small real doubles for the tools' tests: a release server, a Go module, a slow compiler."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from components.controlplane.pins import Build, Download, Tool, this_platform

GREETING = b"#!/bin/sh\necho hello\n"


@dataclass(kw_only=True)
class Site:
    """A web server on this machine; `pages` may be filled while it runs."""

    address: str
    pages: dict[str, bytes] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    """Pages that break off half-way."""
    asked: list[str] = field(default_factory=list)

    def put(self, name: str, content: bytes) -> str:
        """Publishes a page and returns its digest."""
        self.pages[f"/{name}"] = content
        return hashlib.sha256(content).hexdigest()


@contextmanager
def site() -> Iterator[Site]:
    """Runs a release server for as long as the context."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            # Some hosts send visitors of their front page to one that may be out of reach.
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def do_GET(self) -> None:
            here.asked.append(self.path)
            content = here.pages.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            half = len(content or b"") // 2
            self.wfile.write((content or b"")[: half if self.path in here.cut else None])

        def log_message(self, *_: Any) -> None:
            """Keeps the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here = Site(address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tarball(member: str, content: bytes) -> bytes:
    """A .tar.gz with one file in it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def zipped(member: str, content: bytes) -> bytes:
    """A .zip with one file in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(member, content)
    return packed.getvalue()


def greeter(*downloads: Download, build: Build | None = None, version: str = "1.0") -> Tool:
    """A tool of one file, `greeter`."""
    return Tool(
        name="greeter",
        version=version,
        platform=this_platform(),
        files={"greeter": "greeter"},
        downloads=downloads,
        build=build,
    )


def two_faced(source: Path) -> Tool:
    """A tool of two names for one built binary, which says by which it was called."""
    return Tool(
        name="faces",
        version="1.0",
        platform=this_platform(),
        files={"left": "left", "right": "right"},
        build=Build(packages=1, source=source, output="faces"),
    )


def go_module(folder: Path) -> Path:
    """A Go module without dependencies whose program prints the name it is called by."""
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/faces\n\ngo 1.26.0\n")
    (folder / "main.go").write_text(
        'package main\n\nimport "os"\n\nfunc main() { os.Stdout.WriteString(os.Args[0]) }\n'
    )
    return folder


def compiler(folder: Path, version: str, build: str = "exit 1") -> Path:
    """A `go` that says it is *version* and does *build* (shell) when asked to build."""
    folder.mkdir()
    command = folder / "go"
    command.write_text(f'#!/bin/sh\n[ "$1" = env ] && echo {version} && exit\n{build}\n')
    command.chmod(0o755)
    return folder
