"""`fleet rules`: what is looked for, why, and what to do about it."""

from __future__ import annotations

from typing import Any

import click

from environments import load
from environments.errors import OutsideError, UsageError
from environments.phrases import known_or_meant
from policies import handbook, rules
from policies.rule import Example, Rule
from scripts.commands import options
from scripts.linting import choice
from scripts.linting.known import known
from scripts.rehearsal.place import CHECKOUT

PAGE = CHECKOUT / "policies" / "RULES.md"

EPILOG = """\b
Examples:
  fleet rules
  fleet rules api-server-open-to-the-internet
  fleet rules --select high,critical --format json
  fleet rules --of production          with the rules that the environment brings
"""


@options.command(epilog=EPILOG)
@click.argument("rule", metavar="[ID]", required=False)
@click.option("--select", multiple=True, help="Only these: ids, packs, severities or globs.")
@click.option("--of", "environment", metavar="ENV", help="Also the rules of this environment.")
@click.option("--export", is_flag=True, help=f"Write the page {PAGE.relative_to(CHECKOUT)}.")
@options.output_format
def command(
    rule: str | None,
    select: tuple[str, ...],
    environment: str | None,
    export: bool,
    output: str,
) -> int:
    """List the rules, or explain the one called ID."""
    if export:
        _export()
        return 0
    there = known(load.load(environment) if environment else None)
    if rule is not None:
        _explain(there, rule, output)
        return 0
    chosen = choice.chosen(there, select, ()).values()
    if output == "json":
        options.print_json({"format": "gpu-fleet-rules/1", "rules": [_data(r) for r in chosen]})
        return 0
    _list(list(chosen))
    return 0


def _list(chosen: list[Rule]) -> None:
    width = max((len(rule.id) for rule in chosen), default=0)
    pack = ""
    for rule in chosen:
        if rule.pack != pack:
            click.echo(f"{'' if not pack else chr(10)}{rule.pack}")
            pack = rule.pack
        click.echo(f"  {rule.id:{width}}  {rule.severity!s:8}  {rule.docs.title}")
    shares = ", ".join(f"{n} {severity}" for severity, n in handbook.counts(chosen).items())
    click.echo(f"{len(chosen)} rules: {shares}", err=True)


def _explain(there: dict[str, Rule], name: str, output: str) -> None:
    if name not in there:
        msg = f'no rule "{name}"{known_or_meant(name, there)}'
        raise UsageError(msg)
    if output == "json":
        options.print_json({"format": "gpu-fleet-rules/1", "rules": [_data(there[name])]})
        return
    rule, docs = there[name], there[name].docs
    click.echo(f"{rule.id} ({rule.severity}, {rule.pack}): {docs.title}")
    click.echo(f"\nlooks at: {handbook.judged(rule)}")
    click.echo(f"why:      {docs.why}\nfix:      {docs.fix}")
    if not rule.waivable:
        click.echo("It cannot be waived.")
    for word, examples in (("bad", docs.bad), ("good", docs.good)):
        for example in examples:
            click.echo(f"\n{word} ({example.kind}):\n{_indented(example)}")


def _indented(example: Example) -> str:
    return "\n".join(f"    {line}".rstrip() for line in example.text.rstrip().splitlines())


def _data(rule: Rule) -> dict[str, Any]:
    docs = rule.docs
    return {
        "id": rule.id,
        "pack": rule.pack,
        "severity": str(rule.severity),
        "judges": rule.judges.__name__.lower(),
        "types": sorted(rule.types),
        "waivable": rule.waivable,
        "title": docs.title,
        "why": docs.why,
        "fix": docs.fix,
        "bad": docs.bad,
        "good": docs.good,
    }


def _export() -> None:
    try:
        PAGE.write_text(handbook.page(rules.every().values()), encoding="utf-8")
    except OSError as error:
        msg = f"cannot write {PAGE}: {(error.strerror or str(error)).lower()}"
        raise OutsideError(msg) from None
    click.echo(f"{PAGE}: {len(rules.every())} rules", err=True)
