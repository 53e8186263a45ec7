"""Terraform JSON (`cdk.tf.json`, any `*.tf.json`) as subjects, and what is packed inside.

A `kubectl_manifest` or `kubernetes_manifest` is a Kubernetes object too, and a
`helm_release` a chart: rules about those need not know that Terraform brings them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policies import values
from policies.evidence import files, json_text, yaml_text
from policies.evidence.json_lines import JsonLines
from policies.evidence.trouble import Unreadable
from policies.finding import Finding, Place
from policies.finding import Path as Steps
from policies.objects import Chart, Manifest, address, prefixed
from policies.origin import Origin, Subject
from policies.resource import Module, Resource

ENDING = ".tf.json"


@dataclass(slots=True, kw_only=True)
class Found:
    """What the files hold."""

    subjects: list[Subject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: int = 0


@dataclass(frozen=True, slots=True)
class Inside:
    """The origin of an object that stands as text in an attribute: the attribute's own line."""

    origin: Origin
    path: Steps

    def place(self, path: Steps, *, at_key: bool = False) -> Place | None:
        """The line of the attribute, wherever inside the text the path leads."""
        return self.origin.place(self.path, at_key=True)


def of_path(path: Path) -> Found:
    """The stacks of a file, or of all `*.tf.json` below a directory."""
    found = Found()
    for file in files.below(path, ENDING) if path.is_dir() else [path]:
        found.files += 1
        try:
            found.subjects += of_content(files.read(file), files.shown(file), stack_of(file))
        except Unreadable as stop:
            found.findings.append(stop.finding())
    return found


def stack_of(file: Path) -> str:
    """The name of a stack: of its directory; of the file where others stand beside it."""
    name = file.name.removesuffix(ENDING)
    folder = file.resolve().parent.name
    return folder if name in {"cdk", "main"} and folder else name


def of_content(content: bytes, file: str, stack: str) -> list[Subject]:
    """The subjects of one file. Raises `Unreadable`."""
    data = json_text.decode(files.within(content, file), file)
    if not isinstance(data, dict):
        raise Unreadable(Place(file=file, line=1, column=1), "not Terraform JSON: not a map")
    return list(of_document(data, JsonLines(file, lambda: content), stack))


def of_document(data: Mapping[str, Any], origin: Origin, stack: str) -> Iterator[Subject]:
    """The subjects of one file that is data already."""
    document = {key: value for key, value in data.items() if key != "resource"}
    module = Module(address=stack, origin=origin, stack=stack, document=document)
    yield module
    for path, resource_type, name, body in resources(data):
        resource = Resource(
            address=f"{stack}:{resource_type}.{name}",
            origin=origin,
            root=path,
            resource_type=resource_type,
            name=name,
            body=body,
            module=module,
        )
        yield resource
        if resource_type in _PACKED:
            yield from packed(resource)


def resources(data: Mapping[str, Any]) -> Iterator[tuple[Steps, str, str, Mapping[str, Any]]]:
    """Path, type, name and body of each resource: maps, or lists of maps at any level."""
    for path, types in values.blocks(data, "resource"):
        for resource_type in types if isinstance(types, Mapping) else ():
            for inner, names in values.blocks(types, resource_type):
                for name, body in _items(names):
                    for last, one in values.blocks({name: body}, name):
                        if isinstance(one, dict):
                            yield (*path, *inner, *last), resource_type, name, one


