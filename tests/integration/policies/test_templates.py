"""Who writes a template of a pod is told at once, not by a controller's events."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.policies.guarded import Guarded
from tests.integration.policies.workloads import cron_job, deployment, job


@pytest.mark.parametrize("make", [deployment, job, cron_job])
def test_a_template_is_refused_as_its_pods_would_be(translated: Guarded, make: Any) -> None:
    refused = translated.send(make(translated.tenant, {"nvidia.com/gpu": "8"})).refusal
    allowed = translated.send(make(translated.tenant, {"nvidia.com/gpumem": "2048"})).refusal

    assert refused is not None
    assert "whole-cards-on-vgpu-cluster" in refused
    assert "asks for 8 whole cards" in refused
    assert allowed is None
