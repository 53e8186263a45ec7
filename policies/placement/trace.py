"""Reads the CSV files of the openb trace; the one place in this package that opens files.

Every row that cannot be is reported with its line and column, up to `_MOST` of them:
a file of a million wrong rows should not bury its first.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from environments.errors import InvalidInput, Problem, UsageError
from policies.placement.fleet import Card, Node
from policies.placement.requests import Request

_MOST = 20
_NODE_COLUMNS = ("sn", "cpu_milli", "memory_mib", "gpu", "model")
_POD_COLUMNS = ("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli")
_LARGEST = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A row of a pod list."""

    name: str
    request: Request


def read_nodes(file: Path) -> tuple[Node, ...]:
    """The nodes of the trace. A card is 1000 thousandths of memory; cores are not counted.

    Raises `InvalidInput` with every problem found, `UsageError` where there is no such file.
    """
    table = _Table(file, _NODE_COLUMNS)
    nodes = []
    for row in table.rows():
        name, model = row.texts[0], row.texts[4]
        cpu, memory, gpu = (table.amount(row, column) for column in (1, 2, 3))
        if gpu > 64:
            table.fault(row, 3, "too-many-cards", f"a node with {gpu} cards; 64 at most")
            gpu = 0
        cards = (Card(memory=1000, cores=0, slots=1000, type=model),) * gpu
        nodes.append(Node(name=name, cpu=cpu, memory=memory, cards=cards))
    table.raise_faults()
    return tuple(nodes)


def read_pods(file: Path) -> tuple[Pod, ...]:
    """The pods of the trace, in the order of the file.

    Raises `InvalidInput` with every problem found, `UsageError` where there is no such file.
    """
    table = _Table(file, _POD_COLUMNS, optional="gpu_spec")
    known: dict[tuple[str, ...], Request] = {}
    pods = []
    for row in table.rows():
        key = row.texts[1:]
        if key not in known:
            found = table.faults
            request = _request(table, row)
            if table.faults > found:
                continue  # the next equal row is wrong too, and says so
            known[key] = request
        pods.append(Pod(name=row.texts[0], request=known[key]))
    table.raise_faults()
    return tuple(pods)


def _request(table: _Table, row: _Row) -> Request:
    before = table.faults
    cpu, memory, cards, milli = (table.amount(row, column) for column in (1, 2, 3, 4))
    if table.faults > before:
        return Request()
    if milli > 1000:
        table.fault(row, 4, "over-card", f"{milli} thousandths of a card; 1000 at most")
    if cards > 1 and milli != 1000:
        table.fault(row, 4, "slices-of-several", f"{cards} cards of {milli} each; 1000 each")
    if cards == 0 and milli > 0:
        table.fault(row, 3, "no-card", f"{milli} thousandths of no card; num_gpu 1 or more")
    return Request(
        cards=cards if milli else 0,
        memory=None if milli in {0, 1000} else milli,
        cpu=cpu,
        host_memory=memory,
        types=tuple(part for part in row.texts[5].split("|") if part),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    texts: tuple[str, ...]
    """The columns asked for, then the optional one."""


class _Table:
    """A CSV file with a header, and what is wrong in it."""

    def __init__(self, file: Path, columns: Sequence[str], optional: str | None = None) -> None:
        self._file, self._columns, self._optional = file, columns, optional
        self._places: list[int] = []
        self._problems: list[Problem] = []
        self.faults = 0

    def rows(self) -> Iterator[_Row]:
        """The rows that have all columns."""
        try:
            with self._file.open(newline="", encoding="utf-8") as stream:
                yield from self._read(stream)
        except OSError as error:
            raise UsageError(f"{self._file}: {error.strerror}; give --data DIR") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise UsageError(f"{self._file}: not a CSV file in UTF-8 ({error})") from error

    def _read(self, stream: Iterator[str]) -> Iterator[_Row]:
        reader = csv.reader(stream)
        header = next(reader, [])
        missing = [column for column in self._columns if column not in header]
        if missing:
            self._add(1, 1, "missing-column", f"no column {', '.join(missing)}")
            self.raise_faults()
        self._places = [header.index(column) for column in self._columns]
        last = header.index(self._optional) if self._optional in header else -1
        for texts in reader:
            line = reader.line_num
            if not texts:
                continue
            if len(texts) != len(header):
                message = f"{len(texts)} fields; the header has {len(header)}"
                self._add(line, 1, "wrong-row", message)
                continue
            given = tuple(texts[place] for place in self._places)
            yield _Row(line=line, texts=(*given, texts[last] if last >= 0 else ""))

    def amount(self, row: _Row, column: int) -> int:
        """A whole number, 0 or more; 0 where it is none, which is a fault."""
        text = row.texts[column].strip()
        if text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST)):
            return int(text)
        name = self._columns[column]
        self.fault(row, column, "wrong-value", f"{name} is {text!r}; a whole number, 0 or more")
        return 0

    def fault(self, row: _Row, column: int, rule: str, message: str) -> None:
        """Something wrong in one field; its column is counted in fields."""
        self._add(row.line, self._places[column] + 1, rule, message)

    def _add(self, line: int, column: int, rule: str, message: str) -> None:
        self.faults += 1
        if self.faults > _MOST:
            return
        name = self._file.name
        self._problems.append(
            Problem(file=name, line=line, column=column, rule=rule, message=message)
        )

    def raise_faults(self) -> None:
        """Raises `InvalidInput` when anything was wrong."""
        if not self._problems:
            return
        if self.faults > _MOST:
            last = self._problems[-1]
            message = f"{self.faults - _MOST} more problems like these"
            self._problems.append(
                Problem(file=last.file, line=last.line, column=1, rule="and-more", message=message)
            )
        raise InvalidInput(tuple(self._problems))
