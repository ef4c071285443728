"""Lists made from lists: each item changed, or some items kept."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from actors.synthesis.structures.binding import Solve, bound, flat, items, matched, mentions, position_of
from actors.synthesis.term import Term, joined, text
from actors.synthesis.values import Values

EACH: Final = " for x in A]"
"""How the template of a list ends that is made item by item. *derived*: from the tables"""


def from_list(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """The lists wanted, made from the source item by item."""
    if not any(source.values) or not any(wanted):
        return
    lengths = [(len(value), len(result)) for value, result in zip(source.values, wanted, strict=True)]
    if all(_reordered(value, result) for value, result in zip(source.values, wanted, strict=True)):
        return
    if all(have == want for have, want in lengths):
        yield from _each(source, wanted, name, others, solve)
        yield from _joined(source, wanted, name, others, solve)
    elif all(have >= want for have, want in lengths):
        yield from _some(source, wanted, name, others, solve)


def _each(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    body = solve(items(source, name, others), flat(wanted))
    if body is not None and body.uses:
        place = position_of(name)
        over = f"{place}, {name} in enumerate(A)" if mentions(body, place) else f"{name} in A"
        yield bound(f"[{text(body)} for {over}]", (source,), [body], wanted)


def _joined(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """Each item with what belongs to it in another list."""
    for other in others:
        found = matched(source, name, other)
        if found is not None:
            match, condition, everywhere = found
            body = solve([items(source, name, ())[0], match], flat(wanted))
            if body is not None and body.uses:
                called = match.component.template
                first = f"next(({called} for {called} in B if {condition}), {{}})"
                records = f"B if {condition}" if everywhere else f"[{first}]"
                over = f"{name} in A for {called} in {records}"
                yield bound(f"[{text(body)} for {over}]", (source, other), [body], wanted)


def _some(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    kept = [_kept(have, want) for have, want in zip(source.values, wanted, strict=True)]
    yield from _filtered(source, kept, name, others, solve)


def picked(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """The items of the source that the wanted lists have, in the order of the source, where a question tells them."""
    if all(map(_reordered, source.values, wanted)):
        return
    kept = [_among(have, want) for have, want in zip(source.values, wanted, strict=True)]
    yield from _filtered(source, kept, name, others, solve)


def _filtered(
    source: Term, kept: Sequence[list[bool] | None], name: str, others: Sequence[Term], solve: Solve
) -> Iterator[Term]:
    """The source without the items that are not kept, if a question about an item tells which."""
    if any(row is None for row in kept):
        return
    base = base_of(source)
    within = base if base is not None else source
    leaves = items(within, name, others)
    question = solve([leaf for leaf in leaves if leaf.component.template != position_of(name)], flat(tuple(kept)))
    if question is None or not question.uses:
        return
    chosen, left = (
        tuple(
            [item for item, keep in zip(value, row or (), strict=True) if keep]
            for value, row in zip(term.values, kept, strict=True)
        )
        for term in (within, source)
    )
    filtered = bound(f"[{name} for {name} in A if {text(question)}]", (within,), [question], chosen)
    if base is None:
        yield filtered
    else:
        parts = (filtered, *source.parts[1:])
        yield joined(source.component, parts, source.kind, left, source.cost - base.cost + filtered.cost)


def base_of(source: Term) -> Term | None:
    """The list that the source is an item by item picture of, if it is one."""
    template = source.component.template
    return source.parts[0] if source.parts and template.endswith(EACH) and template.count(" for ") == 1 else None


def _reordered(have: list[Any], want: list[Any]) -> bool:
    """The same items in whatever order: a question of order, not of items."""
    return sorted(map(repr, have)) == sorted(map(repr, want))


def _kept(have: list[Any], want: list[Any]) -> list[bool] | None:
    """Which items make up the wanted list, in order; None if they don't."""
    kept = []
    place = 0
    for item in have:
        keep = place < len(want) and bool(item == want[place])
        place += keep
        kept.append(keep)
    return kept if place == len(want) else None


def _among(have: list[Any], want: list[Any]) -> list[bool] | None:
    """Which items the wanted list has, wherever it has them; None if it has others."""
    left = list(map(repr, want))
    kept = []
    for item in map(repr, have):
        kept.append(item in left)
        if item in left:
            left.remove(item)
    return None if left else kept
