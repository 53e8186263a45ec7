"""Charts in a directory: which are taken, and what is said of those that are not."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from components import charts
from components.addon import Chart
from environments.errors import OutsideError

CHART = Chart(
    release="plugin",
    repository="https://charts.example.com",
    name="device-plugin",
    version="1.2.3",
    namespace="team",
)
OTHER = Chart(
    release="extra",
    repository="https://charts.example.com",
    name="extra",
    version="4.5.6",
    namespace="team",
)
PULL = "`helm pull device-plugin --repo https://charts.example.com --version 1.2.3`"
DEFINITION = "apiVersion: v2\nname: device-plugin\nversion: 1.2.3\n"


def pack(path: Path, files: dict[str, str]) -> Path:
    """A chart as `helm package` writes it, with files by their path below the chart."""
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"device-plugin/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return path


def packed(directory: Path, definition: str = DEFINITION, **more: str) -> Path:
    return pack(directory / "device-plugin-1.2.3.tgz", {"Chart.yaml": definition, **more})


def refusal(directory: Path) -> str:
    with pytest.raises(OutsideError) as error:
        charts.archive(CHART, directory)
    return str(error.value)


def test_an_archive_is_found_by_name_and_version(tmp_path: Path) -> None:
    path = packed(tmp_path)

    assert charts.archive(CHART, tmp_path) == path.resolve()


@pytest.mark.parametrize("folder", ["device-plugin", "device-plugin-1.2.3"])
def test_an_unpacked_chart_will_do(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "Chart.yaml").write_text(DEFINITION)

    assert charts.archive(CHART, tmp_path) == (tmp_path / folder).resolve()


def test_all_that_is_missing_is_told_at_once_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(OutsideError) as error:
        charts.require([CHART, OTHER, CHART], tmp_path)

    assert str(error.value) == (
        f"no device-plugin-1.2.3.tgz, no extra-4.5.6.tgz in {tmp_path}; put them there with {PULL}"
        " and `helm pull extra --repo https://charts.example.com --version 4.5.6`"
    )


def test_junk_is_no_chart(tmp_path: Path) -> None:
    (tmp_path / "device-plugin-1.2.3.tgz").write_bytes(b"<html>not found</html>")

    assert "device-plugin-1.2.3.tgz cannot be read as a chart (not a gzip file)" in refusal(
        tmp_path
    )


def test_an_empty_file_is_no_chart(tmp_path: Path) -> None:
    (tmp_path / "device-plugin-1.2.3.tgz").touch()

    assert "cannot be read as a chart" in refusal(tmp_path)


def test_an_archive_that_was_cut_short_is_no_chart(tmp_path: Path) -> None:
    path = packed(tmp_path, **{"values.yaml": "".join(f"key{n}: {n * n}\n" for n in range(5000))})
    path.write_bytes(path.read_bytes()[:4000])

    assert "cannot be read as a chart" in refusal(tmp_path)


def test_an_archive_of_something_else_is_no_chart(tmp_path: Path) -> None:
    pack(tmp_path / "device-plugin-1.2.3.tgz", {"README.md": "hello"})

    assert "(no Chart.yaml in it)" in refusal(tmp_path)


def test_a_broken_definition_is_told(tmp_path: Path) -> None:
    packed(tmp_path, definition="name: [")

    assert "cannot be read as a chart" in refusal(tmp_path)


def test_another_version_under_the_right_name_is_told(tmp_path: Path) -> None:
    packed(tmp_path, definition=DEFINITION.replace("1.2.3", "1.2.4"))

    assert "holds device-plugin 1.2.4 instead of device-plugin 1.2.3" in refusal(tmp_path)


def test_a_chart_without_a_chart_that_it_depends_on_is_told(tmp_path: Path) -> None:
    needs = "dependencies: [{name: discovery, version: 0.19.0, condition: discovery.enabled}]\n"
    packed(tmp_path, definition=DEFINITION + needs)

    assert "device-plugin-1.2.3.tgz lacks discovery in its charts/" in refusal(tmp_path)


@pytest.mark.parametrize(
    "child", ["charts/discovery-0.19.0.tgz", "charts/discovery/Chart.yaml", "charts/discovery/x/y"]
)
def test_a_chart_with_all_that_it_depends_on_is_taken(tmp_path: Path, child: str) -> None:
    needs = "dependencies: [{name: discovery, version: 0.19.0}]\n"
    packed(tmp_path, definition=DEFINITION + needs, **{child: "anything"})

    assert charts.archive(CHART, tmp_path).name == "device-plugin-1.2.3.tgz"
