"""Identity: secrets that are written down, keys that live too long, deeds of nobody."""

RULES = (
    "secret_in_user_data",
    "secret_in_provider_block",
    "secret_in_variable_default",
    "secret_in_chart_values",
    "machine_password_in_code",
    "secret_output_in_clear",
    "long_lived_kubeconfig",
    "pods_without_identity",
    "cluster_without_audit_log",
)
