"""Tools come whole, from where they can be had, and from nowhere else."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.controlplane import pins, toolcache, tools
from components.controlplane.pins import Build, Download, Platform, Tool
from components.controlplane.progress import Silent
from environments.errors import OutsideError
from tests.unit.controlplane import releases
from tests.unit.controlplane.releases import GREETING, Site

CHECKOUT = Path(__file__).parents[3]
needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no Go on this machine")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("GPU_FLEET_CACHE", str(folder))
    monkeypatch.delenv("GPU_FLEET_OFFLINE", raising=False)
    return folder


@pytest.fixture
def site() -> Iterator[Site]:
    with releases.site() as running:
        yield running


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Leaves nothing on PATH but one folder and the system's own programs."""

    def set_path(folder: Path) -> None:
        monkeypatch.setenv("PATH", os.pathsep.join([str(folder), "/usr/bin", "/bin"]))

    return set_path


class Notes:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, str]] = []

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        self.steps.append((done / total, note))


def said(path: Path) -> str:
    return subprocess.run([str(path)], capture_output=True, text=True, check=True).stdout


def leftovers(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.glob("*/.making-*"))


def packed(site: Site, *, digest: str = "") -> Tool:
    """A greeter in a tarball on *site*, pinned to its digest or to another."""
    right = site.put("greeter.tar.gz", releases.tarball("greeter-1.0/greeter", GREETING))
    return releases.greeter(
        Download(
            file="greeter",
            url=f"{site.address}/greeter.tar.gz",
            member="greeter-1.0/greeter",
            sha256=(digest or right,),
        )
    )


def test_a_release_with_the_pinned_digest_is_unpacked_and_runs(cache: Path, site: Site) -> None:
    notes = Notes()

    files = tools.obtain(packed(site), notes)

    assert said(files["greeter"]) == "hello\n"
    assert files["greeter"].is_relative_to(cache / "greeter")
    assert notes.steps[-1] == (1.0, "ready")
    assert leftovers(cache) == []


def test_what_is_cached_is_not_asked_for_again(cache: Path, site: Site) -> None:
    tool = packed(site)
    tools.obtain(tool, Silent())

    tools.obtain(tool, Silent())

    assert site.asked == ["/greeter.tar.gz"]


def test_a_release_with_another_digest_is_refused_and_not_kept(cache: Path, site: Site) -> None:
    with pytest.raises(OutsideError, match="none of its project's; nothing was kept"):
        tools.obtain(packed(site, digest="0" * 64), Silent())

    assert [path.name for path in (cache / "greeter").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    "checksums",
    [
        "{digest}",
        "{other}  other.zip\n{digest}  greeter.zip\n",
        "{digest} *greeter.zip\n",
        '{{"assets": [{{"name": "greeter.zip", "digest": "sha256:{digest}"}}]}}',
    ],
    ids=["bare", "list", "binary-list", "github"],
)
def test_a_release_is_trusted_by_what_its_project_publishes(
    cache: Path, site: Site, checksums: str
) -> None:
    digest = site.put("greeter.zip", releases.zipped("greeter", GREETING))
    site.put("sums", checksums.format(digest=digest, other="1" * 64).encode())
    url, sums = f"{site.address}/greeter.zip", f"{site.address}/sums"
    tool = releases.greeter(Download(file="greeter", url=url, member="greeter", published=sums))

    files = tools.obtain(tool, Silent())

    assert said(files["greeter"]) == "hello\n"


def test_a_release_that_is_not_the_published_one_is_refused(cache: Path, site: Site) -> None:
    site.put("greeter", GREETING)
    site.put("sums", f"{'1' * 64}  greeter\n".encode())
    url, sums = f"{site.address}/greeter", f"{site.address}/sums"
    tool = releases.greeter(Download(file="greeter", url=url, published=sums))

    with pytest.raises(OutsideError, match="none of its project's"):
        tools.obtain(tool, Silent())


@needs_go
def test_without_a_release_it_is_built_once_for_all_its_names(cache: Path, tmp_path: Path) -> None:
    tool = releases.two_faced(releases.go_module(tmp_path / "module"))

    files = tools.obtain(tool, Silent())

    assert {Path(said(path)).name for path in files.values()} == {"left", "right"}
    assert len({path.stat().st_ino for path in files.values()}) == 1
    assert "built with go" in (files["left"].parent / "manifest.json").read_text()


