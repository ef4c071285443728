"""Lists put in order by something computed from each item: the key is looked for among small programs over an item."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

from actors.synthesis.bank import Bank
from actors.synthesis.meter import Exhausted, Meter
from actors.synthesis.structures.binding import bound, flat, items
from actors.synthesis.term import Term, joined, text
from actors.synthesis.values import Values

ORDERED: Final = frozenset({"int", "float", "text", "date", "bool"})
"""Kinds that an order may go by. *derived*"""

LEVELS: Final = 12
"""Cost at which keys end. *chosen*: never reached within the candidates given."""

KEYS: Final = 40
"""Keys remembered that agree with the order as far as they go. *chosen*"""

ORDER_COST: Final = 2
"""What an order costs beyond its key. *chosen*"""

REVERSE_COST: Final = 1
"""What it costs to turn an order round. *chosen*"""


def placed(source: Term, wanted: Values) -> bool:
    """The wanted lists have the source's items, all or the first of another order, and some of them moved."""
    pairs = list(zip(source.values, wanted, strict=True))
    if not all(isinstance(want, list) and len(want) <= len(have) for have, want in pairs):
        return False
    if max(len(want) for _, want in pairs) < 2:
        return False
    return all(_within(have, want) for have, want in pairs)


def _within(have: list[Any], want: list[Any]) -> bool:
    left = list(map(repr, have))
    for item in map(repr, want):
        if item not in left:
            return False
        left.remove(item)
    return True


def orders(source: Term, base: Term, wanted: Values, name: str, bank: Bank, meter: Meter) -> Iterator[Term]:
    """The source in the order that puts the wanted items first, for every key over its base's items that does."""
    counts = [len(value) for value in source.values]
    partial: list[tuple[Term, int]] = []
    try:
        for level in range(1, LEVELS):
            for key in bank.grow(level):
                if key.kind not in ORDERED or not key.uses:
                    continue
                columns = _columns(key.values, counts)
                for sign in (1, -1):
                    done = _sorted(source, [columns], (sign,))
                    if _starts(done, wanted):
                        yield _written(source, base, name, (key,), (sign,), done)
                    elif len(partial) < KEYS and _agrees(source, columns, sign, wanted):
                        partial.append((key, sign))
                        yield from _joined(source, base, wanted, name, partial, counts)
    except Exhausted:
        return


def _joined(
    source: Term, base: Term, wanted: Values, name: str, partial: Sequence[tuple[Term, int]], counts: Sequence[int]
) -> Iterator[Term]:
    key, sign = partial[-1]
    for other, turn in partial[:-1]:
        if (
            sign != turn
            and "text" in (key.kind, other.kind)
            and ((sign < 0 and key.kind == "text") or (turn < 0 and other.kind == "text"))
        ):
            continue
        for keys, signs in (((key, other), (sign, turn)), ((other, key), (turn, sign))):
            done = _sorted(source, [_columns(one.values, counts) for one in keys], signs)
            if _starts(done, wanted):
                yield _written(source, base, name, keys, signs, done)


def _columns(values: Values, counts: Sequence[int]) -> list[list[Any]]:
    columns, start = [], 0
    for count in counts:
        columns.append(list(values[start : start + count]))
        start += count
    return columns


def _sorted(source: Term, columns: Sequence[list[list[Any]]], signs: Sequence[int]) -> list[list[Any]]:
    """The lists of the source, sorted stably by the last key first."""
    done = []
    for row, value in enumerate(source.values):
        places = list(range(len(value)))
        for column, sign in reversed(list(zip(columns, signs, strict=True))):
            places.sort(key=column[row].__getitem__, reverse=sign < 0)
        done.append([value[place] for place in places])
    return done


def _starts(done: Sequence[list[Any]], wanted: Values) -> bool:
    return all(repr(have[: len(want)]) == repr(want) for have, want in zip(done, wanted, strict=True))


def _agrees(source: Term, columns: Sequence[list[Any]], sign: int, wanted: Values) -> bool:
    """The key never goes against the order wanted, and is not the same for all."""
    moved = False
    for value, column, want in zip(source.values, columns, wanted, strict=True):
        known = {repr(item): key for item, key in zip(value, column, strict=True)}
        keys = [known[repr(item)] for item in want]
        for one, other in itertools.pairwise(keys):
            if (one > other) if sign > 0 else (one < other):
                return False
            moved = moved or one != other
    return moved


def _written(
    source: Term, base: Term, name: str, keys: Sequence[Term], signs: Sequence[int], done: Sequence[list[Any]]
) -> Term:
    turned = all(sign < 0 for sign in signs)
    pieces = [text(key) if turned or sign > 0 else f"-({text(key)})" for key, sign in zip(keys, signs, strict=True)]
    key = pieces[0] if len(pieces) == 1 else f"({', '.join(pieces)})"
    order = ", reverse=True" if turned else ""
    if len(keys) == 1 and text(keys[0]) == name:
        template = f"sorted(A{order})"
    else:
        template = f"sorted(A, key=lambda {name}: {key}{order})"
    extra = ORDER_COST + REVERSE_COST * turned
    if base is source:
        return bound(template, (source,), list(keys), tuple(done), extra)
    ordered = bound(template, (base,), list(keys), base.values, extra)
    parts = (ordered, *source.parts[1:])
    return joined(source.component, parts, source.kind, tuple(done), source.cost - base.cost + ordered.cost)


def leaves_of(source: Term, name: str, others: Sequence[Term]) -> list[Term]:
    """The leaves for the key of one item: the item, and what stands around it."""
    made = items(source, name, others)
    return [leaf for leaf in made if flat(source.values) and (leaf is made[0] or leaf.kind != "int" or leaf.cost != 3)]
