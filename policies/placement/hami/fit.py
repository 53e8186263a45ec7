"""Whether one container fits on a node's cards, and on which (`Fit` of the NVIDIA backend)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from policies.placement.hami import mig
from policies.placement.hami.pods import Device, Host, Share, Wish

_TRUE = {"1", "t", "T", "true", "TRUE", "True"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a pod's annotations say about its cards."""

    policy: str
    annotations: Mapping[str, str]

    @property
    def numa_bind(self) -> bool:
        """Whether all cards of a container must be on one NUMA node."""
        return self.annotations.get("nvidia.com/numa-bind") in _TRUE

    def names(self, word: str) -> bool:
        """Whether the card policy, alone or in a list, says this."""
        return word in [part.strip() for part in self.policy.split(",")]

    def suits(self, device: Device) -> bool:
        """Whether the type and mode of the card will do."""
        kind = device.type.upper()
        wanted = self._listed("nvidia.com/use-gputype", lambda part: part.upper() in kind)
        unwanted = self._listed("nvidia.com/nouse-gputype", lambda part: part.upper() in kind)
        mode = self.annotations.get("nvidia.com/vgpu-mode")
        return wanted is not False and not unwanted and (mode is None or device.mode in mode)

    def allows(self, device: Device) -> bool:
        """Whether that very card will do."""
        wanted = self._listed("nvidia.com/use-gpuuuid", lambda part: part == device.uuid)
        unwanted = self._listed("nvidia.com/nouse-gpuuuid", lambda part: part == device.uuid)
        return wanted is not False and not unwanted

    def _listed(self, key: str, match: Callable[[str], bool]) -> bool | None:
        value = self.annotations.get(key, "")
        if not value.strip():
            return None
        return any(match(part.strip()) for part in value.split(",") if part.strip())


@dataclass(slots=True, kw_only=True)
class Fitting:
    """The cards found for one container, or why there are too few."""

    shares: list[Share] = field(default_factory=list)
    refusal: str = ""


def fit(
    devices: Sequence[Device],
    want: Wish,
    host: Host,
    terms: Terms,
    over_quota: Callable[[list[Share], Share], bool],
) -> Fitting:
    """Walks the sorted cards from the end and takes what fits."""
    reasons: Counter[str] = Counter()
    topology = terms.names("topology-aware")
    shares: list[Share] = []
    numa = -1
    index = len(devices) - 1
    while index >= 0:
        device = devices[index]
        index -= 1
        reason = _out_of_question(device, host, terms)
        if reason:
            reasons[reason] += 1
            continue
        if terms.numa_bind and numa != device.numa:
            if shares and not topology:
                reasons["NumaNotFit"] += len(shares)
            numa, shares = device.numa, []
        share = _share(device, want)
        reason = _refusal(device, want, share, shares, terms, over_quota)
        if reason:
            reasons[reason] += 1
            continue
        shares.append(share)
        if len(shares) == want.cards and not topology:
            return Fitting(shares=shares)
        if device.mode == "mig" and not topology:
            index += 1
    if topology and len(shares) >= want.cards:
        return Fitting(shares=_linked(shares, want.cards, host))
    if shares:
        reasons["AllocatedCardsInsufficientRequest"] = len(shares)
    counted = [f"{count}/{len(devices)} {reason}" for reason, count in reasons.items() if count]
    return Fitting(refusal=", ".join(sorted(counted)))


def _out_of_question(device: Device, host: Host, terms: Terms) -> str:
    if not device.healthy:
        return "CardNotHealth"
    if device.uuid in host.cordoned:
        return "CardCordoned"
    return "" if terms.suits(device) else "CardTypeMismatch"


def _share(device: Device, want: Wish) -> Share:
    memory = want.memory
    if memory == 0 and want.percent != 101:
        memory = device.memory * want.percent // 100
    return Share(uuid=device.uuid, memory=memory, cores=min(want.cores, 100))


def _refusal(  # noqa: PLR0911 - one line a reason, in the order of HAMi
    device: Device,
    want: Wish,
    share: Share,
    shares: list[Share],
    terms: Terms,
    over_quota: Callable[[list[Share], Share], bool],
) -> str:
    if not terms.allows(device):
        return "CardUuidMismatch"
    if device.slots <= device.used:
        return "CardTimeSlicingExhausted"
    if terms.names("mutex") and device.used > 0:
        return "ExclusiveDeviceAllocateConflict"
    if over_quota(shares, share):
        return "ResourceQuotaNotFit"
    if device.memory - device.used_memory < share.memory:
        return "CardInsufficientMemory"
    if device.cores - device.used_cores < share.cores:
        return "CardInsufficientCore"
    if device.cores == 100 and share.cores == 100 and device.used > 0:
        return "ExclusiveDeviceAllocateConflict"
    if device.cores != 0 and device.used_cores == device.cores and share.cores == 0:
        return "CardComputeUnitsExhausted"
    if device.mode == "mig" and not _has_instance(device, share, shares):
        return "CardMigTopologyInfeasible"
    return ""


def _has_instance(device: Device, share: Share, shares: Sequence[Share]) -> bool:
    taken = list(device.instances)
    for other in shares:
        if other.uuid == device.uuid:
            found = mig.choice(device, taken, other.memory)
            if found is None:
                return False
            taken.append(found[1])
    return mig.choice(device, taken, share.memory) is not None


def _linked(shares: list[Share], cards: int, host: Host) -> list[Share]:
    """The worst linked card for one; the best linked set for several; all when just enough."""
    if len(shares) == cards:
        return shares
    scores = host.pair_scores

    def link(a: Share, b: Share) -> int:
        return scores.get(a.uuid, {}).get(b.uuid, 0)

    if cards == 1:
        return [min(shares, key=lambda a: sum(link(a, b) for b in shares if b.uuid != a.uuid))]
    sets = combinations(shares, cards)
    return list(max(sets, key=lambda s: sum(link(a, b) for a, b in combinations(s, 2))))
