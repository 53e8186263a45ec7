"""Cost: what is billed without anybody wanting it."""

RULES = (
    "autoscaled_size_not_ignored",
    "autoscaler_without_maximum",
    "spot_without_price_limit",
    "prepaid_without_renewal",
    "machines_without_owner",
)
