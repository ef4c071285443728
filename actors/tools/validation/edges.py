"""Edge cases by type: what an argument of the same kind might be at worst, within what the publisher declared."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from actors.tools.validation.declared import Declared

LONG: Final = 10_000
"""Characters or items of the longest edge case. *chosen*: shows what grows with the square, spares what grows with n"""

LARGE: Final = 1_000_000
"""Size of the largest number. *chosen*: what nobody means by a small example, but may give by mistake"""

ANYTHING: Final = Declared()
"""Nothing is known of the parameters. *derived*"""

TEXTS: Final = ("", " ", "\n\t", "0", "é\u200b\U0001f600", "a" * LONG)
INTEGERS: Final = (0, -1, 1, LARGE, -LARGE)
FLOATS: Final = (0.0, -0.5, 1e-9, float(LARGE), -float(LARGE))
"""*chosen*: empties, signs, extremes, and text that is not plain ASCII; the two above likewise"""


def variants(value: Any) -> tuple[Any, ...]:
    """Values of the same kind as this one, at the ends of what the kind holds."""
    match value:
        case bool():
            return (not value,)
        case int():
            return INTEGERS
        case float():
            return FLOATS
        case str():
            return TEXTS
        case list():
            return ([], value[:1], value[::-1], value * max(2, min(100, LONG // max(1, len(value)))))
        case dict():
            return ({}, dict(list(value.items())[:1]), {**value, "unknown": None})
        case _:
            return (None, "", 0)


def strangers(value: Any) -> tuple[Any, ...]:
    """Values of other kinds than this one."""
    others: tuple[Any, ...] = (None, 7, "text", [1], {"a": 1})
    return tuple(other for other in others if type(other) is not type(value))


def stranger_calls(
    examples: Sequence[Sequence[Any]], most: int, declared: Declared = ANYTHING
) -> tuple[tuple[Any, ...], ...]:
    """Up to `most` lists of arguments, each the first example's with one argument of another kind."""
    args = tuple(examples[0])
    rows = [
        [(*args[:place], other, *args[place + 1 :]) for other in strangers(args[place])] for place in range(len(args))
    ]
    return tuple(call for calls in zip(*rows, strict=False) for call in calls if declared.takes(call))[:most]


def edge_calls(
    examples: Sequence[Sequence[Any]], most: int, declared: Declared = ANYTHING
) -> tuple[tuple[Any, ...], ...]:
    """Up to `most` lists of arguments, each an example's with one argument put at an edge; none twice."""
    found: list[tuple[Any, ...]] = []
    known = [list(example) for example in examples]
    for args in _taken_in_turn(examples, declared):
        if args not in found and list(args) not in known and declared.takes(args):
            found.append(args)
        if len(found) == most:
            break
    return tuple(found)


def _taken_in_turn(examples: Sequence[Sequence[Any]], declared: Declared) -> Iterator[tuple[Any, ...]]:
    """One variant of each argument, then the next of each, over the first example of every arity."""
    by_arity = {len(args): tuple(args) for args in reversed(examples)}
    rows = [
        [
            (*args[:place], variant, *args[place + 1 :])
            for variant in (*_ends(declared, place, args[place]), *variants(args[place]))
        ]
        for args in by_arity.values()
        for place in range(len(args))
    ]
    for index in range(max((len(row) for row in rows), default=0)):
        yield from (row[index] for row in rows if index < len(row))


def _ends(declared: Declared, place: int, value: Any) -> tuple[Any, ...]:
    """The least and the greatest number that the publisher declared."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ()
    return tuple(type(value)(end) for end in declared.ends(place, "value"))
