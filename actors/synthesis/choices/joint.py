"""Several questions answered together: all of them, or one of them; each tells some of the examples apart."""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from actors.synthesis.term import Term, composed, leaf
from actors.synthesis.text.shapes import KNOWN

Ask: TypeAlias = Callable[[Term, int], Term | None]
"""The cheapest question about a term that tells these examples from those that are held fixed."""

TRIPLED: Final = 45
"""Questions that are joined by threes. *measured*: there are fourteen thousand ways, a few milliseconds."""

ALIKE: Final = 3
"""Questions that tell the same apart and are joined. *chosen*: the cheapest need not be the one that was meant."""

SIDES: Final = 60
"""Questions that are joined. *chosen*: the cheapest of those that tell most apart."""

SHAPE_COST: Final = 4
"""What asking for a known form of text costs beyond the text. *derived*: a call and its literal"""

RANGE_DISCOUNT: Final = 2
"""How much cheaper a range is than its two bounds. *chosen*: it is asked about one thing."""


def sides(
    asked: Sequence[Term], fixed: int, split: int, ask: Ask, answer: bool, numbers: Sequence[float]
) -> dict[int, list[Term]]:
    """For each set of examples that a question tells from the fixed ones, such questions; numbers may be bounds."""
    found: dict[int, list[Term]] = {}
    for about in asked:
        halves: list[tuple[int, Term]] = []
        for part in dict.fromkeys(_parts(about, fixed, split, numbers)):
            asking = ask(about, part)
            if asking is not None:
                _keep(found, split, asking, answer)
                halves.append((part, asking))
        if len(halves) > 1 and about.kind in ("int", "float") and not halves[0][0] & halves[1][0]:
            template = "A and B" if answer else "A or B"
            _keep(found, split, both(template, halves[0][1], halves[1][1], -RANGE_DISCOUNT), answer)
        if about.kind == "text" and not about.parts:
            for asking in _formed(about, fixed, answer):
                _keep(found, split, asking, answer)
    return found


def covers(
    found: dict[int, list[Term]], split: int, template: str, extra: int, dearness: Callable[[Term], int]
) -> Iterator[Term]:
    """Two or three of the questions that together tell all examples of the set apart."""
    best = [(told, asking) for told, some in found.items() for asking in sorted(some, key=dearness)[:ALIKE]]
    ranked = sorted(best, key=lambda side: dearness(side[1]) - 2 * side[0].bit_count())[:SIDES]
    for (one, left), (other, right) in itertools.combinations(ranked, 2):
        if one | other == split:
            yield both(template, left, right, extra)
    for sets in itertools.combinations(ranked[:TRIPLED], 3):
        (one, a), (other, b), (last, c) = sets
        if one | other | last == split and all(x | y != split for (x, _), (y, _) in itertools.combinations(sets, 2)):
            yield both(template, both(template, a, b, extra), c, extra)


def both(template: str, left: Term, right: Term, extra: int) -> Term:
    """The two questions as one."""
    pairs = zip(left.values, right.values, strict=True)
    values = tuple((one and other) if " and " in template else (one or other) for one, other in pairs)
    return composed(template, (left, right), "bool", values, extra)


def _keep(found: dict[int, list[Term]], split: int, asking: Term, answer: bool) -> None:
    told = sum(1 << row for row, value in enumerate(asking.values) if split >> row & 1 and value is not answer)
    if told:
        found.setdefault(told, []).append(asking)


def _parts(about: Term, fixed: int, split: int, numbers: Sequence[float]) -> Iterator[int]:
    """The sets of examples that a question about the term may tell from the fixed ones."""
    held = [value for row, value in enumerate(about.values) if fixed >> row & 1]
    rest = [(row, value) for row, value in enumerate(about.values) if split >> row & 1]
    if about.kind in ("int", "float"):
        low, high = min(held), max(held)
        yield from _set(row for row, value in rest if value < low)
        yield from _set(row for row, value in rest if value > high)
        for number in numbers:
            if high <= number:
                yield from _set(row for row, value in rest if value > number or value == number > high)
            elif number <= low:
                yield from _set(row for row, value in rest if value < number or value == number < low)
    elif about.kind == "bool":
        yield from _set(row for row, value in rest if value is not held[0])
        return
    if all(value == held[0] for value in held):
        yield from _set(row for row, value in rest if value != held[0])
    if about.kind == "text" or about.kind.startswith("list"):
        yield from _set(row for row, value in rest if bool(value) is not bool(held[0]))
    for piece in dict.fromkeys(re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]", held[0])) if about.kind == "text" else ():
        if all(piece in value for value in held):
            yield from _set(row for row, value in rest if piece not in value)


def _set(rows: Iterator[int]) -> Iterator[int]:
    made = sum(1 << row for row in rows)
    if made:
        yield made


def _formed(about: Term, fixed: int, answer: bool) -> Iterator[Term]:
    """Whether the text has a form that everybody knows, where the fixed ones all have it or all lack it."""
    for pattern in KNOWN:
        values: tuple[Any, ...] = tuple(re.fullmatch(pattern, value) is not None for value in about.values)
        if all(value is answer for row, value in enumerate(values) if fixed >> row & 1):
            form = leaf(repr(pattern), "text", (pattern,) * len(values), 1, 0)
            yield composed("re.fullmatch(B, A) is not None", (about, form), "bool", values, SHAPE_COST - 1)
