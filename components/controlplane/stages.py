"""How do simulated nodes and pods live?

Stages of KWOK (https://kwok.sigs.k8s.io/docs/user/stages-configuration/), as
few writes as can be: a node becomes Ready once and then only renews its lease;
a bound pod becomes Running in one status patch. Nothing completes a pod, so
those of Jobs stay Running and the fleet can be looked at when it is full.
"""

from __future__ import annotations

from typing import Any

_NODE_READY = """
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
{{ if not .status.addresses }}
addresses:
- address: 127.0.0.1
  type: InternalIP
- address: {{ .metadata.name | Quote }}
  type: Hostname
{{ end }}
{{ if not .status.allocatable }}
allocatable: {cpu: 1k, memory: 1Ti, pods: 1M}
capacity: {cpu: 1k, memory: 1Ti, pods: 1M}
{{ end }}
{{ $info := .status.nodeInfo }}
{{ $version := printf "kwok-%s" Version }}
nodeInfo:
  architecture: {{ or $info.architecture "amd64" }}
  bootID: {{ or $info.bootID `""` }}
  containerRuntimeVersion: {{ or $info.containerRuntimeVersion $version }}
  kernelVersion: {{ or $info.kernelVersion $version }}
  kubeProxyVersion: {{ or $info.kubeProxyVersion $version }}
  kubeletVersion: {{ or $info.kubeletVersion $version }}
  machineID: {{ or $info.machineID `""` }}
  operatingSystem: {{ or $info.operatingSystem "linux" }}
  osImage: {{ or $info.osImage `""` }}
  systemUUID: {{ or $info.systemUUID `""` }}
phase: Running
"""

_POD_RUNNING = """
{{ $now := Now }}
conditions:
{{ range $type := list "Initialized" "Ready" "ContainersReady" }}
- {lastTransitionTime: {{ $now | Quote }}, status: "True", type: {{ $type }}}
{{ end }}
{{ range .spec.readinessGates }}
- {lastTransitionTime: {{ $now | Quote }}, status: "True", type: {{ .conditionType | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  state: {running: {startedAt: {{ $now | Quote }}}}
{{ end }}
{{ if .spec.initContainers }}
initContainerStatuses:
{{ range .spec.initContainers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  {{ if eq .restartPolicy "Always" }}
  started: true
  state: {running: {startedAt: {{ $now | Quote }}}}
  {{ else }}
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ end }}
{{ end }}
{{ end }}
{{ $pod := .metadata }}
{{ $ips := PodIPsWith .spec.nodeName false (or $pod.uid "") $pod.name $pod.namespace }}
hostIP: 127.0.0.1
hostIPs: [{ip: 127.0.0.1}]
podIP: {{ index $ips 0 | Quote }}
podIPs: [{ip: {{ index $ips 0 | Quote }}}]
phase: Running
startTime: {{ $now | Quote }}
"""


def documents() -> tuple[dict[str, Any], ...]:
    """The stages of every plane, in KWOK's own words."""
    return (
        _stage(
            "node-ready",
            "Node",
            _is('.status.conditions.[] | select( .type == "Ready" ) | .status', "NotIn", "True"),
            {"statusTemplate": _NODE_READY},
        ),
        _stage(
            "pod-running",
            "Pod",
            [
                *_is(".metadata.deletionTimestamp", "DoesNotExist"),
                *_is(".status.phase", "In", "Pending"),
            ],
            {"statusTemplate": _POD_RUNNING},
        ),
        _stage("pod-delete", "Pod", _is(".metadata.deletionTimestamp", "Exists"), {"delete": True}),
    )


def _stage(
    name: str, kind: str, when: list[dict[str, Any]], then: dict[str, Any]
) -> dict[str, Any]:
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": name},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": kind},
            "selector": {"matchExpressions": when},
            "next": then,
        },
    }


def _is(key: str, operator: str, *values: str) -> list[dict[str, Any]]:
    expression: dict[str, Any] = {"key": key, "operator": operator}
    if values:
        expression["values"] = list(values)
    return [expression]
