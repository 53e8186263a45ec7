"""What a review says of plans that the real providers made of edits of the environment file.

Needs a filesystem mirror with their binaries, named by `FLEET_PROVIDER_MIRROR`; no
account, no network. Each cluster stands, as far as Terraform knows; its file is then
edited, planned, and the plan reviewed by `fleet review`, as a pull request would have it.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from environments.demand import Demand
from environments.load import decode
from environments.model import Environment
from scripts import main
from stacks.request import Order
from tests import synthesized
from tests.standing import Standing

MIRROR = os.environ.get("FLEET_PROVIDER_MIRROR", "")
FLEET = Path("environments/expansion.yaml")
"""All clouds, in real sizes."""
BINARIES = {
    "volcengine": "volcengine/volcenginecc/0.0.53",
    "tencentcloud": "tencentcloudstack/tencentcloud/1.83.25",
    "alicloud": "aliyun/alicloud/1.289.0",
}
MORE_ZONES = {"ali-infer": ["cn-beijing-i"]}
"""In which the network has a subnet already."""

pytestmark = [pytest.mark.integration, pytest.mark.slow]

Body = dict[str, Any]
Danger = tuple[str, str, int | None, str]
"""What happens, to which address, how many machines it costs, and what is said of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit of one cluster in the file, and what a reviewer must be told of it."""

    cluster: str
    change: Callable[[Body], None]
    exit_code: int
    verdict: str
    dangers: tuple[Danger, ...] = ()
    cards: tuple[tuple[str, int, int], ...] = ()
    told: tuple[str, ...] = ()
    """What is said of the machines, beside what of the demand fits."""
    no_longer_fits: bool | None = None
    """Whether pods of the demand lose their place; None where nobody needs to ask."""
    rules: tuple[str, ...] = ()
    """Of the findings."""


def pool(name: str, **fields: Any) -> Callable[[Body], None]:
    def change(cluster: Body) -> None:
        cluster["pools"][name].update(fields)

    return change


def cloud(**fields: Any) -> Callable[[Body], None]:
    def change(cluster: Body) -> None:
        cluster["cloud"].update(fields)

    return change


def without(name: str) -> Callable[[Body], None]:
    def change(cluster: Body) -> None:
        del cluster["pools"][name]

    return change


VKE, TKE, ACK = (
    "volcenginecc_vke_node_pool.pool-",
    "tencentcloud_kubernetes_node_pool.pool-",
    "alicloud_cs_kubernetes_node_pool.pool-",
)
EDITS: dict[str, Edit] = {
    "a maximum below the size": Edit(
        cluster="volc-infer",
        change=pool("h20", nodes={"min": 20, "desired": 40, "max": 40}, labels={"team": "a"}),
        exit_code=0,
        verdict="shrinks: 1 node pool",
        dangers=(("shrink", f"{VKE}h20", 20, "the maximum falls from 64 to 40"),),
        cards=(("H20-96G", 480, 320),),
        told=(
            (
                "volc-infer: 4,800 slices and 45,877 GiB of card memory before, "
                "3,200 and 30,584 GiB after"
            ),
        ),
        no_longer_fits=True,
        rules=("pool-shrinks",),
    ),
    "other cards": Edit(
        cluster="volc-infer",
        change=pool(
            "h20",
            card="A800-80G",
            instance_types=["ecs.ebmhpcpni2l.32xlarge"],
            machine={"cpu": "128", "memory": "2048Gi"},
        ),
        exit_code=1,
        verdict="takes away: 1 node pool (60 machines)",
        dangers=(("replace", f"{VKE}h20", 60, "60 machines left behind, without a cluster"),),
        cards=(("H20-96G", 480, 0), ("A800-80G", 0, 480)),
        told=(
            "all in all: 480 cards before and after",
            (
                "volc-infer: while h20 is replaced, its 60 new machines stand beside the old ones: "
                "quota and stock must hold both"
            ),
            (
                "volc-infer: 4,800 slices and 45,877 GiB of card memory before, "
                "4,800 and 38,400 GiB after"
            ),
        ),
        no_longer_fits=False,
        rules=("pool-replaced",),
    ),
    "a pool less on VKE": Edit(
        cluster="volc-train",
        change=without("h100"),
        exit_code=1,
        verdict="takes away: 1 node pool (16 machines)",
        dangers=(("delete", f"{VKE}h100", 16, "16 machines destroyed with what runs on them"),),
        # Machines by invitation are in no catalogue: once they have left the file, only their
        # number is known.
        cards=(("H100-80G, in machines", 16, 0), ("H200-141G", 384, 384)),
        told=(
            "volc-train: not in the environment any more: h100",
            "volc-train: nothing says how many cards a machine of h100 has; machines are counted",
        ),
        no_longer_fits=False,
        rules=("pool-destroyed",),
    ),
    "protection off on VKE": Edit(
        cluster="volc-train",
        change=cloud(protected=False),
        exit_code=0,
        verdict="unprotects: 1 cluster",
        dangers=(
            (
                "unprotect",
                "volcenginecc_vke_cluster.cluster",
                None,
                "delete_protection_enabled is switched off",
            ),
        ),
        cards=(("H100-80G", 128, 128), ("H200-141G", 384, 384)),
        rules=("protection-removed",),
    ),
    "another instance type on TKE": Edit(
        cluster="tencent-infer",
        change=pool("v100", instance_types=["GN10X.18XLARGE320"]),
        exit_code=1,
        verdict="takes away: 1 node pool (40 machines)",
        dangers=(("replace", f"{TKE}v100", 40, "protected by the cloud"),),
        cards=(("A100-40G", 192, 192), ("V100-32G", 320, 320)),
        told=(
            (
                "tencent-infer: while v100 is replaced, its 40 new machines stand beside the old "
                "ones: quota and stock must hold both"
            ),
            (
                "tencent-infer: 5,120 slices and 17,920 GiB of card memory before, "
                "5,120 and 17,920 GiB after"
            ),
        ),
        no_longer_fits=False,
        rules=("pool-replaced",),
    ),
    "fewer machines on TKE": Edit(
        cluster="tencent-infer",
        change=pool("a100", nodes={"desired": 20}),
        exit_code=0,
        verdict="shrinks: 1 node pool (4 machines)",
        dangers=(("shrink", f"{TKE}a100", 4, "the size falls from 24 to 20"),),
        cards=(("A100-40G", 192, 160), ("V100-32G", 320, 320)),
        told=(
            "all in all: 512 cards before, 480 after (-32, -6 %)",
            (
                "tencent-infer: 5,120 slices and 17,920 GiB of card memory before, "
                "4,800 and 16,640 GiB after"
            ),
        ),
        no_longer_fits=False,
        rules=("pool-shrinks",),
    ),
    "a pool less on TKE": Edit(
        cluster="tencent-infer",
        change=without("a100"),
        exit_code=1,
        verdict="takes away: 1 node pool (24 machines)",
        dangers=(("delete", f"{TKE}a100", 24, "protected by the cloud: the apply will fail"),),
        cards=(("A100-40G", 192, 0), ("V100-32G", 320, 320)),
        told=(
            "all in all: 512 cards before, 320 after (-192, -38 %)",
            "tencent-infer: not in the environment any more: a100",
            (
                "tencent-infer: 5,120 slices and 17,920 GiB of card memory before, "
                "3,200 and 10,240 GiB after"
            ),
        ),
        no_longer_fits=True,
        rules=("pool-destroyed",),
    ),
    "no autoscaler on ACK, and fewer machines": Edit(
        cluster="ali-infer",
        change=pool("l20", nodes={"desired": 20}),
        exit_code=0,
        verdict="shrinks: 1 node pool (4 machines)",
        dangers=(
            ("shrink", f"{ACK}l20", 4, "the size falls from 24 to 20"),
            ("delete", "alicloud_cs_autoscaling_config.autoscaler", None, "no longer in the"),
        ),
        cards=(("L20-48G", 192, 160),),
        told=(
            (
                "ali-infer: 1,920 slices and 8,637 GiB of card memory before, "
                "1,600 and 7,198 GiB after"
            ),
        ),
        no_longer_fits=False,
        rules=("pool-shrinks",),
    ),
    "another generation on ACK": Edit(
        cluster="ali-infer",
        change=pool("l20", generation="v2"),
        exit_code=1,
        verdict="takes away: 1 node pool (24 machines)",
        dangers=(("replace", f"{ACK}l20", 24, "24 machines"),),
        # An autoscaler begins with the least: half of the machines are not there at once.
        cards=(("L20-48G", 192, 96),),
        told=(
            "ali-infer: the new l20 begins with 12 machines, the least that its autoscaler leaves",
            (
                "ali-infer: while l20 is replaced, its 12 new machines stand beside the old ones: "
                "quota and stock must hold both"
            ),
            "ali-infer: 1,920 slices and 8,637 GiB of card memory before, 960 and 4,318 GiB after",
        ),
        no_longer_fits=True,
        rules=("pool-replaced",),
    ),
    "a zone more on ACK": Edit(
        cluster="ali-infer",
        change=cloud(zones=["cn-beijing-l", "cn-beijing-k", "cn-beijing-i"]),
        exit_code=0,
        verdict="changes in place",
        cards=(("L20-48G", 192, 192),),
    ),
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Standing]:
    """The cluster as it stands; made when it is first asked for."""
    made: dict[str, Standing] = {}

    def of(name: str) -> Standing:
        if name not in made:
            document = fleet()
            cluster = document["clusters"][name]["cloud"]
            provider = cluster["provider"]
            if not MIRROR or not [*Path(MIRROR).glob(f"*/{BINARIES[provider]}/*")]:
                pytest.skip(f"FLEET_PROVIDER_MIRROR names no folder with {BINARIES[provider]}")
            made[name] = Standing.of(
                layer(document, name),
                tmp_path_factory.mktemp(name),
                mirror=MIRROR,
                cloud=provider,
                zones=[*cluster["zones"], *MORE_ZONES.get(name, [])],
            )
            _sizes_read_back(made[name])
        return made[name]

    return of


@pytest.mark.parametrize("name", EDITS)
def test_the_review_of_a_real_plan_says_what_a_reviewer_must_know(
    name: str, standing: Callable[[str], Standing], tmp_path: Path
) -> None:
    edit = EDITS[name]
    plan = standing(edit.cluster).planned(layer(edited(edit), edit.cluster))

    code, comment, data = reviewed(tmp_path, edit, plan)

    found = json.loads(data.read_text(encoding="utf-8"))
    _dangers_are(found["dangers"], edit.dangers)
    cards = tuple((row["card"], row["before"], row["after"]) for row in found["capacity"]["rows"])
    assert cards == edit.cards
    fit = [said for said in found["capacity"]["told"] if " fit " in said or ": no longer" in said]
    assert [said for said in found["capacity"]["told"] if said not in fit] == [*edit.told]
    asked = edit.no_longer_fits is not None
    assert (bool(fit), len(fit) > 1) == (asked, edit.no_longer_fits is True)
    assert {finding["rule"] for finding in found["findings"]} == {*edit.rules}
    assert code == edit.exit_code
    assert edit.verdict in comment.read_text(encoding="utf-8")


def _dangers_are(found: list[Body], expected: tuple[Danger, ...]) -> None:
    """In their order; what only remembers things for Terraform is nobody's danger."""
    told = [each for each in found if not each["address"].startswith("terraform_data.")]
    assert [(it["what"], it["address"], it["machines"]) for it in told] == [
        (what, address, machines) for what, address, machines, _ in expected
    ]
    for it, (_, _, _, words) in zip(told, expected, strict=True):
        assert words in " | ".join((it["reason"], *it["forced_by"], it["then"], it["guard"]))


