"""Image of a pod with cards whose tag moves

Why: the replicas of a service run different engines once a node pulls again, an image of ten
    gigabytes is pulled anew at each start, and nothing says what ran yesterday.
Fix: write the version's tag, better with its digest

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: llm}
    spec:
      containers:
        - {name: main, image: vllm/vllm-openai:latest, resources: {limits: {nvidia.com/gpu: 1}}}
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: llm}
    spec:
      containers:
        - {name: main, image: vllm/vllm-openai:v0.11.0, resources: {limits: {nvidia.com/gpu: 1}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus
from policies.finding import Severity
from policies.images import MOVING, images
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A tag that is known to move, or none, on a container that asks for cards."""
    for pod in manifest.pods():
        for path, container in gpus.asking(pod):
            for image in images({"image": container.get("image")}, path):
                if image.digest:
                    continue
                if image.tag.lower() in MOVING:
                    yield Fault(f"{image.name}: {image.tag} is another image tomorrow", image.path)
                elif image.whole and not image.tag:
                    yield Fault(f"{image.name} has no tag, which means latest", image.path)
