"""One round of a private cluster's node pools, as the CronJob runs it.

Which nodes belong to which pool, and which labels and taints does each of them
still lack? This file travels into the cluster as it is, in a ConfigMap, and runs
on a plain Python there: standard library only, and nothing of ours.

What is put on a node is noted on the node itself, in one annotation. So a node
that leaves its pool, or a label that leaves the pool's description, loses exactly
what came from here; what others put there stays.

Usage: reconciler.py POOLS.json [CREDENTIALS], the second a folder with `token`
and `ca.crt`, the service account's own when left out.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

HELD = "gpu-fleet.dev/held"
"""The annotation that notes what came from here: `{"labels": [..], "taints": [..]}`."""

OURS = "gpu-fleet.dev/"
"""Labels that nobody else puts on a node."""

CREDENTIALS = "/var/run/secrets/kubernetes.io/serviceaccount"
MANAGER = "gpu-fleet-node-pools"
TRIES = 5
"""A node that others change at the same moment is read and patched anew."""

Node = dict[str, Any]
Taint = dict[str, Any]
Pools = dict[str, dict[str, Any]]


def main(arguments: list[str]) -> int:
    """1 when a node is claimed by two pools or a change was refused, else 0."""
    pools: Pools = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    server = Server(Path(arguments[1] if len(arguments) > 1 else CREDENTIALS))
    nodes = server.nodes()
    sound = True
    for node in nodes:
        claims = [name for name, pool in pools.items() if belongs(node, pool)]
        if len(claims) > 1:
            sound = say(node, f"belongs to {' and '.join(claims)}; left as it is", sound=False)
        else:
            sound &= settle(server, node, pools[claims[0]] if claims else None)
    present = {node["metadata"]["name"] for node in nodes}
    for name, pool in pools.items():
        for host in pool["hosts"]:
            if host not in present:
                print(f"{host}: no such node; pool {name} names it")  # noqa: T201
    return 0 if sound else 1


def belongs(node: Node, pool: dict[str, Any]) -> bool:
    """Whether the pool names the node, or the node carries all labels of its selector."""
    if node["metadata"]["name"] in pool["hosts"]:
        return True
    labels, selector = node["metadata"].get("labels", {}), pool["selector"]
    # An empty selector selects nothing: those pools name their nodes.
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def settle(server: Server, node: Node, pool: dict[str, Any] | None) -> bool:
    """Patches the node until it is as the pool says; False when it could not be."""
    for _ in range(TRIES):
        patch = change(node, pool)
        if patch is None:
            return True
        status, answer = server.patch(node["metadata"]["name"], patch)
        if status < 300:
            return say(node, "released" if pool is None else "brought to its pool")
        if status == 404:
            return say(node, "gone meanwhile")
        if status != 409:
            return say(node, f"refused: {answer.get('message', status)}", sound=False)
        status, found = server.ask("GET", f"/api/v1/nodes/{node['metadata']['name']}")
        if status == 200:
            node = seen(found)
    return say(node, "changed by others at every try", sound=False)


def change(node: Node, pool: dict[str, Any] | None) -> dict[str, Any] | None:
    """A merge patch from the node as it is to the node as meant; None where they agree."""
    metadata, taints = node["metadata"], node.get("spec", {}).get("taints", [])
    found = metadata.get("labels", {})
    held_labels, held_taints = noted(metadata)
    wanted: dict[str, str] = pool["labels"] if pool else {}
    meant: dict[str, Taint] = {name(taint): taint for taint in pool["taints"]} if pool else {}
    labels = dict.fromkeys(sorted(held_labels & found.keys() - wanted.keys())) | {
        key: value for key, value in wanted.items() if found.get(key) != value
    }
    after = tainted(taints, held_taints, meant)
    # What others had put there in just this way stays theirs.
    theirs = {name(taint) for taint in taints if value(taint) == value(meant.get(name(taint), {}))}
    note = written(
        {key for key in wanted if key in held_labels | labels.keys() or key.startswith(OURS)},
        meant.keys() - (theirs - held_taints),
    )
    if not labels and after == taints and metadata.get("annotations", {}).get(HELD) == note:
        return None
    return {
        "metadata": {
            "labels": labels,
            "annotations": {HELD: note},
            # Taints are one list: it is replaced as a whole, from what was read, or not at all.
            "resourceVersion": metadata["resourceVersion"],
        },
        **({"spec": {"taints": after}} if after != taints else {}),
    }


def tainted(before: list[Taint], held: set[str], meant: dict[str, Taint]) -> list[Taint]:
    """The node's taints: others' as they are, ours as meant, no longer meant ones gone."""
    kept = [taint for taint in before if name(taint) in meant or name(taint) not in held]
    there = {name(taint) for taint in kept}
    after = [
        taint if value(taint) == value(meant.get(name(taint), taint)) else meant[name(taint)]
        for taint in kept
    ]
    return after + [taint for key, taint in meant.items() if key not in there]


def name(taint: Taint) -> str:
    """What Kubernetes tells two taints of a node apart by."""
    return f"{taint['key']}:{taint['effect']}"


def value(taint: Taint) -> str:
    """The taint's value; the API server leaves an empty one out."""
    return str(taint.get("value", ""))


