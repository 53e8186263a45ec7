"""What does a person at a terminal see?"""

from __future__ import annotations

import pytest

from policies.finding import Place, Severity
from policies.reports import text
from tests.unit.policies.reports.made import WAIVER, context, found, hostile, many, report


def test_a_finding_shows_its_line_with_a_caret_and_what_to_do():
    said = text.render(report(found()), context()).text

    assert said == (
        "critical[pool-deleted-by-force]: force_delete is true\n"
        "  --> stacks/ack/cdk.tf.json:3:5 (ack:alicloud_cs_kubernetes_node_pool.h20)\n"
        "  |\n"
        '3 |     "force_delete": true,\n'
        "  |     ^^^^^^^^^^^^^^\n"
        "   = why: the provider deletes machines with whatever runs on them.\n"
        "   = fix: set it to false and apply it\n"
        "\n"
        "1 finding (1 critical); 2 rules over 12 subjects in 0.25 s\n"
    )


def test_the_reason_is_told_once_for_each_rule():
    said = text.render(report(found(), found(subject="b")), context()).text

    assert said.count("= why:") == 1
    assert said.count("= fix:") == 2


def test_a_finding_without_a_line_has_no_frame():
    said = text.render(report(found(place=Place(file="plan.json"))), context()).text

    assert "  --> plan.json (ack:" in said
    assert " | " not in said


def test_a_finding_without_a_file_shows_its_address():
    said = text.render(report(found(place=None)), context()).text

    assert "  --> ack:alicloud_cs_kubernetes_node_pool.h20\n" in said


def test_what_is_waived_comes_last_with_its_reason():
    waived = found(waiver=WAIVER)
    milder = found(severity=Severity.LOW, subject="b")

    said = text.render(report(waived, milder), context()).text

    assert said.index("low[") < said.index("waived critical[")
    assert (
        "waived critical[pool-deleted-by-force]: stacks/ack/cdk.tf.json:3:5: "
        "ack:alicloud_cs_kubernetes_node_pool.h20: moves in May (mia, until 2027-05-01)\n"
    ) in said
    assert "1 finding (1 low), 1 waived;" in said


def test_unknown_is_not_counted_as_a_finding():
    said = text.render(report(found(outcome="unknown")), context()).text

    assert said.startswith("unknown (critical)[pool-deleted-by-force]")
    assert "0 findings, 1 unknown;" in said


def test_colours_are_for_terminals_only():
    plain = text.render(report(found()), context()).text
    coloured = text.render(report(found()), context(colour=True)).text

    assert "\x1b" not in plain
    assert "\x1b[1;31mcritical[pool-deleted-by-force]\x1b[0m" in coloured


def test_no_escape_of_a_file_reaches_the_terminal():
    nasty = "key: \x1b]0;title\x07 \u202eevil\ud800"

    said = text.render(report(hostile()), context(line=lambda *_: nasty)).text

    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\u001b]0;title" in said
    said.encode()


def test_of_a_megabyte_in_one_line_only_what_is_meant_is_shown():
    line = '{"password": "geheim", ' * 50_000 + '"force_delete": true' + ', "b": 2' * 50_000

    column = line.index('"force_delete"') + 1
    place = Place(file="min.json", line=1, column=column)
    said = text.render(report(found(place=place)), context(line=lambda *_: line)).text

    assert '1 | ... "force_delete" ...\n  |     ^^^^^^^^^^^^^^\n' in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('  "secret_key": "a8Kd93", "b": 1', '  "secret_key": ***, "b": ***'),
        ("  adminPassword: Tr0ub4dor # mine", "  adminPassword: ***"),
        ('  "values": ["adminPassword: x"]', '  "values": ***'),
        ('  "login": {"password": "geheim"}', '  "login": {"password": ***}'),
        ('  "a": "x\\"y: geheim", "n": 1', '  "a": ***, "n": ***'),
    ],
)
def test_a_secret_is_found_and_not_shown(line, shown):
    finding = found(rule="secret-in-chart-values", place=Place(file="x", line=1, column=3))

    said = text.render(report(finding), context(line=lambda *_: line)).text

    assert f"1 | {shown}\n" in said


def test_carets_stand_below_their_word_after_wide_characters_and_tabs():
    shown, caret = text.excerpt("\t池: {名: x}", 9)

    assert shown == " 池: {名: x}"
    assert caret == " " * 10 + "^"


def test_a_column_past_the_end_of_its_line_has_no_caret():
    assert text.excerpt("abc", 9) == ("abc", "")


def test_thirty_thousand_findings_are_all_there():
    rendered = text.render(report(*many(30_000)), context())

    assert rendered.text.count("  --> ") == 30_000
    assert not rendered.cut


def test_a_long_reason_is_broken_below_its_first_word():
    said = text.render(report(found(fix="take it out " * 20)), context()).text

    lines = said.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("   = fix: take"))
    assert lines[at + 1].startswith("          take") or lines[at + 1].startswith("          it")
    assert max(len(line) for line in lines) <= 102
