"""What commands have in common: arguments, the format option, JSON that machines can read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click
import msgspec

from environments import load

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


def print_json(data: object) -> None:
    """Write data as indented JSON to stdout; quantities as they were written."""
    encoded = msgspec.json.encode(data, enc_hook=load.encode)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")
    sys.stdout.flush()
