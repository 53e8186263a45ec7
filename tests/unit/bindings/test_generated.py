"""The generated classes: fresh, the same each time, and strict about what they take."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import generate_bindings
from scripts.bindings import schema, source
from scripts.bindings.providers import PROVIDERS, Wanted

needs_schemas = pytest.mark.skipif(
    not generate_bindings.SCHEMAS.is_dir(),
    reason="the providers' schemas are not beside this checkout",
)


@needs_schemas
@pytest.mark.parametrize("prefix", PROVIDERS)
def test_generating_again_gives_the_same_bytes(prefix: str) -> None:
    wanted = PROVIDERS[prefix]

    text = generate_bindings.module(prefix, wanted, generate_bindings.SCHEMAS)

    committed = generate_bindings.BINDINGS / f"{prefix}.py"
    assert text == committed.read_text(encoding="utf-8"), "run python -m scripts.generate_bindings"


@needs_schemas
def test_every_resource_of_every_provider_can_be_had() -> None:
    for file in generate_bindings.SCHEMAS.glob("*.json"):
        document = json.loads(file.read_text(encoding="utf-8"))
        if "resource_schemas" not in document:
            continue
        prefix = f"{document['provider']}_"
        wanted = Wanted(
            source=document["source"],
            version=document["provider_version"],
            resources=tuple(name.removeprefix(prefix) for name in document["resource_schemas"]),
            data_sources=tuple(
                name.removeprefix(prefix) for name in document["data_source_schemas"]
            ),
        )

        text = generate_bindings.module(document["provider"], wanted, file)

        compile(text, file.stem, "exec")


@needs_schemas
@pytest.mark.parametrize("prefix", PROVIDERS)
def test_bindings_are_of_the_version_that_the_schema_is_of(prefix: str) -> None:
    document = json.loads((generate_bindings.SCHEMAS / f"{prefix}.json").read_text("utf-8"))

    wanted = PROVIDERS[prefix]

    assert document["provider_version"].lstrip("v") == wanted.version
    assert document["source"].endswith(f"/{wanted.source}")


def test_the_output_of_terraform_itself_will_do_as_well(tmp_path: Path) -> None:
    wanted = Wanted(source="acme/x", version="1.0.0", resources=("thing",))
    block = {"attributes": {"size": {"type": "number", "required": True}}}
    schemas = tmp_path / "schemas.json"
    schemas.write_text(
        json.dumps(
            {
                "format_version": "1.0",
                "provider_schemas": {
                    "registry.terraform.io/acme/x": {
                        "provider": {"block": {}},
                        "resource_schemas": {"x_thing": {"block": block}},
                    }
                },
            }
        )
    )

    text = generate_bindings.module("x", wanted, schemas)

    assert "size: Required[float]" in text
    assert 'TYPE = "x_thing"' in text


def test_all_bindings_together_cost_next_to_nothing_to_import() -> None:
    program = (
        "import time\n"
        "from components import element\n"
        "start = time.process_time()\n"
        "from components.bindings import "
        + ", ".join(PROVIDERS)
        + "\nprint(time.process_time() - start)"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=generate_bindings.ROOT,
    )

    assert float(ran.stdout) < 0.3


def test_a_name_that_python_keeps_for_itself_can_still_be_an_argument() -> None:
    block = {"attributes": {"from": {"type": "string", "required": True}}}

    text = module(block_types={"rule": {"nesting_mode": "list", "block": block}})

    assert 'ThingRule = TypedDict("ThingRule", {"from": "Required[str]"}, total=False)' in text


def test_an_attribute_never_hides_a_member_of_the_engine() -> None:
    text = module(attributes={"node": {"type": "string", "computed": True}})

    assert '    node_ = _element.text("node")' in text


def test_two_blocks_of_one_name_are_refused() -> None:
    inner = {"attributes": {"a": {"type": "string", "optional": True}}}

    with pytest.raises(ValueError, match="two things would be called ThingArguments"):
        module(block_types={"arguments": {"nesting_mode": "list", "block": inner}})


@pytest.mark.slow
def test_the_type_checker_knows_what_a_resource_takes(tmp_path: Path) -> None:
    """Half a minute of mypy: proves that required, unknown and ill-typed arguments are found."""
    program = tmp_path / "program.py"
    program.write_text(
        "from components import cdk\n"
        "from components.bindings import helm, kubectl\n"
        "def make(scope: cdk.Construct) -> None:\n"
        "    kubectl.Manifest(scope, 'right', yaml_body='', timeouts={'create': '5m'})\n"
        "    kubectl.Manifest(scope, 'without what is required')\n"
        "    kubectl.Manifest(scope, 'with what only the provider sets', yaml_body='', uid='')\n"
        "    kubectl.Manifest(scope, 'of another type', yaml_body='', wait='yes')\n"
        "    helm.Release(scope, 'ill nested', name='', chart='', set=[{'value': ''}])\n"
    )

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={tmp_path / 'cache'}", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=generate_bindings.ROOT,
    )

    found = [
        line.split(": error: ")[1] for line in checked.stdout.splitlines() if ": error:" in line
    ]
    assert [text.split('"')[0].strip() for text in found] == [
        "Missing named argument",
        "Unexpected keyword argument",
        "Argument",
        "Missing key",
    ]


def module(**block: object) -> str:
    written = source.Module(prefix="x", source="acme/x", version="1.0.0")
    document = {"resource_schemas": {"x_thing": {"block": block}}}
    written.resource("x_thing", schema.Schema(document).resource("x_thing"))
    return written.text()
