"""Deletion: what a destroy, a rename or a typo would take with it."""

RULES = (
    "alibaba_pool_deleted_by_force",
    "volcano_pool_without_deletion_guard",
    "tencent_pool_leaves_machines_behind",
    "cluster_without_deletion_protection",
    "pool_without_deletion_protection",
    "data_without_prevent_destroy",
    "data_erased_on_destroy",
    "pool_indexed_by_count",
    "pool_destroyed_before_its_replacement",
    "cluster_leaves_load_balancers_behind",
    "invited_machines_end_with_pool",
)