def fleet() -> Body:
    document: Body = yaml.safe_load(FLEET.read_text(encoding="utf-8"))
    document["clusters"]["volc-infer"]["pools"]["h20"]["on_delete"] = "keep"
    document["clusters"]["volc-train"]["pools"]["h100"]["on_delete"] = "terminate"
    return document


def edited(edit: Edit) -> Body:
    document = copy.deepcopy(fleet())
    edit.change(document["clusters"][edit.cluster])
    return document


def layer(document: Body, cluster: str) -> Body:
    """The cluster layer as Terraform JSON."""
    environment = msgspec.convert(document, Environment, dec_hook=decode)
    order = Order(environment=environment, demand=Demand(), state=Path("/states"), charts=None)
    return synthesized.stacks(order)[f"{environment.name}-{cluster}-cluster"]


def reviewed(folder: Path, edit: Edit, plan: Body) -> tuple[int, Path, Path]:
    """The exit code of the command, and the Markdown and the JSON that it writes."""
    document = edited(edit)
    _fit_quotas(document, edit.cluster)
    file = folder / FLEET.name
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    (folder / "demand").mkdir()
    (folder / "demand" / FLEET.name).write_text(yaml.safe_dump(_demand(edit)), encoding="utf-8")
    planned = folder / f"{document['name']}-{edit.cluster}-cluster.json"
    planned.write_text(json.dumps(plan), encoding="utf-8")
    comment, data = folder / "review.md", folder / "review.json"
    code = main.run(
        [
            *("review", str(planned), "--env", str(file), "--today", "2026-11-22"),
            *("--output", f"markdown={comment}", "--output", f"json={data}"),
        ]
    )
    return code, comment, data


