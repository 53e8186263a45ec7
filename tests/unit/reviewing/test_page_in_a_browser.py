"""The page of a review in a real browser: nothing to complain about, search, folding, a phone.

Runs where Chromium is installed. A browser starts for each test, so that in the fast
set are two: that the page is sound, and that its script does something. The slow
ones earn what a reader clicks.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scripts.reviewing import page
from scripts.reviewing.markdown import Extras
from tests.unit.rehearsal import test_page_in_a_browser as rehearsed
from tests.unit.review.plans import fixtures, reviewed

browser = rehearsed.browser
opened = rehearsed.opened
Opened = rehearsed.Opened

PHONE = 375
EVERYTHING = [
    *("11-index-shifts", "14-read-later", "18-sensitive", "24-errored", "26-checks"),
    *("30-markup-inside", "34-moved-to-another-state", "35-output-taken-from-its-reader"),
    *("37-same-change-512-times", "21-one-type-of-two-providers", "23-drift-with-a-part"),
    *("27-actions", "28-cluster-with-its-pools-destroyed", "29-two-hundred-levels"),
    *("33-provider-upgrade", "38-charts-and-objects", "39-tke-pool-replaced"),
]


@pytest.fixture(scope="module")
def html() -> str:
    """One page with something of everything."""
    there = fixtures()
    found = reviewed(path for name in EVERYTHING for path in there[name])
    return page.render(found.review, Extras(findings=found.findings, version="test"))


def telling(html: str, script: str) -> str:
    """The page, and what the script returns in an element of its own."""
    tell = (
        "const told = document.createElement('pre'); told.id = 'told';"
        f"told.textContent = JSON.stringify((() => {{ {script} }})());"
        "document.body.append(told);"
    )
    return rehearsed.driven(html, tell)


def told(document: str) -> str:
    found = re.search(r'<pre id="told">(.*?)</pre>', document)
    assert found, "the script did not run"
    return found[1]


SHOWN = "[...document.querySelectorAll('.change')].filter((e) => e.offsetParent !== null)"
TYPE = "const s = document.querySelector('input[type=search]'); s.value = {}; s.dispatchEvent(new Event('input'));"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["23-nothing", "22-outputs-only", "39-ack-pool-shrinks"])
def test_a_small_review_is_a_whole_page(name: str, opened: Opened) -> None:
    found = reviewed(fixtures()[name])

    document, console = opened(page.render(found.review, Extras(findings=found.findings)))

    assert console == []
    assert "<h1>" in document


def test_the_browser_has_nothing_to_complain_about(html: str, opened: Opened) -> None:
    document, console = opened(telling(html, f"return {SHOWN}.length"))

    assert console == []
    assert int(told(document)) > 25


@pytest.mark.slow
def test_text_of_a_plan_is_no_markup(html: str, opened: Opened) -> None:
    count = "return [document.scripts.length, document.querySelectorAll('img').length]"

    document, _ = opened(telling(html, count))

    # Its own, and the one that asks.
    assert told(document) == "[2,0]"


def test_search_leaves_what_has_every_word(html: str, opened: Opened) -> None:
    typed = TYPE.format("'HELM_release hami'")

    document, console = opened(
        telling(html, f"{typed} return {SHOWN}.map((e) => e.querySelector('code').textContent)")
    )

    assert console == []
    assert told(document) == '["helm_release.hami"]'
    assert re.search(r'id="found"[^>]*>1 shown<', document)


@pytest.mark.slow
def test_search_for_nothing_that_is_there_hides_the_stacks_too(html: str, opened: Opened) -> None:
    typed = TYPE.format("'no such word'")
    stacks = "[...document.querySelectorAll('.stack')].filter((e) => e.offsetParent !== null)"

    document, _ = opened(telling(html, f"{typed} return [{SHOWN}.length, {stacks}.length]"))

    assert told(document) == "[0,0]"


@pytest.mark.slow
def test_an_action_that_is_switched_off_is_hidden(html: str, opened: Opened) -> None:
    off = "document.querySelector('input[value=update]').click();"

    document, _ = opened(
        telling(html, f"{off} return {SHOWN}.some((e) => e.dataset.act === 'update')")
    )

    assert told(document) == "false"


@pytest.mark.slow
def test_all_changes_open_and_close(html: str, opened: Opened) -> None:
    click = "document.querySelector('[data-open={}]').click();"
    count = f"{SHOWN}.filter((e) => e.open).length"
    script = f"{click.format('yes')} const all = {count}; {click.format('no')}"

    document, console = opened(telling(html, f"{script} return [all === {SHOWN}.length, {count}]"))

    assert console == []
    assert told(document) == "[true,0]"


@pytest.mark.slow
def test_the_slash_key_leads_to_the_search(html: str, opened: Opened) -> None:
    press = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}));"

    document, _ = opened(telling(html, f"{press} return document.activeElement.type"))

    assert told(document) == '"search"'


@pytest.mark.slow
def test_nothing_is_wider_than_a_phone(html: str, browser: str, tmp_path: Path) -> None:
    """The page tells its width to a frame as wide as a phone: windows cannot be that narrow."""
    open_all = "document.querySelectorAll('details').forEach((e) => { e.open = true; });"
    say = "parent.postMessage([innerWidth, document.documentElement.scrollWidth], '*');"
    (tmp_path / "page.html").write_text(
        rehearsed.driven(html, f"{open_all} {say}"), encoding="utf-8"
    )
    frame = tmp_path / "frame.html"
    frame.write_text(
        "<script>onmessage = (e) => { document.title = e.data.join('/'); }</script>"
        f'<iframe src="page.html" width="{PHONE}" height="800" style="border:0"></iframe>'
    )
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    argv = [browser, *rehearsed.FLAGS, profile, "--dump-dom", frame.as_uri()]

    done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=True)

    frame_width, page_width = map(int, re.findall(r"<title>(\d+)/(\d+)<", done.stdout)[0])
    assert frame_width == PHONE
    assert page_width <= PHONE
