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

_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?){0,20}"
_QUALIFIED = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"

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
