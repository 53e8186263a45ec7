"""What does TKE call a minor version of Kubernetes?

It wants one exact version, and has one for each second minor version. Which ones it
offers now is told by `tccli tke DescribeVersions`; the provider's data source would
ask the cloud at each plan. VKE takes a minor version as it is, and ACK is asked by
its stack: neither needs a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXACT: Final[Mapping[str, str]] = {
    "1.30": "1.30.0",
    "1.32": "1.32.2",
    "1.34": "1.34.1",
}
"""Minor version -> TKE's, from the oldest that a fleet may have."""
