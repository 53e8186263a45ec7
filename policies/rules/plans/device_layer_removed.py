"""Plan that removes what hands out cards

Why: without its device plugin a node has no cards to give: new pods wait, and with HAMi gone
    the pods that run keep the cards and lose the limits between them.
Fix: drain the GPU nodes first; where one release takes the place of another, install the new
    one before the old one goes.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "helm_release.hami", "type": "helm_release", "name": "hami",
       "change": {"actions": ["delete"], "before": {"chart": "hami"}, "after": null}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "helm_release.hami", "type": "helm_release", "name": "hami",
       "change": {"actions": ["update"], "before": {"chart": "hami", "version": "2.9.0"},
       "after": {"chart": "hami", "version": "2.10.0"}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity, dotted
from policies.rule import Fault, rule
from policies.subject import Change, Fleet

CHARTS = {"hami", "hami-dra", "nvidia-device-plugin", "gpu-operator", "nvidia-dra-driver-gpu"}
ADDONS = {"nvidia-device-plugin", "ack-nvidia-device-plugin", "rdma-device-plugin"}
FIELDS = {
    "helm_release": ("chart", CHARTS),
    "volcengine_vke_addon": ("name", ADDONS),
    "volcenginecc_vke_addon": ("name", ADDONS),
    "tencentcloud_kubernetes_addon": ("addon_name", ADDONS),
    "alicloud_cs_kubernetes_addon": ("name", ADDONS),
}


@rule(Severity.HIGH, judges=Change, types=tuple(FIELDS))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """A chart or an addon with a device plugin is destroyed, for good or for a while."""
    field, names = FIELDS[change.type]
    name = change.had(field)
    if not change.deletes or not isinstance(name, str):
        return
    if name.rpartition("/")[2] in names:
        paths = change.replace_paths
        because = f" because of {', '.join(map(dotted, paths))}" if paths else ""
        word = "replaced" if change.replaces else "removed"
        yield Fault(f"{name} is {word}{because}", paths[0] if paths else ())
