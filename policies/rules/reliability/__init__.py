"""Reliability: what a bad card, a drain or a full disk takes with it."""

RULES = (
    "drain_blocked_for_ever",
    "replicas_on_one_node",
    "checkpoints_on_the_node",
    "shared_memory_too_small",
    "memory_volume_without_limit",
    "webhook_without_second_replica",
    "runtime_class_made_again",
    "one_replica_of_a_critical_service",
    "card_health_unwatched",
    "service_on_spot_alone",
    "cluster_without_metrics",
    "driver_does_not_know_card",
    "drivers_apart",
    "disk_holds_fewer_models_than_cards",
    "no_place_for_checkpoints",
)
