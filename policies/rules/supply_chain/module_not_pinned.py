"""Module whose source may change

Why: a module from a branch, from a registry without a version or over plain http is another
    module on the day of the apply, with all rights of the apply.
Fix: name a tag or a commit (`?ref=v1.4.2`), an exact `version` for a registry, and https.

Bad (terraform):
    {"module": {"vpc": {"source": "git::https://git.example.com/vpc.git?ref=main"}}}
Good (terraform):
    {"module": {"vpc": {"source": "git::https://git.example.com/vpc.git?ref=v1.4.2"}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import mapping, text

_LOCAL = ("./", "../", "/")
_REF = re.compile(r"[?&]ref=([^&]+)")
_FIXED = re.compile(r"v?\d+(?:\.\d+)+\S*|[0-9a-f]{7,64}|(?:refs/)?tags/.+")
_REGISTRY = re.compile(r"(?:[\w.-]+\.[a-z]+/)?[\w-]+/[\w-]+/[\w-]+(?://.*)?")
_EXACT = re.compile(r"\s*=?\s*\d+\.\d+\.\d+\S*\s*")


@rule(Severity.MEDIUM, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A source that is neither local nor fixed."""
    for name in mapping(module.document, "module"):
        for path, call in module.blocks("module", name):
            source = text(call, "source")
            if message := _wrong(source, text(call, "version")):
                yield Fault(message, (*path, "source"))


def _wrong(source: str, version: Any) -> str:
    if not source or source.startswith(_LOCAL):
        return ""
    if "http://" in source:
        return "the module comes over plain http"
    if _REGISTRY.fullmatch(source) and not source.startswith("github.com/"):
        return "" if _EXACT.fullmatch(version) else "the module has no exact version"
    is_git = source.startswith(("git::", "git@", "github.com/", "bitbucket.org/"))
    if is_git or ".git" in source:
        ref = _REF.search(source)
        return "" if ref and _FIXED.fullmatch(ref[1]) else "the module is a branch, not a version"
    return ""
