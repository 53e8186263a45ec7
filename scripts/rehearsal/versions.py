"""Which versions a rehearsal ran with, for its report."""

from __future__ import annotations

import importlib.metadata

from components.controlplane import pins
from components.controlplane.hami_binary import Extender


def versions(extender: Extender | None) -> dict[str, str]:
    """By name; what is not part of the run is left out."""
    found = {
        "fleet": _package("gpu-fleet"),
        "engine": f"cdktn {_package('cdktn')}",
        **{name: tool.version for name, tool in pins.catalog().items()},
    }
    if extender is not None:
        found["hami"] = extender.version
    return {name: version for name, version in found.items() if version}


def _package(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
