"""Where do the images of the device layer come from, other than from where their charts say?

Only where a cloud's registry has copies under the names of its own host. A registry
that containerd asks by itself needs no word in a chart.
"""

from __future__ import annotations

from environments.model import Alicloud, Environment


def registry(environment: Environment, cluster: str) -> str:
    """The host that has copies of the images of docker.io, within the VPC; empty where none has."""
    cloud = environment.clusters[cluster].cloud
    if isinstance(cloud, Alicloud) and cloud.registry is not None:
        return f"{environment.name}-{cluster}-registry-vpc.{cloud.region}.cr.aliyuncs.com"
    return ""
