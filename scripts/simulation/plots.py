"""Pictures of a simulation as files, SVG and PNG: for a slide, a README, a ticket.

Drawn with Matplotlib, which takes a second to load and is loaded only here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from environments.errors import OutsideError
from scripts.simulation import words
from scripts.simulation.result import Cluster, Day, Simulation, Story

_INK, _MUTED, _LINE, _ACCENT = "#14171f", "#5a6272", "#e3e6ec", "#2772b6"
_SCALE = LinearSegmentedColormap.from_list(
    "cards", ["#e9ebf0", "#b5eae6", "#59b2cd", "#2772b6", "#332a88"]
)
_CAUSES = dict(
    zip(
        words.CAUSES,
        ("#b8bec9", "#8e97a8", "#e0a13a", "#c9741f", "#7d5ba6", "#2b88c0", "#30439a", "#c0232d"),
        strict=True,
    )
)
_STYLE: dict[str, Any] = {"color": _INK, "fontsize": 9}


def write(found: Simulation, directory: Path) -> list[Path]:
    """Every picture there is to draw, as `<name>.svg` and `<name>.png`; the files written."""
    written = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, figure in figures(found):
            for kind in ("svg", "png"):
                file = directory / f"{name}.{kind}"
                figure.savefig(
                    file,
                    dpi=160,
                    bbox_inches="tight",
                    metadata={"Date": None} if kind == "svg" else None,
                )
                written.append(file)
    except OSError as error:
        msg = f"cannot write to {directory}: {(error.strerror or str(error)).lower()}"
        raise OutsideError(msg) from None
    return written


def figures(found: Simulation) -> Iterator[tuple[str, Figure]]:
    """The pictures by name."""
    if found.story is not None:
        yield "before-after", _drawn((8, 2.8), partial(_story, story=found.story))
    for cluster in found.clusters:
        height = 1.2 + 0.34 * len(cluster.trials)
        yield (
            f"policies-{cluster.name}",
            _drawn((8, height), partial(_policies, cluster=cluster)),
        )
    yield "cards", _fleet(found)
    if found.day is not None:
        yield "day", _drawn((8, 3.2), partial(_day, day=found.day))


def _drawn(size: tuple[float, float], draw: Callable[[Axes], None]) -> Figure:
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_LINE)
    axes.tick_params(colors=_MUTED, labelsize=9, length=0)
    draw(axes)
    return figure


def _story(axes: Axes, story: Story | None) -> None:
    if story is None:
        return
    rows = [
        ("a card for each slice", story.before),
        ("shared", story.after),
        ("shared, no more than needed", story.after_needed),
    ]
    for row, (label, found) in enumerate(rows):
        axes.barh(row, found.cards, color=_LINE, height=0.6)
        axes.barh(row, found.busy_cards, color=_ACCENT, height=0.6)
        told = f"  {found.cards:,} cards, {words.share(found.utilization)} busy"
        axes.text(found.cards, row, told, va="center", **_STYLE)
        axes.text(0, row - 0.42, label, va="bottom", **_STYLE)
    axes.invert_yaxis()
    axes.set_yticks([])
    axes.set_xlim(0, 1.35 * max(found.cards for _, found in rows))
    axes.set_xlabel("cards; dark: kept busy", color=_MUTED, fontsize=9)


def _policies(axes: Axes, cluster: Cluster) -> None:
    for row, trial in enumerate(cluster.trials):
        left = float(trial.cards) - trial.free
        axes.barh(row, left, color=_ACCENT, height=0.6)
        for cause, cards in trial.stranded.items():
            axes.barh(row, cards, left=left, color=_CAUSES[cause], height=0.6)
            left += cards
    names = [f"{'* ' if t.policy == cluster.policy else ''}{t.title}" for t in cluster.trials]
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, cluster.trials[0].cards)
    axes.set_title(cluster.name, loc="left", fontsize=11, color=_INK)
    axes.set_xlabel(
        "cards’ worth: held, then stranded by cause; the rest is free", color=_MUTED, fontsize=9
    )
    causes = dict.fromkeys(cause for trial in cluster.trials for cause in trial.stranded)
    keys = [Rectangle((0, 0), 1, 1, color=_CAUSES[cause]) for cause in causes]
    if keys:
        axes.legend(
            keys,
            [words.CAUSES[cause] for cause in causes],
            fontsize=8,
            frameon=False,
            ncols=3,
            loc="upper left",
            bbox_to_anchor=(0, -0.28 - 0.2 / len(names)),
        )


def _day(axes: Axes, day: Day | None) -> None:
    if day is None:
        return
    hours = range(len(day.hours) + 1)
    for name, color, values in (
        ("cores held", "#2772b6", [hour.cores for hour in day.hours]),
        ("memory held", "#59b2cd", [hour.memory for hour in day.hours]),
        ("busy", "#332a88", [hour.busy for hour in day.hours]),
    ):
        percent = [100 * value for value in values]
        axes.stairs(percent, list(hours), color=color, linewidth=2, baseline=None, label=name)
    axes.axvspan(day.worst, day.worst + 1, color=_LINE, zorder=0)
    axes.set_xlim(0, 24)
    axes.set_ylim(0, 100)
    axes.set_xticks(range(0, 25, 6), [f"{hour:02}:00" for hour in range(0, 25, 6)])
    axes.set_ylabel("% of all cards", color=_MUTED, fontsize=9)
    axes.legend(fontsize=8, frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1))


def _fleet(found: Simulation) -> Figure:
    most = max(len(cluster.shares) for cluster in found.clusters)
    figure = Figure(
        figsize=(max(6.0, min(16.0, most / 8)), 1.3 * len(found.clusters)), layout="constrained"
    )
    grid = figure.subplots(len(found.clusters), 1, squeeze=False)[:, 0]
    for axes, cluster in zip(grid, found.clusters, strict=True):
        _map(axes, cluster, most)
    return figure


def _map(axes: Axes, cluster: Cluster, columns: int) -> None:
    squares = [
        Rectangle((x, y), 0.86, 0.86)
        for x, node in enumerate(cluster.shares)
        for y, _ in enumerate(node)
    ]
    patches = PatchCollection(squares, cmap=_SCALE, linewidth=0)
    patches.set_array([share for node in cluster.shares for share in node])
    patches.set_clim(0, 1)
    axes.add_collection(patches)
    axes.set_xlim(-0.5, columns)
    axes.set_ylim(-0.5, max((len(node) for node in cluster.shares), default=1) + 0.5)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(
        f"{cluster.name}: a column is a node, a square a card", loc="left", fontsize=9, color=_MUTED
    )
