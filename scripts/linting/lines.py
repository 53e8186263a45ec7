"""From something that was made of an environment, back to the line that a person edits.

The id of a construct is a key of the YAML, so most things lead back by their
names. Where nothing does, the cluster's own line is the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.addon import POOL, TENANT
from environments.load import Loaded
from environments.model import Environment
from policies import values
from policies.evidence.environment import Lines
from policies.finding import Path, Place

_ADMISSION = ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")
_WORD = re.compile(r"[^/._]+")


@dataclass(frozen=True, slots=True)
class Editable:
    """The origin of what is made of one part of the environment: the line of that part."""

    lines: Lines
    part: Path

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The part's line, wherever inside the made thing the path leads."""
        return self.lines.place(self.part, at_key=at_key)


def of_manifest(loaded: Loaded, cluster: str, body: Mapping[str, Any]) -> Editable:
    """The line that an object of an addon comes from."""
    return Editable(Lines(loaded.document), _of_object(loaded.environment, cluster, body))


def of_chart(loaded: Loaded, cluster: str) -> Editable:
    """The line that a chart of an addon comes from: how the cluster shares its cards."""
    return Editable(Lines(loaded.document), ("clusters", cluster, "sharing"))


def of_name(loaded: Loaded, cluster: str, *names: str) -> Editable:
    """The line that a Terraform resource comes from, by its construct's path and its name."""
    words = [word for name in names for word in (name, *_WORD.findall(name))]
    return Editable(Lines(loaded.document), _of_words(loaded.environment, cluster, words))


def _of_object(environment: Environment, cluster: str, body: Mapping[str, Any]) -> Path:
    kind = values.text(body, "kind")
    metadata = values.mapping(body, "metadata")
    labels = values.mapping(metadata, "labels")
    name = values.text(metadata, "name")
    pool = values.text(labels, POOL)
    if pool in environment.clusters[cluster].pools:
        return ("clusters", cluster, "pools", pool)
    if kind == "PriorityClass" and name in environment.priorities:
        return ("priorities", name)
    if kind.startswith(_ADMISSION):
        return ("settings", "policy_action")
    namespace = values.text(metadata, "namespace")
    for tenant in (namespace, name, values.text(labels, TENANT)):
        if tenant in environment.tenants and cluster in environment.tenants[tenant].clusters:
            quota = ("quota",) if kind == "ResourceQuota" else ()
            return ("tenants", tenant, "clusters", cluster, *quota)
    return ("clusters", cluster)


def _of_words(environment: Environment, cluster: str, words: list[str]) -> Path:
    for pool in environment.clusters[cluster].pools:
        if any(word in {pool, f"{cluster}-{pool}"} for word in words):
            return ("clusters", cluster, "pools", pool)
    for tenant in environment.tenants:
        if tenant in words:
            return ("tenants", tenant)
    return ("clusters", cluster)
