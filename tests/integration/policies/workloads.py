"""Pods with cards, and objects at rest that would make some."""

from __future__ import annotations

from typing import Any

from environments.admission import request
from environments.admission.place import Place
from tests.integration.policies.guarded import Guarded

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


def deployment(tenant: str, limits: dict[str, str]) -> dict[str, Any]:
    """No pods yet."""
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


def job(tenant: str, limits: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "older", "namespace": tenant},
        "spec": {"suspend": True, "template": _template(tenant, limits, "Never")},
    }


def cron_job(tenant: str, limits: dict[str, str]) -> dict[str, Any]:
    made = job(tenant, limits)
    return {
        **made,
        "kind": "CronJob",
        "spec": {
            "schedule": "0 0 1 1 *",
            "suspend": True,
            "jobTemplate": {"spec": {"template": made["spec"]["template"]}},
        },
    }


def pod(found: Guarded, limits: dict[str, str], name: str = "pod", **spec: Any) -> dict[str, Any]:
    """A pod of the tenant, of that name."""
    place = Place(environment=found.environment, cluster_name=found.name)
    made = request.pod(place, limits, **spec)
    made["metadata"]["name"] = name
    return made
