"""Tenancy: quotas and priorities that do not hold what they promise."""

RULES = (
    "cluster_without_tenants",
    "tenant_without_limit",
    "overcommitted_queue",
    "priority_of_nobody",
    "priorities_without_order",
    "experiment_with_one_arm",
    "demand_over_quota",
    "quota_key_ignored",
)
