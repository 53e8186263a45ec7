"""The values of HAMi's chart that this project sets, typed.

The chart has no schema. Which versions know a key is noted where they differ; what is not here
keeps the chart's default.
"""

from __future__ import annotations

from typing import Literal

from components.addons.chart_values import Values


class Requests(Values, frozen=True, kw_only=True):
    """What a container asks of its node."""

    cpu: str
    memory: str


class Resources(Values, frozen=True, kw_only=True):
    """Requests without limits: a throttled scheduler holds up every pod."""

    requests: Requests


class Image(Values, frozen=True, kw_only=True):
    """Which image; the chart's registry and repository stay."""

    tag: str


class SchedulerPolicy(Values, frozen=True, kw_only=True):
    """Where slices go. An unknown word silently means binpack (nodes) or spread (cards)."""

    node_scheduler_policy: Literal["binpack", "spread"]
    gpu_scheduler_policy: Literal["binpack", "spread", "topology-aware"]


class KubeScheduler(Values, frozen=True, kw_only=True):
    """The kube-scheduler beside HAMi's extender; it must be of the cluster's own version."""

    image: Image | None = None
    """Left out, the chart takes the version that the cluster reports when it is rendered."""
    extra_new_args: list[str]
    """For Kubernetes 1.22 and later."""
    resources: Resources


class Extender(Values, frozen=True, kw_only=True):
    """HAMi's own part of the scheduler."""

    extra_args: list[str]
    resources: Resources


class AdmissionWebhook(Values, frozen=True, kw_only=True):
    """What hands pods with HAMi's keys to HAMi's scheduler."""

    enabled: bool
    failure_policy: Literal["Fail", "Ignore"] | None = None
    whitelist_namespaces: list[str] | None = None
    """The namespaces that the webhook leaves *out*, whatever the word says."""


class Patch(Values, frozen=True, kw_only=True):
    """The jobs that make the webhook's certificate."""

    enabled: bool


class Scheduler(Values, frozen=True, kw_only=True):
    """Webhook, extender and kube-scheduler: one Deployment."""

    leader_elect: Literal[True]
    """Never false with more than one replica: the chart would quietly run one."""
    replicas: int
    overwrite_env: Literal["true", "false"]
    """A string. `true` hides all cards from containers that ask for none."""
    node_label_selector: dict[str, str]
    """The nodes that the extender looks at. Not in the chart's values.yaml, but in its template."""
    default_scheduler_policy: SchedulerPolicy
    kube_scheduler: KubeScheduler
    extender: Extender
    admission_webhook: AdmissionWebhook
    patch: Patch
    tolerations: list[dict[str, str]]


class DevicePlugin(Values, frozen=True, kw_only=True):
    """What cuts the cards of a node: one DaemonSet."""

    device_split_count: int
    device_memory_scaling: float
    device_core_scaling: float
    nvidia_node_selector: dict[str, str | None]
    """`nvidianodeSelector` up to chart 2.7."""
    runtime_class_name: str
    create_runtime_class: Literal[False]
    """The chart would make it as a hook that deletes the one that is there."""
    nvidia_driver_root: Literal["/"] | None = None
    """Where the driver lies on the machines; the chart's own guess when left out."""
    tolerations: list[dict[str, str]]
    resources: Resources


class HamiValues(Values, frozen=True, kw_only=True):
    """The whole file."""

    scheduler_name: str
    scheduler: Scheduler
    device_plugin: DevicePlugin
