"""Provider quirks: edits that do nothing, diffs that never end, defaults that bite."""

RULES = (
    "labels_out_of_order",
    "labels_do_not_reach_nodes",
    "node_os_left_to_default",
    "container_runtime_left_to_default",
    "version_change_replaces_cluster",
    "endpoint_before_its_pool",
    "endpoint_managed_twice",
    "pool_cordoned_for_ever",
    "repair_restarts_gpu_machines",
    "vendor_gpu_sharing_on",
    "cloud_plugin_beside_hami",
    "gpu_disk_too_small",
    "gpu_labels_without_effect",
)
