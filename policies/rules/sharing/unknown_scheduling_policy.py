"""HAMi scheduling policy that is not known to it

Why: an unknown word, also one in other letters, silently means `binpack` for nodes and `spread`
    for cards (measured): the fleet fills up otherwise than planned.
Fix: write `binpack` or `spread`; for cards also `topology-aware`, `mutex`, `numa`, in small letters

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {defaultSchedulerPolicy: {gpuSchedulerPolicy: topology}}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {defaultSchedulerPolicy: {gpuSchedulerPolicy: topology-aware}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

PLACE = ("scheduler", "defaultSchedulerPolicy")
DEFAULTS = {"nodeSchedulerPolicy": "binpack", "gpuSchedulerPolicy": "spread"}


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A word that HAMi does not know."""
    for key, meant in DEFAULTS.items():
        value = hami.value(chart, *PLACE, key)
        known = hami.NODE_POLICIES if key.startswith("node") else hami.CARD_POLICIES
        words = str(value).split(",") if key.startswith("gpu") else [str(value)]
        for word in words:
            if word not in known:
                said = f'{key} "{word}" is not known to HAMi and means {meant}'
                yield Fault(said, ("values", *PLACE, key), detail=word)
