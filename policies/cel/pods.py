"""Admission policies as rules about manifests: the same texts, read before anything is applied.

Where the manifest's cluster is known, a policy is asked with its constants, and
only those are asked that hold there. Files of others have no cluster: there a
policy is asked if what the pod itself requests says which kind of cluster it is
meant for, and if it needs to know nothing else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from cel_expr_python import cel

from environments import cards, keys
from environments.admission.place import Place
from environments.admission.policy import Policy as Definition
from policies import values, whereabouts
from policies.cel import blame, essence, example, requests, text
from policies.cel.policy import Policy, Validation
from policies.finding import Severity
from policies.objects import Manifest
from policies.pods import TEMPLATES, PodTemplate
from policies.rule import Docs, Fault, Rule, parse
from policies.subject import Fleet

CLAIMS = ("ResourceClaim", "ResourceClaimTemplate")

_SLICED = frozenset(keys.HAMI_RESOURCES) - {keys.GPU}


def rule(definition: Definition) -> Rule:
    """The rule that asks one of our policies."""
    judge = Asked(definition)
    about_pods = not any("resourceclaims" in found["resources"] for found in definition.resources)
    return PolicyRule(
        definition=definition,
        id=definition.name,
        pack="pods",
        severity=Severity.named(definition.severity),
        judges=Manifest,
        types=frozenset(TEMPLATES if about_pods else CLAIMS),
        check=judge.pods if about_pods else judge.claims,
        text=definition.title,
    )


@dataclass(frozen=True, kw_only=True)
class PolicyRule(Rule):
    """A rule whose words are a policy's; its examples are made when they are asked for."""

    definition: Definition = field(repr=False)

    @cached_property
    def docs(self) -> Docs:
        """Title, why, fix and examples."""
        return parse(_text(self.definition))


