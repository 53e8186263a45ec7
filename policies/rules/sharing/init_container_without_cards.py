"""Init container without cards, on a HAMi that forgets such pods

Why: HAMi 2.10.0 takes the cards of a pod whose init container asks for none for free again, once
    the init container is done: three pods of 20,000 MiB were put on one card of 24,000 (measured).
    Model downloads and service meshes add such containers.
Fix: install HAMi 2.9.0, or let each init container ask for a small slice too

Bad (terraform):
    {"resource": {
      "helm_release": {"hami": {"chart": "hami", "version": "2.10.0"}},
      "kubernetes_manifest": {"rank": {"manifest": {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "rank"}, "spec": {
          "initContainers": [{"name": "download"}],
          "containers": [{"name": "rank", "resources": {"limits": {"nvidia.com/gpumem": 2048}}}]
        }
      }}}
    }}
Good (terraform):
    {"resource": {
      "helm_release": {"hami": {"chart": "hami", "version": "2.9.0"}},
      "kubernetes_manifest": {"rank": {"manifest": {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "rank"}, "spec": {
          "initContainers": [{"name": "download"}],
          "containers": [{"name": "rank", "resources": {"limits": {"nvidia.com/gpumem": 2048}}}]
        }
      }}}
    }}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Hami
from policies import gpus, hami, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

FORGETS = "2.10.0"


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Such a pod, where that version is or will be installed."""
    if not _forgets(manifest, fleet):
        return
    for pod in manifest.pods():
        asking = {path for path, _ in gpus.asking(pod)}
        for path, _ in pod.containers():
            if asking and path[-2] == "initContainers" and path not in asking:
                yield Fault(f"HAMi {FORGETS} hands this pod's cards out again", path)


def _forgets(manifest: Manifest, fleet: Fleet) -> bool:
    cluster = whereabouts.cluster(manifest, fleet)
    if cluster is not None:
        return isinstance(cluster.sharing, Hami) and cluster.sharing.version == FORGETS
    versions = [chart.version for chart in hami.releases(fleet, manifest.cluster)]
    return FORGETS in {version.removeprefix("v") for version in versions}
