"""Inputs close to those of the examples: one argument of one example changed a little, the same way every time."""

import math
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any, Final

MOST: Final = 60
"""Most inputs. *chosen*: a few of each kind of change for each of a few examples"""

CHANGED: Final = 4
"""Examples that are changed. *chosen*: those after them are seldom of another kind"""

ITEMS: Final = 2
"""Changes of an item within a list, or of a field. *chosen*: the list itself is changed first"""

PLACES: Final = 6
"""Decimals that a changed number is rounded to. *chosen*: 12.3 + 1 is written 13.3"""

WORD: Final = "more"
"""The word that a text gets. *chosen*"""


def nearby(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    """Up to `MOST` lists of arguments close to these, none of them among these, and none twice."""
    known = {repr(list(row)) for row in rows}
    found: list[tuple[Any, ...]] = []
    for args in _in_turn(rows):
        if (written := repr(list(args))) not in known:
            known.add(written)
            found.append(args)
    return tuple(found[:MOST])


def _in_turn(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """The first change of each argument of each example, then the second, and so on."""
    ways = [
        [(*row[:place], changed, *row[place + 1 :]) for changed in _changes(value, _broken(rows, place))]
        for row in rows[:CHANGED]
        for place, value in enumerate(row)
    ]
    for turn in zip_longest(*ways):
        yield from (args for args in turn if args is not None)


def _broken(rows: Sequence[Sequence[Any]], place: int) -> bool:
    """Some example has a number that is not whole at this place."""
    return any(place < len(row) and isinstance(row[place], float) and row[place] % 1 for row in rows)


def _changes(value: Any, broken: bool = False) -> Iterator[Any]:
    match value:
        case bool() | None:
            return
        case int() | float():
            yield from _numbers(value, broken or (isinstance(value, float) and value % 1 != 0))
        case str():
            yield from _texts(value)
        case list():
            yield from _lists(value)
        case dict():
            for key, field in value.items():
                yield from ({**value, key: changed} for changed in islice(_changes(field), ITEMS))


def _numbers(value: float, broken: bool) -> Iterator[float]:
    """Halves only where numbers that are not whole were shown."""
    if broken:
        yield math.floor(value) + 0.5
    yield round(value + 1, PLACES)
    yield round(value - 1, PLACES)
    yield type(value)(0)
    yield -value


def _texts(value: str) -> Iterator[str]:
    yield value[:-1]
    yield f"{value} {WORD}"
    yield value.upper()
    yield value.lower()
    yield f"{value} "


def _lists(value: list[Any]) -> Iterator[list[Any]]:
    yield value[:-1]
    yield [*value, *value[:1]]
    for item in value[:1]:
        yield from ([changed, *value[1:]] for changed in islice(_changes(item), ITEMS))
    yield []
