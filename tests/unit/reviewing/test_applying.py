"""What stands in the way of an apply, without a cluster: hashes, findings, shares, who can be asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from environments import load
from policies.finding import Waiver
from scripts.reviewing import applying, run
from scripts.reviewing.applying import Refused
from scripts.reviewing.planning import Kept, Planned
from scripts.reviewing.run import Reviewed
from tests.unit.review.plans import TODAY, change, plan, written

ENVIRONMENT = load.load("production")
POOL = "volcenginecc_vke_node_pool.h20"
A, B, C = "a" * 64, "b" * 64, "c" * 64


def reviewed(folder: Path, *changes: Any, stack: str = "production-volc-infer-cluster") -> Reviewed:
    return run.run([written(folder, plan(*changes), stack)], ENVIRONMENT, TODAY)


def pool(actions: list[str], now: int | None, then: int | None = None) -> Any:
    sizes = [{"desired_replicas": size, "max_replicas": 99} for size in (now, then)]
    before = {"name": "h20", "auto_scaling": sizes[0]}
    after = None if actions == ["delete"] else {"name": "h20", "auto_scaling": sizes[1]}
    return change(POOL, actions, before, after)


def kept(*hashes: str, error: str = "") -> Kept:
    stacks = tuple(
        Planned(stack=f"lab-{at}", seconds=1, hash=found) for at, found in enumerate(hashes)
    )
    if error:
        stacks = (*stacks, Planned(stack="lab-broken", seconds=1, error=error))
    return Kept(environment="lab", hash="" if error else "".join(hashes)[:64], stacks=stacks)


def test_the_reviewed_plan_goes_through() -> None:
    applying.same(A[:12], None, kept(A))


@pytest.mark.parametrize(
    ("hash_", "before", "now", "said"),
    [
        ("aaaa", None, kept(A), '"aaaa" names no plan; give 12 characters of its hash or more'),
        (
            A,
            None,
            kept(A, error="no such provider"),
            "lab-broken cannot be planned: no such provider",
        ),
        (
            A,
            None,
            kept(B),
            (
                "the plans are not those that were reviewed: aaaaaaaaaaaaaaaa then,"
                " bbbbbbbbbbbbbbbb now; review them anew: fleet review --env lab"
            ),
        ),
        (
            A,
            kept(A, B),
            kept(B, B),
            (
                "the plans are not those that were reviewed: aaaaaaaaaaaaaaaa then,"
                " bbbbbbbbbbbbbbbb now; it differs in lab-0; review them anew: fleet review --env lab"
            ),
        ),
        (
            A,
            kept(A, B, C),
            kept(C, B),
            (
                "the plans are not those that were reviewed: aaaaaaaaaaaaaaaa then,"
                " cccccccccccccccc now; it differs in lab-0, lab-2;"
                " review them anew: fleet review --env lab"
            ),
        ),
    ],
)
def test_another_plan_is_refused(hash_: str, before: Kept | None, now: Kept, said: str) -> None:
    with pytest.raises(Refused) as refused:
        applying.same(hash_, before, now)

    assert str(refused.value) == said
    assert refused.value.exit_code == 1


def test_a_critical_finding_is_refused_with_its_way_out(tmp_path: Path) -> None:
    found = reviewed(tmp_path, pool(["delete"], 8))

    with pytest.raises(Refused) as refused:
        applying.refuse_critical(found)

    assert str(refused.value).startswith(
        f"pool-destroyed: {POOL}: the pool is deleted: 8 machines destroyed with what runs on them; "
    )
    assert str(refused.value).endswith(
        "; to do it all the same, waive the rule in the environment for a day"
    )


def test_an_empty_pool_may_go(tmp_path: Path) -> None:
    found = reviewed(tmp_path, pool(["delete"], 0))

    applying.refuse_critical(found)
    applying.refuse_share(found, ENVIRONMENT.environment, 0.1)
    applying.refuse_in_use(found, {})


def test_a_namespace_that_goes_is_critical(tmp_path: Path) -> None:
    gone = change("kubectl_manifest.search", ["delete"], {"kind": "Namespace"}, None)

    with pytest.raises(
        Refused, match=r"data-destroyed: kubectl_manifest\.search: the Namespace is"
    ):
        applying.refuse_critical(reviewed(tmp_path, gone))


def test_a_config_map_that_goes_is_not(tmp_path: Path) -> None:
    gone = change("kubectl_manifest.notes", ["delete"], {"kind": "ConfigMap"}, None)

    applying.refuse_critical(reviewed(tmp_path, gone))


def test_a_plan_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    content = plan(change("terraform_data.a", ["create"], None, {}), errored=True)
    file = written(tmp_path, content, "production-volc-infer-cluster")

    with pytest.raises(Refused, match="a plan cannot be applied as it is; see its review"):
        applying.refuse_critical(run.run([file], ENVIRONMENT, TODAY))


def total() -> int:
    clusters = ENVIRONMENT.environment.clusters.values()
    return sum(pool.nodes.desired for cluster in clusters for pool in cluster.pools.values())


def test_a_small_share_may_go(tmp_path: Path) -> None:
    applying.refuse_share(reviewed(tmp_path, pool(["update"], 9, 8)), ENVIRONMENT.environment, 0.1)


def test_the_share_is_of_what_was_there_before(tmp_path: Path) -> None:
    going = 2 * total()
    found = reviewed(tmp_path, pool(["update"], going + 1, 1))

    with pytest.raises(Refused) as refused:
        applying.refuse_share(found, ENVIRONMENT.environment, 0.1)

    assert str(refused.value) == (
        f"it takes away {going} of {total() + going} machines, 67 %; one apply may take 10 %;"
        " do it in steps, or raise --most-share"
    )


def test_a_cluster_that_goes_takes_all_of_its_machines(tmp_path: Path) -> None:
    cluster = change("volcenginecc_vke_cluster.a", ["delete"], {"name": "a"}, None)
    size = sum(
        pool.nodes.desired for pool in ENVIRONMENT.environment.clusters["volc-infer"].pools.values()
    )

    with pytest.raises(Refused, match=f"it takes away {size} of {total()} machines"):
        applying.refuse_share(reviewed(tmp_path, cluster), ENVIRONMENT.environment, 0.01)


def test_what_stays_where_it_is_takes_no_share(tmp_path: Path) -> None:
    found = reviewed(tmp_path, pool(["forget"], 10**6))

    applying.refuse_share(found, ENVIRONMENT.environment, 0.01)
    applying.refuse_in_use(found, {})


def test_a_cluster_that_nobody_can_ask_is_refused(tmp_path: Path) -> None:
    found = reviewed(tmp_path, pool(["update"], 9, 8))

    with pytest.raises(Refused) as refused:
        applying.refuse_in_use(found, {})

    assert str(refused.value) == (
        f"{POOL} takes machines of volc-infer away, and nobody can ask what runs there;"
        " set TF_VAR_kubeconfig_volc_infer"
    )


def test_the_cluster_is_found_behind_an_environment_with_dashes(tmp_path: Path) -> None:
    found = reviewed(tmp_path, pool(["update"], 9, 8))
    stacked = [
        replace_stack(danger, "my-own-fleet-volc-infer-cluster") for danger in found.review.dangers
    ]
    other = replace(
        found,
        review=msgspec.structs.replace(
            found.review, environment="my-own-fleet", dangers=tuple(stacked)
        ),
    )

    with pytest.raises(Refused, match="takes machines of volc-infer away"):
        applying.refuse_in_use(other, {})


def replace_stack(danger: Any, stack: str) -> Any:
    return msgspec.structs.replace(danger, stack=stack)


def test_what_a_waiver_accepts_is_not_asked_for(tmp_path: Path) -> None:
    found = reviewed(tmp_path, pool(["delete"], 8))
    waiver = Waiver(channel="environment", reason="flood", owner="me", until=dt.date(2026, 11, 23))
    waived = tuple(replace(finding, waiver=waiver) for finding in found.findings)

    applying.refuse_critical(replace(found, findings=waived))
    applying.refuse_in_use(replace(found, findings=waived), {})
