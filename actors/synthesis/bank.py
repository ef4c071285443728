"""All programs by growing cost, one for each thing that can be computed from the examples."""

import csv
import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from actors.synthesis.meter import Meter
from actors.synthesis.term import Component, Term, joined, leaf
from actors.synthesis.text.patterns import Pool
from actors.synthesis.values import KEY_CHARACTERS, MIXED, UNKNOWN, Values, key_of, kind_of, kind_of_all, measured

PRUNED: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
    csv.Error,
    re.error,
    zlib.error,
)
"""What a candidate may raise on its examples: it is no program for them, no more. *derived*: from builtins."""

ASKED_ABOUT: Final = 60
"""Terms that predicates of one argument are tried on. *chosen*"""

PAIRED: Final = 24
"""Terms that predicates of two arguments are tried on. *chosen*"""

TRIED_TOGETHER: Final = 6
"""Terms that predicates of three arguments are tried on. *chosen*: there are as many ways as its cube."""

QUESTIONS: Final = 300
"""Questions made at a time. *chosen*"""

CUTS: Final = frozenset({"A[:B]", "A[B:]", "A[-B:]", "A[B:C]"})
"""Slices that are not taken of slices: one slice does as well. *derived*"""

CUT: Final = CUTS | {"A[:-B]"}
"""Slices. *derived*: from the tables."""

REST: Final = "A % B"
"""What is left when a number is divided. *derived*: from the table"""

READ: Final = frozenset({"int(A)", "float(A)"})
"""Numbers read. *derived*: from the table"""

CHOOSY: Final = CUTS | READ | {REST}
"""Components that some parts make no sense for. *derived*: `_idle`"""

OTHERS: Final = 6
"""Ways beside the first that are noted for what a term gives. *chosen*"""

NOTED: Final = 20_000
"""Values of which other ways are noted. *chosen*: some MB"""

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "num": ("int", "float"),
    "scalar": ("text", "int", "float", "date"),
}


