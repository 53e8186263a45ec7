"""Recorded decisions of HAMi's real scheduler, read back and held against the model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments.quantity import Cpu, Memory
from policies.placement.hami.pods import (
    Container,
    Device,
    DeviceConfig,
    Host,
    Placement,
    Pod,
    Profile,
    Share,
)
from policies.placement.hami.scheduler import Decision, Scheduler, Segments

_SCALE = {"k": 1000, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One recorded decision, and how the model differs from it; empty when it does not."""

    scenario: str
    pod: str
    stable: bool
    differs: str


def scenarios(file: Path) -> list[dict[str, Any]]:
    """The lines of a file of recorded decisions."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def verdicts(scenario: dict[str, Any]) -> Iterator[Verdict]:
    """The model's decision against the recorded one, pod by pod; the recorded one is taken."""
    config = scenario["device_config"]
    scheduler = Scheduler(
        [_host(node) for node in scenario["nodes"]],
        node_policy=scenario["policy"]["node"],
        card_policy=scenario["policy"]["gpu"],
        config=DeviceConfig(
            default_memory=config.get("defaultMemory", 0),
            default_cores=config.get("defaultCores", 0),
            default_gpus=config.get("defaultGPUNum", 1),
            memory_factor=config.get("memoryFactor", 1),
        ),
        quota={key: _number(value) for key, value in scenario["quota"].items()},
    )
    for data, recorded in zip(scenario["pods"], scenario["decisions"], strict=True):
        gone = data.get("delete_before") or []
        for name in [gone] if isinstance(gone, str) else gone:
            scheduler.release(name)
        pod = _pod(data)
        decision = scheduler.decide(pod)
        yield Verdict(
            scenario=scenario["name"],
            pod=pod.name,
            stable=recorded["stable"],
            differs=_difference(decision, recorded),
        )
        if recorded["node"]:
            scheduler.bind(pod, recorded["node"], _segments(recorded))


def _difference(decision: Decision, recorded: dict[str, Any]) -> str:
    node = recorded["node"]
    if node is None:
        if decision.nodes:
            return f"refused with {recorded['reason']!r}, the model takes {decision.nodes}"
        said, says = _classes(recorded["reason"]), _classes(decision.reason)
        return "" if said == says else f"refused with {said}, the model with {says}"
    if node not in decision.nodes:
        return f"went to {node}, the model to {decision.nodes} ({decision.reason})"
    got = [(d["container"], d["uuid"], d["mem"], d["cores"]) for d in recorded["devices"]]
    names = decision.containers[node]
    ours = [
        (name, share.uuid, share.memory, share.cores)
        for name, segment in zip(names, decision.shares[node], strict=True)
        for share in segment
    ]
    if sorted(got) != sorted(ours):
        return f"got {got}, the model gives {ours}"
    for name, score in recorded["fit_scores"].items():
        if abs(score - decision.scores.get(name, -1)) > 1e-5:
            return f"{name} scored {score}, the model {decision.scores.get(name)}"
    return ""


def _classes(reason: str) -> frozenset[str]:
    """The refusal without counts and names."""
    for known in (
        "exceeding resource quota",
        "exceeded quota",
        "is privileged",
        "gpumem-percentage",
        "Insufficient",
    ):
        if known in reason:
            return frozenset(
                {known + (reason.rsplit(" ", 1)[-1] if known == "Insufficient" else "")}
            )
    return frozenset(part.strip() for part in reason.replace(";", ",").split(",") if part.strip())


def _segments(recorded: dict[str, Any]) -> Segments:
    """From the raw annotation, which has lost the containers without cards."""
    places = {
        (entry["gpuUUID"], index): Placement(**entry["placement"])
        for index, entry in enumerate(recorded.get("mig") or [])
    }
    segments = []
    for text in (recorded.get("annotation") or "").split(";"):
        shares = []
        for part in text.split(":"):
            if part:
                uuid, _, memory, cores = part.split(",")
                key = next((key for key in places if key[0] == uuid), None)
                place = places.pop(key) if key else None
                shares.append(
                    Share(uuid=uuid, memory=int(memory), cores=int(cores), placement=place)
                )
        if text:
            segments.append(tuple(shares))
    return tuple(segments)


def _host(data: Mapping[str, Any]) -> Host:
    return Host(
        name=data["name"],
        cpu=Cpu(data["cpu"]).millicores,
        memory=Memory(data["memory"]).bytes,
        cordoned=frozenset(data.get("cordoned", ())),
        pair_scores=data.get("pair_scores", {}),
        devices=tuple(_device(device) for device in data["devices"]),
    )


def _device(data: Mapping[str, Any]) -> Device:
    return Device(
        uuid=data["id"],
        index=data["index"],
        memory=data["mem_mib"],
        cores=data["cores"],
        slots=data["count"],
        type=data["type"],
        numa=data["numa"],
        healthy=data["health"],
        mode=data["mode"],
        profiles=tuple(
            Profile(
                name=profile["name"],
                memory=profile["memoryMB"],
                cores=profile["core"],
                slices=profile["sliceCount"],
                placements=tuple(Placement(**place) for place in profile["placements"]),
            )
            for profile in data.get("mig_profiles", ())
        ),
    )


def _pod(data: Mapping[str, Any]) -> Pod:
    return Pod(
        name=data["name"],
        containers=tuple(_container(container) for container in data["containers"]),
        init_containers=tuple(_container(c) for c in data.get("init_containers", ())),
        annotations=data["annotations"],
        cpu=Cpu(data["cpu"]).millicores,
        memory=Memory(data["memory"]).bytes,
        node_selector=data.get("node_selector", {}),
    )


def _container(data: Mapping[str, Any]) -> Container:
    return Container(
        gpu=_limit(data, "gpu"),
        gpumem=_limit(data, "gpumem"),
        gpumem_percentage=_limit(data, "gpumem_percentage"),
        gpucores=_limit(data, "gpucores"),
        priority=_limit(data, "priority"),
        privileged=data.get("privileged", False),
    )


def _limit(data: Mapping[str, Any], key: str) -> int | None:
    return None if data.get(key) is None else _number(data[key])


def _number(value: int | str) -> int:
    if isinstance(value, int):
        return value
    digits = value.rstrip("kMGTKi")
    return int(float(digits) * _SCALE[value[len(digits) :]]) if digits != value else int(value)
