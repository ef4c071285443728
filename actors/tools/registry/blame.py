"""Whether the arguments of a call are to blame for its end, or the tool.

A tool is held to what its examples show. Whoever gives it something else, and is told so by an exception that speaks of
the value, has learnt nothing about the tool; nor has whoever goes beyond what it was measured to bear.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from actors.tools.spec.binding import by_name
from actors.tools.spec.schema import kind_of
from messages.base import Json
from messages.tools.sandbox import Result
from messages.tools.tool import Range, Spec

OF_VALUES: Final = frozenset(
    {
        *("ValueError", "TypeError", "AttributeError", "KeyError", "IndexError", "LookupError", "StopIteration"),
        *("ArithmeticError", "ZeroDivisionError", "OverflowError", "InvalidOperation", "JSONDecodeError"),
        *("UnicodeError", "UnicodeDecodeError", "UnicodeEncodeError"),
    }
)
"""Exceptions by which code says that a value is not what it takes. *chosen*: those of the standard library"""

LIMITED: Final = frozenset(("timeout", "memory", "flood"))
"""Ends at a limit of the sandbox. *derived* from the sandbox's statuses"""

FAR: Final = 10
"""Factor beyond the examples' greatest number from which a number resembles none of them. *chosen*"""

LOOKED_AT: Final = 20
"""Items of a list that are compared. *chosen*"""


def is_misfed(result: Result, *, strange: bool, beyond: bool) -> bool:
    """The end of the call speaks against its arguments and not against the tool."""
    if result.status == "raised":
        return strange and result.error_type in OF_VALUES
    return result.status in LIMITED and beyond


def resembles(args: Sequence[Json], spec: Spec) -> bool:
    """Each argument resembles that of some example; where there are none, nothing is strange."""
    known = [*([spec.example] if spec.example is not None else ()), *spec.examples]
    if not known:
        return True
    return all(
        place >= max(len(example.args) for example in known)
        or _is_like(value, [example.args[place] for example in known if place < len(example.args)])
        for place, value in enumerate(args)
    )


def is_beyond(args: Sequence[Json], spec: Spec) -> bool:
    """An argument is larger than what the judge saw come back in time."""
    given = by_name(spec.parameters, args)
    return any(
        measured.beyond and measured.parameter in given and _size(given[measured.parameter], measured) > measured.up_to
        for measured in spec.ranges
    )


def _size(value: Json, measured: Range) -> float:
    if measured.unit == "value":
        return value if isinstance(value, int | float) else 0.0
    return float(len(value)) if isinstance(value, str | list | tuple) else 0.0


def _is_like(value: Json, others: Sequence[Json]) -> bool:
    """The value is of the same make as one of the others."""
    same = [other for other in others if kind_of(other) == kind_of(value)]
    match kind_of(value):
        case "string":
            return shape(value) in {shape(other) for other in same}
        case "number":
            alike = [abs(other) for other in same if _sign(other) == _sign(value)]
            return bool(alike) and abs(value) <= FAR * max(alike)
        case "array":
            items = [item for other in same for item in other]
            return bool(same) and _are_like(value, items, empty=any(len(other) == 0 for other in same))
        case "object":
            needed = set.intersection(*map(set, same)) if same else set()
            return bool(same) and needed <= set(value)
        case _:
            return bool(same)


def _are_like(values: Sequence[Json], items: Sequence[Json], *, empty: bool) -> bool:
    return all(_is_like(each, items) for each in values[:LOOKED_AT]) if values else empty


def shape(text: str) -> str:
    """Each run of letters, digits and blanks as one sign, and all else as it is: `2024-1-5` is `0-0-0`."""
    return "".join(sign for sign, _ in groupby(map(_sign_of, text)))


def _sign_of(character: str) -> str:
    if character.isalpha():
        return "a"
    if character.isdigit():
        return "0"
    return " " if character.isspace() else character


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
