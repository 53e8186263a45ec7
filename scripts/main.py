"""`fleet`: the one command, and nothing but the way to its sub-commands.

Sub-commands are imported when they are called, so that `--help` and a wrong
word answer at once. What each one does is its module in `scripts.commands`.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import click

from environments.errors import FleetError

COMMANDS = {
    "validate": "Check an environment file: every problem at once, each with its place.",
    "lint": "Judge an environment, manifests, Terraform JSON and plans by the rules.",
    "rules": "List the rules, or explain one.",
    "plan": "Plan the stacks of an environment, and keep each plan with its hash.",
    "review": "Say what plans will do: to cards, machines and data, before anything is applied.",
    "apply": "Apply the plans that were reviewed, and no others.",
    "synth": "Write the Terraform JSON of every stack.",
    "rehearse": "Bring the whole fleet up on its twin: deploy, place the demand, verify, report.",
    "verify": "Compare live clusters with the environment.",
    "catalog": "Print the cards and the instance types that an environment can name.",
    "simulate": "Place the demand under several policies: what fits, what to change.",
    "down": "Take a twin down: no process and no file stays behind.",
}

EPILOG = """\b
Examples:
  fleet rehearse lab                 the smallest fleet on local control planes, in a minute
  fleet validate production          problems as file:line:column
  fleet synth production --out /tmp/tf
  fleet verify lab --twin            once more, against the twin that is up
  fleet down lab

\b
Exit codes: 0 clean, 1 findings, 2 bad usage or an invalid environment,
3 something outside failed.
"""


class Commands(click.Group):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of use, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"scripts.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="gpu-fleet", prog_name="fleet")
def fleet() -> None:
    """Provision GPU and vGPU clusters across clouds, and rehearse them before they are bought."""


def main(arguments: list[str] | None = None) -> None:
    """Run `fleet` and turn whatever happens into an exit code and one clear message."""
    for ended in (signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C: what was started is ended, wherever the run is.
        signal.signal(ended, signal.default_int_handler)
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """`main` without leaving the process."""
    try:
        result: Any = fleet.main(args=arguments, prog_name="fleet", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except FleetError as error:
        click.echo(f"fleet: {error}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("fleet: interrupted; what this run started was ended", err=True)
        return 130
    except BrokenPipeError:
        # The reader left (`fleet rules | head`): not our failure, and nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("FLEET_DEBUG"):
            raise
        kind = type(error).__name__
        click.echo(
            f"fleet: this is a bug: {kind}: {error}; run again with FLEET_DEBUG=1 and report it",
            err=True,
        )
        return 3
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    main()