def _items(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((key, inner) for key, inner in value.items() if key != "//")


# --- what is packed inside -----------------------------------------------------

_PACKED = {"kubectl_manifest", "kubernetes_manifest", "helm_release"}


def packed(resource: Resource) -> Iterator[Subject]:
    """The object or the chart that a resource brings into a cluster."""
    match resource.type:
        case "kubectl_manifest":
            yield from _texts(resource)
        case "kubernetes_manifest":
            body = resource.body.get("manifest")
            if isinstance(body, Mapping) and values.text(body, "kind"):
                root = (*resource.root, "manifest")
                yield _manifest(resource, body, resource.origin, root)
        case "helm_release":
            yield chart(resource)


def _texts(resource: Resource) -> Iterator[Manifest]:
    body = resource.body.get("yaml_body")
    if not isinstance(body, str):
        return
    origin = Inside(resource.origin, (*resource.root, "yaml_body"))
    for document in parsed(body):
        if values.text(document, "kind") and values.text(document, "apiVersion"):
            yield _manifest(resource, document, origin, ())


def parsed(text: str) -> list[Any]:
    """The documents of a text inside an attribute; none where it is computed or no YAML."""
    if values.is_expression(text):
        return []
    text = text.replace("$${", "${").replace("%%{", "%{")
    with suppress(Unreadable):
        if text[:1] in {"{", "["}:  # JSON reads a hundred times faster; YAML may begin like it
            return [json_text.decode(text.encode("utf-8", "replace"), "")]
    with suppress(Unreadable):
        return [document.data for document in yaml_text.documents(text, "")]
    return []


def _manifest(resource: Resource, body: Mapping[str, Any], origin: Origin, root: Steps) -> Manifest:
    return Manifest(
        address=address(body, resource.stack),
        origin=origin,
        root=root,
        body=body,
        cluster=resource.stack,
    )


def chart(resource: Resource) -> Chart:
    """The release of a `helm_release`; values that Terraform computes are left out."""
    namespace = values.text(resource.body, "namespace", default="default")
    release = values.text(resource.body, "name")
    return Chart(
        address=prefixed(resource.stack, f"Chart/{namespace}/{release}"),
        origin=_ChartLines(resource.origin, resource.root),
        release=release,
        name=values.text(resource.body, "chart"),
        repository=values.text(resource.body, "repository"),
        version=values.text(resource.body, "version"),
        namespace=namespace,
        values=chart_values(resource.body),
        cluster=resource.stack,
        partial=_is_partial(resource.body),
    )


def _is_partial(body: Mapping[str, Any]) -> bool:
    """Whether Terraform computes some of a chart's values."""
    texts, entries = body.get("values"), values.get(body, "set")
    given = texts if isinstance(texts, list) else [texts]
    computed = [values.get(entry, "value") for _, entry in values.blocks(body, "set")]
    return any(map(values.is_expression, (*given, *computed, entries)))


def chart_values(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """`values` texts, later over earlier, then `set` entries over all of them."""
    merged: dict[str, Any] = {}
    for text in values.sequence(body, "values"):
        for document in parsed(text) if isinstance(text, str) else ():
            if isinstance(document, dict):
                merged = _over(document, merged)
    for _, entry in values.blocks(body, "set"):
        name, value = values.text(entry, "name"), values.get(entry, "value")
        if name and value is not values.ABSENT and not values.is_expression(value):
            merged = _over(_nested(name.split("."), _as_helm_reads(value, entry)), merged)
    return merged


def _as_helm_reads(value: Any, entry: Any) -> Any:
    """Helm makes switches and numbers of the texts of `set`, unless `type` says string."""
    if not isinstance(value, str) or values.text(entry, "type") == "string":
        return value
    if value in {"true", "false"}:
        return value == "true"
    return (
        int(value) if value.isdecimal() and not value.startswith("0") and len(value) < 19 else value
    )


def _nested(keys: list[str], value: Any) -> dict[str, Any]:
    for key in reversed(keys[:20]):
        value = {key: value}
    return dict(value)


def _over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """Maps merged as Helm merges them."""
    out = dict(lower)
    for key, value in upper.items():
        below = out.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            out[key] = _over(value, below)
        else:
            out[key] = value
    return out


@dataclass(frozen=True, slots=True)
class _ChartLines:
    """The origin of a `helm_release`: its values are text, and have the line of that."""

    origin: Origin
    root: Steps

    def place(self, path: Steps, *, at_key: bool = False) -> Place | None:
        """The line of the attribute that holds what the path leads to."""
        step = {"name": "chart"}.get(str(path[0]), path[0]) if path else None
        return self.origin.place((*self.root, *(() if step is None else (step,))), at_key=at_key)
