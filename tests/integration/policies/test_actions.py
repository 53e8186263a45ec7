"""What a refusal means is the environment's to say, and older workloads live on under new rules."""

from __future__ import annotations

from tests.integration.harness import Cluster, eventually
from tests.integration.policies.guarded import guarded
from tests.integration.policies.workloads import deployment
from tests.unit.addons import fleets


def test_an_older_workload_may_be_noted_on_and_not_changed(cluster: Cluster) -> None:
    with guarded(cluster, "slices", fleets.EMBEDDED, action="Audit") as found:
        older = deployment(found.tenant, {"nvidia.com/gpu": "8"})
        eventually("nothing is refused", lambda: found.send(older).refusal is None)
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
        cluster.delete([older])

        assert noted.refusal is None


def test_an_environment_that_only_warns_lets_everything_pass_with_a_warning(
    cluster: Cluster,
) -> None:
    with guarded(cluster, "whole", fleets.PRIVATE, action="Warn") as found:
        slice_ = deployment(found.tenant, {"nvidia.com/gpu": "1", "nvidia.com/gpumem": "2048"})
        eventually("the policy warns", lambda: "slice-on" in found.send(slice_).warnings)

        answer = found.send(slice_)

        assert answer.refusal is None
        assert "hands out whole cards only" in answer.warnings
