"""Which resources do we have classes for, and how are the classes made anew?

    python -m scripts.generate_bindings [--schemas PATH] [--check]

PATH is a folder of schema extracts or the output of `terraform providers schema
-json`. To use another resource, or another version of a provider: change the table
in `scripts.bindings.providers`, run `terraform providers schema -json` where the
provider is installed, and this script on what it prints.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.bindings import schema, source
from scripts.bindings.providers import PROVIDERS, Wanted

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT.parent / "shared" / "data" / "schemas"
BINDINGS = ROOT / "components" / "bindings"


def module(prefix: str, wanted: Wanted, schemas: Path) -> str:
    """The source of the provider's module."""
    provider = schema.read(schemas, wanted.source)
    written = source.Module(
        prefix=prefix, source=wanted.source, version=wanted.version, types=wanted.resources
    )
    written.provider(provider.provider())
    for name in sorted(wanted.resources):
        written.resource(f"{prefix}_{name}", provider.resource(f"{prefix}_{name}"))
    for name in sorted(wanted.data_sources):
        written.data_source(f"{prefix}_{name}", provider.data_source(f"{prefix}_{name}"))
    return written.text()


def main(arguments: list[str] | None = None) -> int:
    """Write the modules, or with `--check` say which are not up to date."""
    parser = argparse.ArgumentParser(
        prog="generate_bindings", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--schemas", type=Path, default=SCHEMAS)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    options = parser.parse_args(arguments)
    stale = False
    for prefix, wanted in PROVIDERS.items():
        try:
            text = module(prefix, wanted, options.schemas)
        except KeyError as missing:
            print(f"{options.schemas} has no {missing.args[0]}; {prefix} stays", file=sys.stderr)
            continue
        file = BINDINGS / f"{prefix}.py"
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale = True
        print(f"{file.relative_to(ROOT)}: {'stale' if options.check else 'written'}")
        if not options.check:
            file.write_text(text, encoding="utf-8")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
