"""The provider of Alibaba Cloud.

Access key and secret come from `ALICLOUD_ACCESS_KEY` and `ALICLOUD_SECRET_KEY` and
stand in no file.
"""

from __future__ import annotations

from components import cdk
from components.bindings import alicloud
from environments import model


def providers(stack: cdk.TerraformStack, cloud: model.Alicloud) -> None:
    """The provider's block."""
    alicloud.Provider(
        stack,
        "alicloud",
        region=cloud.region,
        # Left out, the provider asks the billing service which kind of account this is, and
        # waits half a minute for it where it cannot be reached.
        account_type="Domestic",
    )
