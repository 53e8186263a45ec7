"""Who builds the network and the cluster layer of a public cluster, and how are they called?

The other half of `components.clouds`, with the engine: that one says which layers
there are, this one builds them. A public cloud is a folder of modules:

* `providers.providers(stack, cloud)`: the provider blocks; region from the
  environment, credentials from the providers' own environment variables only;
* `network.network(stack, environment, cluster) -> Network`: everything around the
  cluster that outlives it: VPC, subnets, security group, NAT, registry, buckets,
  file systems, metrics workspace;
* `cluster.cluster(stack, environment, cluster, network) -> ControlPlane`: control
  plane, node pools, the cloud's own addons, and a kubeconfig.

Ids of constructs are keys of the environment file or plain role names, as in
`nodes-cn-beijing-a`; the stack is the cluster's own, so its name is not repeated.
"""

from __future__ import annotations

from components import cdk
from components.clouds.alicloud import cluster as alicloud_cluster
from components.clouds.alicloud import network as alicloud_network
from components.clouds.alicloud import providers as alicloud_providers
from components.clouds.handover import (
    ControlPlane,
    Network,
    publish_control_plane,
    publish_network,
)
from components.clouds.tencentcloud import cluster as tencentcloud_cluster
from components.clouds.tencentcloud import network as tencentcloud_network
from components.clouds.tencentcloud import providers as tencentcloud_providers
from components.clouds.volcengine import cluster as volcengine_cluster
from components.clouds.volcengine import network as volcengine_network
from components.clouds.volcengine import providers as volcengine_providers
from environments import model


def build_network(
    stack: cdk.TerraformStack, environment: model.Environment, cluster: str
) -> Network:
    """Everything around the cluster, with what the next layer needs as outputs."""
    match environment.clusters[cluster].cloud:
        case model.Volcengine() as cloud:
            volcengine_providers.providers(stack, cloud)
            made = volcengine_network.network(stack, environment, cluster)
        case model.Tencentcloud() as cloud:
            tencentcloud_providers.providers(stack, cloud)
            made = tencentcloud_network.network(stack, environment, cluster)
        case model.Alicloud() as cloud:
            alicloud_providers.providers(stack, cloud)
            made = alicloud_network.network(stack, environment, cluster)
        case model.Private() | model.Embedded():
            raise AssertionError(f"this is a bug: {cluster} is on no public cloud")
    publish_network(stack, made)
    return made


def build_cluster(
    stack: cdk.TerraformStack, environment: model.Environment, cluster: str, network: Network
) -> ControlPlane:
    """Control plane and node pools, with what the next layers need as outputs."""
    match environment.clusters[cluster].cloud:
        case model.Volcengine() as cloud:
            volcengine_providers.providers(stack, cloud)
            made = volcengine_cluster.cluster(stack, environment, cluster, network)
        case model.Tencentcloud() as cloud:
            tencentcloud_providers.providers(stack, cloud)
            made = tencentcloud_cluster.cluster(stack, environment, cluster, network)
        case model.Alicloud() as cloud:
            alicloud_providers.providers(stack, cloud)
            made = alicloud_cluster.cluster(stack, environment, cluster, network)
        case model.Private() | model.Embedded():
            raise AssertionError(f"this is a bug: {cluster} is on no public cloud")
    publish_control_plane(stack, made)
    return made
