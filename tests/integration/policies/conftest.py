"""Each kind of cluster in turn, on the one control plane that `cluster` stands for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.harness import Cluster
from tests.integration.policies.guarded import Guarded, guarded
from tests.unit.addons import fleets


@pytest.fixture(scope="module")
def whole(cluster: Cluster) -> Iterator[Guarded]:
    """A GPU cluster, without RDMA."""
    with guarded(cluster, "whole", fleets.EMBEDDED) as found:
        yield found


@pytest.fixture(scope="module")
def translated(cluster: Cluster) -> Iterator[Guarded]:
    """A vGPU cluster's twin: the API server turns requests into claims."""
    with guarded(cluster, "slices", fleets.EMBEDDED) as found:
        yield found


@pytest.fixture(scope="module")
def claims(cluster: Cluster) -> Iterator[Guarded]:
    """A cluster shared by DRA as in production: users bring their own claims."""
    with guarded(cluster, "claims", fleets.PRIVATE) as found:
        yield found
