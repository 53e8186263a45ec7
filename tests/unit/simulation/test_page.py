"""The page and the pictures of a simulation."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from environments.errors import OutsideError
from scripts.simulation import page

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_every_element_is_closed_and_every_section_linked(simulation):
    html = page.render(simulation)
    parser = Balanced()

    parser.feed(html)

    assert parser.open == []
    assert set(re.findall(r'href="#(\w+)"', html)) == set(re.findall(r'<section id="(\w+)"', html))


def test_the_page_leads_with_before_and_after(simulation):
    html = page.render(simulation)

    before = f"{100 * simulation.story.before.utilization:.1f} %"
    after = f"{100 * simulation.story.after.utilization:.1f} %"
    assert f"from <strong>{before}</strong> to <strong>{after}</strong>" in html


def test_there_is_a_square_for_every_card(simulation):
    html = page.render(simulation)

    assert html.count('class="c l0"') == 2504


def test_foreign_text_stays_text(simulation):
    evil = msgspec.structs.replace(simulation, description='<script>alert("x")</script>')

    html = page.render(evil)

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_nothing_is_loaded_or_run(simulation):
    html = page.render(simulation)

    assert "default-src &#x27;none&#x27;" in html or "default-src 'none'" in html
    assert not re.search(r"(src|href)=\"(?!#)", html)


def test_every_picture_is_written_twice(simulation, tmp_path):
    from scripts.simulation import plots

    written = plots.write(simulation, tmp_path / "new")

    assert {file.name for file in written} == {
        f"{name}.{kind}"
        for kind in ("svg", "png")
        for name in (
            "before-after",
            "cards",
            "day",
            *(f"policies-{cluster.name}" for cluster in simulation.clusters),
        )
    }
    assert all(file.stat().st_size > 5_000 for file in written)


def test_a_directory_that_cannot_be_is_told(simulation, tmp_path):
    from scripts.simulation import plots

    (tmp_path / "file").write_text("")

    with pytest.raises(OutsideError) as told:
        plots.write(simulation, tmp_path / "file")

    assert str(told.value).startswith("cannot write to ")