class Bank:
    """The terms found so far, by kind and cost; two that agree on every example are one."""

    def __init__(
        self,
        leaves: Sequence[Term],
        pools: Mapping[str, Pool],
        components: Iterable[Component],
        meter: Meter,
        wanted: Values = (),
        *,
        noting: bool = False,
    ) -> None:
        self._meter = meter
        self._noting = noting
        self._others: dict[tuple[str, Any], list[Term]] = {}
        self._wanted = wanted
        self._leaves = leaves
        self._literals = {f"#{name}": _by_cost(pool, len(leaves[0].values)) for name, pool in pools.items()}
        self._components = list(components)
        self._terms: dict[str, dict[int, list[Term]]] = {}
        self._seen: set[tuple[str, Any]] = set()
        self._matching: dict[str, list[str]] = {}
        self._numbers: dict[Values, Term] = {}

    def grow(self, cost: int) -> Iterator[Term]:
        """Every new term of this cost; the cheaper ones have to be there already."""
        for term in self._leaves:
            key = key_of(term.kind, term.values)
            if term.cost == cost and key not in self._seen:
                yield self._keep(term, key)
        for component in self._components:
            choosy = component.template in CHOOSY
            for parts in self._fillings(component.slots, cost - component.cost):
                if any(part.uses for part in parts) and not (choosy and _idle(component, parts)):
                    made = self._apply(component, parts, cost)
                    if made is not None:
                        yield made

    def of(self, slot: str, at_most: int) -> list[Term]:
        """The terms that fit the slot and cost no more than this, cheapest first."""
        return [term for cost in range(1, at_most + 1) for term in self._at(slot, cost)]

    def questions(self, predicates: Iterable[Component], about: Sequence[Term]) -> list[Term]:
        """What the predicates say of these terms, one for each division of the examples; nothing is kept."""
        found: dict[Values, Term] = {}
        for component in predicates:
            for parts in self._offered(component.slots, about):
                if any(part.uses for part in parts) and len(found) < QUESTIONS:
                    self._ask(component, parts, found)
        return list(found.values())

    def _offered(self, slots: tuple[str, ...], about: Sequence[Term]) -> Iterator[tuple[Term, ...]]:
        for slot in slots:
            if slot[0] != "#" and not any(accepts(slot, term.kind) for term in about[:ASKED_ABOUT]):
                return
        most = (ASKED_ABOUT, PAIRED, TRIED_TOGETHER)[len(slots) - 1]
        columns = [
            [literal for cost in (1, 2, 3) for literal in self._at(slot, cost)]
            if slot[0] == "#"
            else [term for term in about[:most] if accepts(slot, term.kind)]
            for slot in slots
        ]
        yield from itertools.product(*columns)

    def _ask(self, component: Component, parts: tuple[Term, ...], found: dict[Values, Term]) -> None:
        self._meter.spend()
        try:
            values = component.over(*[part.values for part in parts])
        except PRUNED:
            return
        cost = component.cost + sum(part.cost for part in parts)
        if set(values) == {True, False} and (values not in found or cost < found[values].cost):
            found[values] = joined(component, parts, "bool", values, cost)

    def number(self, values: Values) -> Term | None:
        """The term that gives these numbers, if there is one yet."""
        return self._numbers.get(values)

    def _keep(self, term: Term, key: tuple[str, Any]) -> Term:
        self._seen.add(key)
        self._meter.kept += 1
        if term.kind not in self._terms:
            self._terms[term.kind] = {}
            self._matching.clear()
        self._terms[term.kind].setdefault(term.cost, []).append(term)
        if term.kind in ("int", "float"):
            self._numbers.setdefault(term.values, term)
        return term

    def _apply(self, component: Component, parts: tuple[Term, ...], cost: int) -> Term | None:
        """The term, if it can be computed and is new."""
        self._meter.spend()
        try:
            values = component.over(*[part.values for part in parts])
        except PRUNED:
            return None
        kind = measured(values)
        if kind is None or kind in (MIXED, UNKNOWN):
            return None
        key = key_of(kind, values)
        if key in self._seen:
            if self._noting:
                self._note(component, parts, kind, values, cost, key)
            return joined(component, parts, kind, values, cost) if values == self._wanted else None
        if isinstance(key[1], (str, bytes)) and len(key[1]) > KEY_CHARACTERS:
            return None
        return self._keep(joined(component, parts, kind, values, cost), key)

    def others(self, key: tuple[str, Any]) -> Sequence[Term]:
        """What gave the same for every example, and came after the term that is kept."""
        return self._others.get(key, ())

    def _note(
        self, component: Component, parts: tuple[Term, ...], kind: str, values: Values, cost: int, key: tuple[str, Any]
    ) -> None:
        known = self._others.get(key)
        if known is None and len(self._others) < NOTED:
            known = self._others[key] = []
        if known is not None and len(known) < OTHERS:
            known.append(joined(component, parts, kind, values, cost))

    def _fillings(self, slots: tuple[str, ...], cost: int) -> Iterator[tuple[Term, ...]]:
        """Every way to fill the slots for exactly this cost."""
        if len(slots) == 1:
            yield from ((term,) for term in self._at(slots[0], cost))
            return
        for first_cost in range(1, cost - len(slots) + 2):
            for first in self._at(slots[0], first_cost):
                for rest in self._fillings(slots[1:], cost - first_cost):
                    yield (first, *rest)

    def _at(self, slot: str, cost: int) -> Sequence[Term]:
        if slot[0] == "#":
            return self._literals.get(slot, {}).get(cost, ())
        kinds = self._matching.get(slot)
        if kinds is None:
            kinds = self._matching[slot] = [kind for kind in self._terms if accepts(slot, kind)]
        if len(kinds) == 1:
            return self._terms[kinds[0]].get(cost, ())
        return [term for kind in kinds for term in self._terms[kind].get(cost, ())]


def accepts(slot: str, kind: str) -> bool:
    """A value of the kind may fill the slot."""
    if slot in (kind, MIXED) or kind in _GROUPS.get(slot, ()):
        return True
    if slot == "list":
        return kind.startswith("list:")
    if slot.startswith("list:") and kind.startswith("list:"):
        return kind != "list:?" and accepts(slot[5:], kind[5:])
    return False


def _idle(component: Component, parts: tuple[Term, ...]) -> bool:
    """A slice of a slice, one that ends beyond the end of some value, a number read off one with white space, or what
    is left of a length.
    """
    if component.template == REST:
        return parts[0].component.template.startswith("len(")
    if component.template in READ:
        return parts[0].component.template in CUT and any(value != value.strip() for value in parts[0].values)
    if parts[0].component.template in CUT:
        return True
    return component.template == "A[B:C]" and any(
        len(value) < end for value, end in zip(parts[0].values, parts[2].values, strict=True)
    )


def _by_cost(pool: Pool, count: int) -> dict[int, list[Term]]:
    sorted_out: dict[int, list[Term]] = {}
    for value, cost in pool:
        sorted_out.setdefault(cost, []).append(leaf(repr(value), kind_of(value), (value,) * count, cost, 0))
    return sorted_out


def argument(name: str, values: Values, index: int, cost: int = 1) -> Term:
    """The term that reads argument number `index`."""
    return leaf(name, kind_of_all(values), values, cost, 1 << index)
