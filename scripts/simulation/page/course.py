"""A day as a curve: what is held and what is busy, hour by hour, and the worst of it."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.rehearsal.page.markup import Markup, join, tag
from scripts.rehearsal.words import count
from scripts.simulation import words
from scripts.simulation.result import Day

_WIDTH, _HEIGHT = 480, 100


def day(found: Day) -> Markup:
    """The curve, the worst hour and its shocks."""
    worst = found.hours[found.worst]
    told = (
        f"Worst at {worst.hour:02}:00: {count(worst.placed)} of {count(worst.asked, 'pod')} run, "
        f"{words.share(worst.memory)} of memory and {words.share(worst.cores)} of cores held. "
        f"Over the day {words.share(found.busy)} of all cards are busy."
    )
    return join(
        tag(
            "div",
            _curve("Cores held", [hour.cores for hour in found.hours]),
            _curve("Memory held", [hour.memory for hour in found.hours]),
            _curve("Busy", [hour.busy for hour in found.hours]),
            class_="curves",
        ),
        tag("p", told, class_="lead"),
        tag(
            "ul", (tag("li", _shock(each.title, each.waiting, each.told)) for each in found.shocks)
        ),
    )


def _shock(title: str, waiting: int, told: str) -> str:
    said = f"{count(waiting, 'pod')} wait" if waiting else "nothing waits"
    return f"{title}: {said}{f' ({told})' if told else ''}"


def _curve(title: str, shares: Sequence[float]) -> Markup:
    # An hour holds until the next one begins.
    step = _WIDTH / len(shares)
    points = [
        f"{index * step + edge * step:g} {_HEIGHT - (_HEIGHT - 2) * share:.1f}"
        for index, share in enumerate(shares)
        for edge in (0, 1)
    ]
    line = "L".join(points)
    least, most = words.share(min(shares)), words.share(max(shares))
    return tag(
        "figure",
        tag("figcaption", tag("strong", title), tag("span", f"{least} to {most}")),
        tag(
            "div",
            tag(
                "svg",
                tag("path", class_="area", d=f"M{line}V{_HEIGHT}H0Z"),
                tag("path", class_="line", d=f"M{line}"),
                viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
                preserveAspectRatio="none",
                role="img",
                aria_label=f"{title}: {least} to {most} over the day",
            ),
            class_="plot",
        ),
        tag("div", tag("span", "00:00"), tag("span", "24:00"), class_="time"),
        class_="curve",
    )
