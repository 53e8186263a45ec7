"""Chart from a repository that is not known here

Why: a chart runs with the rights of the one who applies it; names of well-known charts are
    offered by strangers as well.
Fix: use the project's own repository, or mirror the chart into a registry of yours (oci://)
    and waive this rule for it.

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "version": "2.10.0",
      "repository": "https://charts.stranger.example"}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "version": "2.10.0",
      "repository": "https://project-hami.github.io/HAMi/"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_expression

KNOWN = (
    "charts.bitnami.com/bitnami",
    "charts.jetstack.io",
    "fluid-cloudnative.github.io/charts",
    "grafana.github.io/helm-charts",
    "helm.ngc.nvidia.com/nvidia",
    "kedacore.github.io/charts",
    "kubernetes-sigs.github.io",
    "kubernetes.github.io",
    "kuberay.github.io",
    "kyverno.github.io/kyverno",
    "mellanox.github.io",
    "nvidia.github.io",
    "project-hami.github.io",
    "prometheus-community.github.io/helm-charts",
    "ray-project.github.io/kuberay-helm",
    "volcano-sh.github.io/helm-charts",
    "ghcr.io/kubernetes-sigs",
    "ghcr.io/nvidia",
    "ghcr.io/prometheus-community/charts",
    "ghcr.io/project-hami",
    "registry.k8s.io",
    "registry-1.docker.io/bitnamicharts",
)
"""Hosts and paths of the projects that GPU clusters are made of."""
OWN = (".aliyuncs.com", ".tencentcloudcr.com", ".ccs.tencentyun.com", ".volces.com")
"""Registries of the clouds' customers: an account of yours, or at least of somebody who pays."""


@rule(Severity.LOW, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """Neither a known project's repository nor a registry in a cloud."""
    path = "repository" if chart.repository else "name"
    url = chart.repository or chart.name
    if is_expression(url):
        yield Fault("the repository is known after an apply only", (path,), "unknown")
    elif "://" in url and not _is_known(url):
        yield Fault(
            f"{secrets.without_password(url)} is not a repository that is known here", (path,)
        )


def _is_known(url: str) -> bool:
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return False
    host = parts.hostname or ""
    place = f"{host}{parts.path}".rstrip("/") + "/"
    loopback = host in {"localhost", "127.0.0.1", "::1"}
    return loopback or host.endswith(OWN) or place.startswith(tuple(f"{one}/" for one in KNOWN))
