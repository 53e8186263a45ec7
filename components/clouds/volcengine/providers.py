"""The two providers of Volcano Engine.

Access key and secret come from `VOLCENGINE_ACCESS_KEY` and `VOLCENGINE_SECRET_KEY`
and stand in no file. The older provider is there for what the newer one cannot
make: a registry that caches another, and who may mount a file system. A stack
without such a thing does not load it.
"""

from __future__ import annotations

from components import cdk
from components.bindings import volcengine, volcenginecc
from environments import model


def providers(stack: cdk.TerraformStack, cloud: model.Volcengine) -> None:
    """The block of the newer provider, which every stack needs."""
    volcenginecc.Provider(stack, "volcenginecc", region=cloud.region)


def older_provider(stack: cdk.TerraformStack, cloud: model.Volcengine) -> None:
    """The block of the older provider."""
    volcengine.Provider(stack, "volcengine", region=cloud.region)
