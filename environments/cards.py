"""The card table as data: what each card of the fleet is, never guessed from a name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from environments.errors import InvalidInput
from environments.yaml_reader import parse


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One type of accelerator card."""

    product: str
    """The product name as NVML reports it."""
    memory_mib: Annotated[int, Meta(ge=1)]
    """Total memory in MiB as NVML reports it."""
    architecture: Literal["volta", "turing", "ampere", "ada", "hopper", "blackwell"]
    mig: Annotated[int, Meta(ge=0, le=7)]
    """The most MIG instances; 0 where the card has no MIG."""
    interconnect: Literal["nvlink", "pcie"]

    @property
    def hami_type(self) -> str:
        """The name under which HAMi registers the card: always with the vendor in front."""
        return self.product if self.product.startswith("NVIDIA") else f"NVIDIA-{self.product}"


@cache
def table() -> dict[str, Card]:
    """All known cards by name, in the order of `cards.yaml`."""
    file = Path(__file__).with_name("cards.yaml")
    return read(file.read_bytes(), file.name)


def read(content: bytes, file: str) -> dict[str, Card]:
    """A card table from its text. Raises `InvalidInput` for a card that stands there twice."""
    document = parse(content, file)
    try:
        found = msgspec.convert(document.data, dict[str, Card])
    except msgspec.ValidationError as error:
        document.problems.append(document.problem((), "wrong-value", str(error)))
    if document.problems:
        raise InvalidInput(tuple(document.problems))
    return found
