"""What a page may do: show its own style, run its own script, and nothing else.

A content security policy that names both by their hashes, for every page of ours:
nothing that comes with the data can ever run.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256


def policy(style: str, script: str = "", *, images: str = "") -> str:
    """The policy of a page with this style, and this script where it has one.

    `images` says where pictures may come from; from nowhere when left out.
    """
    rules = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script) if script else "",
        "img-src": images,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items() if value)


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
