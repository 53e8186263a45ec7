"""The picture of a fleet on its own: one SVG file, for a README or a slide.

    python -m scripts.rehearsal.picture RESULT.json OUT.svg

Reads what `fleet rehearse --format json` wrote. Shapes of one colour are one path,
so that thousands of cards stay a small file; light and dark follow the reader's
preference. What a card looks like is `page.fleet_map`'s to say.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import click
import msgspec

from environments.errors import UsageError
from scripts.rehearsal import figures, words
from scripts.rehearsal.page import fleet_map
from scripts.rehearsal.page.fleet_map import CELL, PITCH, Grid
from scripts.rehearsal.page.markup import Markup, tag
from scripts.rehearsal.result import Cluster, Pool, Rehearsal

_STYLE = Path(__file__).parent / "page" / "map.css"
_MARGIN = 24
_POOL_GAP = 16
_LABEL = 6.3
"""Width of one character of a pool's label, about: labels must not run into each other."""


@dataclass(slots=True)
class _Sheet:
    """What has been drawn so far, and how far down it reaches."""

    width: int
    y: int
    texts: list[Markup] = field(default_factory=list)
    paths: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def write(self, x: int, y: int, style: str, *text: str | Markup) -> None:
        self.texts.append(tag("text", *text, x=x, y=y, class_=style))

    def fill(self, style: str, x: float, y: float, height: float) -> None:
        self.paths[style].append(f"M{x:g} {y:g}h{CELL}v{height:g}h-{CELL}z")

    def dot(self, x: int, y: int) -> None:
        self.paths["w"].append(f"M{x + 3.5:g} {y + 5}a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0z")


def draw(rehearsal: Rehearsal) -> str:
    """The fleet as a standalone SVG."""
    grid = Grid(upright=True, run=fleet_map.grid(rehearsal).run)
    sheet = _Sheet(width=_width(grid, rehearsal), y=0)
    _title(sheet, rehearsal)
    for cluster in rehearsal.clusters:
        _cluster(sheet, grid, cluster)
    _legend(sheet)
    shapes = (tag("path", class_=style, d="".join(parts)) for style, parts in sheet.paths.items())
    picture = tag(
        "svg",
        tag("title", _spoken(rehearsal)),
        tag("style", Markup(_STYLE.read_text(encoding="utf-8") + _TEXT_STYLE)),
        tag("path", class_="sheet", d=f"M0 0h{sheet.width}v{sheet.y}h-{sheet.width}z"),
        shapes,
        sheet.texts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {sheet.width} {sheet.y}",
        width=sheet.width,
        height=sheet.y,
        role="img",
    )
    return f"{picture}\n"


_TEXT_STYLE = """
text { fill: var(--muted); font: 13px Inter, system-ui, -apple-system, "Segoe UI", sans-serif; }
.name { font-weight: 650; font-size: 15px; fill: var(--ink); }
.name .note { font-weight: 400; font-size: 13px; fill: var(--muted); }
.claim { font-size: 24px; letter-spacing: -.02em; fill: var(--ink); }
.claim tspan { font-weight: 700; }
.sheet { fill: var(--sheet); }
"""


def _title(sheet: _Sheet, rehearsal: Rehearsal) -> None:
    held = figures.fleet_allocation(rehearsal)
    pods = tag("tspan", words.count(figures.running(rehearsal), "pod"))
    cards = tag("tspan", words.count(held.touched))
    sheet.write(_MARGIN, 46, "claim", pods, " on ", cards, f" of {words.count(held.cards, 'card')}")
    note = (
        f"{rehearsal.environment}: {words.percent(held.memory, held.memory_total)} of memory and "
        f"{words.percent(held.cores, held.cores_total)} of cores allocated"
    )
    sheet.write(_MARGIN, 70, "note", note)
    sheet.y = 106


def _cluster(sheet: _Sheet, grid: Grid, cluster: Cluster) -> None:
    held = figures.allocation(cluster.pools)
    note = tag(
        "tspan", f"{words.count(held.cards)} cards {words.mode(cluster.mode)}", dx=10, class_="note"
    )
    sheet.write(_MARGIN, sheet.y, "name", cluster.name, note)
    left = _MARGIN
    for pool in cluster.pools:
        if left > _MARGIN and left + _pool_width(grid, pool) > sheet.width - _MARGIN:
            left, sheet.y = _MARGIN, sheet.y + 34 + grid.run * PITCH
        sheet.write(left, sheet.y + 19, "note", _label(pool))
        _pool(sheet, grid, cluster, pool, left)
        left += _pool_width(grid, pool) + _POOL_GAP
    sheet.y += 64 + grid.run * PITCH


def _pool(sheet: _Sheet, grid: Grid, cluster: Cluster, pool: Pool, left: int) -> None:
    top = sheet.y + 28
    for node in pool.nodes:
        for square in fleet_map.squares(grid, cluster, pool, node):
            x, y = left + square.x, top + square.y
            sheet.fill(f"c l{square.level}", x, y, CELL)
            if square.level:
                sheet.fill(f"f l{square.level}", x, top + square.top, square.filled)
            if square.whole:
                sheet.dot(x, y)
        left += grid.size(len(node.cards))[0] + PITCH - CELL


def _legend(sheet: _Sheet) -> None:
    left, top = _MARGIN, sheet.y - 10
    sheet.fill("c l0", left, top, CELL)
    sheet.write(left + 16, top + 10, "note", "free")
    left += 62
    for step in range(1, fleet_map.LEVELS + 1):
        sheet.fill(f"c l{step}", left, top, CELL)
        sheet.fill(f"f l{step}", left, top + CELL - step, step)
        left += PITCH
    sheet.write(left + 6, top + 10, "note", "0 – 100 % of the card’s memory allocated")
    left += 280
    sheet.fill(f"f l{fleet_map.LEVELS}", left, top, CELL)
    sheet.dot(left, top)
    sheet.write(left + 16, top + 10, "note", "held whole by one pod")
    sheet.y += 24


def _width(grid: Grid, rehearsal: Rehearsal) -> int:
    rows = [
        sum(_pool_width(grid, pool) + _POOL_GAP for pool in cluster.pools) - _POOL_GAP
        for cluster in rehearsal.clusters
    ]
    return 2 * _MARGIN + min(1400, max([640, *rows]))


def _pool_width(grid: Grid, pool: Pool) -> int:
    nodes = sum(grid.size(len(node.cards))[0] + PITCH - CELL for node in pool.nodes)
    return max(nodes, int(len(_label(pool)) * _LABEL))


def _label(pool: Pool) -> str:
    return f"{words.plain(pool.name)} · {words.count(len(pool.nodes), 'node')} of {pool.card}"


def _spoken(rehearsal: Rehearsal) -> str:
    held = figures.fleet_allocation(rehearsal)
    return (
        f"Fleet {rehearsal.environment}: {words.count(figures.running(rehearsal), 'pod')} on "
        f"{words.count(held.touched)} of {words.count(held.cards, 'card')}"
    )


def read(file: Path) -> Rehearsal:
    """The rehearsal in a file that `fleet rehearse --format json` wrote."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Rehearsal)
    except OSError as error:
        msg = f"cannot read {file}: {(error.strerror or str(error)).lower()}"
    except msgspec.DecodeError as error:
        msg = f"{file} is not a rehearsal: {error}; give what `fleet rehearse --format json` wrote"
    raise UsageError(msg)


@click.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def main(result: Path, out: Path) -> None:
    """Draw the fleet of RESULT (JSON) into OUT (SVG)."""
    try:
        out.write_text(draw(read(result)), encoding="utf-8")
    except UsageError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
