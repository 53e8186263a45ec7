"""Live clusters as evidence: what is there now, whoever put it there. Nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from environments.errors import UsageError
from environments.phrases import known_or_meant
from policies.evidence import live
from scripts.linting.collected import Evidence


def add_cluster(evidence: Evidence, word: str) -> None:
    """The objects of a cluster: `NAME=KUBECONFIG`, or the kubeconfig alone.

    A name is one of the environment's clusters, so that rules know what it is for.
    Raises `UsageError` for a name that is none, `OutsideError` where the cluster does
    not answer.
    """
    name, file = _parts(evidence, word)
    from scripts.live import Forbidden, Live  # The client loads half a second.

    server = Live(name or file.name, file.expanduser())
    for path, version, kind in live.COLLECTIONS:
        try:
            items: list[dict[str, Any]] = server.list(path, dict[str, Any])
        except Forbidden:
            evidence.notes.append(f"{server.name}: {kind} may not be read; not judged")
            continue
        evidence.subjects += live.of_items(items, version, kind, name)


def _parts(evidence: Evidence, word: str) -> tuple[str | None, Path]:
    name, equals, file = word.partition("=")
    if not equals:
        return None, Path(word)
    clusters = evidence.loaded.environment.clusters if evidence.loaded else {}
    if name not in clusters:
        hint = known_or_meant(name, clusters) if clusters else "; give ENV, or the kubeconfig alone"
        msg = f'--live: no cluster "{name}"{hint}'
        raise UsageError(msg)
    return name, Path(file)
