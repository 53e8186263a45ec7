"""Manifests of anybody: what is read, where it stands, and what is told of files that are broken."""

from __future__ import annotations

import os
import time

import pytest

from policies.evidence import manifests, yaml_text

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: one}
spec:
  containers:
    - name: main
      image: "example.com/one:1.0"
"""


def found(text: str | bytes, file: str = "m.yaml") -> manifests.Found:
    return manifests.of_text(text if isinstance(text, bytes) else text.encode(), file)


def place(text: str, *path: str | int, at: int = 0) -> str:
    return str(found(text).manifests[at].place(path))


def test_objects_of_several_documents_and_of_lists_have_addresses():
    text = f"""\
# nothing yet
---
{POD}---
---
apiVersion: v1
kind: List
items:
  - {{apiVersion: v1, kind: Service, metadata: {{name: web, namespace: search}}}}
  - {{apiVersion: v1, kind: ConfigMap, metadata: {{generateName: made-}}}}
---
replicas: 3
"""
    read = found(text)

    assert [m.address for m in read.manifests] == [
        "Pod/one",
        "Service/search/web",
        "ConfigMap/made-",
    ]
    assert read.others == 1
    assert read.findings == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "m.yaml:9:1"),
        (("kind",), "m.yaml:10:7"),
        (("spec",), "m.yaml:12:1"),
        (("spec", "containers", 0, "image"), "m.yaml:15:14"),
        (("spec", "containers", 0, "resources", "limits"), "m.yaml:14:7"),
        (("spec", "nodeName"), "m.yaml:12:1"),
        (("metadata", "name"), "m.yaml:11:18"),
        (("metadata", "labels"), "m.yaml:11:1"),
    ],
)
def test_a_path_leads_to_its_line_in_the_second_document(path, expected):
    assert place(f"{POD}---\n{POD}", *path, at=1) == expected


def test_a_path_leads_into_a_list_and_through_keys_that_json_quotes():
    text = '{"kind": "PodList", "apiVersion": "v1", "items": [\n {"kind": "Pod", "apiVersion": "v1",\n  "spec": {"a\\"b": [1, 2]}}]}'

    assert place(text, "spec", 'a"b', 1) == "m.yaml:3:24"
    assert place(text) == "m.yaml:2:2"


def test_keys_that_are_no_text_and_anchors_and_merge_keys_are_read_as_kubernetes_reads_them():
    text = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: odd}
shared: &shared {a: 1, b: 2}
data:
  b: 3
  <<: *shared
  8080: yes
  mode: 0644
  list: [*shared, ~, 1.5, "1", .5, 1e3, 0x1F, 2026-01-01, 089]
"""
    (manifest,) = found(text).manifests

    assert manifest.body["data"] == {
        "b": 3,
        "a": 1,
        "8080": True,
        "mode": 420,
        "list": [{"a": 1, "b": 2}, None, 1.5, "1", 0.5, 1000.0, 31, "2026-01-01", 89.0],
    }
    assert found(text).findings == []


def test_a_key_that_stands_twice_is_told():
    read = found("apiVersion: v1\nkind: Pod\nspec:\n  a: 1\n  a: 2\n")

    assert [(f.rule, str(f.place), f.message) for f in read.findings] == [
        ("duplicate-key", "m.yaml:5:3", '"a" stands twice in one map; the last one counts')
    ]
    assert read.manifests[0].body["spec"] == {"a": 2}


BOMB = "\n".join(
    [
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)),
    ]
)

