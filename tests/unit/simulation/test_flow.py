"""What a simulation finds, against what is known of the reference fleet from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from environments.errors import UsageError
from policies.placement import pools
from scripts.console import Quiet
from scripts.simulation import flow, trials, words

RECORDED = Path(__file__).parents[2] / "fixtures"


def simulate(loaded, **wish):
    return flow.simulate(loaded.environment, loaded.demand, flow.Wish(**wish), Quiet())


def test_as_many_pods_fit_as_ran_on_the_twin(simulation):
    recorded = json.loads((RECORDED / "rehearsal-production.json").read_text("utf-8"))

    ran = {cluster["name"]: cluster["pods_running"] for cluster in recorded["clusters"]}
    fit = {cluster.name: words.named_trial(cluster).placed for cluster in simulation.clusters}
    assert fit == ran


def test_the_same_holds_for_the_lab():
    from environments import load

    recorded = json.loads((RECORDED / "rehearsal-lab.json").read_text("utf-8"))

    found = simulate(load.load("lab"), story=False)

    ran = {cluster["name"]: cluster["pods_running"] for cluster in recorded["clusters"]}
    assert {c.name: words.named_trial(c).placed for c in found.clusters} == ran


def test_what_waits_is_named_with_what_stands_in_its_way(simulation):
    (waiting,) = words.named_trial(simulation.clusters[0]).waiting

    assert (waiting.workload, waiting.pods) == ("ablation-3", 2)
    assert "48 nodes without such a card" in waiting.reason


def test_before_sharing_every_slice_needs_a_card(simulation, production):
    asked = [
        (work, cluster)
        for cluster in production.environment.clusters
        for work in production.demand.of(cluster).values()
    ]
    cards = sum(getattr(w, "replicas", None) or w.pods * w.gpu.cards for w, _ in asked)

    story = simulation.story

    assert story.before.placed == story.before.asked == story.after.asked
    # Nodes are whole: a few cards more than pods.
    assert cards <= story.before.cards <= cards * 1.01


def test_sharing_makes_the_same_work_stand_on_fewer_cards(simulation):
    story = simulation.story

    assert story.after_needed.cards < story.after.cards < story.before.cards
    assert story.before.busy_cards == pytest.approx(story.after_needed.busy_cards)
    assert story.before.utilization < 0.13
    assert story.after.utilization > 0.37


def test_the_smallest_fleet_holds_everything_and_a_smaller_one_does_not(simulation, production):
    name = "tencent-infer"
    cluster = production.environment.clusters[name]
    arrivals = trials.asked(production.environment, production.demand, name)
    tried = next(each for each in simulation.clusters if each.name == name)
    enough = words.named_trial(tried).nodes_needed or {}

    def waits(nodes):
        return trials.run(cluster, arrivals, pools.policy(cluster), nodes).refused

    assert waits(enough) == 0
    assert waits({pool: count - 1 for pool, count in enough.items()}) > 0


def test_no_number_of_nodes_holds_a_pod_that_fits_none(small):
    loaded = small()
    cluster = loaded.environment.clusters["whole"]
    job = loaded.demand.jobs["train"]
    large = msgspec.structs.replace(job, gpu=msgspec.structs.replace(job.gpu, cards=16))
    demand = msgspec.structs.replace(loaded.demand, jobs={"train": large})

    arrivals = trials.asked(loaded.environment, demand, "whole")

    assert trials.smallest_fleet(cluster, arrivals, pools.policy(cluster)) is None


def test_a_cluster_without_demand_holds_nothing(small):
    loaded = small(demand="services: {}\n")

    found = simulate(loaded)

    assert [words.named_trial(cluster).asked for cluster in found.clusters] == [0, 0]
    assert found.story.after.utilization == 0


def test_growth_past_the_cards_waits(production):
    found = simulate(production, grow=2.0, story=False)

    waiting = {c.name for c in found.clusters if words.named_trial(c).waiting}
    assert waiting == {"volc-train", "volc-infer", "tencent-infer", "idc-train", "idc-infer"}
    assert found.changes == ("2 times the pods",)


def test_fewer_nodes_hold_fewer_pods(production):
    found = simulate(production, changes=("pools.h20.nodes.desired=40",), story=False)

    cluster = next(each for each in found.clusters if each.name == "volc-infer")
    assert cluster.pools[0].nodes == 40
    assert words.named_trial(cluster).cards == 320
    assert words.named_trial(cluster).waiting


def test_prices_make_a_bill_and_a_missing_one_makes_none(small):
    prices = "prices: {currency: CNY, card_hour: {H20-96G: 20, H100-80G: 60}}\nname: small"

    priced = simulate(small(("name: small", prices)))
    part = simulate(small(("name: small", prices.replace(", H100-80G: 60", ""))))

    assert priced.currency == "CNY"
    assert priced.story.after.cost_hour == 24 * 20 + 16 * 60
    assert part.story.after.cost_hour is None


def test_an_unknown_policy_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError) as refused:
        flow.chosen(["hami-binpack-spred"])

    assert str(refused.value).startswith('no policy "hami-binpack-spred"; did you mean "hami-')


def test_only_the_policies_asked_for_are_tried_beside_the_own(production):
    found = simulate(production, policies=flow.chosen(["best-fit"]), story=False)

    assert [trial.policy for trial in found.clusters[1].trials] == [
        "hami-binpack-spread",
        "best-fit",
    ]


def test_stranded_parts_are_never_more_than_what_is_free(simulation):
    for cluster in simulation.clusters:
        for trial in cluster.trials:
            assert sum(trial.stranded.values()) <= trial.free + 1e-6


def test_a_day_has_its_nights(simulation):
    day = simulation.day

    assert len(day.hours) == 24
    assert day.hours[3].asked < day.hours[12].asked
    assert day.hours[3].busy < day.busy < day.hours[12].busy
    assert day.worst in {10, 11, 12, 17, 18, 19, 20, 21}


def test_what_left_makes_room_again(simulation):
    # The second day is as good as the first: at noon everything that fits is there.
    assert simulation.day.hours[12].placed == 10_631


def test_a_lost_node_of_each_pool_leaves_training_waiting(simulation):
    loss, surge = simulation.day.shocks

    assert loss.waiting > 0
    assert "idc-train" in loss.told
    assert surge.waiting == 0


def test_a_recording_of_the_answer_is_plain_json(simulation):
    data = msgspec.json.decode(msgspec.json.encode(simulation))

    assert data["format"] == "gpu-fleet-simulate/1"
    assert len(data["clusters"]) == 5
