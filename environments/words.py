r"""The small words of an environment file: names, versions, labels, counts.

Each is a plain type with its limits, so that the schema, the editor and the
loader say the same. What the words are put together to is said in `model`.

Patterns end in `$(?!\n)`: Python's `$` would let a newline pass behind it, and
a name with a newline in it fails much later, in the cloud.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

END = r"$(?!\n)"


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The manners of every struct of the model: frozen, by keyword, no unknown field."""


def _like(pattern: str, description: str) -> Meta:
    return Meta(pattern=f"^{pattern}{END}", description=description)


Name = Annotated[
    str,
    _like(
        r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
        "At most 40 of a-z, 0-9 and -, from a letter to a letter or digit.",
    ),
]
"""Keys of maps. 40 characters leave room for `<cluster>-<pool>-000` in a node
name (HAMi copies it into a label, which ends at 63), and for what Deployments
and Jobs append to the names of their pods."""

KubernetesVersion = Annotated[
    str, _like(r"1\.(2[0-9]|3[0-9]|4[0-9])", 'A minor version in quotes, like "1.34".')
]
EnvironmentVariable = Annotated[
    str,
    _like(r"[A-Z_][A-Z0-9_]{0,99}", "The name of an environment variable, like LAB_KUBECONFIG."),
]
Region = Annotated[str, _like(r"[a-z]{2,20}(-[a-z0-9]{1,20}){1,4}", "A region, like cn-beijing.")]
Zone = Annotated[
    str, _like(r"[a-z]{2,20}(-[a-z0-9]{1,20}){1,5}", "A zone of the region, like cn-beijing-a.")
]
InstanceType = Annotated[
    str,
    _like(r"[A-Za-z0-9][-A-Za-z0-9._]{0,79}", "An instance type, like ecs.ebmhpcpni3l.48xlarge."),
]
CardName = Annotated[
    str, _like(r"[A-Za-z0-9][-A-Za-z0-9.]{0,39}", "A name from the card table (cards.yaml).")
]
ProviderSource = Annotated[
    str, _like(r"[a-z0-9-]{1,60}/[a-z0-9-]{1,60}", "A Terraform provider, like hashicorp/helm.")
]
ExactVersion = Annotated[
    str, _like(r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}", "An exact version, like 3.1.2.")
]
RelativePath = Annotated[
    str,
    _like(
        r"[A-Za-z0-9._][-A-Za-z0-9._]{0,79}(/[A-Za-z0-9._][-A-Za-z0-9._]{0,79}){0,20}",
        "A directory, seen from the directory of this file, like rules.",
    ),
]
RuleName = Annotated[
    str, _like(r"[a-z][-a-z0-9]{0,79}", "The id of a rule, like gpu-pool-without-taint.")
]
SubjectGlob = Annotated[
    str,
    _like(
        r"[^\s]{1,300}",
        "The address of a subject, like clusters.volc-infer.pools.h20; * is any text.",
    ),
]
Day = Annotated[
    str,
    _like(
        r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
        'A day in quotes, like "2027-01-31".',
    ),
]

DriverVersion = Annotated[
    str,
    _like(r"[0-9]{3}\.[0-9]{1,3}(\.[0-9]{1,3})?", "A GPU driver's version, like 550.144.03."),
]
Generation = Annotated[
    str, _like(r"[a-z0-9][-a-z0-9]{0,19}", "At most 20 of a-z, 0-9 and -, like v2 or 2026-11-24.")
]

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
Cidr = Annotated[
    str,
    _like(
        rf"({_OCTET}\.){{3}}{_OCTET}/(3[0-2]|[12]?[0-9])",
        "A range of IPv4 addresses, like 10.0.0.0/16.",
    ),
]
BucketName = Annotated[
    str,
    _like(
        r"[a-z0-9][-a-z0-9]{1,61}[a-z0-9]",
        "A bucket of object storage: 3 to 63 of a-z, 0-9 and -, like fleet-states-1250000000.",
    ),
]
KeyPrefix = Annotated[
    str,
    _like(
        r"[A-Za-z0-9][-A-Za-z0-9_]{0,60}(/[A-Za-z0-9][-A-Za-z0-9_]{0,60}){0,4}",
        "A path below which keys stand, like teams/gpu.",
    ),
]
TableName = Annotated[str, _like(r"[A-Za-z_][A-Za-z0-9_]{0,254}", "A table, like fleet_locks.")]
Endpoint = Annotated[
    str,
    _like(
        r"https://[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?",
        "Where a service answers, like https://locks.cn-beijing.ots.aliyuncs.com.",
    ),
]
LogProject = Annotated[
    str, _like(r"[A-Za-z0-9][-A-Za-z0-9_]{0,127}", "A project of the cloud's log service, by id.")
]
Script = Annotated[str, Meta(max_length=8000, description="Shell text, at most 8000 characters.")]
"""Base64 makes 8000 characters 10,700; the narrowest cloud takes 16 KB."""

_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?){0,20}"
_QUALIFIED = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"

Host = Annotated[str, _like(_SUBDOMAIN, "The name of a node, like gpu-r07-n12.")]
LabelKey = Annotated[
    str,
    _like(
        rf"({_SUBDOMAIN}/)?{_QUALIFIED}",
        "A Kubernetes label key: [domain/]name, the name at most 63 characters.",
    ),
]
LabelValue = Annotated[
    str, _like(rf"({_QUALIFIED})?", "A Kubernetes label value, at most 63 characters.")
]

Text = Annotated[str, Meta(min_length=1, max_length=400)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Positive = Annotated[int, Meta(ge=1, le=1_000_000)]
Percent = Annotated[int, Meta(ge=1, le=100)]