def _demand(edit: Edit) -> Body:
    """The demand, without what asks for cards that the edited cluster no longer has."""
    document: Body = yaml.safe_load((FLEET.parent / "demand" / FLEET.name).read_text("utf-8"))
    pools = edited(edit)["clusters"][edit.cluster]["pools"].values()
    cards = {None, *(each["card"] for each in pools)}
    for part in ("services", "jobs"):
        document[part] = {
            name: work
            for name, work in document[part].items()
            if work["cluster"] != edit.cluster or work.get("card") in cards
        }
    return document


def _fit_quotas(document: Body, name: str) -> None:
    """No tenant may hold more cards than there can be: that is for `fleet validate` to refuse."""
    pools = document["clusters"][name]["pools"].values()
    most = sum(
        each["cards_per_node"] * each["nodes"].get("max", each["nodes"]["desired"])
        for each in pools
    )
    for tenant in document["tenants"].values():
        quota = tenant["clusters"].get(name, {}).get("quota", {})
        for key, there in (("cards", most), ("slices", 10 * most), ("gpu_cores", 100 * most)):
            if key in quota:
                quota[key] = min(quota[key], there)


def _sizes_read_back(standing: Standing) -> None:
    """An autoscaler owns the size of ACK's pools: only the cloud knows it."""
    file = standing.folder / "cluster.tfstate"
    state = json.loads(file.read_text(encoding="utf-8"))
    for resource in state["resources"]:
        if resource["type"] == "alicloud_cs_kubernetes_node_pool":
            attributes = resource["instances"][0]["attributes"]
            attributes["desired_size"] = attributes["desired_size"] or "24"
    file.write_text(json.dumps(state), encoding="utf-8")
