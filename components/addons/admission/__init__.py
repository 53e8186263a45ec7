"""The dual-cluster law, held by the API server itself, and the requests that prove it.

A GPU cluster hands out whole cards, a vGPU cluster cuts them, and each card is
somebody's. The policies are data (`environments.admission`); here is what a
cluster gets of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.addon import Addon, Manifest
from components.addons.admission import rendering
from environments.admission import POLICIES, own
from environments.admission.place import Place
from environments.admission.policy import Policy
from environments.demand import Demand
from environments.model import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One request that shows a policy at work, when it is sent with `dryRun: All`.

    `manifest` has a name and a namespace of its own. A request that is
    allowed may still be refused by somebody else, a quota that is used up for
    one; that shows the policy passed, for quotas are asked after it.
    """

    policy: str
    title: str
    manifest: Manifest
    allowed: bool

    @property
    def namespace(self) -> str:
        """Where it is sent to."""
        return str(self.manifest["metadata"]["namespace"])

    def holds(self, refusal: str | None) -> bool:
        """Whether the answer proves the policy; `refusal` is the API server's message, if any.

        Only where the environment's `policy_action` is Deny: otherwise nothing
        is refused, and a warning says it.
        """
        refused = f"ValidatingAdmissionPolicy '{self.policy}'" in (refusal or "")
        return refused is not self.allowed


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The policies of the cluster and of its users, with their bindings."""
    place = Place(environment=environment, cluster_name=cluster_name)
    found = policies(environment, cluster_name)
    manifests = [manifest for policy in found for manifest in rendering.manifests(policy, place)]
    for policy in own.of(environment):
        manifests += rendering.of_users(policy, environment.settings.policy_action)
    return Addon(name="admission", manifests=tuple(manifests))


def policies(environment: Environment, cluster_name: str) -> tuple[Policy, ...]:
    """The policies that the cluster gets."""
    place = Place(environment=environment, cluster_name=cluster_name)
    return tuple(found for found in POLICIES if found.applies(place))


def proofs(environment: Environment, cluster_name: str) -> tuple[Proof, ...]:
    """Each example of each policy of the cluster; none where no tenant has a share of it."""
    if not environment.tenants_of(cluster_name):
        return ()
    place = Place(environment=environment, cluster_name=cluster_name)
    return tuple(
        Proof(
            policy=policy.name,
            title=example.title,
            manifest=_called(f"proof-{policy.name}-{at}", example.manifest),
            allowed=example.allowed,
        )
        for policy in policies(environment, cluster_name)
        for at, example in enumerate(policy.examples(place))
    )


def _called(name: str, manifest: Manifest) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], "name": name}}
