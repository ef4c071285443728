"""Text of a file to rows of text cells: CSV with whatever separates it, JSON lines, or one JSON array of objects."""

import csv
import io
import json
from typing import Any, Final

import msgspec

LARGEST_BYTES: Final = 1 << 28
"""Largest file. *chosen*: a quarter of a gigabyte of text still fits in memory four times"""
SEPARATORS: Final = ",;\t|"
"""What may stand between two fields. *chosen*: what spreadsheets and databases write"""
MOST_BREAKS: Final = 50
"""Line breaks in one record; with more a quote was never closed. *chosen*: no cell of data is a page of text"""
SHOWN: Final = 3
"""Faults of one sort that are told one by one. *chosen*"""


class Cells(msgspec.Struct, frozen=True):
    """What stood in the file, as text; None is an absent cell."""

    names: list[str]
    rows: list[list[str | None]]
    lines: list[int]
    notes: list[str]
    separator: str = ","


def read(data: bytes) -> Cells:
    """The cells of a file; raises ValueError that says where and why if there is nothing to read."""
    if len(data) > LARGEST_BYTES:
        raise ValueError(f"the file has {len(data)} bytes; at most {LARGEST_BYTES} are read")
    notes: list[str] = []
    text = _decoded(data, notes)
    if not text.strip():
        raise ValueError("the file is empty; it needs a line of names and a line for each observation")
    if text.lstrip()[0] in "{[":
        return _objects(text, notes)
    return _separated(text, notes)


def _decoded(data: bytes, notes: list[str]) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        notes.append(f"line {line} is not UTF-8; the file was read as Windows-1252")
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        notes.append(f"{text.count(chr(0))} NUL characters were left out")
        text = text.replace("\0", "")
    return text


def _separated(text: str, notes: list[str]) -> Cells:
    separator = _separator(text)
    faults: list[str] = []
    found = _records(text, separator, csv.QUOTE_MINIMAL, faults)
    if any(row and sum(cell.count("\n") for cell in row) > MOST_BREAKS for _, row in found):
        notes.append("a quote is never closed; quotes were taken for ordinary characters")
        faults.clear()
        found = _records(text, separator, csv.QUOTE_NONE, faults)
    if not found:
        raise ValueError("no line of names was found")
    first, head = found.pop(0)
    names = [cell.strip() for cell in head]
    if all(_number(name) for name in names):
        notes.append(f"line {first} holds numbers instead of names; the columns are called c1 to c{len(names)}")
        found.insert(0, (first, head))
        names = [f"c{place + 1}" for place in range(len(head))]
    if all(len(row) == len(names) + 1 for _, row in found) and found:
        ended = all(not row[-1].strip() for _, row in found)
        names = names if ended else ["", *names]
        found = [(line, row[:-1] if ended else row) for line, row in found]
    kept = [(line, row) for line, row in found if len(row) == len(names)]
    faults += [
        f"line {at} has {_fields(len(row))} instead of {len(names)}" for at, row in found if len(row) != len(names)
    ]
    _tell(notes, faults)
    rows: list[list[str | None]] = [[cell.strip() for cell in row] for _, row in kept]
    return Cells(_distinct(names, notes), rows, [line for line, _ in kept], notes, separator)


def _records(text: str, separator: str, quoting: Any, faults: list[str]) -> list[tuple[int, list[str]]]:
    """Each record that is neither blank nor a comment at the head, with the line on which it begins."""
    csv.field_size_limit(1 << 28)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, quoting=quoting)
    found: list[tuple[int, list[str]]] = []
    while True:
        begun = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return found
        except csv.Error as error:
            faults.append(f"line {begun}: {error}")
            continue
        if any(cell.strip() for cell in row) and (found or not row[0].lstrip().startswith("#")):
            found.append((begun, row))


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _separator(text: str) -> str:
    """The separator that splits the first lines into most fields, as often in each."""
    first = [line for line in text[: 1 << 16].splitlines() if line.strip() and not line.startswith("#")][:20]

    def merit(each: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(first, delimiter=each)]
        most = max(set(counts), key=counts.count)
        return (counts.count(most) if most > 1 else 0, most)

    return max(SEPARATORS, key=merit)


def _number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _distinct(names: list[str], notes: list[str]) -> list[str]:
    """The names, each once: an empty one is numbered, a repeated one too."""
    given: list[str] = []
    for place, name in enumerate(names):
        called = name or f"column_{place + 1}"
        if not name:
            notes.append(f"column {place + 1} has no name; it is called {called}")
        count = 2
        while called in given:
            called = f"{name or 'column'}_{count}"
            count += 1
        if name and called != name:
            notes.append(f"column {place + 1} is called {name} as another is; it is called {called}")
        given.append(called)
    return given


def _objects(text: str, notes: list[str]) -> Cells:
    found: list[tuple[int, dict[str, Any]]] = []
    faults: list[str] = []
    for line, value in _values(text, faults):
        if isinstance(value, dict):
            found.append((line, _flat(value)))
        else:
            faults.append(f"line {line} is no object but {type(value).__name__}")
    names = list(dict.fromkeys(name for _, value in found for name in value))
    if not names:
        raise ValueError("; ".join(faults[:SHOWN]) or "no object with a field was found")
    _tell(notes, faults)
    rows = [[_text(value.get(name)) for name in names] for _, value in found]
    return Cells(names, rows, [line for line, _ in found], notes)


def _values(text: str, faults: list[str]) -> list[tuple[int, Any]]:
    if text.lstrip().startswith("["):
        try:
            return [(place + 1, value) for place, value in enumerate(json.loads(text))]
        except (ValueError, RecursionError) as error:
            raise ValueError(f"the file begins as a JSON array and isn't one: {error}") from error
    values: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append((number, json.loads(line)))
        except (ValueError, RecursionError) as error:
            faults.append(f"line {number} is not JSON: {error}")
    return values


def _flat(value: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Fields of objects within objects, by their path."""
    flat: dict[str, Any] = {}
    for name, below in value.items():
        if isinstance(below, dict):
            flat |= _flat(below, f"{before}{name}.")
        else:
            flat[before + name] = below
    return flat


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value.strip() if isinstance(value, str) else json.dumps(value)


def _tell(notes: list[str], faults: list[str]) -> None:
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        rows = "row was" if len(faults) == 1 else "rows were"
        notes.append(f"{len(faults)} {rows} left out: {'; '.join(faults[:SHOWN])}{more}")
