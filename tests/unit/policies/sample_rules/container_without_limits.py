"""Container without limits

Why: it may take the whole node.
Fix: set `resources.limits`.

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: greedy}
    spec:
      containers:
        - name: main
          image: example.com/greedy:1.0
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: modest}
    spec:
      containers:
        - name: main
          image: example.com/modest:1.0
          resources: {limits: {cpu: 1, memory: 1Gi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.LOW, judges=Manifest)
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Every container of every pod template."""
    for pod in manifest.pods():
        for path, container in pod.containers():
            if not values.mapping(container, "resources", "limits"):
                name = values.text(container, "name", default="?")
                yield Fault(f'container "{name}" has no limits', (*path, "resources", "limits"))
