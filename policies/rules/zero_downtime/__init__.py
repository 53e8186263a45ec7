"""Zero downtime: what users notice of an update."""

RULES = (
    "service_stopped_for_update",
    "update_that_cannot_begin",
    "traffic_before_model",
    "requests_cut_off",
    "no_node_to_spare",
    "hami_upgraded_under_pods",
)
