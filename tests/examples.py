"""How many examples a property is shown: few where the fast set runs, many everywhere else.

A property says how many times the usual number it needs, not the number itself. The
few are the same in each run, so that the fast set fails for a change and never for
its luck; the many are others each time, and so find what nobody thought of.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

FEW = 15
MANY = 100


def show(*, few: bool) -> None:
    """Before a test is imported: what its decorators say is then taken from this."""
    settings.register_profile(
        "ours",
        max_examples=FEW if few else MANY,
        derandomize=few,
        # A property is about what holds, never about how long a busy machine takes to look.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    settings.load_profile("ours")


def times(factor: float) -> settings:
    """So many times the examples that a property is shown usually."""
    return settings(max_examples=round(settings().max_examples * factor))
