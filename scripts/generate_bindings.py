"""Which resources do we have classes for, and how are the classes made anew?

    python -m scripts.generate_bindings [--schemas PATH] [--check]

PATH is a folder of schema extracts or the output of `terraform providers schema
-json`. To use another resource, or another version of a provider: change the table
below, run `terraform providers schema -json` where the provider is installed, and
this script on what it prints.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.bindings import schema, source

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT.parent / "shared" / "data" / "schemas"
BINDINGS = ROOT / "components" / "bindings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A provider, and the resources of it that stacks use."""

    source: str
    version: str
    resources: tuple[str, ...]
    data_sources: tuple[str, ...] = ()


PROVIDERS = {
    "helm": Wanted(source="hashicorp/helm", version="3.1.2", resources=("helm_release",)),
    "kubectl": Wanted(
        source="gavinbunney/kubectl", version="1.19.0", resources=("kubectl_manifest",)
    ),
}
"""By what their resource types begin with, which also names the module."""


def module(prefix: str, wanted: Wanted, schemas: Path) -> str:
    """The source of the provider's module."""
    provider = schema.read(schemas, wanted.source)
    written = source.Module(prefix=prefix, source=wanted.source, version=wanted.version)
    written.provider(provider.provider())
    for name in sorted(wanted.resources):
        written.resource(name, provider.resource(name))
    for name in sorted(wanted.data_sources):
        written.data_source(name, provider.data_source(name))
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
