"""How does an Addon become Terraform resources?

One `kubectl_manifest` per manifest and one `helm_release` per chart, addressed by
what they are, as in `kubectl_manifest.ResourceQuota-search-gpu`. (One resource over
a map of manifests would be fewer words, but Terraform reads the whole map anew for
each of its instances: 120 nodes then cost 15 s of processor time instead of 4 s.)

Only what must be there first is waited for: a namespace before what is in it, a
CustomResourceDefinition before its objects, an addon's manifests before its
charts, and a chart before the addons after it. All else is applied side by side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from components import cdk
from components.addon import Addon, Chart, Manifest, identity
from components.bindings import helm, kubectl
from components.charts import archive
from components.element import literal

ROLLED_OUT = ("Deployment", "APIService")
"""Kinds that the provider waits for unless told not to."""


FIXED = ("PriorityClass", "ResourceClaimTemplate", "RuntimeClass")
"""Kinds whose content the API server lets nobody change: another one takes their place.

As an edit in place it would fail, after a plan that promised it; and the provider would
note it as done all the same (measured), so that the next plan would be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSource:
    """Where charts come from, and whether to wait for what is in them."""

    directory: Path | None = None
    """A directory of charts; None for each chart's own repository."""
    wait: bool = True
    """Until a chart's pods are ready; simulated nodes have no place for them."""


class Placed:
    """An addon as resources of a stack."""

    def __init__(
        self,
        stack: cdk.TerraformStack,
        *,
        addon: Addon,
        charts: ChartSource | None,
        earlier: Sequence[Placed] = (),
    ) -> None:
        """`earlier` are the addons placed before; without `charts`, charts are left out."""
        self._stack = stack
        self._earlier = tuple(earlier)
        self.bases: dict[str, kubectl.Manifest] = {}
        """Namespaces by name, and CustomResourceDefinitions by API group."""
        self.releases: list[helm.Release] = []
        manifests = sorted(addon.manifests, key=lambda manifest: _base(manifest) is None)
        placed = [self._manifest(addon, manifest) for manifest in manifests]
        for chart in addon.charts if charts else ():
            self.releases.append(self._release(chart, charts or ChartSource(), placed))

    def _manifest(self, addon: Addon, manifest: Manifest) -> kubectl.Manifest:
        settings: kubectl.ManifestArguments = {
            "yaml_body": literal(_json(manifest)),
            "server_side_apply": True,
            # What is described here is ours; what controllers own is ignored, below.
            "force_conflicts": True,
        }
        if ignored := addon.ignore.get(manifest["kind"]):
            settings["ignore_fields"] = list(ignored)
        if manifest["kind"] in FIXED:
            settings["force_new"] = True
        if manifest["kind"] in ROLLED_OUT:
            # Whether pods come up is for `fleet verify` to say.
            settings["wait_for_rollout"] = False
        placed = kubectl.Manifest(
            self._stack,
            address(identity(manifest)),
            depends_on=list(self._needs(manifest)),
            **settings,
        )
        base = _base(manifest)
        if base is not None:
            self.bases[base] = placed
        return placed

    def _release(
        self, chart: Chart, charts: ChartSource, manifests: Sequence[kubectl.Manifest]
    ) -> helm.Release:
        settings: helm.ReleaseArguments = {
            "name": chart.release,
            "namespace": chart.namespace,
            "create_namespace": True,
            "chart": chart.name,
            "values": [literal(_yaml(chart.values))],
            "wait": charts.wait,
            "max_history": 10,
        }
        if charts.directory is None:
            settings |= {"repository": chart.repository, "version": chart.version}
        else:
            settings["chart"] = str(archive(chart, charts.directory))
        needs = [*self._charts_before(), *manifests, *self.releases]
        return helm.Release(self._stack, address(chart.release), depends_on=needs, **settings)

    def _needs(self, manifest: Manifest) -> Iterator[cdk.ITerraformDependable]:
        yield from self._charts_before()
        wanted = {
            f"Namespace/{manifest['metadata'].get('namespace')}",
            f"Group/{manifest['apiVersion'].rpartition('/')[0]}",
        }
        for placed in (*self._earlier, self):
            yield from (base for name, base in placed.bases.items() if name in wanted)

    def _charts_before(self) -> Iterator[cdk.ITerraformDependable]:
        for placed in self._earlier:
            yield from placed.releases


def address(identity: str) -> str:
    """The name of an object's resource: Terraform knows no dots and colons in names."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", identity)


def _base(manifest: Manifest) -> str | None:
    """What other manifests need this one for."""
    match manifest["kind"]:
        case "Namespace":
            return f"Namespace/{manifest['metadata']['name']}"
        case "CustomResourceDefinition":
            return f"Group/{manifest['spec']['group']}"
        case _:
            return None


def _json(manifest: Manifest) -> str:
    # JSON is YAML, and is written a hundred times faster.
    return json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))


def _yaml(values: Mapping[str, object]) -> str:
    # A person reads the values in a plan.
    return yaml.safe_dump(dict(values), sort_keys=False, width=100)
