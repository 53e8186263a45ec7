"""How numbers, times and foreign text are written for people, on the page and in the terminal.

Shares are floored, never rounded up: 99.9 % is not everything, and what is not
nothing is not 0 %. What is counted, and whether it is good, is the business of
`figures`.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

_REASONS = {
    "insufficient-cards": "No card with enough room",
    "quota": "The tenant's quota is used up",
    "refused": "Refused by an admission policy",
    "too-many": "More than was asked for",
    "unexplained": "No known reason",
}
_MODES = {
    "none": "handed out whole",
    "hami": "cut by HAMi",
    "dra": "cut by HAMi’s DRA driver",
}
# Control characters, invisible format characters (bidi overrides among them), lone
# surrogates, line and paragraph separators: what can make text look like other text.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def count(number: int, noun: str = "") -> str:
    """`10,132`, or `10,132 pods` and `1 pod`."""
    text = f"{number:,}"
    return f"{text} {noun}{'' if number == 1 else 's'}" if noun else text


def percent(part: float, whole: float) -> str:
    """`54 %`, `<1 %`; a dash where there is no whole to take a part of."""
    if whole <= 0:
        return "–"
    share = 100 * part / whole
    return "<1 %" if 0 < share < 1 else f"{int(share)} %"


def mebibytes(mib: int) -> str:
    """`512 MiB`, `96 GiB`, `183.4 TiB`: no more digits than one can compare."""
    for unit, size in (("TiB", 2**20), ("GiB", 2**10)):
        if mib >= size:
            amount = mib / size
            return (
                f"{amount:,.1f} {unit}" if amount < 1000 and mib % size else f"{amount:,.0f} {unit}"
            )
    return f"{mib} MiB"


def rate(per_second: float) -> str:
    """`86`, or `1.4` where whole numbers would hide too much."""
    return f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.1f}"


def duration(seconds: float) -> str:
    """`0.4 s`, `58 s`, `7 min 12 s`, `1 h 2 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(iso: str) -> str:
    """`22 Nov 2026, 10:17 UTC`; the text itself where it is no ISO 8601 time."""
    try:
        time = datetime.fromisoformat(iso)
    except ValueError:
        return plain(iso)
    time = time.astimezone(UTC) if time.tzinfo else time
    return f"{time.day} {time:%b %Y, %H:%M} UTC"


def reason(name: str) -> str:
    """Why pods do not run, as a heading."""
    return _REASONS.get(name) or heading(name.replace("-", " "))


def heading(text: str) -> str:
    """The text with a capital in front; `vGPU` has its own already."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def mode(name: str) -> str:
    """What a cluster does with its cards."""
    return _MODES.get(name, name)


def plain(text: str) -> str:
    """Foreign text with nothing in it that acts: what cannot be seen is spelled out."""
    if text.isprintable():
        return text
    return "".join(_seen(character) for character in text)


def _seen(character: str) -> str:
    if character in "\n\t\r":
        return " "
    if unicodedata.category(character) in _UNSEEN:
        return f"\\u{ord(character):04x}"
    return character
