"""Who writes a template of a pod is told at once; who only notes something on one is let through."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.harness import Cluster, eventually
from tests.integration.policies.guarded import Guarded, guarded
from tests.unit.addons import fleets

TENANT = "gpu-fleet.dev/tenant"


def _template(tenant: str, limits: dict[str, str], restart: str) -> dict[str, Any]:
    container = {"name": "main", "image": "pause", "resources": {"limits": limits}}
    return {
        "metadata": {"labels": {TENANT: tenant, "app": "x"}},
        "spec": {
            "restartPolicy": restart,
            "priorityClassName": "serving",
            "containers": [container],
        },
    }


def _deployment(tenant: str, limits: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "older", "namespace": tenant},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "x"}},
            "template": _template(tenant, limits, "Always"),
        },
    }


def _job(tenant: str, limits: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "older", "namespace": tenant},
        "spec": {"suspend": True, "template": _template(tenant, limits, "Never")},
    }


def _cron_job(tenant: str, limits: dict[str, str]) -> dict[str, Any]:
    job = _job(tenant, limits)
    return {
        **job,
        "kind": "CronJob",
        "spec": {
            "schedule": "0 0 1 1 *",
            "suspend": True,
            "jobTemplate": {"spec": {"template": job["spec"]["template"]}},
        },
    }


@pytest.mark.parametrize("make", [_deployment, _job, _cron_job])
def test_a_template_is_refused_as_its_pods_would_be(translated: Guarded, make: Any) -> None:
    refused = translated.send(make(translated.tenant, {"nvidia.com/gpu": "8"})).refusal
    allowed = translated.send(make(translated.tenant, {"nvidia.com/gpumem": "2048"})).refusal

    assert refused is not None
    assert "whole-cards-on-vgpu-cluster" in refused
    assert "asks for 8 whole cards" in refused
    assert allowed is None


def test_an_older_workload_may_be_noted_on_and_not_changed(cluster: Cluster) -> None:
    with guarded(cluster, "slices", fleets.EMBEDDED, action="Audit") as found:
        older = _deployment(found.tenant, {"nvidia.com/gpu": "8"})
        cluster.apply([older])
        binding = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": "whole-cards-on-vgpu-cluster"},
            "spec": {"policyName": "whole-cards-on-vgpu-cluster", "validationActions": ["Deny"]},
        }
        cluster.apply([binding])
        grown = {"spec": {"replicas": 1}}
        eventually("the policy is in force", lambda: found.patch(older, grown).refusal)

        noted = found.patch(older, {"metadata": {"annotations": {"note": "by a controller"}}})

        assert noted.refusal is None
        cluster.delete([older])


def test_an_environment_that_only_warns_lets_everything_pass_with_a_warning(
    cluster: Cluster,
) -> None:
    with guarded(cluster, "whole", fleets.PRIVATE, action="Warn") as found:
        slice_ = _deployment(found.tenant, {"nvidia.com/gpu": "1", "nvidia.com/gpumem": "2048"})
        eventually("the policy warns", lambda: "slice-on" in found.send(slice_).warnings)

        answer = found.send(slice_)

        assert answer.refusal is None
        assert "hands out whole cards only" in answer.warnings
