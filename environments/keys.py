"""The keys that makers and judges of a fleet agree on: labels, annotations, resources.

Who writes them onto what is the makers' business, and what is wrong about them
the judges'; here is only how they are spelled.
"""

from __future__ import annotations

PREFIX = "gpu-fleet.dev"
"""The prefix of every label and annotation of ours."""

TENANT = f"{PREFIX}/tenant"
CARD = f"{PREFIX}/card"
POOL = f"{PREFIX}/pool"
OWNER = f"{PREFIX}/owner"
"""Annotation of a tenant's namespace: whom to ask."""
PRIORITIES = f"{PREFIX}/priorities"
"""Annotation of a tenant's namespace: the priorities its pods may carry, between commas."""

GPU = "nvidia.com/gpu"
MEMORY = "nvidia.com/gpumem"
PERCENTAGE = "nvidia.com/gpumem-percentage"
CORES = "nvidia.com/gpucores"
PRIORITY = "nvidia.com/priority"
HAMI_RESOURCES = (GPU, MEMORY, PERCENTAGE, CORES, PRIORITY)

DEVICE_CLASS = "hami-core-gpu.project-hami.io"
"""HAMi's DRA driver; also the name of its DeviceClass."""

EXCLUSIVE = 100
"""All of a card's cores, in hundredths."""

SYSTEM_NAMESPACES = (
    "gpu-fleet-system",
    "gpu-operator",
    "hami-system",
    "kube-node-lease",
    "kube-public",
    "kube-system",
    "monitoring",
    "nvidia-device-plugin",
)
"""What runs the cluster: its pods must not wait for a webhook, nor keep tenants' rules."""
