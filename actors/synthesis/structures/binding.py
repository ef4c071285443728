"""Programs over one item of a list, found for the item and written around the list."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from actors.synthesis.term import Component, Term, joined, leaf, text
from actors.synthesis.values import Values, common, kind_of, same

Solve: TypeAlias = Callable[[Sequence[Term], Values], Term | None]
"""Finds a program over these leaves with these results, within what is left to spend on it."""

ROWS: Final = 60
"""Items that a program is searched on. *chosen*: more tell nothing new and cost time."""

BIND_COST: Final = 2
"""What a loop over items costs beyond its body. *chosen*"""

MATCH_COST: Final = 2
"""What it costs to look up the record that belongs to an item. *chosen*: two lists of records are given for that."""

INDEX_COST: Final = 3
"""What it costs to read the position of an item. *chosen*: seldom what is meant."""


def bound(
    template: str, parts: tuple[Term, ...], bodies: Sequence[Term], values: Values, extra: int = BIND_COST
) -> Term:
    """A term with bodies written out in its template: it costs, reads and needs what they do, and its parts."""
    needs = tuple(dict.fromkeys(need for body in bodies for need in body.needs))
    made = Component(template, (), extra, lambda: None, needs)
    uses = 0
    for body in bodies:
        uses |= body.uses
    cost = extra + sum(term.cost for term in (*parts, *bodies))
    return joined(made, parts, common([kind_of(value) for value in values]), values, cost, uses)


def items(source: Term, name: str, others: Sequence[Term]) -> list[Term]:
    """The leaves for one item of the source: the item, its position, and what stands around it."""
    counts = [len(value) for value in source.values]
    rows = tuple(item for value in source.values for item in value)
    places = tuple(place for count in counts for place in range(count))
    leaves = [leaf(name, common([kind_of(item) for item in rows]), rows, 1, source.uses)]
    if len(set(places)) > 1:
        leaves.append(leaf(position_of(name), "int", places, INDEX_COST, source.uses))
    return leaves + [repeated(other, counts) for other in others]


def matched(source: Term, name: str, other: Term) -> tuple[Term, str, bool] | None:
    """The record of another list that belongs to the item by a field of each, what it is found by, and if each has one.

    Items that have none get an empty record.
    """
    if not source.kind == other.kind == "list:record" or not other.uses & ~source.uses:
        return None
    counts = [len(value) for value in source.values]
    lists = [value for value, count in zip(other.values, counts, strict=True) for _ in range(count)]
    match = name.replace("item", "match")
    shared: dict[str, Any] = next((value[0] for value in lists if value), {})
    some: tuple[Term, str, bool] | None = None
    for mine, wanted in _fields(items(source, name, ())[0], name):
        for key in shared:
            found = [_first(value, key, sought) for value, sought in zip(lists, wanted, strict=True)]
            told = len({repr(record) for record in found if record is not None}) > 1
            if told and (some is None or None not in found):
                values = tuple(record if record is not None else {} for record in found)
                match_leaf = leaf(match, "record", values, MATCH_COST, source.uses | other.uses)
                some = match_leaf, f"{match}[{key!r}] == {mine}", None not in found
                if some[2]:
                    return some
    return some


def _fields(item: Term, name: str) -> Iterator[tuple[str, Values]]:
    """The fields that all the items have."""
    for key in item.values[0] if item.values else ():
        if all(key in value for value in item.values):
            yield f"{name}[{key!r}]", tuple(value[key] for value in item.values)


def _first(records: Sequence[dict[str, Any]], key: str, sought: Any) -> dict[str, Any] | None:
    return next((record for record in records if key in record and same(record[key], sought)), None)


def position_of(name: str) -> str:
    """The name for the position of the item of this name."""
    return name.replace("item", "index")


def repeated(term: Term, counts: Sequence[int]) -> Term:
    """The term once for each item of its example, one step dearer than inside the example."""
    values = tuple(value for value, count in zip(term.values, counts, strict=True) for _ in range(count))
    return Term(term.component, term.parts, term.kind, values, term.cost + 1, term.uses, term.needs)


def mentions(body: Term, name: str) -> bool:
    """The body reads the name."""
    return re.search(rf"\b{name}\b", text(body)) is not None


def distinct(leaves: Sequence[Term], results: Values) -> tuple[list[Term], Values] | None:
    """The rows without repetitions, at most ROWS of them; None if equal rows have different results."""
    seen: dict[str, int] = {}
    for row in range(len(results)):
        first = seen.setdefault(repr([term.values[row] for term in leaves]), row)
        if repr(results[first]) != repr(results[row]):
            return None
    return restricted(leaves, results, sorted(seen.values())[:ROWS])


def restricted(leaves: Sequence[Term], results: Values, rows: Sequence[int]) -> tuple[list[Term], Values]:
    """The leaves and the results on some of the rows."""
    kept = []
    for term in leaves:
        values = tuple(term.values[row] for row in rows)
        kind = common([kind_of(value) for value in values])
        kept.append(Term(term.component, term.parts, kind, values, term.cost, term.uses, term.needs))
    return kept, tuple(results[row] for row in rows)


def flat(values: Values) -> tuple[Any, ...]:
    """All items of all examples, in order."""
    return tuple(item for value in values for item in value)
