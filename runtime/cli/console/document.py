"""A JSON or TOML file, read whole, or told with the place at which it can't be."""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from runtime.cli.console.exits import Ended, Exit


def read_document(place: str) -> Any:
    """The JSON or TOML that the file, or `-` for standard input, holds."""
    data = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    name = "standard input" if place == "-" else place
    if place.endswith(".toml"):
        return _decoded(msgspec.toml.decode, data, f"{name} is not TOML")
    if place == "-" and not data.lstrip().startswith((b"{", b"[")):
        return _decoded(msgspec.toml.decode, data, f"{name} is neither JSON nor TOML")
    return _decoded(_json, data, f"{name} is not JSON")


def _decoded(decode: Callable[[bytes], Any], data: bytes, fault: str) -> Any:
    try:
        return decode(data)
    except RecursionError as error:
        raise Ended(Exit.USAGE, f"{fault} that can be read: it is nested too deeply. Nothing was published") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Ended(Exit.USAGE, f"{fault}: {_told(error, data)}. Nothing was published") from error


def _json(data: bytes) -> Any:
    """The value; a key that stands twice in one object is an error, since only one of its values would count."""
    value = msgspec.json.decode(data)
    pairs = json.loads(data, object_pairs_hook=_Members, parse_int=str, parse_float=str)
    if (path := _repeated(pairs)) is not None:
        raise msgspec.DecodeError(f"{path} is given twice; leave one of them out")
    return value


class _Members(dict[str, Any]):
    """An object, and the first of its keys that stands in it twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(name for name, _ in pairs)
        self.twice = next((name for name, count in counted.items() if count > 1), None)


def _repeated(value: Any) -> str | None:
    """The path of a key that stands twice in one object, if there is one."""
    waiting = [("$", value)]
    while waiting:
        path, each = waiting.pop()
        if isinstance(each, _Members):
            if each.twice is not None:
                return f"{path}.{each.twice}"
            waiting += [(f"{path}.{name}", below) for name, below in each.items()]
        elif isinstance(each, list):
            waiting += [(f"{path}[{place}]", below) for place, below in enumerate(each)]
    return None


def _told(error: Exception, data: bytes) -> str:
    """The error with line and column instead of a count of bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        return f"it is not UTF-8 at {_line_and_column(data[: wrong.start])}; save it as UTF-8"
    if text.startswith("\ufeff"):
        return "it begins with a byte order mark; save it as UTF-8 without one"
    said = str(error).removeprefix("JSON is malformed: ")
    if said == "Input data was truncated":
        return f"it ends too early, at {_line_and_column(data)}"
    found = re.fullmatch(r"(.*) \(byte (\d+)\)", said)
    return f"{found[1]} at {_line_and_column(data[: int(found[2])])}" if found else said


def _line_and_column(before: bytes) -> str:
    """Where the byte after these stands, as editors count."""
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f"line {line}, column {column}"
