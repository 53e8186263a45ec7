"""What do all generated classes have in common?

Resources are written by `components.resource`, with one call into the engine. Data
sources and providers are few: each is a construct, with a call for each argument.

Values are Terraform JSON: strings may hold expressions, so text that is not ours
goes through `literal` first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, overload

from components import cdk
from components.resource import Lifecycle, Resource, engine

__all__ = ["Attribute", "DataSource", "Lifecycle", "Provider", "Resource", "literal"]

T = TypeVar("T")


class DataSource(cdk.TerraformDataSource):
    """A data source of the type that its class names."""

    TYPE: ClassVar[str]

    def __init__(
        self,
        scope: cdk.Construct,
        id: str,  # noqa: A002 - the CDK's own name for it
        /,
        *,
        depends_on: Sequence[cdk.ITerraformDependable] = (),
        **arguments: Any,
    ) -> None:
        super().__init__(
            scope, id, terraform_resource_type=self.TYPE, depends_on=engine(depends_on)
        )
        _set(self, arguments)

    @property
    def address(self) -> str:
        """What Terraform calls it in its own stack, to be part of an expression there."""
        return f"data.{self.TYPE}.{self.friendly_unique_id}"


class Provider(cdk.TerraformProvider):
    """A provider at an exact version; those of the schema it was generated from by default."""

    NAME: ClassVar[str]
    """What resource types of this provider begin with."""
    SOURCE: ClassVar[str]
    VERSION: ClassVar[str]

    def __init__(
        self,
        scope: cdk.Construct,
        id: str,  # noqa: A002 - the CDK's own name for it
        /,
        *,
        source: str | None = None,
        version: str | None = None,
        **arguments: Any,
    ) -> None:
        metadata = {"provider_name": self.NAME, "provider_version": version or self.VERSION}
        super().__init__(
            scope,
            id,
            terraform_resource_type=self.NAME,
            terraform_generator_metadata=metadata,
            terraform_provider_source=source or self.SOURCE,
        )
        _set(self, arguments)


class Attribute(Generic[T]):
    """A value that the provider knows after apply: reading it gives a reference."""

    __slots__ = ("_getter", "_name")

    def __init__(self, getter: str, name: str | None) -> None:
        self._getter = getter
        self._name = name or ""

    def __set_name__(self, owner: type, name: str) -> None:
        # `name` is given where the attribute's own would hide a member of the engine's class.
        self._name = self._name or name

    @overload
    def __get__(self, element: None, owner: type) -> Attribute[T]: ...

    @overload
    def __get__(self, element: object, owner: type) -> T: ...

    def __get__(self, element: object | None, owner: type) -> Attribute[T] | T:
        if element is None:
            return self
        if isinstance(element, Resource):
            found: T = element.reference(self._getter, self._name)
            return found
        reference: T = getattr(element, self._getter)(self._name)
        return reference


def text(name: str | None = None) -> Attribute[str]:
    """A string."""
    return Attribute("get_string_attribute", name)


def number(name: str | None = None) -> Attribute[float]:
    """A number."""
    return Attribute("get_number_attribute", name)


def truth(name: str | None = None) -> Attribute[Any]:
    """A boolean; the engine has no boolean that is a reference, so it is `Any`."""
    return Attribute("get_boolean_attribute", name)


def texts(name: str | None = None) -> Attribute[list[str]]:
    """A list of strings."""
    return Attribute("get_list_attribute", name)


def text_map(name: str | None = None) -> Attribute[Mapping[str, str]]:
    """A map of strings."""
    return Attribute("get_string_map_attribute", name)


def anything(name: str | None = None) -> Attribute[Any]:
    """A structure; parts of it are had by `interpolation_for_attribute("<name>[0].part")`."""
    return Attribute("interpolation_for_attribute", name)


def literal(value: str) -> str:
    """Text that Terraform takes as it is, whatever dollars and braces it holds."""
    return value.replace("${", "$${").replace("%{", "%%{")


def _set(element: cdk.TerraformElement, arguments: Mapping[str, Any]) -> None:
    for name, value in arguments.items():
        element.add_override(name, value)
