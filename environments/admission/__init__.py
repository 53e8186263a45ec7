"""The dual-cluster law: what no pod may ask of a cluster, as data.

A GPU cluster hands out whole cards, a vGPU cluster cuts them, and each card is
somebody's. One policy per file: CEL texts, why, fix, and requests that prove it.
`components.addons.admission` has the API server hold them, `policies.cel` reads
manifests by the same texts. A new policy is a new file and its line in `POLICIES`.
"""

from __future__ import annotations

from environments.admission import (
    gpu_memory_in_wrong_unit,
    gpu_pod_past_scheduler,
    gpu_pod_without_priority,
    gpu_pod_without_tenant,
    isolation_switched_off,
    privileged_gpu_pod,
    slice_on_gpu_cluster,
    whole_card_claims_on_vgpu_cluster,
    whole_cards_on_vgpu_cluster,
)
from environments.admission.policy import Policy

POLICIES: tuple[Policy, ...] = (
    whole_cards_on_vgpu_cluster.POLICY,
    whole_card_claims_on_vgpu_cluster.POLICY,
    slice_on_gpu_cluster.POLICY,
    gpu_pod_without_tenant.POLICY,
    gpu_pod_without_priority.POLICY,
    gpu_memory_in_wrong_unit.POLICY,
    gpu_pod_past_scheduler.POLICY,
    privileged_gpu_pod.POLICY,
    isolation_switched_off.POLICY,
)
