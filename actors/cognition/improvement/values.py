"""Inputs on which two versions of a function are compared: recorded ones mutated, grown, aliased, or drawn from types.

An input is a list of arguments. What can be used up only once stands in it as `Once`, and a list of another class as
`Other`; `material` makes the arguments of one call of them. Standard library only.
"""

import copy
import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any, Final

EDGES: Final = 3
"""Edges of each argument that are combined with those of the others. *chosen*"""
TOGETHER: Final = 64
"""Most such combinations for one input. *chosen*: all of three arguments"""
HUGE: Final = (2**31, 2**53 + 1, 10**17 + 1, -(10**17) - 3)
"""Whole numbers at which floats and machine words end. *chosen*"""
LARGE: Final = 400
"""Items of a large generated sequence. *chosen*: above every size guard, quick under a counter of lines"""
DEEPEST: Final = 5
"""Deepest place that is mutated. *chosen*"""
WORDS: Final = ("", "a", "ab", "ba", "b", "A", " ", "a b", "aa", "abc", "cba", "0", "10", "-1", "é", "ß", "x,y", "\n")
"""Texts that tell programs apart. *chosen*"""
INTEGERS: Final = (0, 1, -1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 25, 30, -2, -7, 100)
"""Numbers that tell programs apart. *chosen*"""
FLOATS: Final = (0.0, -0.0, 1.0, 0.5, -1.5, 2.5, 1e16, -1e16, 0.1, 1e-9, float("nan"), float("inf"), float("-inf"))
"""Floats that tell programs apart: signed zero, cancellation, NaN, no number. *chosen*"""


class Other(list):  # type: ignore[type-arg]
    """A list of another class, as a caller may have."""


