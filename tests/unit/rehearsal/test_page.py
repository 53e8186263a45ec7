"""The page of a rehearsal: complete, self-contained, and deaf to what its data says."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import msgspec
import pytest

from scripts.rehearsal import figures, page, words
from scripts.rehearsal.result import Rehearsal
from tests.unit.rehearsal import kept

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>*{display:none}",
    "<!--",
    "\u202egnp.exe",
    "\x1b[31mred\x1b]8;;https://example.com\x07link",
    "$style ${script} {{ x }}",
    "&lt;b&gt;",
)
ACTIVE = {
    "script",
    "style",
    "link",
    "meta",
    "iframe",
    "object",
    "embed",
    "img",
    "base",
    "form",
    "video",
    "audio",
}


class Elements(HTMLParser):
    """Every element of a page with its attributes, and what is inside the active ones."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def named(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name in names]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.fixture(scope="module")
def production() -> Rehearsal:
    return kept.fixture("production")


@pytest.fixture(scope="module")
def html(production: Rehearsal) -> str:
    return page.render(production)


def poisoned(rehearsal: Rehearsal, word: str) -> Rehearsal:
    """The rehearsal with every free text in it replaced."""
    keys = {"name", "title", "message", "request", "passing_request", "policy", "detail", "workload",
            "tenant", "description", "note", "environment", "started", "reason", "stack", "region", "cloud"}  # fmt: skip

    def poison(value: object, key: str = "") -> object:
        match value:
            case dict():
                return {k: poison(v, k) for k, v in value.items()}
            case list():
                return [poison(v, key) for v in value]
            case str() if key in keys | {"real", "simulated", "left_out", "addons", "charts"}:
                return word
        return value

    return msgspec.convert(poison(msgspec.to_builtins(rehearsal)), Rehearsal)


def test_the_page_loads_nothing(html: str) -> None:
    elements = Elements(html)

    loads = [
        attributes.get(key) or ""
        for attributes in (attributes for _, attributes in elements.found)
        for key in ("src", "href", "srcset", "data", "action", "poster", "xlink:href")
        if key in attributes
    ]

    assert all(load.startswith(("#", "data:")) for load in loads)
    assert not re.search(
        r"@import|url\(|//[a-z]+\.[a-z]",
        "".join(re.findall(r"<style>.*?</style>", html, re.DOTALL)),
    )
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|import\(|innerHTML|eval\(", html)


def test_only_the_one_style_and_the_one_script_may_act(html: str) -> None:
    (policy,) = [
        attributes["content"] or ""
        for attributes in Elements(html).named("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert policy.count("'sha256-") == 2
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", html)


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_word_changes_no_element_that_acts(word: str) -> None:
    lab = kept.fixture("lab")

    harmless = Elements(page.render(poisoned(lab, "word")))
    hostile = Elements(page.render(poisoned(lab, word)))

    assert [found for found in hostile.found if found[0] in ACTIVE] == [
        found for found in harmless.found if found[0] in ACTIVE
    ]
    assert [name for name, _ in hostile.found] == [name for name, _ in harmless.found]


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_word_is_shown_as_it_is_with_nothing_unseen_in_it(word: str) -> None:
    html = page.render(poisoned(kept.fixture("lab"), word))

    assert words.plain(word) in unescape(html)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x07]", html)


def test_the_verdict_and_the_numbers_need_no_script(production: Rehearsal, html: str) -> None:
    text = Elements(html).text
    held = figures.fleet_allocation(production)

    assert "Passed" in text
    assert (
        f"{figures.running(production):,} pods run on {held.touched:,} of {held.cards:,} cards."
        in text
    )
    assert f"of {figures.demanded(production):,} demanded" in text
    assert f"{int(100 * held.memory / held.memory_total)} %" in text
    for cluster in production.clusters:
        assert f"{cluster.pods_running:,} of {cluster.pods_demanded:,}" in text


def test_the_page_speaks_of_what_is_allocated_and_never_of_use(html: str) -> None:
    assert not re.search(r"utili[sz]|usage", Elements(html).text, re.IGNORECASE)


@pytest.mark.parametrize("name", ["lab", "production"])
def test_the_picture_has_as_many_squares_as_the_fleet_has_cards(name: str) -> None:
    rehearsal = kept.fixture(name)
    html = page.render(rehearsal)

    picture = html[html.index('id="map"') : html.index('id="hint"')]
    squares = [
        a for a in Elements(picture).named("rect") if (a.get("class") or "").startswith("c ")
    ]

    assert len(squares) == sum(cluster.cards for cluster in rehearsal.clusters)


def test_the_script_gets_every_card_in_the_order_drawn(production: Rehearsal, html: str) -> None:
    (found,) = re.findall(
        r'<script type="application/json" id="cards">(.*?)</script>', html, re.DOTALL
    )

    pools = msgspec.json.decode(found)

    assert [card for pool in pools for _, cards in pool["nodes"] for card in cards] == [
        [card.memory_mib, card.cores, card.pods]
        for cluster in production.clusters
        for pool in cluster.pools
        for node in pool.nodes
        for card in node.cards
    ]


def test_what_did_not_fit_is_there_in_the_control_planes_own_words(
    production: Rehearsal, html: str
) -> None:
    text = Elements(html).text
    waiting = [entry for _, entry in figures.unplaced(production)]

    assert waiting
    assert all(entry.message in text and entry.workload in text for entry in waiting)


def test_every_policy_is_there_with_what_it_refused(production: Rehearsal, html: str) -> None:
    text = Elements(html).text

    for proof in (proof for cluster in production.clusters for proof in cluster.proofs):
        assert proof.policy in text
        assert proof.message in text
        assert proof.passing_request in text


def test_a_rehearsal_that_did_not_pass_says_why_on_the_first_screen() -> None:
    failed = kept.failed("lab")

    html = page.render(failed)

    first_screen = Elements(html[: html.index("<nav")]).text
    assert "Not passed" in first_screen
    assert "Passed" not in first_screen
    assert all(fault in first_screen for fault in figures.failures(failed))


def test_a_rehearsal_that_came_to_nothing_still_makes_a_page() -> None:
    lab = kept.fixture("lab")
    nothing = msgspec.structs.replace(lab, clusters=[], phases=[], verdict="fail", seconds=0.0)

    html = page.render(nothing)

    assert "0 pods run on 0 of 0 cards." in Elements(html).text


@pytest.mark.parametrize("curve", [[], [(0.0, 0)], [(1.0, 5), (2.0, 900), (90.0, 3)]])
def test_any_curve_stays_on_its_chart(curve: list[tuple[float, int]]) -> None:
    lab = kept.fixture("lab")
    speed = msgspec.structs.replace(lab.clusters[0].throughput, curve=curve, pods=3, seconds=0.0)
    cluster = msgspec.structs.replace(lab.clusters[0], throughput=speed)

    html = page.render(msgspec.structs.replace(lab, clusters=[cluster], throughput=speed))

    (drawn,) = [a["d"] or "" for a in Elements(html).named("path") if a.get("class") == "area"]
    places = [(float(x), float(y)) for x, y in re.findall(r"[ML]([0-9.-]+) ([0-9.-]+)", drawn)]
    assert all(0 <= x <= 400 and 0 <= y <= 100 for x, y in places)


def test_a_card_with_more_than_it_has_is_marked_and_explained() -> None:
    html = page.render(kept.overfull("lab"))

    assert 'class="f l11"' in html
    assert "more than the card has" in html


def test_the_page_of_the_reference_fleet_is_small(html: str) -> None:
    assert len(html.encode()) < 1_500_000
