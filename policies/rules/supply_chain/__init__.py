"""Supply chain: what may become something else between review and apply."""

RULES = (
    "provider_not_pinned",
    "provider_without_maintainer",
    "chart_not_pinned",
    "chart_over_plain_http",
    "chart_from_unknown_repository",
    "chart_image_that_moves",
    "chart_image_without_digest",
    "module_not_pinned",
    "gpu_image_that_moves",
    "script_from_the_internet",
    "images_from_abroad",
)
