"""What HAMi's webhook does to a pod: defaults, refusals, and the scheduler it is sent to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from policies.placement.hami.pods import Container, DeviceConfig, Pod, Wish

_DENIED = 'admission: admission webhook "vgpu.hami.io" denied the request: '
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A pod after the webhook."""

    pod: Pod
    ours: bool
    """Whether HAMi schedules it; else the default scheduler does."""
    init: tuple[Wish | None, ...]
    app: tuple[Wish | None, ...]


def admit(
    pod: Pod, config: DeviceConfig, quota: Mapping[str, int], held: Mapping[str, int]
) -> Admitted | str:
    """The pod with its defaults, or why it is refused. `held` is what the namespace holds."""
    init, app = pod.init_containers, pod.containers
    for index, container in enumerate((*init, *app)):
        share = container.gpumem_percentage
        if share is not None and not 0 <= share <= 100:
            name = f"c{index - len(init)}" if index >= len(init) else f"init-{index}"
            return (
                f"{_DENIED}invalid nvidia.com/gpumem-percentage value {share} in container "
                f"{name}: must be an integer between 0 and 100"
            )
    init = tuple(_with_defaults(container, config) for container in init)
    app = tuple(_with_defaults(container, config) for container in app)
    ours = any(container.gpu is not None for container in (*init, *app))
    if ours:
        named = [(f"init-{i}", c) for i, c in enumerate(init)]
        named += [(f"c{i}", c) for i, c in enumerate(app)]
        for name, container in named:
            if container.privileged:
                return f"{_DENIED}container {name} is privileged"
    changed = replace(pod, init_containers=init, containers=app)
    wishes = Admitted(
        pod=changed,
        ours=ours,
        init=tuple(wish(container, config) for container in init),
        app=tuple(wish(container, config) for container in app),
    )
    refusal = _over_quota(wishes, config, quota, held)
    return refusal or _over_native_quota(changed, quota, held) or wishes


def _with_defaults(container: Container, config: DeviceConfig) -> Container:
    asks = (container.gpumem, container.gpumem_percentage, container.gpucores)
    if container.gpu is None and config.default_gpus and any(ask is not None for ask in asks):
        container = replace(container, gpu=config.default_gpus)
    if container.gpu is None or container.gpucores is not None:
        return container
    share = container.gpumem_percentage
    whole = share == 100 if share is not None else container.gpumem is None
    return replace(container, gpucores=100) if whole else container


def wish(container: Container, config: DeviceConfig) -> Wish | None:
    """What the extender reads from a container; None when it asks for no card."""
    if not container.gpu:
        return None
    factor = max(config.memory_factor, 1)
    memory = container.gpumem or 0
    if not 0 <= memory <= _LARGEST // factor:
        return None  # bound without a card: HAMi takes the request for empty
    memory *= factor
    percent = min(container.gpumem_percentage or 101, 101)
    if percent == 101 and memory == 0:
        memory, percent = (config.default_memory, 101) if config.default_memory else (0, 100)
    cores = config.default_cores if container.gpucores is None else container.gpucores
    return Wish(cards=container.gpu, memory=memory, percent=percent, cores=cores)


def over(
    quota: Mapping[str, int], held: Mapping[str, int], memory: int, cores: int, factor: int
) -> bool:
    """Whether HAMi's part of the quota has no room for that much more."""
    limit = quota.get("limits.nvidia.com/gpumem")
    if limit is not None and held.get("gpumem", 0) + memory > limit * max(factor, 1):
        return True
    limit = quota.get("limits.nvidia.com/gpucores")
    return limit is not None and held.get("gpucores", 0) + cores > limit


def _over_quota(
    pod: Admitted, config: DeviceConfig, quota: Mapping[str, int], held: Mapping[str, int]
) -> str:
    memory = _most(pod, lambda want: want.memory * want.cards)
    cores = _most(pod, lambda want: want.cores * want.cards)
    if (memory or cores) and over(quota, held, memory, cores, config.memory_factor):
        return f"{_DENIED}exceeding resource quota"
    return ""


def _most(pod: Admitted, amount: Callable[[Wish], int]) -> int:
    init = max((amount(want) for want in pod.init if want), default=0)
    return max(init, sum(amount(want) for want in pod.app if want))


def _over_native_quota(pod: Pod, quota: Mapping[str, int], held: Mapping[str, int]) -> str:
    """What the API server itself refuses: it counts requests as they are written."""
    for key in ("gpu", "gpumem", "gpucores"):
        limit = quota.get(f"requests.nvidia.com/{key}")
        asked = native(pod, key)
        if limit is not None and asked and held.get(f"requests.{key}", 0) + asked > limit:
            return (
                f'admission: pods "{pod.name}" is forbidden: exceeded quota: q, requested: '
                f"requests.nvidia.com/{key}={asked}"
            )
    return ""


def native(pod: Pod, key: str) -> int:
    """What the API server counts a pod for."""

    def total(containers: Iterable[Container]) -> list[int]:
        return [getattr(container, key) or 0 for container in containers]

    return max(sum(total(pod.containers)), *total(pod.init_containers), 0)
