"""How does a resource get into a stack with the fewest calls into the engine?

The engine lives in another process, so that calls are what the time goes into. A
resource is written with one: its whole body, as an override of its stack. A construct
is made only for a resource that another one reads from, when it does.

The engine hands values from stack to stack only where a reference stands in a
construct; in an override it writes a reference to another stack as if it were the
stack's own, and says nothing. So each stack's own references are known here, and a
resource that holds any other becomes a construct, with that argument set on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict
from weakref import WeakKeyDictionary

from components import cdk

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
"""Ids that are names in Terraform just as they are."""
_REFERENCE = re.compile(r"TfToken\[([^\]]*)\]")
"""What the engine puts into text in place of a reference."""
_LEAST_NUMBER = -1e300
"""Below are the numbers that the engine puts in place of references."""


class Lifecycle(TypedDict, total=False):
    """Terraform's `lifecycle` of a resource."""

    create_before_destroy: bool
    prevent_destroy: bool
    ignore_changes: Sequence[str] | Literal["all"]
    replace_triggered_by: Sequence[str]


@dataclass(slots=True)
class _Known:
    """What we know of a stack."""

    ids: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    """Those that its own resources have given out."""


_STACKS: WeakKeyDictionary[cdk.TerraformStack, _Known] = WeakKeyDictionary()

if TYPE_CHECKING:
    # What the engine takes for a resource, ours may stand for; see `engine`.
    _Resource = cdk.TerraformResource
else:
    _Resource = object


class Resource(_Resource):
    """A resource of the type that its class names."""

    TYPE: ClassVar[str]
    """The resource type, as in `helm_release`."""

    def __init__(
        self,
        scope: cdk.Construct,
        id: str,  # noqa: A002 - the CDK's own name for it
        /,
        *,
        depends_on: Sequence[cdk.ITerraformDependable] = (),
        lifecycle: Lifecycle | None = None,
        for_each: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> None:
        self._scope = scope
        self._id = id
        self._construct: cdk.TerraformResource | None = None
        if for_each is not None:
            arguments = {"for_each": for_each, **arguments}
        if not isinstance(scope, cdk.TerraformStack) or not _ID.fullmatch(id):
            self._known = _Known()
            self._make(depends_on, lifecycle, arguments)
            return
        self._known = _STACKS.setdefault(scope, _Known())
        if id in self._known.ids:
            raise AssertionError(f"this is a bug: {id} is twice in one stack")
        self._known.ids.add(id)
        own, others = self._parted(arguments)
        beside = [
            needed.address
            for needed in depends_on
            if isinstance(needed, Resource) and needed._scope is scope  # noqa: SLF001
        ]
        body = dict(own)
        if others or len(beside) < len(depends_on):
            self._make(depends_on, lifecycle, others)
        else:
            if lifecycle:
                body["lifecycle"] = dict(lifecycle)
            if beside:
                body["depends_on"] = beside
        scope.add_override(f"resource.{self.TYPE}.{id}", body)

    @property
    def address(self) -> str:
        """What Terraform calls it in its own stack, to be part of an expression there."""
        if isinstance(self._scope, cdk.TerraformStack) and _ID.fullmatch(self._id):
            return f"{self.TYPE}.{self._id}"
        return f"{self.TYPE}.{self.construct.friendly_unique_id}"

    @property
    def construct(self) -> cdk.TerraformResource:
        """What the engine knows of it; made when it is first asked for."""
        if self._construct is None:
            self._construct = cdk.TerraformResource(
                self._scope, self._id, terraform_resource_type=self.TYPE
            )
        return self._construct

    def reference(self, getter: str, name: str) -> Any:
        """What the engine's `getter` gives for an attribute, known as the stack's own."""
        found = getattr(self.construct, getter)(name)
        self._known.references.update(_REFERENCE.findall(repr(found)))
        return found

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            return getattr(self.construct, name)

    def _make(
        self,
        depends_on: Sequence[cdk.ITerraformDependable],
        lifecycle: Lifecycle | None,
        arguments: Mapping[str, Any],
    ) -> None:
        self._construct = cdk.TerraformResource(
            self._scope,
            self._id,
            terraform_resource_type=self.TYPE,
            depends_on=engine(depends_on),
            lifecycle=None if lifecycle is None else dict(lifecycle),
        )
        for name, value in arguments.items():
            self._construct.add_override(name, value)

    def _parted(self, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Arguments that hold no reference to another stack, and those that do or may."""
        own = {name: value for name, value in arguments.items() if self._is_own(value)}
        return own, {name: value for name, value in arguments.items() if name not in own}

    def _is_own(self, value: object) -> bool:
        match value:
            case bool() | int() | None:
                return True
            case str():
                return self._known.references.issuperset(_REFERENCE.findall(value))
            case float():
                return value > _LEAST_NUMBER
            case Mapping():
                return all(self._is_own(key) and self._is_own(held) for key, held in value.items())
            case list() | tuple():
                return all(self._is_own(held) for held in value)
            case _:
                return False


def engine(needed: Sequence[cdk.ITerraformDependable]) -> list[Any] | None:
    """The same as the engine knows them; None for nothing."""
    found = [one.construct if isinstance(one, Resource) else one for one in needed]
    return found or None
