"""HAMi's extender with the fleet it watches: decides for one pod, and keeps what is taken.

`decide` changes nothing; `bind` takes what a decision says, `release` gives it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

from policies.placement.hami import admission, fit, mig, order
from policies.placement.hami.go_sort import go_sort
from policies.placement.hami.pods import Device, DeviceConfig, Host, Placement, Pod, Share, Wish

Segments = tuple[tuple[Share, ...], ...]
"""What each container with cards got, init containers first: HAMi 2.10 leaves out the others,
and so loses which of them is an init container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where one pod may go."""

    nodes: tuple[str, ...] = ()
    """Nodes with the best score, any of which HAMi may take; empty when refused."""
    scores: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, Segments] = field(default_factory=dict)
    """What the pod would get, by node that fits."""
    containers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The container of each segment."""
    refusals: Mapping[str, str] = field(default_factory=dict)
    """Why each other node refuses, as HAMi words it."""
    reason: str = ""
    """Why the pod is nowhere, when it is not for its nodes' cards."""


class Scheduler:
    """The extender, the webhook before it, and the stock scheduler's filters around it."""

    def __init__(
        self,
        hosts: Iterable[Host],
        *,
        node_policy: str = "binpack",
        card_policy: str = "spread",
        config: DeviceConfig | None = None,
        quota: Mapping[str, int] | None = None,
    ) -> None:
        self._hosts = {host.name: host for host in hosts}
        self._node_policy, self._card_policy = node_policy, card_policy
        self._config = config or DeviceConfig()
        self._quota = quota or {}
        self._bound: dict[str, tuple[Pod, str, Segments]] = {}

    def decide(self, pod: Pod) -> Decision:
        """Where the pod may go, what it gets there, and who refuses it why."""
        admitted = admission.admit(pod, self._config, self._quota, self._held())
        if isinstance(admitted, str):
            return Decision(reason=admitted)
        hosts = [host for host in self._hosts.values() if _selected(host, pod)]
        if not admitted.ours and any(c.priority is not None for c in pod.containers):
            return Decision(reason=f"{len(hosts)} Insufficient nvidia.com/priority")
        roomy = [host for host in hosts if self._has_room(host, pod)]
        if not roomy:
            short = self._short(hosts, pod)
            return Decision(reason=f"{len(hosts)} Insufficient {short}")
        if not any((*admitted.init, *admitted.app)):
            nothing: Segments = ()
            return Decision(
                nodes=tuple(host.name for host in roomy),
                shares={host.name: nothing for host in roomy},
                containers={host.name: () for host in roomy},
            )
        return self._filter(admitted, roomy)

    def bind(self, pod: Pod, node: str, segments: Segments) -> None:
        """Takes what a decision gave the pod on that node."""
        self._bound[pod.name] = (pod, node, segments)

    def release(self, name: str) -> None:
        """Gives back what the pod holds, if it holds anything."""
        self._bound.pop(name, None)

    def usage(self, node: str) -> list[Device]:
        """The cards of a node with all that is taken of them, in register order."""
        devices = [copy(device) for device in self._hosts[node].devices]
        by_uuid = {device.uuid: device for device in devices}
        for device in devices:
            device.instances = list(device.instances)
        for pod, where, segments in self._bound.values():
            if where != node:
                continue
            # Init containers are done: only what stands after their number counts.
            for share in (s for segment in segments[len(pod.init_containers) :] for s in segment):
                device = by_uuid[share.uuid]
                device.used += 1
                device.used_memory += share.memory
                device.used_cores += share.cores
                if share.placement is not None:
                    device.instances.append(share.placement)
                elif device.mode == "mig":
                    device.healthy = False
        return devices

    def _filter(self, admitted: admission.Admitted, hosts: Sequence[Host]) -> Decision:
        annotations = admitted.pod.annotations
        weights = _weights(annotations.get("hami.io/device-scoring-weights"))
        if weights is None:
            return Decision(reason="invalid hami.io/device-scoring-weights annotation")
        policy = annotations.get("hami.io/gpu-scheduler-policy", self._card_policy)
        terms = fit.Terms(policy=policy, annotations=annotations)
        scores: dict[str, float] = {}
        shares: dict[str, Segments] = {}
        refusals: dict[str, str] = {}
        for host in hosts:
            devices = self.usage(host.name)
            trial = _Trial(self, admitted, host, terms, weights)
            found = trial.run(devices)
            if isinstance(found, str):
                refusals[host.name] = found
            else:
                scores[host.name] = order.node_score(devices)
                shares[host.name] = found
        spread = annotations.get("hami.io/node-scheduler-policy", self._node_policy) == "spread"
        best = (min if spread else max)(scores.values(), default=0.0)
        names = _segment_names(admitted)
        return Decision(
            nodes=tuple(name for name, score in scores.items() if score == best),
            scores=scores,
            shares=shares,
            containers=dict.fromkeys(shares, names),
            refusals=refusals,
            reason="" if scores else "; ".join(f"{n}: {r}" for n, r in sorted(refusals.items())),
        )

    def over_quota(self, memory: int, cores: int) -> bool:
        """Whether HAMi's quota has no room for that much more."""
        factor = self._config.memory_factor
        return admission.over(self._quota, self._held(), memory, cores, factor)

    def _held(self) -> dict[str, int]:
        held = dict.fromkeys(("gpumem", "gpucores"), 0)
        for pod, _, segments in self._bound.values():
            for share in (s for segment in segments[len(pod.init_containers) :] for s in segment):
                held["gpumem"] += share.memory
                held["gpucores"] += share.cores
            for key in ("gpu", "gpumem", "gpucores"):
                count = held.get(f"requests.{key}", 0)
                held[f"requests.{key}"] = count + admission.native(pod, key)
        return held

    def _left(self, host: Host) -> tuple[int, int]:
        there = [pod for pod, where, _ in self._bound.values() if where == host.name]
        return (
            host.cpu - sum(pod.cpu for pod in there),
            host.memory - sum(pod.memory for pod in there),
        )

    def _has_room(self, host: Host, pod: Pod) -> bool:
        cpu, memory = self._left(host)
        return cpu >= pod.cpu and memory >= pod.memory

    def _short(self, hosts: Sequence[Host], pod: Pod) -> str:
        return "cpu" if any(self._left(host)[0] < pod.cpu for host in hosts) else "memory"


