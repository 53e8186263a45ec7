"""An addon as resources: what is written, and what waits for what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from components import cdk
from components.addon import Addon, Chart, Manifest
from components.placed import ChartSource, Placed

NAMESPACE: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}
QUOTA: Manifest = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "gpu", "namespace": "team"},
}
CRD: Manifest = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "queues.example.com"},
    "spec": {"group": "example.com"},
}
QUEUE: Manifest = {"apiVersion": "example.com/v1", "kind": "Queue", "metadata": {"name": "main"}}
CHART = Chart(
    release="plugin",
    repository="https://charts.example.com",
    name="device-plugin",
    version="1.2.3",
    namespace="team",
    values={"memory": "${not.ours}", "split": 10},
)


def resources(
    *addons: Addon, tmp_path: Path, charts: ChartSource | None = None
) -> dict[str, dict[str, Any]]:
    """The resources of addons placed one after the other, by type and name."""
    app = cdk.App(outdir=str(tmp_path), stack_traces=False, skip_validation=True)
    stack = cdk.TerraformStack(app, "stack")
    placed: list[Placed] = []
    for addon in addons:
        placed.append(Placed(stack, addon=addon, charts=charts, earlier=placed))
    app.synth()
    text = (tmp_path / "stacks" / "stack" / "cdk.tf.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text).get("resource", {})
    return found


def test_a_manifest_is_a_resource_named_for_the_object(tmp_path: Path) -> None:
    placed = resources(Addon(name="quotas", manifests=(QUOTA,)), tmp_path=tmp_path)

    quota = placed["kubectl_manifest"]["ResourceQuota-team-gpu"]
    assert json.loads(quota["yaml_body"]) == QUOTA
    assert quota["server_side_apply"] is True


def test_what_nobody_may_change_is_made_anew(tmp_path: Path) -> None:
    priority: Manifest = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "serving"},
        "value": 10,
    }

    placed = resources(Addon(name="p", manifests=(NAMESPACE, priority)), tmp_path=tmp_path)

    assert placed["kubectl_manifest"]["PriorityClass-serving"]["force_new"] is True
    assert "force_new" not in placed["kubectl_manifest"]["Namespace-team"]


def test_what_controllers_own_is_ignored_by_kind(tmp_path: Path) -> None:
    addon = Addon(
        name="quotas",
        manifests=(NAMESPACE, QUOTA),
        ignore={"ResourceQuota": ("spec.hard",)},
    )

    placed = resources(addon, tmp_path=tmp_path)["kubectl_manifest"]

    assert placed["ResourceQuota-team-gpu"]["ignore_fields"] == ["spec.hard"]
    assert "ignore_fields" not in placed["Namespace-team"]


def test_an_object_waits_for_its_namespace_in_whatever_addon(tmp_path: Path) -> None:
    placed = resources(
        Addon(name="namespaces", manifests=(NAMESPACE,)),
        Addon(name="quotas", manifests=(QUOTA,)),
        tmp_path=tmp_path,
    )["kubectl_manifest"]

    assert placed["ResourceQuota-team-gpu"]["depends_on"] == ["kubectl_manifest.Namespace-team"]


def test_an_object_waits_for_its_definition_though_it_is_named_first(tmp_path: Path) -> None:
    placed = resources(Addon(name="queues", manifests=(QUEUE, CRD)), tmp_path=tmp_path)

    crd = "CustomResourceDefinition-queues_example_com"
    queue = placed["kubectl_manifest"]["Queue-main"]
    assert queue["depends_on"] == [f"kubectl_manifest.{crd}"]


def test_objects_that_need_nothing_wait_for_nothing(tmp_path: Path) -> None:
    placed = resources(
        Addon(name="namespaces", manifests=(NAMESPACE,)),
        Addon(name="queues", manifests=(QUEUE,)),
        tmp_path=tmp_path,
    )["kubectl_manifest"]

    assert "depends_on" not in placed["Queue-main"]


def test_a_chart_comes_after_its_addons_objects_and_before_the_next_addon(tmp_path: Path) -> None:
    placed = resources(
        Addon(name="plugin", manifests=(NAMESPACE,), charts=(CHART,)),
        Addon(name="queues", manifests=(QUEUE,)),
        tmp_path=tmp_path,
        charts=ChartSource(),
    )

    assert placed["helm_release"]["plugin"]["depends_on"] == ["kubectl_manifest.Namespace-team"]
    assert placed["kubectl_manifest"]["Queue-main"]["depends_on"] == ["helm_release.plugin"]


def test_a_chart_comes_from_its_repository_at_its_exact_version(tmp_path: Path) -> None:
    addon = Addon(name="plugin", charts=(CHART,))

    placed = resources(addon, tmp_path=tmp_path, charts=ChartSource())["helm_release"]["plugin"]

    assert placed["chart"] == "device-plugin"
    assert placed["repository"] == "https://charts.example.com"
    assert placed["version"] == "1.2.3"
    assert placed["wait"] is True


def test_values_reach_helm_as_they_are(tmp_path: Path) -> None:
    addon = Addon(name="plugin", charts=(CHART,))

    placed = resources(addon, tmp_path=tmp_path, charts=ChartSource())["helm_release"]["plugin"]

    (values,) = placed["values"]
    assert yaml.safe_load(values) == {"memory": "$${not.ours}", "split": 10}


def test_a_chart_can_come_from_a_directory(tmp_path: Path) -> None:
    unpacked = tmp_path / "device-plugin"
    unpacked.mkdir()
    (unpacked / "Chart.yaml").write_text("{name: device-plugin, version: 1.2.3}")
    addon = Addon(name="plugin", charts=(CHART,))

    source = ChartSource(directory=tmp_path, wait=False)
    placed = resources(addon, tmp_path=tmp_path, charts=source)["helm_release"]["plugin"]

    assert placed["chart"] == str(unpacked)
    assert "repository" not in placed
    assert placed["wait"] is False


def test_charts_can_be_left_out(tmp_path: Path) -> None:
    addon = Addon(name="plugin", manifests=(NAMESPACE,), charts=(CHART,))

    placed = resources(addon, tmp_path=tmp_path, charts=None)

    assert list(placed) == ["kubectl_manifest"]