@dataclass(frozen=True)
class Asked:
    """One policy, asked about manifests."""

    definition: Definition

    def pods(self, manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
        """What it has against the pods of the manifest."""
        if manifest.namespace in keys.SYSTEM_NAMESPACES:
            return
        place = place_of(manifest, fleet)
        if not self._may_ask(place):
            return
        passed = self._passed(place, fleet)
        for pod in _pods(manifest, fleet):
            decisive = pod.essence if self.is_decided else None
            # Most pods are like one that passed: nothing is asked about them.
            if decisive is not None and decisive in passed:
                continue
            refused = False
            for fault in self._faults(pod, place, fleet):
                refused = True
                yield fault
            if decisive is not None and not refused:
                passed.add(decisive)

    def _passed(self, place: Place | None, fleet: Fleet) -> set[bytes]:
        """What it had nothing against in this run, in one cluster."""
        cluster = None if place is None else place.cluster_name
        found: set[bytes] = fleet.kept.setdefault((_PASSED, self.definition.name, cluster), set())
        return found

    def _faults(self, pod: _Pod, place: Place | None, fleet: Fleet) -> Iterator[Fault]:
        policy = self._policy(place, pod.body)
        if policy is None:
            return
        request = _request(pod.body)
        if self.speaks_of_namespaces:
            request["namespaceObject"] = self._namespace(pod.manifest, fleet)
            loaded = text.activation(request)
        else:
            loaded = pod.loaded
        if refusals := policy.asked(loaded, request):
            yield from blame.faults(policy, request, pod.template, refusals, self.definition.fields)

    def claims(self, manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
        """What it has against a claim of devices, or a template of one."""
        place = place_of(manifest, fleet)
        if place is None or place.cluster.mode not in self.definition.modes:
            return
        body = requests.without_nulls(manifest.body)
        request = {"object": body, "request": requests.OPERATION}
        for refusal in self._of(place.constants()).refusals(request):
            yield blame.fault(refusal, blame.where(body, (), self.definition.fields))

    def _may_ask(self, place: Place | None) -> bool:
        """Whether it holds in the cluster, or can be asked where nobody knows which one it is."""
        if place is None:
            return self.for_strangers
        return place.cluster.mode in self.definition.modes

    def _policy(self, place: Place | None, pod: dict[str, Any]) -> Policy | None:
        """The policy with the constants of the place; None where it is not asked of the pod."""
        if place is not None:
            return self._of(place.constants())
        if not self._concerns(pod):
            return None
        if "none" not in self.definition.modes and not asks_for_slices(pod):
            return None
        return self._of(_stranger())

    def _concerns(self, pod: dict[str, Any]) -> bool:
        """Elsewhere a claim may be one of any device: only keys are known to mean cards."""
        return "asks-for-cards" not in self.definition.conditions or asks_for_cards(pod)

    @cached_property
    def speaks_of_namespaces(self) -> bool:
        """Whether it must know whose namespace a pod is in."""
        return _policy(self.definition, {}).names("namespaceObject")

    @cached_property
    def is_decided(self) -> bool:
        """Whether pods that are alike in their essence are alike to it."""
        return essence.decides(self.definition)

    @cached_property
    def for_strangers(self) -> bool:
        """Whether it can be asked where nothing is known of the cluster."""
        everywhere = self.definition.modes != {"none"} and not self.speaks_of_namespaces
        return everywhere and set(self.definition.constants_used()) <= _stranger().keys()

    def _of(self, constants: Mapping[str, str]) -> Policy:
        at = tuple(sorted(constants.items()))
        if at not in self._compiled:
            self._compiled[at] = _policy(self.definition, constants)
        return self._compiled[at]

    @cached_property
    def _compiled(self) -> dict[tuple[tuple[str, str], ...], Policy]:
        return {}

    def _namespace(self, manifest: Manifest, fleet: Fleet) -> dict[str, Any]:
        name = manifest.namespace or "default"
        for found in fleet.manifests("Namespace", cluster=manifest.cluster):
            if found.name == name:
                cleaned: dict[str, Any] = requests.without_nulls(found.body)
                return cleaned
        # One of the cluster's own, or of somebody else: it has no tenant.
        return {"metadata": {"name": name}}


_KEPT = "pods as requests"
_PASSED = "essences of pods that passed"


@dataclass(frozen=True)
class _Pod:
    """A pod of a manifest; what policies need of it is made once, when one needs it."""

    template: PodTemplate
    manifest: Manifest

    @cached_property
    def essence(self) -> bytes | None:
        """All that decides about it."""
        return essence.of(self.template, self.manifest)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The pod as its controller sends it."""
        return requests.pod(self.template, self.manifest)

    @cached_property
    def loaded(self) -> cel.Activation:
        """The request that creates it, as expressions speak of it."""
        return text.activation(_request(self.body))


def _pods(manifest: Manifest, fleet: Fleet) -> list[_Pod]:
    """The pods of the manifest, the same for all policies."""
    # Of one manifest at a time: rules come subject by subject, and this is much to keep.
    kept: tuple[Manifest, list[_Pod]] | None = fleet.kept.get(_KEPT)
    if kept is None or kept[0] is not manifest:
        kept = (manifest, [_Pod(template, manifest) for template in manifest.pods()])
        fleet.kept[_KEPT] = kept
    return kept[1]


def _request(pod: dict[str, Any]) -> dict[str, Any]:
    return {"object": pod, "request": requests.OPERATION}


@cache
def _stranger() -> dict[str, str]:
    """The constants of a policy where nothing is known of the cluster."""
    largest = max(card.memory_mib for card in cards.table().values())
    return {
        "cluster": "'any cluster'",
        "elsewhere": "'another cluster'",
        "largestCard": str(largest),
    }


def place_of(manifest: Manifest, fleet: Fleet) -> Place | None:
    """The cluster that the manifest goes to, where it is one of the fleet's."""
    name = whereabouts.cluster_name(manifest, fleet)
    if name is None or fleet.environment is None:
        return None
    return Place(environment=fleet.environment, cluster_name=name)


def asks_for_slices(pod: Mapping[str, Any]) -> bool:
    """Whether some container asks for a part of a card, in HAMi's keys."""
    return any(key in _SLICED for key in _asked(pod))


def asks_for_cards(pod: Mapping[str, Any]) -> bool:
    """Whether some container asks for a card, or a part of one, in any key of NVIDIA's."""
    return any(key.startswith("nvidia.com/") for key in _asked(pod))


def _asked(pod: Mapping[str, Any]) -> Iterator[str]:
    spec = values.mapping(pod, "spec")
    return (
        key
        for part in ("containers", "initContainers")
        for container in values.sequence(spec, part)
        for key in values.mapping(container, "resources", "limits")
    )


def _policy(definition: Definition, constants: Mapping[str, str]) -> Policy:
    used = {name: constants.get(name, "''") for name in definition.constants_used()}
    return Policy(
        name=definition.name,
        conditions=definition.conditions,
        variables=definition.variables_with(used),
        validations=tuple(
            Validation(expression=found.expression, message=found.message)
            for found in definition.validations
        ),
    )


# --- documentation -------------------------------------------------------------


def _text(definition: Definition) -> str:
    """What the docstring of a rule file says, of a rule that is data."""
    title = definition.title[:1].upper() + definition.title[1:]
    place = example.place(definition)
    parts = [f"{title}\n\nWhy: {definition.why}\nFix: {definition.fix}\n"]
    for word, allowed in (("Bad", False), ("Good", True)):
        shown = next(found for found in definition.examples(place) if found.allowed is allowed)
        body = textwrap.indent(_shown(definition, place, shown.manifest), "    ")
        parts.append(f"{word} (manifest):\n{body}")
    return "\n".join(parts)


def _shown(definition: Definition, place: Place, manifest: Mapping[str, Any]) -> str:
    """An example, with what must be known of the place around it."""
    judge, documents = Asked(definition), [manifest]
    where = "" if judge.for_strangers else f"# cluster: {place.cluster_name}\n"
    if judge.speaks_of_namespaces:
        documents.append(example.namespace(place))
    return where + "---\n".join(example.yaml(document) for document in documents)
