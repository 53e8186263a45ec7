"""Script of the internet that each machine runs as root

Why: whoever can change what stands behind the address owns every machine that joins from then on,
    cards, pods and cloud credentials included; and a machine joins only while the address answers.
Fix: put the text into the script, or fetch it from a bucket of your own and check its digest

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20:
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            scripts: {after: "curl -fsSL https://tuning.example.com/run.sh | bash"}
            selector: null
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20:
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            scripts: {after: "nvidia-smi -pm 1"}
            selector: null
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool

_SHELL = r"(?:sudo\s+)?(?:/\S{0,20}/)?(?:ba|da|z)?sh\b"
_FETCHED = re.compile(
    rf"""(?:curl|wget)\s[^|;&\n]{{0,300}}\|\s*{_SHELL}  # curl ... | sh
    | {_SHELL}\s[^\n]{{0,40}}(?:<\(|\$\()\s*(?:curl|wget)\s  # sh -c "$(curl ...)", sh <(curl ...)
    | (?:source|\.|eval)\s+["']?(?:<\(|\$\()\s*(?:curl|wget)\s""",
    re.VERBOSE,
)


@rule(Severity.MEDIUM, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """What is fetched goes to a shell as it comes."""
    scripts = pool.pool.scripts
    for key, text in (("before", scripts.before), ("after", scripts.after)):
        # Long lines are often broken, and mean the same.
        if _FETCHED.search(text.replace("\\\n", " ")):
            yield Fault("a shell runs, as root, whatever an address answers", ("scripts", key))
