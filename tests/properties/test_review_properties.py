"""Nothing secret leaves a review, and nothing in a plan does anything to its reader.

Canaries are planted wherever a plan may hold a secret, among values that differ at
random; then every byte that is written is searched: all four forms, the error stream.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policies.review.review import digest
from scripts.reviewing import planning, reading
from tests.unit.review.plans import change, fleet, plan, written

CANARY = "c4n4ry"
FORMS = ("markdown", "json", "html", "sarif")
TYPES = (
    *("terraform_data", "helm_release", "kubectl_manifest", "volcenginecc_vke_node_pool"),
    *("tencentcloud_kubernetes_node_pool", "tencentcloud_kubernetes_cluster"),
    *("alicloud_cs_kubernetes_node_pool", "alicloud_cs_managed_kubernetes"),
)
ACTIONS = (
    *(["update"], ["delete", "create"], ["create", "delete"], ["create"], ["delete"], ["forget"]),
    *(["create", "forget"], ["no-op"], ["read"], ["something-new"]),
)
NAMES = st.sampled_from(
    [
        *("name", "kind", "version", "values", "labels", "cluster_id", "yaml_body", "desired_size"),
        *("deletion_protection", "auto_scaling", "kubernetes_version", "data", "image_id"),
    ]
)
SECRETS: st.SearchStrategy[Any] = st.sampled_from(
    [
        f"{CANARY}-plain",
        json.dumps({"inside": f"{CANARY}-json", "list": [f"{CANARY}-1"]}),
        f"a: {CANARY}-yaml\nb:\n  - {CANARY}-2\n",
        {f"{CANARY}-key": f"{CANARY}-value", "deep": [{f"{CANARY}-inner": 1}]},
        [f"{CANARY}-entry", [f"{CANARY}-nested"]],
    ]
)
OPEN: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 3, "", "plain", "Node", "Secret", "a: 1\nb: 2\n", '{"a": [1]}', [], {}]
)


@st.composite
def sides(draw: st.DrawFn, depth: int = 3) -> tuple[Any, Any]:
    """A value, and its mask of what is sensitive."""
    if draw(st.integers(0, 3)) == 0:
        return draw(SECRETS), True
    if depth == 0 or draw(st.booleans()):
        return draw(OPEN), draw(st.sampled_from([False, None]))
    inner = [draw(sides(depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        return [value for value, _ in inner], [mask for _, mask in inner]
    keys = draw(st.lists(NAMES, min_size=len(inner), max_size=len(inner), unique=True))
    return (
        {key: value for key, (value, _) in zip(keys, inner, strict=True)},
        {key: mask for key, (_, mask) in zip(keys, inner, strict=True) if mask},
    )


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Any, Any]:
    """Attributes of a resource, some of them sensitive."""
    keys = draw(st.lists(NAMES, max_size=5, unique=True))
    found = {key: draw(sides()) for key in keys}
    return (
        {key: value for key, (value, _) in found.items()},
        {key: mask for key, (_, mask) in found.items() if mask},
    )


@st.composite
def changes(draw: st.DrawFn, number: int) -> Any:
    before, hidden_before = draw(bodies())
    after, hidden_after = draw(bodies())
    unknown = dict.fromkeys(draw(st.lists(NAMES, max_size=2, unique=True)), True)
    actions = draw(st.sampled_from(ACTIONS))
    return change(
        f"{draw(st.sampled_from(TYPES))}.r{number}",
        actions,
        None if actions == ["create"] else before,
        None if actions == ["delete"] else {k: v for k, v in after.items() if k not in unknown},
        before_sensitive=hidden_before,
        after_sensitive=hidden_after,
        after_unknown=unknown,
    )


@st.composite
def plans(draw: st.DrawFn) -> Any:
    secret = {
        "actions": ["update"],
        "before": f"{CANARY}-output",
        "after": draw(SECRETS),
        "before_sensitive": True,
        "after_sensitive": True,
    }
    return plan(
        *(draw(changes(number)) for number in range(draw(st.integers(1, 4)))),
        resource_drift=[draw(changes(9))],
        output_changes={"told": secret},
        prior_state={"values": f"{CANARY}-state"},
        planned_values={"outputs": f"{CANARY}-planned"},
        variables={"password": {"value": f"{CANARY}-variable"}},
        configuration={"root_module": {"variables": {"p": {"default": f"{CANARY}-default"}}}},
    )


def everything(folder: Path, content: Any) -> str:
    """Every byte of every form of the review, and of both streams."""
    outputs = [f"--output={form}={folder / form}" for form in FORMS]
    result = fleet(written(folder, content), *outputs, "--fail-on", "never")
    assert result.exit_code in {0, 1}, result.stderr
    files = [(folder / form).read_text(encoding="utf-8") for form in FORMS]
    return "\n".join([result.stdout, result.stderr, *files])


@given(content=plans())
def test_what_is_sensitive_is_in_no_form_of_the_review(tmp_path_factory: Any, content: Any) -> None:
    assert CANARY in json.dumps(content)

    text = everything(tmp_path_factory.mktemp("review"), content)

    assert CANARY not in text


@given(content=plans())
def test_what_is_kept_of_a_plan_holds_nothing_of_it(tmp_path_factory: Any, content: Any) -> None:
    file = written(tmp_path_factory.mktemp("kept"), content)
    (found,) = reading.plans(reading.read([file]))

    kept = planning.Planned(stack=found.address, seconds=1, hash=digest(found), document=str(file))

    assert CANARY not in repr(kept)
    assert CANARY not in repr(found)


HOSTILE = st.lists(
    st.sampled_from(
        [
            *("```", "````", "<script>alert(1)</script>", "</details>", "<!-- ", " -->", "|", "`"),
            *("@everyone", "#1", "::error::x", "\n::error::y", "##[group]", "\x1b[31m", "\x9b2J"),
            *("\u202e", "\u2066", "\u200b", "\r\n", "\0", "[a](javascript:b)", "![i](http://x)"),
            *("https://evil.example", "<img src=x onerror=y>", '" onload="x', "</style>", "$x$"),
            *("</script><script>x", "plain", "ü", "&lt;", "\\", "--", "]]>", "\ud800"),
        ]
    ),
    min_size=1,
    max_size=6,
).map("".join)


class Tags(HTMLParser):
    """The elements of a page, and the attributes that could run or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.dangerous: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.dangerous += [name for name, _ in attrs if name.startswith("on") or name == "src"]


