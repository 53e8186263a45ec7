"""Charts are pinned, and every value they get is one that they know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from components.addon import SHARING, Chart
from components.addons import hami, hami_dra, nvidia_device_plugin
from environments.model import Environment, Hami
from tests.unit.addons import fleets

FACTS = Path(__file__).parents[4] / "shared" / "data"
# The keys inside are the user's; the first is in the chart's template, though not in its values.
FREE = {"scheduler.nodeLabelSelector", "devicePlugin.nvidiaNodeSelector"}
# Keys of Node Feature Discovery's own chart, which NVIDIA's does not repeat.
FREE |= {"nfd.master.tolerations", "nfd.gc"}


def _hami(environment: Environment) -> Chart:
    return hami.addon(environment, "slices", fleets.demand()).charts[0]


def _known(file: str) -> dict[str, Any]:
    path = FACTS / file
    if not path.is_file():
        pytest.skip(f"needs the chart's keys beside the checkout: {path.name}")
    keys: dict[str, Any] = json.loads(path.read_text())["keys"]
    return keys


def _unknown(values: Mapping[str, Any], known: Mapping[str, Any], at: str = "") -> Iterator[str]:
    for key, value in values.items():
        path = f"{at}{key}"
        inside = any(name.startswith(f"{path}.") for name in known)
        if path in known or path in FREE or (value is None and inside):
            continue
        if isinstance(value, Mapping) and inside:
            yield from _unknown(value, known, f"{path}.")
        else:
            yield path


def test_every_value_of_hami_is_a_key_of_its_chart() -> None:
    known = _known("hami-2.10-values-keys.json")

    assert list(_unknown(_hami(fleets.fleet()).values, known)) == []
    assert list(_unknown(_hami(fleets.fleet(cloud=fleets.EMBEDDED)).values, known)) == []


def test_every_value_of_nvidias_plugin_is_a_key_of_its_chart() -> None:
    known = _known("nvidia-device-plugin-values-keys.json")
    chart = nvidia_device_plugin.addon(fleets.fleet(), "whole", fleets.demand()).charts[0]

    assert list(_unknown(chart.values, known)) == []


def test_hami_is_of_the_version_that_the_environment_names() -> None:
    chart = _hami(fleets.fleet())

    assert (chart.name, chart.version, chart.namespace) == ("hami", "2.9.0", "hami-system")


def test_the_schedulers_of_hami_carry_a_fleet() -> None:
    scheduler = _hami(fleets.fleet()).values["scheduler"]

    assert scheduler["kubeScheduler"]["image"]["tag"] == "v1.36.3"
    assert {"--kube-qps=200", "--kube-burst=400"} <= set(scheduler["extender"]["extraArgs"])
    assert (scheduler["leaderElect"], scheduler["replicas"]) == (True, 2)


def test_a_kubernetes_that_is_not_in_the_table_leaves_the_image_to_the_chart() -> None:
    fleet = fleets.fleet()
    newer = msgspec.structs.replace(fleet.clusters["slices"], kubernetes="1.49")
    fleet = msgspec.structs.replace(fleet, clusters={**fleet.clusters, "slices": newer})

    assert "image" not in _hami(fleet).values["scheduler"]["kubeScheduler"]


def test_hami_looks_for_cards_where_the_pools_are_and_past_their_taints() -> None:
    values = _hami(fleets.fleet()).values
    toleration = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}

    # Null: Helm would keep the chart's own label beside ours.
    assert values["devicePlugin"]["nvidiaNodeSelector"] == {"gpu": None, SHARING: "hami"}
    assert values["scheduler"]["nodeLabelSelector"] == {SHARING: "hami"}
    assert toleration in values["devicePlugin"]["tolerations"]


def test_hamis_webhook_is_closed_when_it_is_down_and_out_of_the_clusters_own_way() -> None:
    webhook = _hami(fleets.fleet()).values["scheduler"]["admissionWebhook"]

    assert webhook["failurePolicy"] == "Fail"
    assert {"kube-system", "hami-system"} <= set(webhook["whitelistNamespaces"])


def test_no_webhook_is_installed_where_nothing_runs_that_could_answer_it() -> None:
    twin = fleets.fleet(cloud=fleets.EMBEDDED)
    scheduler = _hami(twin).values["scheduler"]
    dra = hami_dra.addon(twin, "claims", fleets.demand()).charts[0].values

    assert scheduler["admissionWebhook"] == {"enabled": False}
    assert scheduler["patch"] == {"enabled": False}
    assert dra["webhook"]["config"]["mutating"] == {"enabled": False}
    assert dra["drivers"]["nvidia"]["enabled"] is False


def test_an_old_chart_gets_the_key_by_its_old_name() -> None:
    fleet = fleets.fleet()
    old = msgspec.structs.replace(fleet.clusters["slices"], sharing=Hami(version="2.7.1"))
    fleet = msgspec.structs.replace(fleet, clusters={**fleet.clusters, "slices": old})
    plugin = _hami(fleet).values["devicePlugin"]

    assert plugin["nvidianodeSelector"] == {"gpu": None, SHARING: "hami"}
    assert "nvidiaNodeSelector" not in plugin


def test_cards_of_a_gpu_cluster_are_never_shared_by_time() -> None:
    chart = nvidia_device_plugin.addon(fleets.fleet(), "whole", fleets.demand()).charts[0]

    assert chart.version == "0.20.0"
    assert chart.values["gfd"] == {"enabled": True}
    assert "config" not in chart.values
    assert "timeSlicing" not in json.dumps(chart.values)


def test_a_cluster_of_machines_with_cards_only_has_a_place_for_every_part() -> None:
    chart = nvidia_device_plugin.addon(fleets.fleet(), "whole", fleets.demand()).charts[0]
    toleration = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}

    parts = chart.values["nfd"]

    assert all(toleration in parts[name]["tolerations"] for name in ("master", "worker", "gc"))