class _Trial:
    """One pod tried on one node."""

    def __init__(
        self,
        scheduler: Scheduler,
        admitted: admission.Admitted,
        host: Host,
        terms: fit.Terms,
        weights: tuple[int, int, int],
    ) -> None:
        self._scheduler, self._admitted, self._host = scheduler, admitted, host
        self._terms, self._weights = terms, weights
        self._given: list[tuple[Share, ...]] = []

    def run(self, usage: Sequence[Device]) -> Segments | str:
        """What each container with cards gets, or the refusal of the first that gets none."""
        init: list[tuple[Share, ...]] = []
        self._given = init
        for want in self._admitted.init:
            if want is not None:  # each alone: init containers run one after the other
                found = self._container(_copies(usage), want)
                if isinstance(found, str):
                    return found
                init.append(found)
        self._given = []
        devices = _copies(usage)
        for want in self._admitted.app:
            if want is not None:
                found = self._container(devices, want)
                if isinstance(found, str):
                    return found
                self._given.append(found)
        return (*init, *self._given)

    def _container(self, devices: list[Device], want: Wish) -> tuple[Share, ...] | str:
        for device in devices:
            device.score = order.score(device, self._weights)
        go_sort(devices, order.sort_key(self._terms.policy, self._terms.numa_bind))
        ours = [device for device in devices if "NVIDIA" in device.type.upper()]
        mode = self._terms.annotations.get("nvidia.com/vgpu-mode")
        instances = (mode is None or "mig" in mode) and any(d.mode == "mig" for d in ours)
        if want.cards > len(ours) and not instances:
            return "NodeInsufficientDevice"
        found = fit.fit(ours, want, self._host, self._terms, self._over_quota)
        if found.refusal or not found.shares:
            return found.refusal
        return tuple(_take(ours, share) for share in found.shares)

    def _over_quota(self, shares: list[Share], share: Share) -> bool:
        """Counts containers by their place, so that early ones pass for init containers."""
        segments = [*self._given, (*shares, share)]
        init = len(self._admitted.pod.init_containers)
        peak: dict[str, tuple[int, int]] = {}
        total: dict[str, tuple[int, int]] = {}
        for place, segment in enumerate(segments):
            for one in segment:
                table = peak if place < init else total
                memory, cores = table.get(one.uuid, (0, 0))
                table[one.uuid] = (
                    (max(memory, one.memory), max(cores, one.cores))
                    if place < init
                    else (memory + one.memory, cores + one.cores)
                )
        both = [(peak.get(u, (0, 0)), total.get(u, (0, 0))) for u in {*peak, *total}]
        return self._scheduler.over_quota(
            sum(max(a[0], b[0]) for a, b in both), sum(max(a[1], b[1]) for a, b in both)
        )


def _copies(devices: Sequence[Device]) -> list[Device]:
    copies = [copy(device) for device in devices]
    for device in copies:
        device.instances = list(device.instances)
    return copies


def _take(devices: Sequence[Device], share: Share) -> Share:
    device = next(device for device in devices if device.uuid == share.uuid)
    if device.mode == "mig":
        profile, place = mig.choice(device, device.instances, share.memory) or (None, None)
        if profile is not None and place is not None:
            device.instances.append(place)
            share = Share(
                uuid=share.uuid, memory=profile.memory, cores=profile.cores, placement=place
            )
    device.used += 1
    device.used_memory += share.memory
    device.used_cores += share.cores
    return share


def _segment_names(admitted: admission.Admitted) -> tuple[str, ...]:
    init = [f"init-{i}" for i, want in enumerate(admitted.init) if want is not None]
    return (*init, *(f"c{i}" for i, want in enumerate(admitted.app) if want is not None))


def _selected(host: Host, pod: Pod) -> bool:
    labels = {"kubernetes.io/hostname": host.name, **host.labels}
    return all(labels.get(key) == value for key, value in pod.node_selector.items())


def _weights(text: str | None) -> tuple[int, int, int] | None:
    """Slot, core and memory; None when the annotation is not what HAMi accepts."""
    if text is None:
        return (1, 1, 1)
    found: dict[str, int] = {}
    for part in text.split(","):
        key, equals, value = part.strip().partition("=")
        value = value.strip()
        key = key.strip()
        if not equals or key in found or not value.removeprefix("+").isdecimal():
            return None
        found[key] = int(value)
    if set(found) != {"slot", "core", "memory"} or not any(found.values()):
        return None
    return (found["slot"], found["core"], found["memory"])


__all__ = ["Decision", "Placement", "Scheduler", "Segments"]