def hostile(text: str) -> Any:
    """A plan with the text wherever a plan may have text."""
    text = text.replace("\ud800", "\\ud800")
    body = change(
        "terraform_data.a", ["update"], {"input": "x", text: text}, {"input": text, "y": {text: 1}}
    )
    gone = change("tencentcloud_kubernetes_node_pool.p", ["delete"], {"name": text}, None)
    odd = change("terraform_data.b", [text], {}, {})
    for one in (body, gone, odd):
        one["address"] += f"[{json.dumps(text)}]"
        one["provider_name"] = text
    gone["action_reason"] = text
    body["previous_address"] = text
    problem = {"status": "fail", "problems": [{"message": text}]}
    return plan(
        *(body, gone, odd),
        terraform_version=text,
        timestamp=text,
        output_changes={text: {"actions": ["update"], "before": "a", "after": text}},
        resource_drift=[gone, odd],
        deferred_changes=[{"reason": text, "resource_change": odd}],
        checks=[{"address": {"to_display": text}, "status": text, "instances": [problem]}],
        action_invocations=[{"address": text, "type": text}],
    )


@given(text=HOSTILE)
def test_text_of_a_plan_does_nothing_to_its_reader(tmp_path_factory: Any, text: str) -> None:
    folder = tmp_path_factory.mktemp("hostile")

    everything(folder, hostile(text))
    forms = {form: (folder / form).read_text(encoding="utf-8") for form in FORMS}

    comment = forms["markdown"]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", comment)
    assert not re.search(r"(?m)^\s*(::|##\[)", comment)
    outside = re.sub(r"(?ms)^(`{3,})diff$.*?^\1$|(?<![\\`])(`+)(?!`).+?(?<!`)\2(?!`)", "", comment)
    assert outside.count("<!--") == outside.count("-->") == 1
    assert not re.search(r"(?i)<(script|img|style)|@everyone|#1\b|(?<!\\)\]\(", outside)
    assert outside.count("<details>") == outside.count("</details>")
    page = Tags()
    page.feed(forms["html"])
    assert page.names.count("script") == page.names.count("style") == 1
    assert page.dangerous == []
    assert "img" not in page.names
    for form in ("json", "sarif"):
        json.loads(forms[form])
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", forms[form])


def test_the_json_form_may_be_shown_in_a_terminal(tmp_path: Path) -> None:
    everything(tmp_path, hostile("\x9b2J\u202e"))

    assert not re.search(r"[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", (tmp_path / "json").read_text())
