"""How does Terraform speak to Tencent Cloud?

The region comes from the environment. Credentials come from the provider's own
environment variables (`TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY`), never
from here. No `allowed_account_ids` and no `assume_role`: both ask the cloud who
we are at each plan, and a plan of new stacks then no longer works without it.
"""

from __future__ import annotations

from components import cdk
from components.bindings import tencentcloud
from environments.model import Tencentcloud


def providers(stack: cdk.TerraformStack, cloud: Tencentcloud) -> None:
    """The provider block of a stack."""
    tencentcloud.Provider(stack, "tencentcloud", region=cloud.region)
