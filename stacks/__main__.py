"""The app that `cdktf.json` names: `cdktf deploy 'production-*'` runs `python -m stacks`.

The command line cannot hand it arguments, so the environment speaks:

* `GPU_FLEET_ENVIRONMENT`: names or paths of environment files, by comma; all of
  those beside the schema when it is not set. So are arguments, when there are any.
* `GPU_FLEET_TWIN`: the directory of a twin. The app is then the twin's, and its
  states lie in that directory: those of real clusters are out of reach.
* `GPU_FLEET_TWIN_SCHEDULER`: `stock` or `hami`.
* `GPU_FLEET_CHARTS`: a directory of charts to take them from. Without it they come
  from their repositories, and on a twin are left out.
* `CDKTF_OUTDIR`: where to write; the command line sets it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from components.clouds.embedded.twin import twin_of
from environments import load
from environments.errors import FleetError, UsageError
from stacks import app, names

CHECKOUT = Path(__file__).resolve().parent.parent
STATES = CHECKOUT / ".fleet" / "state"
"""States of real environments, one directory each."""


def main(arguments: list[str]) -> int:
    """Write the Terraform JSON of the environments that are asked for."""
    try:
        outdir = Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
        app.fleet([_asked_for(name) for name in _names(arguments)], outdir=outdir).synth()
    except FleetError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0
