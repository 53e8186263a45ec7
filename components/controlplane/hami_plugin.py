"""What does HAMi's device plugin do when a pod reaches its node?

HAMi locks a node from binding one pod until the plugin there has handed the
cards to its containers. Simulated nodes have no plugin; this process answers
for all of them, by the plugin's own two steps: it marks the pod
`hami.io/bind-phase=success`, then takes the pod's lock off the node.

    python -m components.controlplane.hami_plugin PORT PKI

runs until it is ended. Standard library only, as `hami_api`.
"""

from __future__ import annotations

import http
import json
import sys
import time
from pathlib import Path
from typing import Any

from components.controlplane.hami_api import JSON_PATCH, MERGE_PATCH, Api, Refused

PHASE = "hami.io/bind-phase"
LOCK = "hami.io/mutex.lock"

_BOUND_PODS = "/api/v1/pods?fieldSelector=spec.nodeName!%3D"
_ALLOCATING = f'"{PHASE}":"allocating"'.encode()
_PAUSE_SECONDS = 1.0
# The pod or node is no more, or the lock has changed since it was read.
_OVERTAKEN = (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.UNPROCESSABLE_ENTITY)


def serve(api: Api) -> None:
    """Answers every bound pod that waits, until the API server ends the watch."""
    answered: set[str] = set()
    for line in api.watch(_BOUND_PODS):
        # Most events are of no concern, and reading JSON is what costs here.
        if _ALLOCATING not in line:
            continue
        event = json.loads(line)
        pod = event["object"]
        uid = pod["metadata"]["uid"]
        # Its node's changes come in between with the phase as it was.
        if event["type"] != "DELETED" and uid not in answered:
            allocate(api, pod)
            answered.add(uid)


def allocate(api: Api, pod: dict[str, Any]) -> None:
    """Ends the allocation of one bound pod: its phase first, then the lock of its node."""
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    try:
        api.patch(
            f"/api/v1/namespaces/{namespace}/pods/{name}",
            {"metadata": {"annotations": {PHASE: "success"}}},
            MERGE_PATCH,
        )
    except Refused as error:
        if error.status not in _OVERTAKEN:
            raise
    release(api, pod["spec"]["nodeName"], owner=f"{namespace},{name}")


def release(api: Api, node: str, *, owner: str) -> None:
    """Takes the lock off the node if it is the owner's (`<namespace>,<name>`)."""
    path = f"/api/v1/nodes/{node}"
    try:
        lock = api.get(path)["metadata"].get("annotations", {}).get(LOCK, "")
        if not lock.endswith(f",{owner}"):
            return
        pointer = "/metadata/annotations/" + LOCK.replace("/", "~1")
        # Only this very lock: the next pod's may already stand in its place.
        change = [
            {"op": "test", "path": pointer, "value": lock},
            {"op": "remove", "path": pointer},
        ]
        api.patch(path, change, JSON_PATCH)
    except Refused as error:
        if error.status not in _OVERTAKEN:
            raise


def main(port: int, pki: Path) -> None:
    """Serves for ever; a fault ends one watch, and the next sees all pods anew."""
    while True:
        try:
            with Api(port=port, pki=pki) as api:
                serve(api)
        except (OSError, Refused) as error:
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {error}\n")
            time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
