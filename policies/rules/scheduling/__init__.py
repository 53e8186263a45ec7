"""Scheduling: pods that nothing will ever place."""

RULES = (
    "cards_requested_unlike_limited",
    "part_of_a_card",
    "pod_tied_to_one_node",
    "pod_kept_off_gpu_nodes",
    "pod_without_host_share",
    "scheduler_image_of_the_moment",
    "gpu_pool_without_taint",
)
