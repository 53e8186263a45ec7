"""RDMA device without the right to pin memory

Why: RDMA registers memory that must not move. Without IPC_LOCK that fails, and NCCL falls back to
    TCP at a tenth of the speed, with a line in the log that nobody reads.
Fix: add the capability IPC_LOCK to the container

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8, rdma/hca: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      containers:
        - name: main
          securityContext: {capabilities: {add: [IPC_LOCK]}}
          resources: {limits: {nvidia.com/gpu: 8, rdma/hca: 1}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

DEVICES = ("rdma/", "vke.volcengine.com/rdma", "aliyun/erdma", "tke.cloud.tencent.com/eni-rdma")


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A card and an RDMA device, without IPC_LOCK."""
    for pod in manifest.pods():
        for path, container in gpus.asking(pod):
            limits = gpus.limits(container)
            rdma = [key for key in limits if key.startswith(DEVICES)]
            if not rdma or values.get(container, "securityContext", "privileged") is True:
                continue
            added = values.sequence(container, "securityContext", "capabilities", "add")
            if not {"IPC_LOCK", "ALL", "CAP_IPC_LOCK"} & {str(one) for one in added}:
                said = f"{rdma[0]} cannot pin memory"
                yield Fault(said, (*path, "securityContext"), at_key=True)
