"""Programs put together from parts: lists item by item or in order, records field by field, texts around a part."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from actors.synthesis.bank import Bank
from actors.synthesis.goal import Goal
from actors.synthesis.literals import pools
from actors.synthesis.numbers import peeling
from actors.synthesis.numbers.pairing import Find
from actors.synthesis.setting import Setting
from actors.synthesis.structures import mapping, recording
from actors.synthesis.structures.binding import Solve
from actors.synthesis.structures.ordering import leaves_of, orders, placed
from actors.synthesis.term import Term, composed
from actors.synthesis.text import affixes
from actors.synthesis.values import Values

Within: TypeAlias = Callable[[Sequence[Term], Values, int, int], Term | None]
"""Finds a program over these leaves with these results, within so many candidates, nested so deeply."""

PARTS_SHARE: Final = 2
"""Candidates for parts for each one for the whole. *measured*: with more the whole does not get deep enough."""

PARTS_FIRST: Final = 5_000
"""Candidates for parts that come before the share counts. *chosen*"""

LISTS: Final = 60
"""Lists of one level that are taken apart. *chosen*: the cheapest."""

PICKED: Final = 4
"""Lists of which some items are picked and then put in order. *chosen*: each is a search of its own."""


class Parts:
    """What one search makes of parts that are searched by themselves."""

    def __init__(
        self,
        leaves: Sequence[Term],
        results: Values,
        goals: Sequence[Goal],
        setting: Setting,
        nesting: int,
        number: Find,
        within: Within,
        ceiling: Callable[[], int],
    ) -> None:
        self._leaves = leaves
        self._results = results
        self._goals = goals
        self._setting = setting
        self._meter = setting.meter
        self._nesting = nesting
        self._name = "item" if nesting == 0 else f"item{nesting + 1}"
        self._number = number
        self._within = within
        self._ceiling = ceiling
        self._near: list[Term] = []
        self._far: list[Term] = []
        self._tried_orders: dict[Term, int] = {}
        self._started = setting.meter.candidates
        self._spent = 0

    def add(self, term: Term) -> None:
        """A list that may be taken apart."""
        base = mapping.base_of(term)
        near = not term.parts or (base is not None and not base.parts)
        (self._near if near else self._far).append(term)

    def _lists(self) -> list[Term]:
        """The lists that are taken apart: arguments and what is read of their items first, then the cheapest."""
        return [*self._near, *self._far][:LISTS]

    def programs(self, level: int, spend: int) -> Iterator[Term | None]:
        """Programs that give the results, none of whose parts was given more candidates than this."""

        def solve(leaves: Sequence[Term], results: Values) -> Term | None:
            return self._solve(leaves, results, spend, self._nesting + 1)

        def beside(leaves: Sequence[Term], results: Values) -> Term | None:
            # a field or a piece is no loop around its program, so that it may be as deep as the whole
            return self._solve(leaves, results, spend, max(1, self._nesting))

        shaped = self._goals[0].kind == "record" or self._goals[0].kind.startswith("list:")
        if shaped and level % 2 == 0:
            yield recording.field_by_field(self._leaves, self._results, solve)
        if self._goals[0].kind == "record":
            for leaf in self._leaves:
                yield recording.extended(leaf, self._leaves, self._results, beside)
        if self._goals[0].kind == "text":
            yield affixes.around(self._leaves, self._results, beside)
        if self._goals[0].places is not None and len(set(self._results)) > 1 and level % 2 == 0:
            for made in peeling.multiplied(self._leaves, self._results, beside):
                yield self._goals[0].accept(made)
        if self._goals[0].places is not None and self._nesting == 0:
            for made in peeling.added(self._leaves, self._results, self._setting.goal, beside):
                yield self._goals[0].accept(made)
            yield from peeling.bounded(self._leaves, self._results, self._setting.goal, beside)
        others = [term for term in self._leaves if len(self._leaves) > 1]
        for goal in self._goals:
            if goal.kind.startswith("list:"):
                yield from self._lists_from(goal, self._name, others, solve, spend)
            elif goal.kind == "record":
                for leaf in self._leaves:
                    yield from recording.sorted_out(leaf, goal.values, self._name, others, solve)
                for way in (recording.groups, recording.entries):
                    for source in self._lists():
                        yield from way(source, goal.values, self._name, others, solve)

    def _solve(self, leaves: Sequence[Term], results: Values, spend: int, nesting: int) -> Term | None:
        """The program for a part, unless parts have had their share."""
        whole = self._meter.candidates - self._started - self._spent
        if self._spent > PARTS_FIRST + PARTS_SHARE * whole:
            return None
        before = self._meter.candidates
        try:
            return self._within(leaves, results, spend, nesting)
        finally:
            self._spent += self._meter.candidates - before

    def _lists_from(
        self, goal: Goal, name: str, others: Sequence[Term], solve: Solve, spend: int
    ) -> Iterator[Term | None]:
        for source in self._lists():
            yield from self._ordered(source, goal, name, spend)
        for source in self._lists():
            for made in mapping.from_list(source, goal.values, name, others, solve):
                yield goal.accept(made)
        some = [source for source in self._lists() if placed(source, goal.values)]
        for source in some[:PICKED]:
            for picked in mapping.picked(source, goal.values, name, others, solve):
                yield from self._ordered(picked, goal, name, spend)

    def _ordered(self, source: Term, goal: Goal, name: str, spend: int) -> Iterator[Term | None]:
        """The source in the order of some key, whole or its first items."""
        base = mapping.base_of(source) or source
        if not placed(source, goal.values):
            return
        meter, before = self._meter, self._meter.candidates
        given = self._tried_orders.get(source, 0)
        if given * 3 > spend:
            return
        self._tried_orders[source] = spend
        outer, kept = meter.ceiling, meter.kept
        meter.ceiling = min(outer, meter.candidates + spend)
        try:
            yield from self._by_keys(source, base, goal, name)
        finally:
            self._spent += meter.candidates - before
            meter.ceiling, meter.kept = min(outer, self._ceiling()), kept
        meter.look()

    def _by_keys(self, source: Term, base: Term, goal: Goal, name: str) -> Iterator[Term | None]:
        leaves = leaves_of(base, name, ())
        literals = pools([term.values for term in leaves], (), self._setting.goal)
        bank = Bank(leaves, literals, self._setting.components, self._meter)
        for order in orders(source, base, goal.values, name, bank, self._meter):
            for made in self._cut(order, goal.values):
                yield goal.accept(made)

    def _cut(self, order: Term, wanted: Values) -> Iterator[Term]:
        """The order, or its first items, as many as an argument or every result says."""
        if all(len(have) == len(want) for have, want in zip(order.values, wanted, strict=True)):
            yield order
            return
        counts = tuple(map(len, wanted))
        size = self._number(counts)
        if size is not None and size.uses:
            yield composed("A[:B]", (order, size), order.kind, wanted, 2)
        if len(set(counts)) == 1:
            yield composed(f"A[:{counts[0]}]", (order,), order.kind, wanted, 3)
