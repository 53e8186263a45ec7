"""Cards before and after, from hand-made plans of every kind of pool."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
import yaml

from environments.demand import Demand
from environments.load import decode
from environments.model import Environment
from policies.change import PlanFile
from policies.evidence import plan
from scripts.reviewing import capacity
from scripts.reviewing.capacity import Capacity

Body = dict[str, Any]

POOLS = {
    "volcenginecc": "volcenginecc_vke_node_pool",
    "volcengine": "volcengine_vke_node_pool",
    "tencentcloud": "tencentcloud_kubernetes_node_pool",
    "native": "tencentcloud_kubernetes_native_node_pool",
    "alicloud": "alicloud_cs_kubernetes_node_pool",
}
CLOUDS: Mapping[str, Body] = {
    "volcenginecc": {"provider": "volcengine", "region": "cn-beijing", "zones": ["cn-beijing-a"]},
    "tencentcloud": {
        "provider": "tencentcloud",
        "region": "ap-shanghai",
        "zones": ["ap-shanghai-4"],
    },
    "alicloud": {"provider": "alicloud", "region": "cn-beijing", "zones": ["cn-beijing-l"]},
    "private": {"provider": "private", "kubeconfig_env": "KUBECONFIG_OF_IT"},
}
CLOUDS = {**CLOUDS, "volcengine": CLOUDS["volcenginecc"], "native": CLOUDS["tencentcloud"]}
L20 = {
    "card": "L20-48G",
    "cards_per_node": 8,
    "nodes": {"desired": 24},
    "instance_types": ["ecs.gn8is-8x.32xlarge"],
    "machine": {"cpu": "128", "memory": "1024Gi"},
}
NOTHING: Body = {"actions": ["no-op"], "after_unknown": {}}


def environment(
    pools: Mapping[str, Body] | None = None, *, cloud: str = "alicloud", **other: Any
) -> Environment:
    """One cluster `infer` whose pool `l20` has 24 machines of 8 cards."""
    cluster = {
        "cloud": CLOUDS[cloud],
        "kubernetes": "1.34",
        "sharing": other.pop("sharing", {"mode": "hami"}),
        "pools": {"l20": L20} if pools is None else pools,
    }
    found = {"name": "fleet", "clusters": {"infer": cluster}, **other}
    return msgspec.convert(found, Environment, dec_hook=decode)


def pool(
    size: Any,
    *,
    kind: str = "alicloud",
    name: str = "l20",
    card: str | None = "L20-48G",
    types: Sequence[str] = ("ecs.gn8is-8x.32xlarge",),
    least: int | None = None,
    most: int | None = None,
) -> Body:
    """The attributes of a pool, as its provider writes them."""
    words = {"gpu-fleet.dev/pool": name} | ({"gpu-fleet.dev/card": card} if card else {})
    pairs = [{"key": key, "value": value} for key, value in words.items()]
    scales = most is not None
    bounds = {"min_replicas": least, "max_replicas": most}
    match kind:
        case "volcenginecc":
            return {
                "auto_scaling": {"enabled": scales, "desired_replicas": size, **bounds},
                "kubernetes_config": {"labels": pairs},
                "node_config": {"instance_type_ids": [*types]},
            }
        case "volcengine":
            return {
                "auto_scaling": [{"enabled": scales, "desired_replicas": size, **bounds}],
                "kubernetes_config": [{"labels": pairs}],
                "node_config": [{"instance_type_ids": [*types]}],
            }
        case "tencentcloud":
            return {
                "enable_auto_scale": scales,
                "desired_capacity": size,
                "min_size": least,
                "max_size": most if scales else 2000,
                "labels": words,
                "auto_scaling_config": [{"instance_type": types[0]}],
            }
        case "native":
            native = {"replicas": size, "enable_autoscaling": scales, "scaling": [bounds]}
            named = [{"name": key, "value": value} for key, value in words.items()]
            return {"labels": named, "native": [{**native, "instance_types": [*types]}]}
        case _:
            return {
                "desired_size": None if size is None else str(size),
                "labels": pairs,
                "instance_types": [*types],
                "scaling_config": [{"enable": scales, "min_size": least, "max_size": most}],
            }


def change(
    before: Body | None,
    after: Body | None,
    *,
    kind: str = "alicloud_cs_kubernetes_node_pool",
    name: str = "pool-l20",
    actions: Sequence[str] | None = None,
    **other: Any,
) -> Body:
    """One entry of `resource_changes`."""
    usual = ["no-op"] if before == after else ["update"]
    if before is None or after is None:
        usual = ["create"] if before is None else ["delete"]
    unknown = other.pop("unknown", {})
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": {
            "actions": list(actions or usual),
            "before": before,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": {"yaml_body": True},
            "after_sensitive": {"yaml_body": True},
        },
        **other,
    }


def manifest(body: Body) -> Body:
    """An object as the provider has it: what was written is sensitive, and repeated for people."""
    parsed = yaml.safe_dump({"apiVersion": "v1", **body})
    return {"kind": body["kind"], "yaml_body": json.dumps(body), "yaml_body_parsed": parsed}


def planned(*changes: Body, stack: str = "fleet-infer-cluster") -> PlanFile:
    body = {"format_version": "1.2", "resource_changes": list(changes)}
    found = next(iter(plan.of_content(json.dumps(body).encode(), f"{stack}.json", stack)))
    assert isinstance(found, PlanFile)
    return found


def told(
    *changes: Body, env: Environment | None = None, demand: Demand | None = None
) -> Capacity | None:
    return capacity.capacity([planned(*changes)], env or environment(), demand or Demand())


def rows(found: Capacity | None) -> list[tuple[str, int, int]]:
    assert found is not None
    return [(row.card, row.before, row.after) for row in found.rows]


@pytest.mark.parametrize("kind", POOLS)
def test_every_kind_of_pool_tells_its_cards(kind: str) -> None:
    edit = change(pool(24, kind=kind), pool(20, kind=kind), kind=POOLS[kind])

    assert rows(told(edit, env=environment(cloud=kind))) == [("L20-48G", 192, 160)]


@pytest.mark.parametrize("kind", POOLS)
def test_a_pool_that_comes_or_goes_counts_on_one_side_only(kind: str) -> None:
    new = change(None, pool(24, kind=kind), kind=POOLS[kind])
    old = change(pool(24, kind=kind), None, kind=POOLS[kind])

    assert rows(told(new, env=environment(cloud=kind))) == [("L20-48G", 0, 192)]
    assert rows(told(old, env=environment(cloud=kind))) == [("L20-48G", 192, 0)]


@pytest.mark.parametrize("kind", POOLS)
def test_what_an_autoscaler_made_of_a_pool_counts_and_not_what_the_file_says(kind: str) -> None:
    has = pool(31, kind=kind, least=12, most=48)

    assert rows(told(change(has, has, kind=POOLS[kind]), env=environment(cloud=kind))) == [
        ("L20-48G", 248, 248)
    ]


@pytest.mark.parametrize("kind", POOLS)
def test_an_autoscaled_pool_has_no_more_machines_than_its_new_maximum(kind: str) -> None:
    edit = change(
        pool(31, kind=kind, least=12, most=48),
        pool(31, kind=kind, least=12, most=20),
        kind=POOLS[kind],
    )

    assert rows(told(edit, env=environment(cloud=kind))) == [("L20-48G", 248, 160)]


def test_an_unknown_size_of_a_pool_that_stays_is_what_it_was() -> None:
    after = pool(None)
    del after["desired_size"]
    edit = change(pool(30), after, unknown={"desired_size": True})

    assert rows(told(edit)) == [("L20-48G", 240, 240)]


def test_an_unknown_size_of_a_new_pool_is_the_environments_and_that_is_said() -> None:
    after = pool(None)
    del after["desired_size"]

    found = told(change(None, after, unknown={"desired_size": True}))

    assert rows(found) == [("L20-48G", 0, 192)]
    assert found is not None
    assert found.told[0] == (
        "infer: the plan does not say how many machines l20 has; counted as 24, "
        "as the environment has it"
    )


def test_a_new_pool_without_a_size_begins_with_the_least_that_its_autoscaler_leaves() -> None:
    """ACK takes no size together with an autoscaler."""
    edit = change(
        pool(24, least=4, most=32), pool(None, least=4, most=32), actions=["create", "delete"]
    )

    found = told(edit, env=environment(sharing="none"), demand=demand())

    assert rows(found) == [("L20-48G", 192, 32)]
    assert found is not None
    assert found.told == (
        "infer: the new l20 begins with 4 machines, the least that its autoscaler leaves",
        (
            "infer: while l20 is replaced, its 4 new machines stand beside the old ones: "
            "quota and stock must hold both"
        ),
        (
            "infer: of 20 pods of the demand 20 fit before, 4 after, "
            "20 once autoscalers have added all they may"
        ),
        "infer: no longer fit: large (16)",
    )


def test_labels_that_are_not_known_yet_leave_the_resources_name() -> None:
    after = pool(24)
    del after["labels"]

    assert rows(told(change(None, after, unknown={"labels": True}))) == [("L20-48G", 0, 192)]


def test_a_pool_of_nobodys_labels_is_none_of_the_fleets() -> None:
    system = {**pool(3), "labels": []}
    env = environment({"l20": {**L20, "nodes": {"desired": 0}}})

    assert told(change(system, system, name="system-pool"), env=env) is None


def test_another_card_is_another_row_each_with_its_own_cards_per_machine() -> None:
    """The catalogue says what the old machines were: the file has the new ones only."""
    now = {**L20, "card": "H20-96G", "instance_types": ["ecs.gn8v-8x.48xlarge"]}
    env = environment({"l20": now})
    edit = change(
        pool(24, types=["ecs.gn8is-2x.8xlarge"]),
        pool(20, card="H20-96G", types=["ecs.gn8v-8x.48xlarge"]),
        actions=["create", "delete"],
    )

    found = told(edit, env=env)

    assert rows(found) == [("L20-48G", 48, 0), ("H20-96G", 0, 160)]
    assert found is not None
    assert found.told[:2] == (
        "all in all: 48 cards before, 160 after (+112, +233 %)",
        (
            "infer: while l20 is replaced, its 20 new machines stand beside the old ones: "
            "quota and stock must hold both"
        ),
    )


def test_a_pool_whose_old_machine_goes_first_needs_no_room_for_both() -> None:
    edit = change(pool(24), pool(24), actions=["delete", "create"])

    assert told(edit) == Capacity(rows=_rows(("L20-48G", 192, 192)))


def test_a_deposed_pool_is_there_before_and_gone_after() -> None:
    live = change(pool(24), pool(24))
    old = change(pool(2), None, deposed="0a1b2c3d")

    assert rows(told(live, old)) == [("L20-48G", 208, 192)]


def test_a_forgotten_pool_keeps_its_machines_and_that_is_said() -> None:
    found = told(change(pool(24), None, actions=["forget"]))

    assert rows(found) == [("L20-48G", 192, 192)]
    assert found is not None
    assert found.told[0] == ("infer: 24 machines of l20 stay, and Terraform no longer knows them")


def test_a_pool_that_left_the_file_is_counted_by_its_card_and_the_catalogue() -> None:
    other = {**L20, "nodes": {"desired": 1}}
    found = told(
        change(pool(24), None),
        change(pool(1, name="rest"), pool(1, name="rest"), name="pool-rest"),
        env=environment({"rest": other}),
    )

    assert rows(found) == [("L20-48G", 200, 8)]
    assert found is not None
    assert found.told[0] == "infer: not in the environment any more: l20"


def test_machines_of_an_unlisted_type_that_left_the_file_are_counted_in_machines() -> None:
    other = {**L20, "nodes": {"desired": 1}}
    found = told(
        change(pool(24, types=["ecs.by-invitation"]), None),
        change(pool(1, name="rest"), pool(1, name="rest"), name="pool-rest"),
        env=environment({"rest": other}),
    )

    assert rows(found) == [("L20-48G, in machines", 24, 0), ("L20-48G", 8, 8)]
    assert found is not None
    assert "infer: nothing says how many cards a machine of l20 has; machines are counted" in (
        found.told
    )


def test_a_cluster_that_left_the_file_is_told_too() -> None:
    gone = planned(change(pool(24), None), stack="fleet-old-cluster")

    found = capacity.capacity([gone], environment(), Demand())

    assert found is not None
    assert [(row.cluster, row.before, row.after) for row in found.rows] == [("old", 192, 0)]
    assert found.told == ("old: not in the environment any more",)


def test_a_pool_that_no_plan_has_is_counted_as_the_file_says_on_both_sides() -> None:
    """As with -target: to count it as none would tell that everything is gone."""
    env = environment({"l20": L20, "more": {**L20, "nodes": {"desired": 2}}})

    found = told(change(pool(24), pool(20)), env=env)

    assert rows(found) == [("L20-48G", 208, 176)]
    assert found is not None
    assert found.told[0] == (
        "infer: the plan does not say how many machines more has; counted as 2, "
        "as the environment has it"
    )


def test_machines_that_are_attached_one_by_one_are_cards_too() -> None:
    kind = "tencentcloud_kubernetes_cluster_attachment"
    labels = {"labels": {"gpu-fleet.dev/pool": "l20", "gpu-fleet.dev/card": "L20-48G"}}
    entries = [
        change(labels, labels if index < 2 else None, kind=kind, index=f"{index:03d}")
        for index in range(3)
    ]
    entries.append(change({"instance_type": "x"}, None, kind="tencentcloud_instance", index="002"))

    assert rows(told(*entries, env=environment(cloud="tencentcloud"))) == [("L20-48G", 24, 16)]


def test_the_nodes_of_a_twin_are_machines() -> None:
    def node(index: int) -> Body:
        labels = {"gpu-fleet.dev/pool": "l20", "gpu-fleet.dev/card": "L20-48G"}
        metadata = {"name": f"infer-l20-{index:03d}", "labels": labels}
        return manifest({"kind": "Node", "metadata": metadata})

    broken = {"kind": "ConfigMap", "yaml_body_parsed": "{"}
    entries = [
        change(node(0), node(0), kind="kubectl_manifest", name="Node-infer-l20-000"),
        change(node(1), None, kind="kubectl_manifest", name="Node-infer-l20-001"),
        change(None, node(2), kind="kubectl_manifest", name="Node-infer-l20-002"),
        change(node(3), None, kind="kubectl_manifest", name="Node-infer-l20-003"),
        change(broken, None, kind="kubectl_manifest", name="ConfigMap-other"),
    ]

    assert rows(told(*entries)) == [("L20-48G", 24, 16)]


def test_hosts_of_a_private_pool_are_machines_as_its_reconciler_is_told() -> None:
    env = environment({"l20": {**L20, "instance_types": [], "hosts": ["a", "b"]}}, cloud="private")

    def reconciler(*hosts: str) -> Body:
        labels = {"gpu-fleet.dev/card": "L20-48G"}
        data = {"pools.json": json.dumps({"l20": {"hosts": hosts, "labels": labels}})}
        body = {"kind": "ConfigMap", "metadata": {"name": "node-pools"}, "data": data}
        return manifest(body)

    edit = change(reconciler("a", "b", "c"), reconciler("a", "b"), kind="kubectl_manifest")

    assert rows(told(edit, env=env)) == [("L20-48G", 24, 16)]
    assert rows(told(change(reconciler(), reconciler(), kind="kubectl_manifest"), env=env)) == [
        ("L20-48G", 192, 192)
    ]


def test_a_vgpu_cluster_tells_its_slices_and_their_memory() -> None:
    found = told(change(pool(24), pool(20)))

    assert found is not None
    assert found.told == (
        "infer: 1,920 slices and 8,637 GiB of card memory before, 1,600 and 7,198 GiB after",
    )


@pytest.mark.parametrize(
    ("quota", "said"),
    [
        ({"slices": 1601}, "infer: team may hold 1,601 slices, and there will be 1,600 at most"),
        (
            {"gpu_memory": "8Ti"},
            "infer: team may hold 8,192 GiB of card memory, and there will be 7,198 at most",
        ),
        (
            {"gpu_cores": 16001},
            (
                "infer: team may hold 16,001 hundredths of cards' cores, "
                "and there will be 16,000 at most"
            ),
        ),
        ({"slices": 1600, "gpu_memory": "7Ti", "gpu_cores": 16000}, None),
    ],
)
def test_a_quota_above_what_there_will_be_is_told(quota: Body, said: str | None) -> None:
    team = {"owner": "team", "priorities": ["p"], "clusters": {"infer": {"quota": quota}}}

    found = told(change(pool(24), pool(20)), env=environment(tenants={"team": team}))

    assert found is not None
    assert [line for line in found.told if "may hold" in line] == ([said] if said else [])


def test_a_quota_is_held_against_what_an_autoscaler_may_make_of_the_pool() -> None:
    quota = {"slices": 48 * 80}
    team = {"owner": "team", "priorities": ["p"], "clusters": {"infer": {"quota": quota}}}
    edit = change(pool(24, least=12, most=64), pool(20, least=12, most=48))

    found = told(edit, env=environment(tenants={"team": team}))

    assert found is not None
    assert not [line for line in found.told if "may hold" in line]


DEMAND = {
    "services": {
        "large": {
            "tenant": "team",
            "cluster": "infer",
            "replicas": 20,
            "gpu": {"cards": 8},
            "priority": "p",
            "busy": 0.5,
            "rhythm": "daytime",
        }
    }
}


def demand() -> Demand:
    return msgspec.convert(DEMAND, Demand, dec_hook=decode)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (20, ["infer: of 20 pods of the demand 20 fit before, 20 after"]),
        (
            19,
            [
                "infer: of 20 pods of the demand 20 fit before, 19 after",
                "infer: no longer fit: large (1)",
            ],
        ),
        (
            0,
            [
                "infer: of 20 pods of the demand 20 fit before, 0 after",
                "infer: no longer fit: large (20)",
            ],
        ),
    ],
)
def test_whether_the_demand_still_fits_is_told(size: int, said: list[str]) -> None:
    env = environment(sharing="none")

    found = told(change(pool(24), pool(size)), env=env, demand=demand())

    assert found is not None
    assert list(found.told) == said


def test_the_demand_is_tried_on_the_machines_there_were_and_not_on_those_of_the_file() -> None:
    """Machines of two cards cannot hold a pod of eight."""
    edit = change(pool(24, types=["ecs.gn8is-2x.8xlarge"]), pool(24), actions=["create", "delete"])

    found = told(edit, env=environment(sharing="none"), demand=demand())

    assert found is not None
    assert found.told[-1] == "infer: of 20 pods of the demand 0 fit before, 20 after"


def test_where_nothing_changes_nothing_is_tried() -> None:
    found = told(change(pool(24), pool(24)), demand=demand())

    assert found == Capacity(rows=_rows(("L20-48G", 192, 192)))


def test_cost_is_told_where_every_card_has_a_price() -> None:
    prices = {"currency": "CNY", "card_hour": {"L20-48G": 10}}
    lacking = {"currency": "CNY", "card_hour": {"H20-96G": 10}}

    found = [
        told(change(pool(24), pool(20)), env=environment(prices=table, sharing="none"))
        for table in (prices, lacking)
    ]

    assert [each.told for each in found if each] == [
        ("infer: -320 CNY an hour, -233,600 a month (1,920 an hour before)",),
        ("infer: what it costs is not told: no price of L20-48G",),
    ]


def test_plans_of_other_layers_and_foreign_plans_say_nothing_of_cards() -> None:
    other = planned(change(pool(24), pool(20)), stack="fleet-infer-network")

    assert capacity.capacity([other], environment(), Demand()) is None
    assert capacity.capacity([planned(stack="plan")], environment(), Demand()) is None


def _rows(*rows: tuple[str, int, int]) -> tuple[capacity.Row, ...]:
    return tuple(
        capacity.Row(cluster="infer", cloud="alicloud", card=card, before=before, after=after)
        for card, before, after in rows
    )
