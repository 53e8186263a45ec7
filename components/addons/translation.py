"""HAMi's keys turned into claims by the API server itself: a twin without HAMi.

So the pods of a rehearsal are production's own, and the stock scheduler cuts
the cards. A MutatingAdmissionPolicy does to a pod what HAMi's DRA webhook would
do, with no process to run:

- each container's request becomes a claim from the template of its name
  (`vgpu-<cards>x<MiB|percent p|all>-<cores>`, made by `claim_templates`);
- what HAMi fills in is filled in: one card for a slice, all cores for a whole card;
- an init container that asks what a container asks shares its claim;
- the container keeps its MiB, over all its cards, as `twin.gpu-fleet.dev/gpumem`:
  by it full nodes drop out before the slow DRA filter, and quotas are held;
- a pod that the policies about cards would refuse is left as it is, so that they
  see, and quote, what the user wrote.

Two things are coarser than HAMi: shares of a card (`gpumem-percentage`) want a
template that the demand does not make, and a whole card counts as the smallest
of the cluster in the node's memory, never in the card's.
"""

from __future__ import annotations

from components.addon import Addon, Manifest
from components.addons.admission.rendering import named
from components.addons.metadata import USER_NAMESPACES, metadata
from components.addons.slices import (
    CORES,
    DEVICE_CLASS,
    EXCLUSIVE,
    GPU,
    MEMORY,
    PERCENTAGE,
    TWIN_MEMORY,
)
from environments.admission.gpu_memory_in_wrong_unit import POLICY as UNITS
from environments.admission.place import Place, card_memories
from environments.admission.whole_cards_on_vgpu_cluster import POLICY as WHOLE_CARDS
from environments.demand import Demand
from environments.model import Environment

NAME = "hami-to-dra"

_ASKS = (
    "(object.spec.containers + object.spec.?initContainers.orValue([]))"
    f".exists(c, c.?resources.?limits.orValue({{}}).exists(k, k.startsWith('{GPU}')))"
)
# The JSON pointer of a key is written with ~1 for its slash.
_POINTER = TWIN_MEMORY.replace("/", "~1")


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The DeviceClass, the policy and its binding."""
    place = Place(environment=environment, cluster_name=cluster_name)
    return Addon(name="translation", manifests=(_device_class(), _policy(place), _binding()))


def _device_class() -> Manifest:
    # Without a selector: a twin has no other driver, and evaluating one for every
    # card of every node was 18 % of the scheduler's time.
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "DeviceClass",
        "metadata": metadata(DEVICE_CLASS),
        "spec": {},
    }


def _policy(place: Place) -> Manifest:
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["pods"],
    }
    patch = {"patchType": "JSONPatch", "jsonPatch": {"expression": _patch()}}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": metadata(NAME),
        "spec": {
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "matchConstraints": {"resourceRules": [rule], "namespaceSelector": USER_NAMESPACES},
            "matchConditions": [{"name": "asks-for-cards", "expression": _ASKS}],
            "variables": named(_variables(place)),
            "mutations": [patch],
        },
    }


def _binding() -> Manifest:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicyBinding",
        "metadata": metadata(NAME),
        "spec": {"policyName": NAME},
    }


def _variables(place: Place) -> dict[str, str]:
    judges = (UNITS, WHOLE_CARDS)
    passes = [found.expression for judge in judges for found in judge.validations]
    return {
        **UNITS.all_variables(place),
        **WHOLE_CARDS.all_variables(place),
        "smallestCard": str(card_memories(place.cluster)[0]),
        "wellFormed": " && ".join(f"({expression})" for expression in passes),
        "requests": _requests("object.spec.containers"),
        "initRequests": _requests("object.spec.?initContainers.orValue([])"),
        "templates": _templates("variables.requests"),
        "initTemplates": _templates("variables.initRequests"),
        "claims": _claims(),
    }


def _requests(containers: str) -> str:
    """Per container: HAMi's keys and their amounts; empty where it asks for no card."""
    return (
        f"{containers}.map(c, c.?resources.?limits.orValue({{}}).transformMap(k, v,"
        f" k.startsWith('{GPU}'), quantity(string(v)).asInteger()))"
    )


def _templates(requests: str) -> str:
    """Per container: the name of its claim template, or nothing."""
    memory = (
        f"'{MEMORY}' in r ? string(r['{MEMORY}'])"
        f" : r[?'{PERCENTAGE}'].orValue(100) < 100 ? string(r['{PERCENTAGE}']) + 'p' : 'all'"
    )
    cores = f"'{MEMORY}' in r || r[?'{PERCENTAGE}'].orValue(100) < 100 ? 0 : {EXCLUSIVE}"
    return (
        f"{requests}.map(r, size(r) == 0 ? '' : 'vgpu-' + string(r[?'{GPU}'].orValue(1))"
        f" + 'x' + ({memory}) + '-' + string(r[?'{CORES}'].orValue({cores})))"
    )


def _claims() -> str:
    return (
        "variables.templates.transformList(i, t, t != '',"
        " {'name': 'vgpu-' + string(i), 'resourceClaimTemplateName': t})"
        " + variables.initTemplates.transformList(i, t,"
        " t != '' && !(t in variables.templates),"
        " {'name': 'vgpu-init-' + string(i), 'resourceClaimTemplateName': t})"
    )


def _patch() -> str:
    add = "JSONPatch{op: 'add', path: '/spec/resourceClaims"
    # A list of typed objects as one value makes the API server panic; these are maps.
    claims = (
        f"(has(object.spec.resourceClaims)"
        f" ? variables.claims.map(c, {add}/-', value: c}})"
        f" : [{add}', value: variables.claims}}])"
    )
    main = _container_patches("containers", "requests", "'vgpu-' + string(i)")
    shared = "'vgpu-' + string(variables.templates.indexOf(variables.initTemplates[i]))"
    init = _container_patches(
        "initContainers",
        "initRequests",
        f"variables.initTemplates[i] in variables.templates ? {shared} : 'vgpu-init-' + string(i)",
    )
    return f"!variables.wellFormed ? [] : {claims} + {main} + {init}"


def _container_patches(field: str, requests: str, claim: str) -> str:
    """Of each container that asks for cards: HAMi's keys out, memory and claim in."""
    resources = f"object.spec.{field}[i].resources"
    path = f"'/spec/{field}/' + string(i) + '/resources/"
    kept = ".transformMap(k, v, !k.startsWith('nvidia.com/'), v)"
    memory = (
        f"'{MEMORY}' in r ? r['{MEMORY}']"
        f" : variables.smallestCard * r[?'{PERCENTAGE}'].orValue(100) / 100"
    )
    claims = (
        f"{resources}.?claims.orValue([]).map(c, c.?request.hasValue()"
        " ? {'name': c.name, 'request': c.request} : {'name': c.name})"
    )
    values = {
        f"{path}limits'": f"{resources}.limits{kept}",
        f"{path}requests'": f"{resources}.?requests.orValue({{}}){kept}",
        f"{path}limits/{_POINTER}'": f"string(r[?'{GPU}'].orValue(1) * ({memory}))",
        f"{path}claims'": f"{claims} + [{{'name': {claim}}}]",
    }
    patches = ", ".join(
        f"JSONPatch{{op: 'add', path: {where}, value: {what}}}" for where, what in values.items()
    )
    return f"variables.{requests}.transformList(i, r, size(r) > 0, [{patches}]).flatten()"
