"""Records made field by field, entry by entry, or group by group."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from actors.synthesis.structures.binding import Solve, bound, flat, items, repeated
from actors.synthesis.structures.mapping import EACH, base_of
from actors.synthesis.term import Term, constant, joined, leaf, renamed, text
from actors.synthesis.values import Values, common, kind_of, same

FIELDS: Final = 8
"""Most fields of a record, or items of a list, that are computed one by one. *chosen*"""


def field_by_field(leaves: Sequence[Term], wanted: Values, solve: Solve) -> Term | None:
    """Records of the same keys, or lists of the same length, each part computed by itself."""
    first = wanted[0]
    keys: list[Any] = list(first) if isinstance(first, dict) else list(range(len(first)))
    if not len(keys) + isinstance(first, dict) > 1 or len(keys) > FIELDS:
        return None
    if not all(list(value) == keys if isinstance(value, dict) else len(value) == len(keys) for value in wanted):
        return None
    bodies: list[Term] = []
    for key in keys:
        body = _part(leaves, tuple(value[key] for value in wanted), solve)
        if body is None:
            return None
        bodies.append(body)
    if not any(body.uses for body in bodies):
        return None
    if isinstance(first, dict):
        template = "{" + ", ".join(f"{key!r}: {text(body)}" for key, body in zip(keys, bodies, strict=True)) + "}"
    else:
        template = "[" + ", ".join(map(text, bodies)) + "]"
    return bound(template, (), bodies, wanted, extra=1 + len(keys))


def _part(leaves: Sequence[Term], values: Values, solve: Solve) -> Term | None:
    """A constant where all examples have the same, or a program; the program first if the value may have been read."""
    fixed = constant(values)
    if fixed is None or all(str(values[0]) in str([term.values[row] for term in leaves]) for row in range(len(values))):
        return solve(leaves, values) or fixed
    return fixed


def extended(source: Term, leaves: Sequence[Term], wanted: Values, solve: Solve) -> Term | None:
    """The record that the source gives with some fields added or changed, each computed by itself."""
    if source.kind != "record" or not all(_extends(*pair) for pair in zip(source.values, wanted, strict=True)):
        return None
    changed = list(
        dict.fromkeys(
            key
            for have, want in zip(source.values, wanted, strict=True)
            for key in want
            if key not in have or not same(have[key], want[key])
        )
    )
    if not 0 < len(changed) <= FIELDS or not all(key in want for want in wanted for key in changed):
        return None
    bodies: list[Term] = []
    for key in changed:
        body = _part(leaves, tuple(want[key] for want in wanted), solve)
        if body is None:
            return None
        bodies.append(body)
    fields = ", ".join(f"{key!r}: {text(body)}" for key, body in zip(changed, bodies, strict=True))
    return bound(f"{{**A, {fields}}}", (source,), bodies, wanted, extra=1 + len(changed))


def _extends(have: dict[str, Any], want: dict[str, Any]) -> bool:
    """The wanted record has the fields of the other first, in their order."""
    return list(want)[: len(have)] == list(have)


def _fits(source: Term, wanted: Values) -> bool:
    return any(source.values) and any(wanted)


def entries(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """The records wanted, with an entry for each item of the source."""
    if _fits(source, wanted) and all(map(_as_many, source.values, wanted)):
        yield from _entries(source, wanted, name, others, solve)


def _as_many(value: list[Any], result: dict[str, Any]) -> bool:
    return len(value) == len(result)


def groups(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """The records wanted, with an entry for each group of equal items of the source."""
    source = _as_keys(source)
    if _fits(source, wanted) and all(map(_covers, source.values, wanted)):
        yield from _groups(source, wanted, name, others, solve)


def _as_keys(source: Term) -> Term:
    """What is computed for each item, as the text that a key is, where it is a whole number."""
    if source.kind != "list:int" or base_of(source) is None:
        return source
    template = f"[str({source.component.template[1 : -len(EACH)]}){EACH}"
    values = tuple([str(number) for number in value] for value in source.values)
    component = dataclasses.replace(source.component, template=template)
    return joined(component, source.parts, "list:text", values, source.cost + 1)


def _entries(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    leaves = [term for term in items(source, name, others) if term.kind != "int" or term.cost == 1]
    key = solve(leaves, flat(tuple(list(result) for result in wanted)))
    if key is None or not key.uses:
        return
    value = solve(leaves, flat(tuple(list(result.values()) for result in wanted)))
    if value is not None:
        yield bound(f"{{{text(key)}: {text(value)} for {name} in A}}", (source,), [key, value], wanted)


def _covers(value: list[Any], result: dict[str, Any]) -> bool:
    return all(isinstance(item, str) for item in value) and result.keys() <= set(value)


def _groups(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """One entry for each distinct item of the source, computed from the items of its base that have it."""
    base = base_of(source) or source
    mark = renamed(_mark(source), {"x": name}) if base is not source else name
    yield from _grouped(source, base, mark, wanted, name, others, solve)


def sorted_out(source: Term, wanted: Values, name: str, others: Sequence[Term], solve: Solve) -> Iterator[Term]:
    """The records wanted, with an entry for each group of items that show the same key, or begin or end with it."""
    if source.kind not in ("list:text", "list:record", "list:int", "list:float") or not _fits(source, wanted):
        return
    marks = tuple([_shown(item, result) for item in have] for have, result in zip(source.values, wanted, strict=True))
    if any(mark is None for row in marks for mark in row) or not all(map(_covers, marks, wanted)):
        return
    body = solve(items(source, name, ())[:1], flat(marks))
    if body is not None and body.uses:
        marked = bound(f"[{text(body)} for {name} in A]", (source,), [body], marks)
        yield from _grouped(marked, source, text(body), wanted, name, others, solve)


def _shown(item: Any, result: dict[str, Any]) -> str | None:
    """The one key that the item shows: at the start of a text, else at the end of one; None if there is none or two.

    A number shows the key whose number is the largest one up to it.
    """
    if isinstance(item, (int, float)):
        starts = {int(found[0]): key for key in result if (found := re.search(r"\d+", key))}
        return starts.get(max((start for start in starts if start <= item), default=-1))
    shown = [value for value in item.values() if isinstance(value, str)] if isinstance(item, dict) else [item]
    for stands in (str.startswith, str.endswith):
        keys = {key for key in result if key and any(stands(value, key) for value in shown)}
        if keys:
            return keys.pop() if len(keys) == 1 else None
    return None


def _grouped(
    source: Term, base: Term, mark: str, wanted: Values, name: str, others: Sequence[Term], solve: Solve
) -> Iterator[Term]:
    """One entry for each distinct mark, or for those whose group a question picks, computed from the group."""
    group, key = name.replace("item", "group"), name.replace("item", "key")
    marks = tuple(list(dict.fromkeys(value)) for value in source.values)
    groups = tuple(
        [item for item, mark in zip(have, value, strict=True) if mark == one]
        for have, value, row in zip(base.values, source.values, marks, strict=True)
        for one in row
    )
    kept = tuple(one in result for result, row in zip(wanted, marks, strict=True) for one in row)
    members = f"[{name} for {name} in B if {mark} == {key}]"

    def leaves(chosen: Sequence[bool]) -> list[Term]:
        rows = [row for row, value in enumerate(marks) for _ in value]
        counts = [sum(keep for at, keep in zip(rows, chosen, strict=True) if at == row) for row in range(len(wanted))]
        some = tuple(value for value, keep in zip(groups, chosen, strict=True) if keep)
        keys = tuple(one for one, keep in zip(flat(marks), chosen, strict=True) if keep)
        return [
            leaf(group, common([kind_of(value) for value in some]), some, 1, source.uses),
            leaf(key, "text", keys, 2, source.uses),
            *(repeated(other, counts) for other in others),
        ]

    question = None if all(kept) else solve(leaves([True] * len(kept))[:1], kept)
    if not all(kept) and (question is None or not question.uses):
        return
    results = tuple(result[one] for result, row in zip(wanted, marks, strict=True) for one in row if one in result)
    body = solve(leaves(kept), results)
    if body is None:
        return
    where = "" if question is None else f" if {renamed(text(question), {group: members})}"
    template = f"{{{key}: {renamed(text(body), {group: members})} for {key} in dict.fromkeys(A){where}}}"
    bodies = [body] if question is None else [body, question]
    yield bound(template, (source, base), bodies, wanted, extra=2 - base.cost)


def _mark(source: Term) -> str:
    """What the source computes for one item `x` of its base."""
    body = source.component.template[1 : -len(EACH)]
    return renamed(body, {slot: text(part) for slot, part in zip(("B", "C"), source.parts[1:], strict=False)})
