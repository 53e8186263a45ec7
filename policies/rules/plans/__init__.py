"""Plans: what an apply is about to take away, or to change without effect."""

RULES = (
    "pool_destroyed",
    "pool_replaced",
    "cluster_destroyed",
    "data_destroyed",
    "device_layer_removed",
    "machines_forgotten",
    "pool_shrinks",
    "protection_removed",
    "driver_edit_without_effect",
    "labels_miss_running_machines",
    "pool_moved_to_another_cluster",
    "version_lowered",
    "many_machines_at_once",
    "plan_not_whole",
)
