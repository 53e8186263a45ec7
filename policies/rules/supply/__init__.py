"""Supply: machines that are not there when they are needed."""

RULES = (
    "vgpu_pool_scaled_to_zero",
    "growth_without_quota",
    "pool_in_one_zone",
    "quota_for_no_pool",
    "pool_without_machines",
    "one_instance_type_of_several",
    "unequal_machines_in_pool",
    "machines_of_hearsay",
    "level_nearly_full",
    "unlisted_without_need",
    "spot_machines_join_cordoned",
)