class Once:
    """An iterator over these items, made anew for each call."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = list(items)


def material(args: Sequence[Any]) -> list[Any]:
    """Arguments for one call, that share nothing with those of another and keep what is shared among themselves."""
    copied = copy.deepcopy(list(args))
    return [iter(each.items) if isinstance(each, Once) else each for each in copied]


def variants(recorded: Sequence[Sequence[Any]], constants: Sequence[Any], rng: random.Random) -> Iterator[list[Any]]:
    """Inputs near the recorded ones, without an end: the systematic ones first, then drawn mutations."""
    for args in recorded:
        yield from _systematic(list(args))
        edges = [[value, *itertools.islice(_sizes(value), EDGES)] for value in args]
        yield from map(list, itertools.islice(itertools.product(*edges), TOGETHER))
    while recorded:
        drawn = copy.deepcopy(list(rng.choice(recorded)))
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            at = rng.randrange(len(drawn)) if drawn else 0
            if drawn:
                drawn[at] = mutated(drawn[at], constants, rng, recorded_at(recorded, at))
        yield drawn


def huge(recorded: Sequence[Sequence[Any]]) -> Iterator[list[Any]]:
    """The recorded inputs with each whole number, also one within a list, made huge."""
    for args, number in itertools.product(recorded, HUGE):
        for at, value in enumerate(args):
            if type(value) is int:
                yield [*args[:at], number, *args[at + 1 :]]
            if isinstance(value, list) and value and type(value[0]) is int:
                yield [*args[:at], [number, *value[1:]], *args[at + 1 :]]


def recorded_at(recorded: Sequence[Sequence[Any]], at: int) -> list[Any]:
    """What was recorded for one parameter."""
    return [args[at] for args in recorded if len(args) > at]


def _systematic(args: list[Any]) -> Iterator[list[Any]]:
    """Each argument empty, of one, of two, large, of another class, once only; two arguments one and the same."""
    for at, value in enumerate(args):
        for changed in _sizes(value):
            yield [*args[:at], changed, *args[at + 1 :]]
        for other in range(at):
            if type(args[other]) is type(value):
                yield [*args[:at], args[other], *args[at + 1 :]]


def _sizes(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from ([], value[:1], value[:2], value[::-1], value + value, [*value, *value[:1]], Other(value))
        yield from (Once(value), tuple(value), None, (value * LARGE)[:LARGE] if value else [])
        yield [value[0]] * len(value) if value else []
        if value and all(type(each) is int for each in value):
            yield from (
                [float(each) for each in value],
                [*map(bool, value)],
                [*value, float("nan")],
                [*map(str, value)],
            )
            yield from (list(range(LARGE)), [each % 5 for each in range(LARGE)], [-each for each in value])
            yield [float(each) if index % 2 else each for index, each in enumerate(value + value)]
        if value and all(type(each) is float for each in value):
            yield from ([*value, float("nan"), *value], [*value, 0.0, -0.0], [1e16, *value, -1e16], [*map(int, value)])
        if value and isinstance(value[0], list):
            yield from ([value[0]] * 3, [*value, []], [[*each] for each in value] + [value[-1]], [*map(tuple, value)])
    elif isinstance(value, str):
        yield from ("", value[:1], value[::-1], value + value, value.upper(), (value * LARGE)[:LARGE], list(value))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (0, 1, 2, 3, -1, value + 1, value - 1, float(value), bool(value), str(value))
    elif isinstance(value, float):
        yield from (*FLOATS, -value, int(value) if abs(value) < LARGE else 0)
    elif isinstance(value, dict):
        yield from ({}, dict(reversed(value.items())), dict(list(value.items())[:1]))


def mutated(value: Any, constants: Sequence[Any], rng: random.Random, pool: Sequence[Any], depth: int = 0) -> Any:
    """The value with one thing changed, mostly of the same type."""
    if rng.random() < 0.1 and pool:
        return copy.deepcopy(rng.choice(pool))
    if rng.random() < 0.04:
        return rng.choice((None, 1, "a", [], 1.5, True, (), {}))
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return _number(value, constants, rng)
    if isinstance(value, str):
        return _text(value, constants, rng)
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return type(value)(_items(list(value), constants, rng, depth))
    if isinstance(value, dict) and depth < DEEPEST:
        return _entries(dict(value), constants, rng, depth)
    if isinstance(value, set) and value:
        return {*list(value)[1:], mutated(next(iter(value)), constants, rng, (), depth + 1)}
    return value


def _number(value: float, constants: Sequence[Any], rng: random.Random) -> Any:
    numbers = [each for each in constants if type(each) in (int, float) and abs(each) <= max(LARGE, abs(value))]
    near = [each + step for each in numbers for step in (-1, 0, 1)]
    if isinstance(value, float):
        return rng.choice(
            [*FLOATS, *near, -value, value * 2, value + 0.5, round(value, 1) if abs(value) < 1e9 else 0.0]
        )
    top = max(4, min(abs(value) * 2, LARGE))
    return rng.choice(
        [*INTEGERS[:8], *near, value + 1, value - 1, -value, value // 2, rng.randint(-top, top), rng.randint(0, 6)]
    )


def _text(value: str, constants: Sequence[Any], rng: random.Random) -> str:
    at = rng.randint(0, len(value))
    found = [each for each in constants if isinstance(each, str) and len(each) < LARGE]
    piece = rng.choice([*WORDS, *found, value[at : at + 2]])
    whole = (value[:at] + piece + value[at:], value[:at] + value[at + 1 :], value[:at] + piece, value[at:], piece)
    return rng.choice((*whole, value[::-1], value + value[:at], value.swapcase(), "".join(sorted(value))))


def _items(items: list[Any], constants: Sequence[Any], rng: random.Random, depth: int) -> list[Any]:
    """The items with one added, dropped, changed, moved, repeated, or one object in two places."""
    at = rng.randrange(len(items)) if items else 0
    if not items:
        return [rng.choice((0, 1, "a"))] if rng.random() < 0.5 else []
    deed = rng.randrange(9)
    if deed == 0:
        return items[:at] + items[at + 1 :]
    if deed == 1:
        return [*items[:at], items[at], *items[at:]]
    if deed == 2:
        return [*items[:at], copy.deepcopy(rng.choice(items)), *items[at:]]
    if deed == 3:
        return rng.sample(items, len(items))
    if deed == 4:
        return items[: rng.randint(0, min(4, len(items)))]
    if deed == 5 and type(items[at]) is int:
        return [*items[:at], rng.choice((float(items[at]), bool(items[at]), float("nan"))), *items[at + 1 :]]
    changed = mutated(items[at], constants, rng, items, depth + 1)
    return [*items[:at], changed, *items[at + 1 :]]


def _entries(entries: dict[Any, Any], constants: Sequence[Any], rng: random.Random, depth: int) -> dict[Any, Any]:
    if not entries:
        return {"a": 1}
    key = rng.choice(list(entries))
    deed = rng.randrange(5)
    if deed == 0:
        del entries[key]
    elif deed == 1:
        entries = dict(rng.sample(list(entries.items()), len(entries)))
    elif deed == 2:
        other = mutated(key, constants, rng, (), DEEPEST)
        entries[other if isinstance(other, str | int | float) else None] = entries[key]
    else:
        entries[key] = mutated(entries[key], constants, rng, list(entries.values()), depth + 1)
    return entries


def seeds(rng: random.Random, size: int) -> tuple[Any, ...]:
    """A value of each common shape, of about this size: what a parameter of an unknown type may be."""
    many = [rng.randint(0, max(3, size)) for _ in range(size)]
    words = ["".join(rng.choice("abcd") for _ in range(rng.randint(1, 4))) for _ in range(size)]
    rows = [{"id": n, "name": word, "value": n * 1.5, "key": word} for n, word in zip(many, words, strict=True)]
    grid = [[rng.randint(0, 9) for _ in range(min(size, 12))] for _ in range(min(size, 12))]
    pairs = [[n, m] for n, m in zip(many, many[::-1], strict=True)]
    graph = {str(n): [str(m) for m in {(n + 1) % max(1, size), (n * 2) % max(1, size)}] for n in range(size)}
    numbers = [n / 4 for n in many]
    counts = dict(zip(words, many, strict=True))
    return (
        many,
        size,
        " ".join(words),
        words,
        numbers,
        grid,
        pairs,
        rows,
        counts,
        graph,
        2.5,
        True,
        [tuple(p) for p in pairs],
    )
