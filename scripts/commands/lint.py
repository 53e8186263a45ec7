"""`fleet lint`: the rules over environments, manifests, Terraform JSON and plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from environments.errors import UsageError
from policies import baseline, reports
from policies.finding import Severity
from policies.judge import Report
from scripts import console
from scripts.commands import options
from scripts.linting import outputs
from scripts.linting.run import Request, run

EPILOG = """\b
Examples:
  fleet lint production
  fleet lint production --output sarif=lint.sarif --output markdown=lint.md
  fleet lint --manifests deploy/ --fail-on high
  helm template chart/ | fleet lint --manifests -
  fleet lint --terraform cdktf.out/ --plan plan.json --select delete-safety
  fleet lint production --live idc-infer=~/idc.kubeconfig
  fleet lint --manifests deploy/ --baseline lint.baseline.json --update-baseline

\b
What is judged of ENV: the file, its demand, all that its addons put into clusters,
and the Terraform JSON of its stacks. The stacks are made when something that they
are made of was changed (some seconds), and are kept below .fleet otherwise.

\b
Waivers: `waivers` in ENV; the annotation gpu-fleet.dev/waive.RULE of a manifest, or
"//": {"gpu-fleet.dev/waive": {"RULE": ...}} of a Terraform resource, each with the
text "reason; owner; until=2027-01-31".

\b
Exit codes: 0 clean, 1 findings at or above --fail-on, 2 a file that cannot be read or
bad usage, 3 something outside failed.
"""

SEVERITIES = [str(severity) for severity in sorted(Severity, reverse=True)]
LEAST = "low"
ASKED = ("manifests", "terraform", "plan", "live")
Option = TypeVar("Option", bound=Callable[..., Any])


def _several(name: str, text: str, metavar: str) -> Callable[[Option], Option]:
    return click.option(name, multiple=True, metavar=metavar, help=f"{text} May be repeated.")


@options.command(epilog=EPILOG)
@click.argument("environment", metavar="[ENV]", required=False)
@_several("--manifests", "Kubernetes YAML or JSON: a file, a directory, or - for stdin.", "PATH")
@_several("--terraform", "Terraform JSON (*.tf.json): a file or a directory.", "PATH")
@_several("--plan", "A plan as JSON, from `terraform show -json`.", "FILE")
@_several("--live", "A live cluster: its kubeconfig, after NAME= for one of ENV.", "KUBECONFIG")
@_several("--select", "Only these rules: ids, packs, severities, or globs like gpu-*.", "RULES")
@_several("--ignore", "Not these rules.", "RULES")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default=LEAST,
    show_default=True,
    help="The least severity of a finding for exit code 1.",
)
@click.option(
    "--changed-only",
    metavar="REF",
    help="Report only on files that differ from this commit; all are judged.",
)
@click.option("--no-synth", is_flag=True, help="Do not make the stacks of ENV when they changed.")
@click.option("--no-waivers", is_flag=True, help="Report what was waived like all else.")
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Findings that were there when the rules were adopted.",
)
@click.option("--update-baseline", is_flag=True, help="Write all open findings to --baseline.")
@click.option("--prune", is_flag=True, help="Take what is gone out of --baseline.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(list(reports.FORMATS)),
    default="text",
    show_default=True,
    help="What goes to standard output.",
)
@_several("--output", "Another report in the same run, to a file.", "FORMAT=FILE")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), hidden=True)
def command(environment: str | None, output_format: str, **given: Any) -> int:
    """Judge ENV, or any manifests, Terraform JSON and plans, by the rules.

    Without ENV nothing of ours is needed: point at what there is.
    """
    wanted = outputs.wanted(output_format, given["output"])
    file: Path | None = given["baseline_file"]
    _refuse_nonsense(environment, file, given)
    request = _request(environment, given)
    with console.reporter(quiet=output_format != "text") as reporter:
        result = run(request, reporter)
    if given["update_baseline"] or given["prune"]:
        assert file is not None  # noqa: S101 - `_refuse_nonsense` saw to it
        _rewrite(file, result.report, request.today, prune=given["prune"])
        return result.exit_code(None)
    said = outputs.write(wanted, result.report, result.rules)
    for sentence in (*said, *result.notes):
        click.echo(sentence, err=True)
    return result.exit_code(_fail_on(given["fail_on"]))


def _refuse_nonsense(environment: str | None, file: Path | None, given: dict[str, Any]) -> None:
    if not (environment or any(given[option] for option in ASKED)):
        raise UsageError("nothing to judge; give ENV, --manifests, --terraform, --plan or --live")
    for option in ASKED[:3]:
        for path in given[option]:
            if path != "-" and not Path(path).exists():
                msg = f"--{option}: no such file or directory: {path}"
                raise UsageError(msg)
    if (given["update_baseline"] or given["prune"]) and file is None:
        raise UsageError("which baseline? give --baseline FILE")
    if given["changed_only"] is not None and (given["update_baseline"] or given["prune"]):
        raise UsageError("a baseline is of everything; leave --changed-only out")


def _request(environment: str | None, given: dict[str, Any]) -> Request:
    today: dt.datetime = given["today"] or dt.datetime.now(tz=dt.UTC)
    rewrites = given["update_baseline"] or given["prune"]
    return Request(
        environment=environment,
        manifests=given["manifests"],
        terraform=given["terraform"],
        plans=given["plan"],
        live=given["live"],
        synth=not given["no_synth"],
        select=given["select"],
        ignore=given["ignore"],
        with_waivers=not given["no_waivers"],
        # What is written anew is not held against itself.
        baseline=None if rewrites else given["baseline_file"],
        changed_only=given["changed_only"],
        today=today.date(),
    )


def _fail_on(word: str) -> Severity | None:
    return None if word == "never" else Severity.named(word)


def _rewrite(file: Path, report: Report, today: dt.date, *, prune: bool) -> None:
    before = baseline.read(file) if prune or file.exists() else None
    if prune and before is not None:
        after = baseline.pruned(before, report.findings)
    else:
        after = baseline.made(report.findings, today, before)
    baseline.write(after, file)
    count = sum(entry.count for entry in after.accepted)
    click.echo(f"{file}: {count:,} findings accepted until {after.until}", err=True)
