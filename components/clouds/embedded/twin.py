"""A fleet's twin: the same environment with every cloud replaced by local control planes."""

from __future__ import annotations

from typing import Literal

import msgspec

from environments import model

KUBECTL = model.ProviderPin(source="gavinbunney/kubectl", version="1.19.0")
"""The one kubectl provider that also builds from a Go module, so that a twin can
be had where no Terraform registry is reachable. Same resource, same arguments."""

HELM = model.ProviderPin(source="hashicorp/helm", version="3.1.2")
"""The one that is fetched or built for twins, whatever the environment pins."""

Scheduler = Literal["stock", "hami"]


def twin_of(environment: model.Environment, scheduler: Scheduler = "stock") -> model.Environment:
    """The environment with embedded clouds; names, pools and tenants stay as they are.

    `scheduler` is who cuts the cards of `hami` clusters: the stock scheduler by
    DRA, or HAMi's own extender. A twin's twin is itself.
    """
    clusters = {
        name: msgspec.structs.replace(cluster, cloud=_embedded(cluster, scheduler))
        for name, cluster in environment.clusters.items()
    }
    providers = model.Providers(kubectl=KUBECTL, helm=HELM)
    settings = msgspec.structs.replace(environment.settings, providers=providers)
    return msgspec.structs.replace(
        environment, clusters=clusters, settings=settings, backend=model.Local()
    )


def _embedded(cluster: model.Cluster, scheduler: Scheduler) -> model.Embedded:
    cut_by = scheduler if cluster.mode == "hami" else "stock"
    match cluster.cloud:
        case model.Embedded() as cloud:
            return msgspec.structs.replace(cloud, scheduler=cut_by)
        case model.Volcengine():
            return model.Embedded(replaces="volcengine", scheduler=cut_by)
        case model.Tencentcloud():
            return model.Embedded(replaces="tencentcloud", scheduler=cut_by)
        case model.Alicloud():
            return model.Embedded(replaces="alicloud", scheduler=cut_by)
        case model.Private():
            return model.Embedded(replaces="private", scheduler=cut_by)
