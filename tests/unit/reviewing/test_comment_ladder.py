"""Does a comment stay within its limits, whatever a plan holds, and keep what matters?"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from policies.review.dangers import Danger
from policies.review.review import Review, Stack
from scripts.reviewing import markdown
from scripts.reviewing.markdown import MOST_BYTES, MOST_CHARACTERS, Extras
from tests.unit.reviewing.plans import change, plan, review

WIDE = "机房显卡" * 60
ASTRAL = "🛑" * 240
HOSTILE = "$" * 300
LETTERS = "pool" * 60


def fits(text: str) -> bool:
    return len(text) <= MOST_CHARACTERS and len(text.encode()) <= MOST_BYTES


# Slow earns: each way in which a text is longer than it looks; the widest is always tried.
@pytest.mark.parametrize(
    "text", [ASTRAL, *(pytest.param(it, marks=pytest.mark.slow) for it in (LETTERS, WIDE, HOSTILE))]
)
def test_ten_thousand_changes_and_two_thousand_dangers_fit_and_keep_the_danger(
    tmp_path: Path, text: str
):
    many = [
        change(f"made[{number}]", "update", before={"x": f"{text}{number}"}, after={"x": number})
        for number in range(8_000)
    ]
    gone = [change(f'gone["{text}{number}"]', "delete", before={}) for number in range(2_000)]

    made = markdown.render(review(tmp_path, plan([*many, *gone]), "lab"))

    assert fits(made)
    assert len(made) > 1_000
    assert "🛑 **This takes away: 2,000 resources.**" in made
    assert "| **DELETE** | 2,000 resources | no longer in the configuration | `" in made
    assert "#### Stacks" in made
    assert "shortened to fit" in made


@pytest.mark.parametrize("text", [LETTERS, WIDE, ASTRAL, HOSTILE])
@pytest.mark.parametrize("count", [60, 61, 2_000])
def test_every_kind_of_danger_of_its_own_fits_too(tmp_path: Path, text: str, count: int):
    dangers = tuple(
        Danger(
            address=f"a.{number}{text}",
            stack=f"lab-{text}",
            subject="pool",
            what="replace",
            reason=f"{text}{number}",
            then=f"deletes {text}",
            machines=1,
        )
        for number in range(count)
    )

    made = markdown.render(_with(tmp_path, dangers=dangers, risk="danger"))

    assert fits(made)
    block = made.split("#### Danger")[1].split("\n#### ")[0]
    rows = block.count("**REPLACE**")
    assert rows >= 20
    # What has no row of its own is counted.
    left = f"{count - rows:,}"
    assert rows == count or f"… and {left} more of {left} other kinds: takes away: {left} " in block


def test_one_cluster_is_told_before_thousands_of_objects_of_many_kinds(tmp_path: Path):
    objects = [
        Danger(address=f"o.{n}", stack="s", subject="object", what="delete", reason=f"{n % 90}")
        for n in range(3_000)
    ]
    cluster = Danger(address="c.c", stack="s", subject="cluster", what="delete", reason="gone")

    made = markdown.render(_with(tmp_path, dangers=(*objects, cluster), risk="danger"))

    rows = [line for line in made.splitlines() if line.startswith("| **DELETE**")]
    assert rows[0] == "| **DELETE** | 1 cluster | gone | `c.c` |"


def test_the_danger_is_whole_while_there_is_room(tmp_path: Path):
    gone = [change(f"gone{number}", "delete", before={}) for number in range(60)]

    made = markdown.render(review(tmp_path, plan(gone), "lab"))

    assert all(f"`terraform_data.gone{number}`<br>" in made for number in range(60))
    assert "shortened" not in made


def test_a_thousand_stacks_with_remarks_are_cut_behind_the_danger(tmp_path: Path):
    stack = _with(tmp_path).stacks[0]
    stacks = tuple(
        msgspec.structs.replace(
            stack, name=f"lab-{WIDE}-{number}", remarks=tuple(WIDE for _ in range(50))
        )
        for number in range(1_000)
    )
    danger = Danger(address="a.b", stack="s", subject="cluster", what="delete", reason="gone")

    made = markdown.render(_with(tmp_path, stacks=stacks, dangers=(danger,), risk="danger"))

    assert fits(made)
    assert "| **DELETE** | cluster `a.b`<br>s | gone |" in made
    assert "cut here" in made


def test_the_first_line_can_always_be_read_back(tmp_path: Path):
    from scripts.reviewing.posting.comments import Comment

    stack = _with(tmp_path).stacks[0]
    names = ["a-->b", "<!--", "-", "🛑-", '"}']
    stacks = tuple(_named(stack, name) for name in names)
    made = markdown.render(_with(tmp_path, stacks=stacks), Extras(head="-->", header={"run": "--"}))

    header = Comment(id=1, body=made, url="").header

    assert header["stacks"] == ",".join(names)
    assert (header["head"], header["run"]) == ("-->", "--")
    assert made.splitlines()[0].count("--") == 2


def _named(stack: Stack, name: str) -> Stack:
    return msgspec.structs.replace(stack, name=name)


def _with(folder: Path, **parts: object) -> Review:
    return msgspec.structs.replace(
        review(folder, plan([change("a", "update", before={"x": 1}, after={"x": 2})]), "lab"),
        **parts,
    )
