"""Texts and lists put together from parts: the cheapest path through the results, position by position."""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from actors.synthesis.literals import shared_start
from actors.synthesis.term import Term, composed, constant_cost, leaf
from actors.synthesis.values import kind_of

PARTS: Final = 300
"""Parts tried at each position. *measured*: a full pass stays under 50 ms on four examples."""

STATES: Final = 3_000
"""Positions looked at in one pass. *chosen*: bounds a pass on long results."""

LITERAL_CHARACTERS: Final = 24
"""Longest literal between two parts. *chosen*"""

LITERAL_ITEMS: Final = 3
"""Most constants in a row within a list. *chosen*: more are a table that was remembered"""

JOIN_COST: Final = 1
"""What putting one part more costs. *chosen*"""

Place: TypeAlias = tuple[int, ...]


def concatenation(results: Sequence[Any], parts: Sequence[Term], below: int) -> Term | None:
    """The cheapest sum of parts and literals that gives these results at less than this cost, if there is one."""
    start, goal = (0,) * len(results), tuple(map(len, results))
    cheapest = sorted(parts, key=lambda part: (part.cost, -part.uses.bit_count()))[:PARTS]
    best: dict[Place, int] = {start: 0}
    came: dict[Place, tuple[Place, Term]] = {}
    queue: list[tuple[int, Place]] = [(0, start)]
    for _ in range(STATES):
        if not queue or queue[0][0] >= below:
            return None
        cost, place = heapq.heappop(queue)
        if place == goal:
            return _sum(came, goal, results, cost)
        if cost > best[place]:
            continue
        for part in _next(results, place, cheapest):
            after = tuple(position + len(value) for position, value in zip(place, part.values, strict=True))
            reached = cost + part.cost + (JOIN_COST if any(place) else 0)
            if reached < min(best.get(after, below), below):
                best[after], came[after] = reached, (place, part)
                heapq.heappush(queue, (reached, after))
    return None


def usable(term: Term, results: Sequence[Any]) -> bool:
    """The term's text stands in every result, or the ends of its list do in every list."""
    if isinstance(results[0], list):
        return any(term.values) and all(
            not value or value[0] in result for value, result in zip(term.values, results, strict=True)
        )
    return all(value in result for value, result in zip(term.values, results, strict=True)) and any(term.values)


def _next(results: Sequence[Any], place: Place, parts: Sequence[Term]) -> Iterator[Term]:
    for part in parts:
        if any(part.values) and all(map(_stands, results, part.values, place)):
            yield part
    rest = [result[position:] for result, position in zip(results, place, strict=True)]
    if isinstance(results[0], list):
        for length in range(1, _alike(rest) + 1):
            yield _listed(rest[0][:length], len(results))
        return
    shared = shared_start(rest)[:LITERAL_CHARACTERS]
    for length in range(1, len(shared) + 1):
        yield _literal(shared[:length], len(results))


def _stands(result: Any, part: Any, position: int) -> bool:
    return bool(result[position : position + len(part)] == part)


def _literal(text: str, count: int) -> Term:
    """A literal part: letters and digits cost most, since they may be remembered rather than computed."""
    cost = 1 + sum(1 for char in text if char.isalnum())
    return leaf(repr(text), "text", (text,) * count, cost, 0)


def _alike(rest: Sequence[list[Any]]) -> int:
    """How many items all of the lists begin with, as far as constants go that a person would write."""
    columns = itertools.takewhile(lambda column: all(map(_same_item, column, column[1:])), zip(*rest, strict=False))
    return len(list(itertools.islice(columns, LITERAL_ITEMS))) if len(rest) > 1 else 0


def _same_item(one: Any, other: Any) -> bool:
    return not isinstance(one, list | dict) and type(one) is type(other) and bool(one == other)


def _listed(items: list[Any], count: int) -> Term:
    """A literal part of a list: each item costs, since it may be remembered rather than computed."""
    cost = 1 + sum(map(constant_cost, items))
    return leaf(repr(items), kind_of(items), (items,) * count, cost, 0)


def _sum(came: dict[Place, tuple[Place, Term]], goal: Place, results: Sequence[Any], cost: int) -> Term | None:
    parts: list[Term] = []
    place = goal
    while any(place):
        place, part = came[place]
        parts.insert(0, part)
    if not any(part.uses for part in parts):
        return None
    term = parts[0]
    for part in parts[1:]:
        term = composed("A + B", (term, part), part.kind, term.values, JOIN_COST)
    return composed("A", (term,), term.kind, tuple(results), cost - term.cost)
