"""The picture of a fleet as a file of its own."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from click.testing import CliRunner

from scripts.rehearsal import figures, picture
from tests.unit.rehearsal import kept

SVG = "{http://www.w3.org/2000/svg}"


def shapes(svg: str, style: str) -> int:
    """How many shapes the paths of that class hold."""
    paths = ET.fromstring(svg).iter(f"{SVG}path")
    return sum(
        (path.get("d") or "").count("M")
        for path in paths
        if style in (path.get("class") or "").split()
    )


@pytest.mark.parametrize("name", ["lab", "production"])
def test_the_picture_shows_every_card_and_marks_the_whole_ones(name: str) -> None:
    rehearsal = kept.fixture(name)
    pools = [(cluster, pool) for cluster in rehearsal.clusters for pool in cluster.pools]
    cards = [(c, p, card) for c, p in pools for node in p.nodes for card in node.cards]

    svg = picture.draw(rehearsal)

    legend = 11
    assert shapes(svg, "c") == len(cards) + legend
    assert shapes(svg, "w") == sum(figures.is_whole(*each) for each in cards) + 1


def test_the_picture_of_the_reference_fleet_is_small_and_loads_nothing() -> None:
    svg = picture.draw(kept.fixture("production"))

    assert len(svg.encode()) < 300_000
    assert svg.count("//") == 1
    assert "http://www.w3.org/2000/svg" in svg
    assert "<script" not in svg


def test_a_hostile_name_stays_a_name() -> None:
    lab = kept.fixture("lab")
    word = "</text></svg><script>alert(1)</script>\x1b"
    first = msgspec.structs.replace(lab.clusters[0], name=word)

    svg = picture.draw(msgspec.structs.replace(lab, clusters=[first]))

    assert ET.fromstring(svg).find(f".//{SVG}script") is None


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    out = tmp_path / "fleet.svg"

    done = CliRunner().invoke(picture.main, [str(kept.FIXTURES / "rehearsal-lab.json"), str(out)])

    assert done.exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<svg ")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\x00"])
def test_a_file_that_is_no_rehearsal_is_refused_in_words(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "result.json"
    if content is not None:
        file.write_bytes(content)

    done = CliRunner().invoke(picture.main, [str(file), str(tmp_path / "out.svg")])

    assert done.exit_code == 2
    assert str(file) in done.output
    assert "Traceback" not in done.output
