"""State: where Terraform keeps what it knows, and who else writes there."""

RULES = (
    "state_on_one_machine",
    "state_without_lock",
    "state_not_encrypted",
    "state_without_versions",
    "state_shared_by_two_stacks",
)
