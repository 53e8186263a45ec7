"""What goes into a cluster, as subjects: Kubernetes objects and Helm releases.

Whether an addon of ours, a file that a user points at, the body of a Terraform
resource or an API server said it makes no difference to a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policies import values
from policies.origin import Subject
from policies.pods import PodTemplate, pods


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Subject):
    """A Kubernetes object: `Deployment/search/web`, after `<cluster>:` where that is known."""

    body: Mapping[str, Any] = field(repr=False)
    cluster: str | None = None
    """The cluster it goes to; None where nobody knows."""
    live: bool = False
    """Whether an API server gave it, with what controllers added."""
    found: list[tuple[PodTemplate, ...]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )
    """Its pods, once somebody asked: forty rules do."""

    @property
    def type(self) -> str:
        """Its kind."""
        return values.text(self.body, "kind")

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.type

    @property
    def name(self) -> str:
        """Its name; empty where it has none that can be read."""
        return values.text(self.body, "metadata", "name")

    @property
    def namespace(self) -> str:
        """Its namespace; empty where it says none."""
        return values.text(self.body, "metadata", "namespace")

    @property
    def labels(self) -> Mapping[str, Any]:
        """Its own labels."""
        return values.mapping(self.body, "metadata", "labels")

    @property
    def annotations(self) -> Mapping[str, Any]:
        """Its own annotations."""
        return values.mapping(self.body, "metadata", "annotations")

    def get(self, *path: str | int) -> Any:
        """The value at the path; ABSENT where there is none."""
        return values.get(self.body, *path)

    def pods(self) -> tuple[PodTemplate, ...]:
        """The pod templates inside."""
        if not self.found:
            self.found.append(tuple(pods(self.body)))
        return self.found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Subject):
    """A Helm release: `Chart/<namespace>/<release>`, after `<cluster>:` where known.

    Paths inside are those of the values, below `("values",)`, and the fields
    `repository`, `name` and `version`.
    """

    release: str
    name: str
    """The chart's name."""
    repository: str
    """Its URL; empty where it is a local archive."""
    version: str
    """Empty where none is pinned."""
    namespace: str
    values: Mapping[str, Any] = field(repr=False)
    """Values as they were given, later ones over earlier ones."""
    cluster: str | None = None
    partial: bool = False
    """Whether some of the values show after an apply only: what is not there may come yet."""

    @property
    def type(self) -> str:
        """The chart's name, without the repository that `helm repo add` puts before it."""
        return self.name.rpartition("/")[2]

    def get(self, *path: str | int) -> Any:
        """A value of the chart; ABSENT where it is left to the chart's default."""
        return values.get(self.values, *path)


def address(body: Mapping[str, Any], cluster: str | None = None) -> str:
    """The address of an object: `<cluster>:<kind>/<namespace>/<name>`."""
    metadata = values.mapping(body, "metadata")
    name = values.text(metadata, "name") or values.text(metadata, "generateName")
    parts = (values.text(body, "kind"), values.text(metadata, "namespace"), name or "unnamed")
    return prefixed(cluster, "/".join(part for part in parts if part))


def prefixed(where: str | None, name: str) -> str:
    """A name behind the cluster or the stack that it belongs to."""
    return f"{where}:{name}" if where else name
