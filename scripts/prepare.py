"""How does a machine get ready ahead of the first rehearsal or test?

    python -m scripts.prepare                  fetch or build all that a rehearsal needs
    python -m scripts.prepare --from DIR       take control-plane binaries that lie in DIR

Commands do the first by themselves. The second is for machines that reach no
release and hold no Go: carry the binaries there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from components.controlplane import tools
from environments.errors import FleetError
from scripts.console import reporter


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it; the exit code is that of `fleet`."""
    parser = argparse.ArgumentParser(prog="python -m scripts.prepare", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, metavar="DIR", help="take these")
    options = parser.parse_args(arguments)
    try:
        if options.folder:
            adopted = tools.adopt(options.folder)
            print(f"taken from {options.folder}: {', '.join(adopted) or 'nothing whole is there'}")
            return 0 if adopted else 3
        with reporter() as progress:
            tools.ensure([*tools.CONTROL_PLANE, *tools.PROVIDERS], progress)
            tools.cdktf_cli(progress)
            tools.terraform()
    except FleetError as error:
        print(f"fleet: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