def noted(metadata: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The labels and taints that came from here; none where the note is missing or not ours."""
    try:
        note = json.loads(metadata.get("annotations", {}).get(HELD, "{}"))
        return set(map(str, note.get("labels", []))), set(map(str, note.get("taints", [])))
    except (ValueError, AttributeError, TypeError):
        return set(), set()


def written(labels: set[str], taints: set[str]) -> str | None:
    """The note about what is put on a node; None removes it."""
    if not labels and not taints:
        return None
    note = {"labels": sorted(labels), "taints": sorted(taints)}
    return json.dumps(note, separators=(",", ":"))


def seen(node: Node) -> Node:
    """What is looked at of a node: a thousand whole ones do not fit the pod's memory."""
    metadata = node["metadata"]
    kept = ("name", "labels", "annotations", "resourceVersion")
    return {
        "metadata": {key: metadata[key] for key in kept if key in metadata},
        "spec": {"taints": node["spec"].get("taints", [])},
    }


def say(node: Node, what: str, *, sound: bool = True) -> bool:
    """Prints what happened to the node, and hands back whether that is well."""
    print(f"{node['metadata']['name']}: {what}")  # noqa: T201
    return sound


class Server:
    """The API server that this pod's service account speaks to."""

    def __init__(self, credentials: Path) -> None:
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        self.url = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
        token = (credentials / "token").read_text(encoding="utf-8").strip()
        self.headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        trust = ssl.create_default_context(cafile=str(credentials / "ca.crt"))
        # A proxy for the outside world must not be asked for the cluster's own address.
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        )

    def nodes(self) -> list[Node]:
        """Every node, page by page; ends the process where they may not be listed."""
        found: list[Node] = []
        page = {"limit": "500"}
        while True:
            status, answer = self.ask("GET", f"/api/v1/nodes?{urllib.parse.urlencode(page)}")
            if status >= 300:
                sys.exit(f"nodes cannot be listed: {answer.get('message', status)}")
            found += map(seen, answer["items"])
            if not (more := answer["metadata"].get("continue")):
                return found
            page["continue"] = more

    def patch(self, node: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the answer."""
        return self.ask("PATCH", f"/api/v1/nodes/{node}?fieldManager={MANAGER}", body)

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """The status and the decoded answer, whatever the status."""
        request = urllib.request.Request(  # noqa: S310 - always https, to the cluster's own server
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={**self.headers, "Content-Type": "application/merge-patch+json"},
            method=method,
        )
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            try:
                return refused.code, json.load(refused)
            except ValueError:
                return refused.code, {"message": str(refused.reason)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
