"""Telemetry of a file to its incident: which rows, which target, and then the root cause."""

from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal import knowledge, reading
from actors.cognition.causal.cells import Cells
from actors.cognition.causal.incident import Incident, incident, unexplained
from actors.cognition.causal.knowledge import Knowledge, Stated
from actors.cognition.causal.reading import Wishes, unknown
from actors.cognition.causal.table import Mask, Matrix, Table
from actors.cognition.causal.window import window

YES: Final = frozenset({"1", "1.0", "true", "yes", "y", "anomaly", "anomalous", "incident", "fault", "abnormal"})
"""What marks a row of an incident, in lower case. *chosen*"""
FEWEST_CALM: Final = 20
"""Calm rows without which nothing is known of the mechanisms. *chosen*"""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said about the incident."""

    target: str | None = None
    start: str | None = None
    stop: str | None = None
    marked: str | None = None
    leave_out: tuple[str, ...] = ()
    lags: int = 0


def found(cells: Cells, asked: Asked, stated: Stated) -> tuple[Incident, list[str]]:
    """The incident and notes on what was read; raises ValueError that says what is lacking."""
    for name in (asked.target, asked.marked):
        if name is not None and name not in cells.names:
            raise ValueError(unknown(name, cells.names))
    left_out = (*asked.leave_out, *((asked.marked,) if asked.marked else ()))
    read = reading.table(cells, Wishes(leave_out=left_out, lags=asked.lags, amounts=True, clocks=False))
    read = _numbers(read)
    notes = list(read.notes)
    if asked.target is not None and asked.target not in read.names:
        raise ValueError(f"{asked.target} can't be the target, since it was left out: {'; '.join(notes)}")
    target = read.names.index(asked.target) if asked.target else None
    known = knowledge.knowledge(stated, read.columns, cells.names)
    span = _named(cells, asked, read)
    if span is None:
        span = stretch(read, target, known)
        if span is None:
            raise ValueError("no degradation stands out from the usual; name its rows with --from and --to")
        notes.append(f"rows {read.lines[span[0]] - 1} to {read.lines[span[1] - 1] - 1} are unlike the rest")
    if len(read.rows) - (span[1] - span[0]) < FEWEST_CALM:
        raise ValueError(f"fewer than {FEWEST_CALM} rows are outside of the incident: what is usual can't be told")
    if target is None:
        target = _worst(read.rows, span, [at for at, column in enumerate(read.columns) if column.lag == 0])
        notes.append(f"{read.names[target]} is taken for the target, since it is farthest from usual (--target)")
    return incident(read, span, target, known), notes


def stretch(read: Table, target: int | None, known: Knowledge) -> tuple[int, int] | None:
    """The rows of the last incident, as places [start, stop); None if there is none.

    If no series shows it, what its causes do not explain of one may.
    """
    now = [at for at, column in enumerate(read.columns) if column.lag == 0]
    return window(read.rows[:, now], target) or window(unexplained(read, known)[:, now], None)


def _numbers(read: Table) -> Table:
    """The table without columns of categories."""
    keep = [at for at, column in enumerate(read.columns) if column.kind == "continuous"]
    if len(keep) < 2:
        raise ValueError(f"{len(keep)} columns of numbers are left; telemetry needs at least 2")
    gone = [column.name for column in read.columns if column.kind == "discrete"]
    note = (f"{', '.join(gone)}: categories, left out of the search for a root cause",) if gone else ()
    return msgspec.structs.replace(
        read,
        columns=tuple(read.columns[at] for at in keep),
        rows=read.rows[:, keep],
        acted=read.acted[:, keep],
        notes=(*read.notes, *note),
    )


def _named(cells: Cells, asked: Asked, read: Table) -> tuple[int, int] | None:
    """The rows that a person named, as places in the table."""
    if asked.marked is not None:
        at = cells.names.index(asked.marked)
        marked = {line for line, row in zip(cells.lines, cells.rows, strict=True) if (row[at] or "").lower() in YES}
        return _last_run(np.isin(read.lines, list(marked)), asked.marked)
    if asked.start is None and asked.stop is None:
        return None
    first = _line(cells, asked.start, False) if asked.start else cells.lines[0]
    last = _line(cells, asked.stop, True) if asked.stop else cells.lines[-1]
    inside = np.flatnonzero((read.lines >= first) & (read.lines <= last))
    if len(inside) == 0:
        raise ValueError(f"no row lies from {asked.start} to {asked.stop}")
    return int(inside[0]), int(inside[-1]) + 1


def _last_run(marked: Mask, name: str) -> tuple[int, int]:
    places = np.flatnonzero(marked)
    if len(places) == 0:
        raise ValueError(f"{name} marks no row; it has to be 1, yes or true in the rows of the incident")
    breaks = np.flatnonzero(np.diff(places) > 1)
    start = places[breaks[-1] + 1] if len(breaks) else places[0]
    return int(start), int(places[-1]) + 1


def _line(cells: Cells, word: str, last: bool) -> int:
    """The line of the row with this number, or with this cell."""
    having = [line for line, row in zip(cells.lines, cells.rows, strict=True) if word in row[:1]]
    having = having or [line for line, row in zip(cells.lines, cells.rows, strict=True) if word in row]
    if word.isdigit() and (not having or len(having) > 1):
        if not 1 <= int(word) <= len(cells.lines):
            raise ValueError(f"there is no row {word}; there are {len(cells.lines)}")
        return cells.lines[int(word) - 1]
    if not having:
        raise ValueError(f"no row has a cell {word!r}; name a row by its number or by a cell as it is written")
    return having[-1] if last else having[0]


def _worst(rows: Matrix, span: tuple[int, int], now: list[int]) -> int:
    """The variable that is farthest from usual in the incident, in its own standard deviations."""
    inside = np.zeros(len(rows), dtype=bool)
    inside[slice(*span)] = True
    spread = np.maximum(rows[~inside].std(0), 1e-12)
    far = np.abs(rows[inside].mean(0) - rows[~inside].mean(0)) / spread
    wide = np.maximum(rows[inside].std(0) / spread - 1, 0)
    return max(now, key=lambda at: far[at] + wide[at])