BROKEN: dict[str, tuple[str | bytes, str, str]] = {
    "truncated": (
        POD.rstrip()[:-1],
        "unreadable-file",
        "m.yaml:7:34: not YAML: found unexpected end of stream",
    ),
    "bomb": (BOMB, "budget-exceeded", "m.yaml:7:10: more than 2,000,000 values from here on"),
    "deep": ("[" * 5000, "budget-exceeded", "m.yaml:1:101: nested deeper than 100 levels"),
    "deep block": (
        "".join(f"{' ' * n}a:\n" for n in range(300)),
        "budget-exceeded",
        "m.yaml:101:101: nested deeper than 100 levels",
    ),
    "holds itself": (
        "a: &a [*a]",
        "unreadable-file",
        "m.yaml:1:8: *a repeats nothing that ends above",
    ),
    "no anchor": ("a: *b", "unreadable-file", "m.yaml:1:4: *b repeats nothing that ends above"),
    "binary": (
        b"\x7fELF\x02\x01\x01\x00\xff\xfe\x00",
        "unreadable-file",
        "m.yaml:1:9: not UTF-8 text; is this a text file?",
    ),
    "invalid UTF-8": (
        b"kind: Pod\nname: \xc3\x28\n",
        "unreadable-file",
        "m.yaml:2:7: not UTF-8 text; is this a text file?",
    ),
    "control character": (
        "kind: \x07\n",
        "unreadable-file",
        "m.yaml: not YAML: unacceptable character #x0007: control characters are not allowed",
    ),
    "template": (
        'kind: Pod\nmetadata:\n  {{- include "x" . | nindent 2 }}\n',
        "unrendered-template",
        "m.yaml:3:3: a template that is not rendered cannot be judged",
    ),
}


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_a_broken_file_is_told_with_its_place(case):
    content, rule, said = BROKEN[case]

    read = found(content)

    assert [(f.rule, f"{f.place}: {f.message}".partition(' in "')[0]) for f in read.findings] == [
        (rule, said)
    ]


def test_what_stands_before_the_broken_part_is_judged_all_the_same():
    read = found(f"{POD}---\na: [\n")

    assert [m.name for m in read.manifests] == ["one"]
    assert [f.rule for f in read.findings] == ["unreadable-file"]


# Earns: the limit of a YAML file is met by a real one; below it is the same for JSON.
@pytest.mark.slow
def test_a_map_of_a_million_keys_is_read_or_refused_in_seconds():
    text = "apiVersion: v1\nkind: ConfigMap\ndata:\n" + "".join(
        f"  k{n}: v\n" for n in range(10**6)
    )

    start = time.process_time()
    read = found(text)

    assert [f.rule for f in read.findings] == ["budget-exceeded"]
    assert time.process_time() - start < 20


def test_json_is_told_with_its_place_too():
    (told,) = found('{"kind": "Pod",\n "apiVersion": v1}', "m.json").findings

    assert f"{told.place}: {told.message}" == "m.json:2:16: not JSON: invalid character"


def test_json_nested_a_million_levels_is_refused():
    (told,) = found('{"a":' * 10**6, "m.json").findings

    assert told.message == "nested too deep"


def test_a_file_that_is_too_large_is_refused():
    text = POD + "#" * (64 * 2**20)

    (told,) = found(text).findings

    assert (told.rule, told.message) == ("budget-exceeded", "more than 64 MiB")


def test_every_file_below_a_directory_is_read_but_not_a_pipe(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yml").write_text(POD)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.yaml").write_text(POD)
    (tmp_path / "values.yaml").write_text("replicas: 1\n")
    (tmp_path / "notes.txt").write_text("kind: Pod")
    (tmp_path / "tsconfig.json").write_text("{// a comment\n}")
    (tmp_path / "broken.yaml").write_text("apiVersion: [")
    (tmp_path / "windows.yaml").write_bytes(POD.replace("one", "two").encode("utf-16"))
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.yaml")

    read = manifests.of_path(tmp_path)

    assert [str(m.place()) for m in read.manifests] == ["windows.yaml:1:1", "sub/a.yml:1:1"]
    assert [f"{f.place}: {f.message}" for f in read.findings] == [
        "broken.yaml:2:1: not YAML: did not find expected node content",
        "gone.yaml: cannot be read: no such file or directory",
        "pipe.yaml: not a regular file",
    ]
    assert read.others == 2


def test_utf_16_as_some_shells_write_it_is_read():
    assert [m.name for m in found(POD.encode("utf-16")).manifests] == ["one"]


def test_the_second_look_at_a_text_gives_the_values_of_the_first():
    """Lines come from a reader of their own: it must see the same document."""
    text = f"{POD}---\nx: 1\n---\n# kind\n{POD}"
    documents = list(yaml_text.documents(text, "m.yaml"))

    assert [document.line for document in documents] == [0, 7, 9]
    assert [text[document.begin :].partition("\n")[0] for document in documents] == [
        "apiVersion: v1",
        "---",
        "---",
    ]
