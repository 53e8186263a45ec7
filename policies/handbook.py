"""The rules as a page for people: Markdown made of what each rule says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policies import rules
from policies.finding import Severity
from policies.rule import Example, Rule

HEAD = """\
# Rules

Made by `fleet rules --export`; every word is in the rules' own files.
`fleet rules ID` shows one of them at the terminal.
"""

JUDGED = {
    "Fleetwide": "the environment",
    "Cluster": "each cluster of the environment",
    "Pool": "each pool of the environment",
    "Tenant": "each tenant of the environment",
    "Workload": "each workload of the demand",
    "Manifest": "Kubernetes manifests",
    "Chart": "Helm releases",
    "Resource": "resources in Terraform JSON",
    "Module": "each stack of Terraform JSON",
    "Change": "the changes of a plan",
    "PlanFile": "each plan",
}
"""What a rule looks at, in words."""


def page(chosen: Iterable[Rule]) -> str:
    """All rules, pack by pack."""
    by_pack: dict[str, list[Rule]] = {}
    for rule in chosen:
        by_pack.setdefault(rule.pack, []).append(rule)
    parts = [HEAD, *_table(by_pack)]
    for pack, members in by_pack.items():
        parts.append(f"## {pack}\n\n{rules.title(pack)}.\n")
        parts += map(section, members)
    return "\n".join(parts)


def _table(by_pack: dict[str, list[Rule]]) -> Iterator[str]:
    total = sum(map(len, by_pack.values()))
    yield f"{total} rules in {len(by_pack)} packs.\n"
    yield "| rule | severity | looks at | finds |\n|---|---|---|---|"
    for members in by_pack.values():
        for rule in members:
            title = rule.docs.title.replace("|", "\\|")
            yield f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {judged(rule)} | {title} |"
    yield ""


def section(rule: Rule) -> str:
    """One rule: what it finds, why, what to do, and examples."""
    docs = rule.docs
    facts = f"*{rule.severity}*, looks at {judged(rule)}{_types(rule)}"
    if not rule.waivable:
        facts += "; it cannot be waived"
    parts = [f"### {rule.id}\n\n{docs.title}.\n\n{facts}.\n\n{docs.why}\n\n**Fix**: {docs.fix}\n"]
    parts += [_example("Bad", example) for example in docs.bad]
    parts += [_example("Good", example) for example in docs.good]
    return "\n".join(parts)


def judged(rule: Rule) -> str:
    """What the rule looks at, in words."""
    return JUDGED[rule.judges.__name__]


def _types(rule: Rule) -> str:
    return f" ({', '.join(f'`{name}`' for name in sorted(rule.types))})" if rule.types else ""


def _example(word: str, example: Example) -> str:
    language = "json" if example.text.lstrip().startswith(("{", "[")) else "yaml"
    return f"{word} ({example.kind}):\n\n```{language}\n{example.text.rstrip()}\n```\n"


def counts(chosen: Iterable[Rule]) -> dict[Severity, int]:
    """How many rules there are of each severity, the worst first."""
    found = [rule.severity for rule in chosen]
    return {severity: found.count(severity) for severity in sorted(set(found), reverse=True)}
