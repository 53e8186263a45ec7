"""Topology: cards that work together and lie apart."""

RULES = (
    "job_larger_than_its_pools",
    "job_over_different_cards",
    "job_without_rdma",
    "cards_left_over",
    "rdma_without_pinned_memory",
    "run_without_gang",
    "rdma_paid_and_unused",
)
