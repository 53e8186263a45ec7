"""The program that `cdktf.json` names: answers a request with Terraform JSON.

    python -m stacks [ENV..]

Arguments win over `GPU_FLEET_ENVIRONMENT`; `CDKTF_OUTDIR` says where to write.
What else can be asked for is in `request`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from environments.errors import FleetError
from stacks.request import Request


def main(arguments: list[str]) -> int:
    """Write the stacks of what is asked for; the exit code says whose fault it is."""
    try:
        request = Request.read()
        if arguments:
            request = replace(request, environments=tuple(arguments))
        orders = request.orders()
        for warning in (warning for order in orders for warning in order.warnings):
            sys.stderr.write(f"warning: {warning}\n")
        # After the files are known to be right: the engine takes a second to load.
        from stacks import app

        app.build(*orders, outdir=Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")).synth()
    except FleetError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
