"""Network: what of a fleet can be reached from everywhere."""

RULES = (
    "api_server_open_to_the_internet",
    "machine_port_open_to_the_internet",
    "machine_with_public_address",
    "public_bucket",
    "public_registry",
    "default_network",
    "allow_list_too_wide",
)
