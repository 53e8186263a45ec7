"""Pods running over time: one curve for the fleet, and a small one for each cluster.

Small ones share the axis of time, so that slow and fast clusters compare; each
has its own axis of pods, which ends at what was demanded of it (dashed).
"""

from __future__ import annotations

from scripts.rehearsal import figures, words
from scripts.rehearsal.page.markup import Markup, foreign, join, tag
from scripts.rehearsal.result import Rehearsal, Throughput

_POINTS = 160
_WIDTH, _HEIGHT = 400, 100


def curves(rehearsal: Rehearsal) -> Markup:
    """Every curve there is."""
    speeds = [rehearsal.throughput, *(cluster.throughput for cluster in rehearsal.clusters)]
    longest = max(_end(speed) for speed in speeds)
    fleet = _chart(
        "The whole fleet", rehearsal.throughput, figures.demanded(rehearsal), longest, large=True
    )
    small = (
        _chart(cluster.name, cluster.throughput, cluster.pods_demanded, longest)
        for cluster in rehearsal.clusters
    )
    return join(fleet if len(rehearsal.clusters) > 1 else None, tag("div", small, class_="curves"))


def _chart(
    title: str, speed: Throughput, demanded: int, seconds: float, *, large: bool = False
) -> Markup:
    top = max([demanded, 1, *(pods for _, pods in speed.curve)])
    told = f"{words.count(speed.pods, 'pod')} in {words.duration(speed.seconds)}"
    rate = f"{words.rate(speed.per_second)} a second"
    plot = tag(
        "svg",
        _area(speed, top, seconds or 1),
        tag("path", class_="goal", d=f"M0 {_y(demanded, top)}H{_WIDTH}"),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"{words.plain(title)}: {told}, {rate}; {words.count(demanded)} demanded",
    )
    return tag(
        "figure",
        tag("figcaption", tag("strong", foreign(title)), tag("span", told), tag("span", rate)),
        tag("div", tag("span", words.count(demanded), class_="goal-label"), plot, class_="plot"),
        tag("div", tag("span", "0"), tag("span", words.duration(seconds)), class_="time"),
        class_="curve large" if large else "curve",
    )


def _area(speed: Throughput, top: int, seconds: float) -> Markup:
    points = _thinned([(0.0, 0), *speed.curve])
    line = "L".join(f"{_WIDTH * at / seconds:.1f} {_y(pods, top)}" for at, pods in points)
    end = f"{_WIDTH * points[-1][0] / seconds:.1f}"
    # Once all that will run runs, it goes on running to the end of the axis.
    rest = f"H{_WIDTH}"
    return join(
        tag("path", class_="area", d=f"M{line}{rest}V{_HEIGHT}H0Z"),
        tag("path", class_="line", d=f"M{line}"),
        tag("path", class_="line done", d=f"M{end} {_y(points[-1][1], top)}{rest}"),
    )


def _end(speed: Throughput) -> float:
    return max([speed.seconds, *(at for at, _ in speed.curve)])


def _y(pods: int, top: int) -> str:
    # Two units of air above, so that the line at the top is not cut in half.
    return f"{_HEIGHT - (_HEIGHT - 2) * pods / top:.1f}"


def _thinned(points: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """At most so many points as can be seen, the last one always among them."""
    step = -(-len(points) // _POINTS)
    return [*points[:-1:step], points[-1]]
