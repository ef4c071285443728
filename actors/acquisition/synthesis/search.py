"""The search: programs by growing cost from the arguments, and steps back from the results, until they meet."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from actors.acquisition.synthesis import mapping, recording
from actors.acquisition.synthesis.bank import Bank
from actors.acquisition.synthesis.binding import Solve, distinct
from actors.acquisition.synthesis.branching import Coverage, chosen, divided
from actors.acquisition.synthesis.concatenation import concatenation, usable
from actors.acquisition.synthesis.deciding import decided
from actors.acquisition.synthesis.evidence import evidence
from actors.acquisition.synthesis.goal import Goal, goals
from actors.acquisition.synthesis.linear import lines
from actors.acquisition.synthesis.literals import pools
from actors.acquisition.synthesis.meter import Exhausted, Meter
from actors.acquisition.synthesis.ordering import leaves_of, orders, placed
from actors.acquisition.synthesis.pairing import TERMS, pairs, worth_pairing
from actors.acquisition.synthesis.predicate import ASKED, Questions, question
from actors.acquisition.synthesis.term import Component, Term, composed, templates
from actors.acquisition.synthesis.trial import agrees
from actors.acquisition.synthesis.twins import Twins, compared, counted
from actors.acquisition.synthesis.values import Values
from actors.acquisition.synthesis.wording import unmeant

ARGUMENTS: Final = "abcdefgh"
"""Names of the arguments while searching, in order. *chosen*"""

LEVELS: Final = 40
"""Cost at which a search ends in any case. *chosen*: never reached within a budget."""

UNUSED_COST: Final = 8
"""What it costs a program to ignore an argument. *chosen*: whoever gives an argument means it."""

PART_UNUSED_COST: Final = 1
"""What it costs a part of a program. *chosen*: decides between equals."""

FREE_COST: Final = 16
"""Cost up to which a program needs no evidence beyond agreeing. *measured*: of 139 right
programs none was dearer on fewer bits."""

PART_CANDIDATES: Final = 500
"""Candidates for a part of the program, when parts are first tried. *measured*: enough for a body of two calls."""

PART_GROWTH: Final = 2
"""Factor by which parts get more candidates from level to level. *chosen*"""

PART_MOST: Final = 40_000
"""Most candidates for one part. *chosen*"""

PARTS_SHARE: Final = 2
"""Candidates for parts for each one for the whole. *measured*: with more the whole does not get deep enough."""

PARTS_FIRST: Final = 5_000
"""Candidates for parts that come before the share counts. *chosen*"""

PARTS_FROM: Final = 3
"""Level from which parts are tried. *chosen*: below it there is nothing to take apart."""

DIVIDED_FROM: Final = 6
"""Level from which the examples are divided. *chosen*: one rule for all is looked for first."""

NESTED: Final = 2
"""How deeply parts may have parts. *chosen*"""

LISTS: Final = 60
"""Lists of one level that are taken apart. *chosen*: the cheapest."""

NUMBERS: Final = 1_500
"""Numbers that straight lines are tried on. *chosen*"""

AFTER: Final = 20_000
"""Candidates still tried after a program was found, beyond AFTER_SHARE of what it took. *measured*: half a second."""

DOUBTED: Final = 3
"""Factor on the candidates still tried after a program with choices, or one that ignores an argument. *chosen*"""

PLAIN_COST: Final = 9
"""Cost up to which a program that agrees is seldom a wrong one. *measured* on the tuning tasks"""

REMEMBERED_COST: Final = 3
"""What a literal in a question costs more where truth values are all that was shown. *chosen*: they show little."""

UNMEANT_COST: Final = 6
"""What it costs to answer yes or no with nothing that the goal speaks of. *chosen*: truth values alone show little."""

AFTER_SHARE: Final = 1
"""Factor of what was spent on a program that is spent on looking for a cheaper one. *chosen*"""


class Counterexample(Exception):
    """A program agrees with the examples searched on, and not with the others."""

    def __init__(self, term: Term) -> None:
        super().__init__()
        self.term = term


@dataclass(slots=True)
class Setting:
    """What all parts of one search share."""

    goal: str
    components: Sequence[Component]
    predicates: Sequence[Component]
    meter: Meter
    solved: dict[Any, tuple[int, Term | None]] = field(default_factory=dict)
    """Parts that were searched before: candidates given, program found."""
    holds: Callable[[Term], bool] = lambda _term: True
    """The program is right on the examples that are not searched on."""


class Search:
    """One search for a program over some leaves with some results."""

    def __init__(self, leaves: Sequence[Term], results: Values, setting: Setting, nesting: int = 0) -> None:
        self._leaves = leaves
        self._results = results
        self._setting = setting
        self._nesting = nesting
        self._truth = all(isinstance(result, bool) for result in results)
        components = (*setting.components, *setting.predicates) if self._truth else setting.components
        literals = pools([term.values for term in leaves], results, setting.goal)
        self._bank = Bank(leaves, literals, components, setting.meter, results)
        self._goals = list(goals(results, setting.goal if nesting == 0 else ""))
        alone = tuple(leaf.component.template for leaf in leaves if leaf.kind not in ("record", "bool"))
        self._twins = Twins(alone) if nesting == 0 and len(alone) > 1 else None
        self._coverage = Coverage(results, leaves, setting.goal, nesting == 0)
        self._parts: list[Term] = []
        self._fresh = False
        self._lists: list[Term] = []
        self._numbers = 0
        self._branching = range(DIVIDED_FROM - 1, LEVELS, 1 if nesting == 0 else 2)
        self._tried_orders: dict[Term, int] = {}
        self._evidence = evidence(results)
        self._started = setting.meter.candidates
        self._ceiling = setting.meter.ceiling
        self._spent_on_parts = 0
        self._wanted_uses = 0
        for term in leaves if nesting == 0 or all(term.component.template in ARGUMENTS for term in leaves) else ():
            self._wanted_uses |= term.uses if len(set(map(repr, term.values))) > 1 else 0
        self.best: Term | None = None

    def run(self) -> Term | None:
        """The cheapest program found before the budget or the levels end."""
        try:
            for level in range(1, LEVELS):
                if self.best is not None and self.best.cost <= level:
                    break
                for term in self._bank.grow(level):
                    self._consider(term)
                if level >= PARTS_FROM:
                    self._combine(level)
                if self._nesting == 0:
                    self._setting.meter.level = level
        except Exhausted:
            pass
        return self.best

    def _offer(self, term: Term | None) -> None:
        """A program that gives the results: kept if it is the cheapest so far, and the end is then near."""
        if term is None or not term.uses or term.cost > max(self._evidence, FREE_COST):
            return
        ignored = (self._wanted_uses & ~term.uses).bit_count()
        extra = (UNUSED_COST if self._nesting == 0 else PART_UNUSED_COST) * ignored
        if self._truth and self._nesting == 0 and unmeant(templates(term), self._setting.goal):
            extra += UNMEANT_COST
        if extra:
            term = dataclasses.replace(term, cost=term.cost + extra)
        if (self.best is None or term.cost < self.best.cost) and agrees(term, self._leaves, self._results):
            if self._nesting == 0 and not self._setting.holds(term):
                raise Counterexample(term)
            self.best = term
            meter = self._setting.meter
            after = AFTER * (DOUBTED if ignored or (self._nesting == 0 and self._doubtful(term)) else 1)
            self._ceiling = min(self._ceiling, (1 + AFTER_SHARE) * meter.candidates + after)
            meter.ceiling = min(meter.ceiling, self._ceiling)

    def _doubtful(self, term: Term) -> bool:
        """The program is long, or says yes or no: little speaks for it but that it agrees."""
        return self._truth or term.cost > PLAIN_COST

    def _consider(self, term: Term) -> None:
        for goal in self._goals:
            self._reach(goal, term)
        self._twin(term)
        if self._truth:
            self._answer(term)
        elif len(self._results) > 1:
            self._coverage.add(term)
        if term.kind == self._goals[0].kind and term.kind[:4] in ("text", "list") and usable(term, self._results):
            self._parts.append(term)
            self._fresh = True
        if term.kind.startswith("list:"):
            self._lists.append(term)

    def _twin(self, term: Term) -> None:
        other = self._twins.of(term) if self._twins is not None else None
        if other is None:
            return
        if self._truth:
            for asked in compared(other, term):
                if asked.values == self._results:
                    self._offer(asked)
        elif self._goals[0].places is not None:
            for made in counted(other, term):
                self._offer(self._goals[0].accept(made))

    def _answer(self, term: Term) -> None:
        asked = question(term, self._results, self._setting.goal)
        if asked is not None and self._nesting == 0 and len(asked.parts) > 1:
            asked = dataclasses.replace(asked, cost=asked.cost + REMEMBERED_COST)
        self._offer(asked)

    def _reach(self, goal: Goal, term: Term) -> None:
        if goal.kind == term.kind or (goal.places is not None and term.kind in ("int", "float")):
            self._offer(goal.accept(term))
            if goal.places is not None and self._numbers < NUMBERS:
                self._numbers += 1
                if self._numbers <= TERMS and worth_pairing(term, goal.values):
                    for pair in pairs(term, goal.values, self._bank.number):
                        self._offer(goal.accept(pair))
                for line in lines(term, goal.values, None):
                    self._offer(goal.accept(line))
                for line in lines(term, goal.values, goal.places):
                    self._offer(goal.accept(line))

    def _combine(self, level: int) -> None:
        below = self.best.cost if self.best is not None else LEVELS
        if self._fresh:
            self._fresh = False
            self._offer(concatenation(self._results, self._parts, below))
        if self._nesting < NESTED:
            spend = min(PART_MOST, PART_CANDIDATES * PART_GROWTH ** (level - PARTS_FROM))
            for term in self._from_parts(level, spend):
                self._offer(term)
        if self._truth and self._nesting == 0 and level >= DIVIDED_FROM:
            self._offer(self._questions(self._asked()).joint(self._results))
        if level in self._branching and len(self._results) > 2 and not self._truth and self._nesting < NESTED:
            self._branch(level)

    def _from_parts(self, level: int, spend: int) -> Iterator[Term | None]:
        def solve(leaves: Sequence[Term], results: Values) -> Term | None:
            if self._spent_on_parts > PARTS_FIRST + PARTS_SHARE * (
                meter.candidates - self._started - self._spent_on_parts
            ):
                return None
            before = meter.candidates
            try:
                return self._part(leaves, results, spend)
            finally:
                self._spent_on_parts += meter.candidates - before

        meter = self._setting.meter

        shaped = self._goals[0].kind == "record" or self._goals[0].kind.startswith("list:")
        if shaped and level % 2 == 0:
            yield recording.field_by_field(self._leaves, self._results, solve)
        others = [term for term in self._leaves if len(self._leaves) > 1]
        name = "item" if self._nesting == 0 else f"item{self._nesting + 1}"
        for goal in self._goals:
            if goal.kind.startswith("list:"):
                yield from self._lists_from(goal, name, others, solve, spend)
            elif goal.kind == "record":
                for way in (recording.groups, recording.entries):
                    for source in self._lists[:LISTS]:
                        yield from way(source, goal.values, name, others, solve)

    def _lists_from(
        self, goal: Goal, name: str, others: Sequence[Term], solve: Solve, spend: int
    ) -> Iterator[Term | None]:
        for source in self._lists[:LISTS]:
            yield from self._ordered(source, goal, name, spend)
        for source in self._lists[:LISTS]:
            for made in mapping.from_list(source, goal.values, name, others, solve):
                yield goal.accept(made)

    def _ordered(self, source: Term, goal: Goal, name: str, spend: int) -> Iterator[Term | None]:
        """The source in the order of some key, whole or its first items."""
        base = mapping.base_of(source) or source
        if not placed(source, goal.values):
            return
        meter, before = self._setting.meter, self._setting.meter.candidates
        given = self._tried_orders.get(source, 0)
        if given * 3 > spend:
            return
        self._tried_orders[source] = spend
        outer, kept = meter.ceiling, meter.kept
        meter.ceiling = min(outer, meter.candidates + spend)
        try:
            yield from self._by_keys(source, base, goal, name)
        finally:
            self._spent_on_parts += meter.candidates - before
            meter.ceiling, meter.kept = min(outer, self._ceiling), kept
        meter.look()

    def _by_keys(self, source: Term, base: Term, goal: Goal, name: str) -> Iterator[Term | None]:
        leaves = leaves_of(base, name, ())
        literals = pools([term.values for term in leaves], (), self._setting.goal)
        bank = Bank(leaves, literals, self._setting.components, self._setting.meter)
        for order in orders(source, base, goal.values, name, bank, self._setting.meter):
            for made in self._cut(order, goal.values):
                yield goal.accept(made)

    def _cut(self, order: Term, wanted: Values) -> Iterator[Term]:
        """The order, or its first items, as many as an argument or every result says."""
        if all(len(have) == len(want) for have, want in zip(order.values, wanted, strict=True)):
            yield order
            return
        counts = tuple(map(len, wanted))
        size = self._bank.number(counts)
        if size is not None and size.uses:
            yield composed("A[:B]", (order, size), order.kind, wanted, 2)
        if len(set(counts)) == 1:
            yield composed(f"A[:{counts[0]}]", (order,), order.kind, wanted, 3)

    def _asked(self) -> list[Term]:
        """What questions are asked about: the cheap terms, and what the predicates say of them."""
        asked = [term for term in self._bank.of("any", 5) if term.uses]
        answers = self._bank.questions(self._setting.predicates, asked)
        told = sorted(answers, key=lambda term: term.cost)[: ASKED // 2]
        return sorted([*asked[: ASKED - len(told)], *told], key=lambda term: term.cost)

    def _questions(self, asked: Sequence[Term]) -> Questions:
        return Questions(asked, len(self._results), self._setting.goal, self._setting.meter, self._wanted_uses)

    def _branch(self, level: int) -> None:
        asked = self._asked()
        questions = self._questions(asked)
        below = self.best.cost if self.best is not None else LEVELS
        self._offer(chosen(self._coverage, self._results, questions, below))
        if self._nesting == 0:
            below = self.best.cost if self.best is not None else LEVELS
            self._offer(decided(self._coverage.cheapest, self._results, questions, below))
        if (self.best is None or self.best.cost > PLAIN_COST) and level >= DIVIDED_FROM + 2 * self._nesting:
            spend = min(PART_MOST, PART_CANDIDATES * PART_GROWTH ** (level - PARTS_FROM))
            self._offer(
                divided(
                    self._leaves,
                    self._results,
                    asked,
                    self._setting.goal,
                    lambda a, b: self._part(a, b, spend, NESTED),
                    below,
                )
            )

    def _part(self, leaves: Sequence[Term], results: Values, spend: int, nesting: int | None = None) -> Term | None:
        """A program for a part, within this many candidates; what was searched before is not searched again."""
        reduced = distinct(leaves, results)
        if reduced is None:
            return None
        key = (
            tuple(term.component.template for term in leaves),
            repr([term.values for term in reduced[0]]),
            repr(reduced[1]),
        )
        given, found = self._setting.solved.get(key, (0, None))
        if found is not None or given * 3 > spend:
            return found
        meter = self._setting.meter
        outer, meter.ceiling = meter.ceiling, min(meter.ceiling, meter.candidates + spend)
        kept = meter.kept
        try:
            found = Search(*reduced, self._setting, self._nesting + 1 if nesting is None else nesting).run()
        finally:
            meter.ceiling, meter.kept = outer, kept
        meter.look()
        self._setting.solved[key] = (spend, found)
        return found