@needs_go
@pytest.mark.parametrize("fault", ["gone", "cut", "misshapen"])
def test_a_release_that_does_not_arrive_is_built_instead(
    cache: Path, site: Site, tmp_path: Path, fault: str
) -> None:
    content = b"no archive" if fault == "misshapen" else releases.tarball("left", GREETING)
    digest = site.put("left.tar.gz", content)
    if fault == "gone":
        site.pages.clear()
    if fault == "cut":
        site.cut.add("/left.tar.gz")
    url = f"{site.address}/left.tar.gz"
    release = Download(file="left", url=url, member="left", sha256=(digest,))
    built = releases.two_faced(releases.go_module(tmp_path / "module"))
    tool = dataclasses.replace(built, downloads=(release,))
    notes = Notes()

    files = tools.obtain(tool, notes)

    assert said(files["left"]).endswith("left")
    assert any("building it from Go modules" in note for _, note in notes.steps)


def test_a_host_that_never_answers_costs_three_seconds_once(
    cache: Path, tmp_path: Path, only: Callable[[Path], None]
) -> None:
    only(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/greeter"
        tool = releases.greeter(Download(file="greeter", url=url, sha256=("0" * 64,)))
        took = []

        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(OutsideError, match="cannot be reached"):
                tools.obtain(tool, Silent())
            took.append(time.monotonic() - began)

    assert took[0] < 5
    assert took[1] < 1


def test_offline_asks_nobody(
    cache: Path, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_FLEET_OFFLINE", "1")

    with pytest.raises(OutsideError, match="GPU_FLEET_OFFLINE forbids downloads"):
        tools.obtain(packed(site), Silent())

    assert site.asked == []


def test_neither_release_nor_go_names_both_ways_out(
    cache: Path, site: Site, tmp_path: Path, only: Callable[[Path], None]
) -> None:
    (tmp_path / "nothing").mkdir()
    only(tmp_path / "nothing")
    url = f"{site.address}/absent"
    tool = releases.greeter(
        Download(file="greeter", url=url, sha256=("0" * 64,)), build=Build(packages=1)
    )

    with pytest.raises(OutsideError) as caught:
        tools.obtain(tool, Silent())

    if shutil.which("go") is None:
        assert "Go >= 1.26 is not installed; install Go >= 1.26" in str(caught.value)
    assert site.address.removeprefix("http://") in str(caught.value)


def test_a_go_that_is_too_old_is_told_before_anything_is_built(
    cache: Path, tmp_path: Path, only: Callable[[Path], None]
) -> None:
    only(releases.compiler(tmp_path / "bin", "go1.21.3", build=f"touch {tmp_path}/begun"))
    tool = releases.greeter(build=Build(packages=1))

    with pytest.raises(OutsideError, match=r"go1\.21\.3 at .* is older than 1\.26"):
        tools.obtain(tool, Silent())

    assert not (tmp_path / "begun").exists()


def test_a_failed_build_says_why_and_keeps_its_log(
    cache: Path, tmp_path: Path, only: Callable[[Path], None]
) -> None:
    build = "echo 'go: example.com@v1: dial tcp: lookup proxy: no such host' >&2; exit 1"
    only(releases.compiler(tmp_path / "bin", "go1.26.1", build=build))
    tool = releases.greeter(build=Build(packages=1, install=("example.com/greeter@v1",)))

    with pytest.raises(OutsideError, match=r"no such host; open the network .*build\.log"):
        tools.obtain(tool, Silent())

    assert "dial tcp" in (cache / "greeter" / "build.log").read_text()
    assert leftovers(cache) == []


def building(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process in the middle of a build: its compiler wrote half a file and works on."""
    compiler = releases.compiler(
        tmp_path / "bin",
        "go1.26.1",
        build=f'echo half > "$GOBIN/left"; echo $$ > {tmp_path}/pid; while :; do sleep 0.1; done',
    )
    code = (
        "import sys, pathlib\n"
        "from components.controlplane import tools\n"
        "from components.controlplane.progress import Silent\n"
        "from tests.unit.controlplane import releases\n"
        "tools.obtain(releases.two_faced(pathlib.Path(sys.argv[1])), Silent())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "module")],
        cwd=CHECKOUT,
        env={**os.environ, "PATH": f"{compiler}:/usr/bin:/bin"},
        stderr=subprocess.DEVNULL,
        text=True,
    )
    eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
    return process


def eventually(fact: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@needs_go
def test_a_build_killed_outright_is_begun_anew_by_the_next_run(cache: Path, tmp_path: Path) -> None:
    releases.go_module(tmp_path / "module")
    process = building(tmp_path)
    process.kill()
    process.wait()
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert len(leftovers(cache)) == 1

    files = tools.obtain(releases.two_faced(tmp_path / "module"), Silent())

    assert said(files["left"]).endswith("left")
    assert leftovers(cache) == []


def test_an_interrupted_build_ends_its_compiler_and_leaves_nothing(
    cache: Path, tmp_path: Path
) -> None:
    releases.go_module(tmp_path / "module")
    process = building(tmp_path)

    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)

    assert not alive(int((tmp_path / "pid").read_text()))
    assert [path.name for path in (cache / "faces").iterdir()] == [".lock"]


OBTAIN_RELEASE = """
import sys
from components.controlplane import tools
from components.controlplane.pins import Download
from tests.unit.controlplane import releases

class Printed:
    def step(self, name, done, total, note=""):
        print(note, flush=True)

url, digest = sys.argv[1:]
tools.obtain(releases.greeter(Download(file="greeter", url=url, sha256=(digest,))), Printed())
"""


def obtaining(site: Site) -> subprocess.Popen[str]:
    digest = site.put("greeter", GREETING)
    return subprocess.Popen(
        [sys.executable, "-c", OBTAIN_RELEASE, f"{site.address}/greeter", digest],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_several_first_runs_at_once_fetch_once(cache: Path, site: Site) -> None:
    processes = [obtaining(site) for _ in range(3)]
    for process in processes:
        process.communicate()

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert site.asked == ["/greeter"]


def test_a_run_that_waits_for_another_says_so(cache: Path, site: Site) -> None:
    with toolcache.exclusive(cache / "greeter" / ".lock"):
        process = obtaining(site)
        assert process.stdout is not None
        first = process.stdout.readline()

    process.communicate()

    assert first == "waiting for another run that makes it\n"
    assert process.returncode == 0


def test_a_truncated_file_is_noticed_and_made_anew(cache: Path, site: Site) -> None:
    tool = packed(site)
    path = tools.obtain(tool, Silent())["greeter"]
    path.write_bytes(GREETING[:5])

    tools.obtain(tool, Silent())

    assert said(path) == "hello\n"


def test_a_changed_byte_is_noticed_by_a_deep_look(cache: Path, site: Site) -> None:
    tool = packed(site)
    path = tools.obtain(tool, Silent())["greeter"]
    path.write_bytes(GREETING.replace(b"hello", b"jello"))

    tools.obtain(tool, Silent(), deep=True)

    assert said(path) == "hello\n"


def test_another_recipe_makes_the_same_version_anew(cache: Path, site: Site) -> None:
    tools.obtain(packed(site), Silent())
    digest = site.put("other", GREETING.replace(b"hello", b"howdy"))
    other = Download(file="greeter", url=f"{site.address}/other", sha256=(digest,))

    files = tools.obtain(releases.greeter(other), Silent())

    assert said(files["greeter"]) == "howdy\n"


def test_a_cache_that_cannot_be_written_is_told_with_the_way_out(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GPU_FLEET_CACHE", str(tmp_path / "file"))

    with pytest.raises(OutsideError, match="set GPU_FLEET_CACHE to another folder"):
        tools.obtain(packed(site), Silent())


def test_carried_binaries_are_adopted_and_stay_one_under_many_names(
    cache: Path, tmp_path: Path
) -> None:
    carried = tmp_path / "carried"
    carried.mkdir()
    (carried / "control-plane").write_bytes(GREETING)
    for name in pins.catalog()["control-plane"].files:
        (carried / name).symlink_to("control-plane")
    (carried / "kwok").write_bytes(GREETING)

    adopted = tools.adopt(carried)

    assert adopted == ["control-plane"]
    assert tools.missing(["etcd", "kwok"]) == ("kwok",)
    assert (
        len({path.stat().st_ino for path in tools.ensure(["etcd", "kube-apiserver"]).values()}) == 1
    )


@pytest.mark.parametrize("system", ["linux", "darwin"])
@pytest.mark.parametrize("machine", ["amd64", "arm64"])
def test_every_tool_can_be_had_on_every_platform(system: str, machine: str) -> None:
    where = Platform(system=system, machine=machine)

    for tool in pins.catalog(where).values():
        assert tool.build is not None
        assert all(item.sha256 or item.published for item in tool.downloads)
        assert {item.file for item in tool.downloads} in ({*tool.files}, set())
        assert "{" not in json.dumps([item.url + item.member for item in tool.downloads])


def test_a_name_that_is_no_tool_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        tools.ensure(["kubectl"])
