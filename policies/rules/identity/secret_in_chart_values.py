r"""Secret in the values of a chart

Why: Helm keeps all values in the cluster as they are, and Terraform shows them in every plan
    and keeps them in the state.
Fix: let the chart read an existing secret (most have `existingSecret`); `set_sensitive` hides
    a value in plans, not in the state.

Bad (terraform):
    {"resource": {"helm_release": {"grafana": {"chart": "grafana", "version": "8.5.1",
      "values": ["adminPassword: Tr0ub4dor-3\n"]}}}}
Good (terraform):
    {"resource": {"helm_release": {"grafana": {"chart": "grafana", "version": "8.5.1",
      "values": ["admin: {existingSecret: grafana-admin}\n"]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet


@rule(Severity.CRITICAL, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A literal under a name that says secret, or a text that is one."""
    for path, value in secrets.texts(chart.values, ("values",)):
        if not secrets.is_written(value):
            continue
        name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        if kind := secrets.in_text(value):
            yield Fault(f"{name} holds {kind}", path)
        elif secrets.named(name) and not value.startswith(("/", "./")):
            yield Fault(f"{name} is written down", path)
