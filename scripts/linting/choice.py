"""Which rules run: by id, by pack, by severity, or by a glob over ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from environments.errors import UsageError
from environments.phrases import known_or_meant
from policies.finding import Severity
from policies.rule import Rule

SEVERITIES = {str(severity): severity for severity in Severity}


def chosen(
    rules: Mapping[str, Rule], select: Iterable[str], ignore: Iterable[str]
) -> dict[str, Rule]:
    """The rules that `select` names (all when it names none) without those of `ignore`.

    Raises `UsageError` for a word that names no rule.
    """
    wanted = _named(rules, select, "--select")
    unwanted = _named(rules, ignore, "--ignore")
    return {
        name: rule
        for name, rule in rules.items()
        if (wanted is None or name in wanted) and name not in (unwanted or ())
    }


def _named(rules: Mapping[str, Rule], words: Iterable[str], option: str) -> set[str] | None:
    found: set[str] = set()
    given = [part.strip() for word in words for part in word.split(",") if part.strip()]
    for word in given:
        matching = {name for name, rule in rules.items() if _means(word, rule)}
        if not matching:
            hint = known_or_meant(word, [*rules, *dict.fromkeys(r.pack for r in rules.values())])
            msg = f'{option}: no rule, pack or severity "{word}"{hint}'
            raise UsageError(msg)
        found |= matching
    return found if given else None


def _means(word: str, rule: Rule) -> bool:
    if word in SEVERITIES:
        return rule.severity is SEVERITIES[word]
    return word == rule.pack or fnmatchcase(rule.id, word)
