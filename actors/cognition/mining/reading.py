"""A person's own event log, as CSV or JSON lines; what can't be read is told with its line and how to mend it."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from actors.cognition.mining.streams import Behaviour

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("time", "timestamp", "at", "when", "ts", "date"),
    "who": ("who", "agent", "user", "actor", "client"),
    "what": ("what", "event", "action", "activity", "behaviour", "behavior", "type"),
    "session": ("session", "case", "session_id", "case_id", "trace"),
    "outcome": ("outcome", "success", "ok"),
}
"""What a column may be called, in lower case; the first that is there counts. *chosen*"""
NEEDED: Final = ("time", "what")
"""Columns without which nothing can be mined; without `who` all is done by one. *derived*"""
NOBODY: Final = "all"
"""Who does everything in a log that does not say. *chosen*"""
YES: Final = frozenset(
    ("1", "true", "yes", "ok", "success", "succeeded", "good", "done", "pass", "passed", "completed")
)
"""Outcomes that are good. *chosen*"""
NO: Final = frozenset(("0", "false", "no", "fail", "failed", "failure", "error", "bad", "cancelled", "timeout"))
"""Outcomes that are not. *chosen*"""
MILLISECONDS: Final = 1e11
"""A number from here on is a moment in milliseconds. *derived*: in seconds it is the year 5138"""


class BadLog(ValueError):
    """A log that can't be mined: where, what and how to mend it."""


def read(path: Path) -> list[Behaviour]:
    """The behaviours of the file, in the order of time. Raises BadLog with the line, and OSError."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadLog(f"{path}, line {line}: this is not UTF-8; save the file as UTF-8") from None
    lines = text.lstrip()
    rows = _json_rows(path, text) if lines.startswith(("{", "[")) else _csv_rows(path, text)
    found = [_behaviour(f"{path}, line {line}", row) for line, row in rows]
    if not found:
        raise BadLog(f"{path} holds no events; each line is one, with the columns time, who and what")
    return sorted(found, key=lambda one: one.time)


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadLog(f"{path}, line {number}: no JSON ({error}); each line must be one object") from None
        if not isinstance(row, dict):
            mend = 'write {"time": ..., "who": ..., "what": ...}'
            raise BadLog(f"{path}, line {number}: a JSON {type(row).__name__}, not an object; {mend}")
        yield number, row


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
    head = [name.strip() for name in next(rows, [])]
    if not head:
        raise BadLog(f"{path} is empty; its first line must name the columns: time, who, what")
    for missing in NEEDED:
        if _column(missing, dict.fromkeys(head, "")) is None:
            raise BadLog(
                f"{path}, line 1: no column {missing!r} among {', '.join(head)}; the first line must name the columns, "
                f"and {missing!r} may also be called {', '.join(COLUMNS[missing][1:])}"
            )
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(head):
                raise BadLog(
                    f"{path}, line {rows.line_num}: {len(row)} cells under {len(head)} columns; "
                    "put a value with a comma between quotes"
                )
            yield rows.line_num, dict(zip(head, row, strict=True))
    except csv.Error as error:
        raise BadLog(f"{path}, line {rows.line_num}: {error}; mend the quotes of this line") from None


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, unless the first line is divided by semicolons or tabs."""
    head = text.partition("\n")[0]
    most = max(",;\t", key=head.count)

    class Divided(csv.excel):
        delimiter = most
        strict = True

    return Divided


def _column(wanted: str, row: Mapping[str, Any]) -> str | None:
    """The row's own name of the column."""
    lower = {name.lower(): name for name in row}
    return next((lower[name] for name in COLUMNS[wanted] if name in lower), None)


def _behaviour(where: str, row: Mapping[str, Any]) -> Behaviour:
    cells = {wanted: None if (name := _column(wanted, row)) is None else row[name] for wanted in COLUMNS}
    for needed in NEEDED:
        if cells[needed] is None or str(cells[needed]).strip() == "":
            raise BadLog(f"{where}: no {needed!r}; give every event one")
    return Behaviour(
        _moment(where, cells["time"]),
        _word(where, "who", cells["who"]) or NOBODY,
        _word(where, "what", cells["what"]),
        _word(where, "session", cells["session"]),
        _outcome(where, cells["outcome"]),
        _args(where, row.get("args")),
        row.get("result"),
    )


def _args(where: str, value: Any) -> tuple[Any, ...] | None:
    """The arguments of a call: a list, in a CSV as JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            value = None
    if not isinstance(value, list):
        raise BadLog(f"{where}: 'args' is no list; write the arguments of the call as a JSON list")
    return tuple(value)


def _word(where: str, column: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise BadLog(f"{where}: {column!r} is {msgspec.json.encode(value).decode()[:80]}; it must be a text or number")
    return "" if value is None else str(value).strip()


def _moment(where: str, value: Any) -> float:
    """Seconds since the epoch of a number or of a date as in ISO 8601; without an offset it is UTC."""
    told = _word(where, "time", value)
    try:
        number = float(told)
    except ValueError:
        number = _of_date(where, told)
    if not -1e17 < number < 1e17:
        raise BadLog(f"{where}: the time {told} is no moment")
    return number / 1_000 if number >= MILLISECONDS else number


def _of_date(where: str, told: str) -> float:
    try:
        date = datetime.fromisoformat(told)
    except ValueError:
        mend = "write seconds since 1970 or a date such as 2026-01-31T12:00:00Z"
        raise BadLog(f"{where}: the time {told[:80]!r} can't be read; {mend}") from None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _outcome(where: str, value: Any) -> float | None:
    told = _word(where, "outcome", value).lower()
    if told in ("", "none", "null", "nan"):
        return None
    if told in YES or told in NO:
        return float(told in YES)
    try:
        number = float(told)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadLog(f"{where}: the outcome {told[:80]!r} is neither success nor failure, nor a number from 0 to 1")
    return number


def read_known(path: Path) -> tuple[tuple[str, ...], ...]:
    """Steps of the patterns of an earlier result. Raises BadLog and OSError."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_Earlier)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadLog(f"{path}: no earlier result ({error}); make one with `kurultai mine FILE -o json`") from None
    return tuple(one.steps for one in told.patterns)


class _Steps(msgspec.Struct):
    steps: tuple[str, ...]


class _Earlier(msgspec.Struct):
    patterns: tuple[_Steps, ...]
