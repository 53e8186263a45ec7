"""What commands have in common: arguments, the format option, JSON that machines can read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from environments import load
from environments.errors import OutsideError, Problem

if TYPE_CHECKING:  # every command loads this module
    from scripts.reviewing.posting.comments import Forge

environment = click.argument("environment", metavar="ENV")
output_format = click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, JSON for machines; JSON goes to stdout alone.",
)


def command(**settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """A sub-command with the manners of all: `-h`, wide help."""
    return click.command(
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        **settings,
    )


def print_warnings(warnings: Iterable[Problem]) -> None:
    """Write to stderr what works and may cost dearly."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def forge(name: str | None) -> Forge | None:
    """Whom `--post` names, by the variables of this job: what is missing is told at once."""
    if name is None:
        return None
    from scripts.reviewing import posting

    return posting.forge(name, os.environ)


def print_json(data: object) -> None:
    """Write data as indented JSON to stdout; quantities as they were written."""
    encoded = msgspec.json.encode(data, enc_hook=load.encode)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")
    sys.stdout.flush()


def write_file(path: Path, text: str, *, what: str = "") -> None:
    """Write a report, and the folders it lies in. `OutsideError` where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        target = f"{what} to {path}" if what else path
        msg = f"cannot write {target}: {(error.strerror or str(error)).lower()}"
        raise OutsideError(msg) from None
