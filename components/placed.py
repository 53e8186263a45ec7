"""How does an Addon become Terraform resources?

Equal things share a resource: the manifests of one kind in one addon are one
`kubectl_manifest` over a map, addressed by the object itself, as in
`kubectl_manifest.tenants-ResourceQuota["ResourceQuota-search-gpu"]`. A pool of a
hundred nodes is then one construct instead of a hundred, and its plan reads the same.

Only what must be there first is waited for: a namespace before what is in it, a
CustomResourceDefinition before its objects, and a chart before the addons after
it. Everything else is applied side by side.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from components import cdk
from components.addon import Addon, Chart, Manifest, identity
from components.bindings import helm, kubectl
from components.bindings.element import literal
from environments.errors import OutsideError

FOUNDATIONS = ("Namespace", "CustomResourceDefinition")
"""Kinds that other objects cannot be made without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSource:
    """Where charts come from, and whether to wait for what is in them."""

    directory: Path | None = None
    """A directory of chart archives; None for each chart's own repository."""
    wait: bool = True
    """Until the pods of a chart are ready; never so on simulated nodes."""


class Placed(cdk.Construct):
    """An addon, as resources of the stack that it is placed in."""

    foundations: tuple[cdk.ITerraformDependable, ...]
    """What later addons have to wait for."""

    def __init__(
        self,
        scope: cdk.Construct,
        id: str,  # noqa: A002 - the CDK's own name for it
        *,
        addon: Addon,
        charts: ChartSource | None,
        after: Sequence[cdk.ITerraformDependable] = (),
    ) -> None:
        """Without `charts`, an addon's charts are left out."""
        super().__init__(scope, id)
        groups = _by_kind(addon.manifests)
        bases = [self._manifests(addon, groups, kind, after) for kind in FOUNDATIONS if kind in groups]
        others = [
            self._manifests(addon, groups, kind, [*after, *bases])
            for kind in groups
            if kind not in FOUNDATIONS
        ]
        releases: list[helm.Release] = []
        for chart in addon.charts if charts else ():
            needs = [*after, *bases, *others, *releases]
            releases.append(self._release(chart, charts or ChartSource(), needs))
        self.foundations = (*bases, *releases)

    def _manifests(
        self,
        addon: Addon,
        groups: Mapping[str, Mapping[str, Manifest]],
        kind: str,
        after: Sequence[cdk.ITerraformDependable],
    ) -> kubectl.Manifest:
        bodies = {key: literal(_json(manifest)) for key, manifest in groups[kind].items()}
        ignored = {"ignore_fields": list(addon.ignore[kind])} if addon.ignore.get(kind) else {}
        placed = kubectl.Manifest(
            self,
            kind,
            for_each=bodies,
            yaml_body="${each.value}",
            server_side_apply=True,
            # What is described here is ours; what controllers own is in `ignore`.
            force_conflicts=True,
            # Whether pods come up is for `fleet verify` to say, not for apply to wait on.
            wait_for_rollout=False,
            depends_on=after,
            **ignored,
        )
        placed.override_logical_id(f"{addon.name}-{kind}")
        return placed

    def _release(
        self, chart: Chart, charts: ChartSource, after: Sequence[cdk.ITerraformDependable]
    ) -> helm.Release:
        released = helm.Release(
            self,
            chart.release,
            name=chart.release,
            namespace=chart.namespace,
            create_namespace=True,
            values=[literal(yaml.safe_dump(dict(chart.values)))],
            wait=charts.wait,
            max_history=10,
            depends_on=after,
            **_origin(chart, charts.directory),
        )
        released.override_logical_id(chart.release)
        return released


def _by_kind(manifests: Sequence[Manifest]) -> dict[str, dict[str, Manifest]]:
    groups: dict[str, dict[str, Manifest]] = {}
    for manifest in manifests:
        group = groups.setdefault(manifest["kind"], {})
        key = identity(manifest)
        if key in group:
            raise AssertionError(f"this is a bug: {key} is twice in one addon")
        group[key] = manifest
    return groups


def _json(manifest: Manifest) -> str:
    # JSON is YAML, and dumps a hundred times faster.
    return json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))
