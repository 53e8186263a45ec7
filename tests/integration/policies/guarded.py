"""A cluster of a small fleet, applied to the control plane that tests run on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from kubernetes import client

from components import addons
from components.addon import Manifest
from components.addons import admission, slices, translation
from environments.demand import Demand
from environments.model import Environment
from scripts.verification.checks import path_of
from tests.integration.harness import Cluster, eventually
from tests.unit.addons import fleets

_rounds = count(1)
_standing: list[str] = []
"""The one cluster that the control plane is at the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API server said."""

    status: int
    body: dict[str, Any]
    warnings: str

    @property
    def refusal(self) -> str | None:
        """Its reason, where it refused."""
        return None if self.status < 300 else str(self.body.get("message"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A control plane that is one of the fleet's clusters for a while."""

    cluster: Cluster
    environment: Environment
    name: str
    tenant: str

    def send(self, manifest: Manifest, *, dry_run: bool = True) -> Answer:
        """Create the object, or see what would come of it."""
        query = [("dryRun", "All")] if dry_run else []
        return request(self.cluster, "POST", path_of(manifest).rpartition("/")[0], manifest, query)

    def patch(self, manifest: Manifest, change: Mapping[str, Any]) -> Answer:
        """Merge the change into the object, or see what would come of it."""
        return request(self.cluster, "PATCH", path_of(manifest), change, [("dryRun", "All")])

    def events(self, reason: str) -> list[str]:
        """What the events of that reason in the tenant's namespace say."""
        path = f"/api/v1/namespaces/{self.tenant}/events"
        found = self.cluster.live.get(path) or {}
        return [event["message"] for event in found["items"] if event["reason"] == reason]


@contextmanager
def guarded(
    cluster: Cluster, name: str, cloud: dict[str, str], *, action: str = "Deny", **how: Any
) -> Iterator[Guarded]:
    """The tenancy layer of a cluster, and the translation where there is one; taken away after."""
    assert not _standing, f"the policies of {_standing[0]} are still in force"
    # A namespace takes its time to go, so each round has tenants of its own.
    prefix = f"{name}-{next(_rounds)}-"
    fleet = fleets.fleet(cloud=cloud, prefix=prefix, action=action, **how)
    found = Guarded(cluster=cluster, environment=fleet, name=name, tenant=f"{prefix}search")
    manifests = layers(fleet, name, fleets.demand(prefix))
    _standing.append(name)
    try:
        cluster.apply(manifests)
        if action == "Deny":
            eventually("the policies are in force", lambda: not unproven(found))
        yield found
    finally:
        cluster.delete(manifests)
        _standing.clear()


def layers(fleet: Environment, name: str, demand: Demand) -> list[Manifest]:
    """What is applied: no charts, and no namespaces for them."""
    found = list(addons.tenancy(fleet, name, demand))
    if slices.translated(fleet.clusters[name]):
        found.insert(0, translation.addon(fleet, name, demand))
    return [manifest for addon in found for manifest in addon.manifests]


def unproven(found: Guarded) -> list[str]:
    """The proofs that do not hold, and what was answered instead."""
    answers = [
        (proof, found.send(proof.manifest).refusal)
        for proof in admission.proofs(found.environment, found.name)
    ]
    return [
        f"{proof.policy}, {proof.title}: {answer}"
        for proof, answer in answers
        if not proof.holds(answer)
    ]


def request(
    cluster: Cluster, method: str, path: str, body: Mapping[str, Any], query: list[tuple[str, str]]
) -> Answer:
    """One request with its whole answer, warnings included."""
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    try:
        response = cluster.api.call_api(
            path,
            method,
            query_params=query,
            header_params={"Accept": "application/json", "Content-Type": kind},
            body=body,
            auth_settings=["BearerToken"],
            _preload_content=False,
            _return_http_data_only=True,
        )
    except client.ApiException as error:
        return Answer(status=error.status, body=json.loads(error.body), warnings="")
    return Answer(
        status=response.status,
        body=json.loads(response.data),
        warnings=response.headers.get("Warning", ""),
    )
