"""Does a comment show what was found, and stay a comment?"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from policies.finding import Severity
from policies.reports import FORMATS, markdown, render
from policies.reports.inert import markdown as inert
from policies.reports.inert import markdown_code
from tests.unit.policies.reports.made import (
    HOSTILE,
    WAIVER,
    context,
    found,
    hostile,
    many,
    report,
)


def html(text: str) -> str:
    """As a service with GitHub's dialect renders it: tables, links found in text, HTML passed on."""
    return str(
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    )


def test_a_finding_is_a_row_with_the_fix():
    text = markdown.render(report(found()), context()).text

    assert text.splitlines()[0] == ("**fleet lint**: 🟥 1 critical (2 rules over 12 subjects)")
    assert text.splitlines()[4] == (
        "| 🟥 critical | **Pool that is deleted by force** `pool-deleted-by-force`"
        "<br>force\\_delete is true | `stacks/ack/cdk.tf.json:3:5`"
        "<br>`ack:alicloud_cs_kubernetes_node_pool.h20` | set it to false and apply it |"
    )


def test_nothing_found_is_one_line():
    text = markdown.render(report(), context()).text

    assert text == "**fleet lint**: ✅ nothing found (2 rules over 12 subjects)\n"


def test_what_is_waived_says_why():
    text = markdown.render(report(found(waiver=WAIVER)), context()).text

    assert "1 waived" in text.splitlines()[0]
    assert "| waived |" in text
    assert "waived: moves in May (mia, until 2027-05-01)" in text


def test_hostile_text_is_one_row_of_four_cells_without_tags_or_links():
    page = html(markdown.render(report(hostile()), context()).text)

    assert page.count("<tr>") == 2
    assert page.count("<td>") == 4
    assert "<script" not in page
    assert "<a " not in page
    assert "<img" not in page
    assert "<strong>bold" not in page
    assert "<s>no" not in page


@pytest.mark.parametrize("reference", ["@team", "#12", "!3", "~label", "%v1", "&epic"])
def test_no_reference_of_github_or_gitlab_survives(reference):
    assert reference not in inert(f"see {reference}.").replace("&amp;", "&").replace("\\", "")


@pytest.mark.parametrize("link", ["https://evil.example", "www.evil.example", "mailto:a@b.c"])
def test_no_address_becomes_a_link(link):
    assert link not in inert(link)


@pytest.mark.parametrize("text", ["`", "``a`", "a|b", "", " ", "`|`", HOSTILE, "a\nb"])
def test_a_code_span_cannot_be_left(text):
    page = html(f"| x |\n|---|\n| {markdown_code(text)} |")

    assert page.count("<code>") == 1
    assert page.count("<td>") == 1
    assert page.rstrip().endswith("</code></td>\n</tr>\n</tbody>\n</table>")


def test_words_between_backticks_are_code():
    assert inert("set `force_delete` to `a|b`") == "set `force_delete` to `a\\|b`"


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(alphabet="`|\\\n <>&*_[]()!~$@#:/.-aA1\u200b\ud800x", max_size=30))
def test_whatever_the_text_it_is_one_cell_without_tags(text):
    page = html(f"| x | y |\n|---|---|\n| {inert(text)} | {markdown_code(text)} |")

    tags = re.findall(r"<(/?[a-zA-Z!][^>]*)>", page.partition("<tbody>")[2])
    assert page.count("<td>") == 2
    assert {tag.lstrip("/") for tag in tags} <= {"tr", "td", "code", "span", "tbody", "table"}


def test_a_comment_never_grows_past_what_is_taken_and_says_what_was_cut():
    rendered = markdown.render(report(*many(30_000)), context())

    assert len(rendered.text) < 60_000
    assert rendered.cut[Severity.INFO] == 6_000
    assert f"**{rendered.cut_in_words}.**" in rendered.text
    shown = rendered.text.count("| 🟥 critical |")
    assert shown + sum(rendered.cut.values()) == 30_000


def test_wide_text_is_cut_by_bytes():
    wide = [found(message="界" * 499, subject=f"{at}", fix="界" * 499) for at in range(500)]

    rendered = markdown.render(report(*wide), context())

    assert len(rendered.text.encode()) < 200_000


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_hostile_findings_and_none(name):
    assert isinstance(render(name, report(), context()).text, str)

    render(name, report(hostile(), hostile(waiver=WAIVER)), context()).text.encode()


def test_a_format_that_does_not_exist_is_refused():
    with pytest.raises(KeyError, match="xlsx"):
        render("xlsx", report(), context())
