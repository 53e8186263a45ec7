"""What looks like a secret? Names of fields that hold one, and texts that are one.

Guesses that cry wolf get switched off, so a text is called a secret only when its
form leaves no doubt (a private key, a cloud's key id), or when its name says so and
it is neither empty, an expression, nor a placeholder.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.finding import Path
from policies.values import is_expression

DEEPEST = 30
"""Levels below which nobody keeps a secret."""

_FORMS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an Alibaba Cloud key": re.compile(r"\bLTAI[0-9A-Za-z]{12,26}\b"),
    "a Tencent Cloud key": re.compile(r"\bAKID[0-9A-Za-z]{28,40}\b"),
    "a Volcano Engine key": re.compile(r"\bAKLT[0-9A-Za-z_-]{20,64}\b"),
    "an AWS key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    "a Hugging Face token": re.compile(r"\bhf_[0-9A-Za-z]{30,}\b"),
    "a password in a URL": re.compile(r"\b\w+://[^\s/:@${}]{1,80}:[^\s/:@${}]{3,80}@\w"),
    "a password": re.compile(
        r"""(?ix)(?:\b|_)(?:password|passwd|secret_?(?:access_?)?key|access_?token|api_?key|auth_?token)
        ["']?\s*[=:]\s*["']?(?![${<*]|changeme)[^\s"'$]{8,}"""
    ),
    "a password of a command": re.compile(
        r"""(?:--password[= ]|docker login [^\n]{0,300}-p )["']?(?![$<"'])\S{4,}"""
    ),
}
_NAME = re.compile(
    r"(?i)(?:^|_|-)(?:password|passwd|(?:client|app|shared)_?secret|secret_?(?:access_?)?key"
    r"|access_?key|private_?key|token|api_?key|kube_?config|client_key)_?\d*$"
)
_USER = re.compile(r"//[^/@\s]*@")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_REFERENCES = re.compile(r"(?i)(?:name|ref|path|file|env|id|arn|url|class|provider|store)$")
_PLACEHOLDERS = re.compile(r"(?i)^(?:|\*+|x+|<.*>|changeme|todo|none|null|true|false|placeholder)$")


def in_text(text: str) -> str | None:
    """What kind of secret stands in the text; None where none does."""
    return next((kind for kind, form in _FORMS.items() if form.search(text)), None)


def in_script(text: str) -> str | None:
    """The same for a script, which clouds want in base64."""
    return in_text(text) or in_text(_decoded(text))


def named(name: str) -> bool:
    """Whether what has this name is a secret: `db_password`, `secretKey`, not `secretName`."""
    snake = _CAMEL.sub("_", name)
    return bool(_NAME.search(snake)) and not _REFERENCES.search(snake)


def is_written(value: Any) -> bool:
    """Whether the value is a literal that is no placeholder."""
    return (
        isinstance(value, str)
        and not is_expression(value)
        and not _PLACEHOLDERS.match(value.strip())
    )


def without_password(url: str) -> str:
    """The address as a report may show it: without what stands before the `@`."""
    return _USER.sub("//", url)


def texts(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Everything inside that holds nothing more, each with its path."""
    if len(path) > DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, (*path, str(key)))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from texts(inner, (*path, at))
    else:
        yield path, value


def _decoded(text: str) -> str:
    if len(text) < 16 or is_expression(text):
        return ""
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
