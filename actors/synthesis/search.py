"""The search: programs by growing cost from the arguments, and steps back from the results, until they meet."""

import dataclasses
from collections.abc import Sequence
from typing import Final

from actors.synthesis.bank import Bank
from actors.synthesis.choices.branching import Coverage, chosen, divided, either
from actors.synthesis.choices.deciding import decided
from actors.synthesis.choices.predicate import ASKED, Questions, question
from actors.synthesis.goal import Goal, goals
from actors.synthesis.learnt import applied, learnt
from actors.synthesis.literals import pools
from actors.synthesis.meter import Exhausted
from actors.synthesis.numbers.amounts import amounts
from actors.synthesis.numbers.linear import lines
from actors.synthesis.numbers.pairing import TERMS, Pairing, worth_pairing
from actors.synthesis.rivals import BEYOND, Rivals, like
from actors.synthesis.setting import Setting
from actors.synthesis.structures.binding import distinct
from actors.synthesis.structures.parts import Parts
from actors.synthesis.term import Term, patterns_in
from actors.synthesis.text.concatenation import concatenation, usable
from actors.synthesis.text.tame import tame
from actors.synthesis.trial import agrees
from actors.synthesis.twins import Twins, compared, counted
from actors.synthesis.values import Values
from actors.synthesis.weighing import Weighing
from actors.synthesis.wording import favoured

ARGUMENTS: Final = "abcdefgh"
"""Names of the arguments while searching, in order. *chosen*"""

LEVELS: Final = 40
"""Cost at which a search ends in any case. *chosen*: never reached within a budget."""

PART_CANDIDATES: Final = 500
"""Candidates for a part of the program, when parts are first tried. *measured*: enough for a body of two calls."""

PART_GROWTH: Final = 2
"""Factor by which parts get more candidates from level to level. *chosen*"""

PART_MOST: Final = 40_000
"""Most candidates for one part. *chosen*"""

PARTS_FROM: Final = 3
"""Level from which parts are tried. *chosen*: below it there is nothing to take apart."""

SOONER: Final = 4
"""Levels by which what explains the examples by itself is offered before its turn. *chosen*: it is seldom chance."""

DIVIDED_FROM: Final = 6
"""Level from which the examples are divided. *chosen*: one rule for all is looked for first."""

NESTED: Final = 2
"""How deeply parts may have parts. *chosen*"""

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

MADE_TEXT_COST: Final = 2
"""What it counts against asking about a text that it was made of another. *chosen*"""

COMPARED_COST: Final = 2
"""What it costs a choice to compare what was done to two arguments. *chosen*: seldom what is asked."""

UNLIKELY_COST: Final = 6
"""Cost beyond PLAIN_COST for which as many candidates more are tried as for a plain program. *chosen*"""

AFTER_SHARE: Final = 1
"""Factor of what was spent on a program that is spent on looking for a cheaper one. *chosen*"""


class Counterexample(Exception):
    """A program agrees with the examples searched on, and not with the others."""

    def __init__(self, term: Term) -> None:
        super().__init__()
        self.term = term


class Search:
    """One search for a program over some leaves with some results."""

    def __init__(self, leaves: Sequence[Term], results: Values, setting: Setting, nesting: int = 0) -> None:
        self._leaves = leaves
        self._results = results
        self._setting = setting
        self._nesting = nesting
        self._truth = all(isinstance(result, bool) for result in results)
        components = (*setting.components, *setting.predicates) if self._truth else setting.components
        explained = favoured(learnt(leaves, () if self._truth else results), (), setting.goal)
        components = (*components, *explained)
        literals = pools([term.values for term in leaves], results, setting.goal)
        self._bank = Bank(leaves, literals, components, setting.meter, results, noting=nesting == 0)
        self._goals = [*goals(results, setting.goal if nesting == 0 else ""), *amounts(results, setting.goal)]
        alone = tuple(leaf.component.template for leaf in leaves if leaf.kind not in ("record", "bool"))
        self._twins = Twins(alone) if nesting == 0 and len(alone) > 1 else None
        self._own = nesting == 0 or all(leaf.component.template in ARGUMENTS for leaf in leaves)
        self._compared: list[Term] = []
        self._coverage = Coverage(results, leaves, setting.goal, self._own)
        self._parts: list[Term] = []
        self._fresh = False
        self._numbers = 0
        self._pairing = Pairing(self._bank.number)
        self._awaited = list(applied(explained, leaves))
        self._branching = range(DIVIDED_FROM - 1, LEVELS, 1 if nesting == 0 else 2)
        self._ceiling = setting.meter.ceiling
        self._taken_apart = Parts(
            leaves, results, self._goals, setting, nesting, self._bank.number, self._part, lambda: self._ceiling
        )
        self._weighing = Weighing(leaves if self._own else (), results, setting.goal, nesting > 0)
        self._rivals = Rivals()
        self.best: Term | None = None

    def run(self) -> Term | None:
        """The cheapest program found before the budget or the levels end."""
        try:
            for level in range(1, LEVELS):
                if self.best is not None and self.best.cost <= level:
                    self._look_beyond(self.best.cost, level)
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

    def rivals(self) -> list[Term]:
        """Other programs of like cost that give the results as well, cheapest first."""
        if self.best is None:
            return []
        beside = self._rivals.beside(self.best, self._bank, self._weighing.dearness)
        return [term for term in beside if self._proper(term) and self._setting.holds(term)]

    def _look_beyond(self, cost: int, level: int) -> None:
        """What is of like cost is looked at as far as the effort is small; it makes rivals alone."""
        if self._nesting > 0:
            return
        meter = self._setting.meter
        meter.ceiling = min(meter.ceiling, meter.candidates + BEYOND)
        for above in range(level, like(cost) + 1):
            for term in self._bank.grow(above):
                for goal in self._goals:
                    if goal.kind == term.kind or (goal.places is not None and term.kind in ("int", "float")):
                        self._offer(goal.accept(term))

    def _offer(self, term: Term | None) -> None:
        """A program that gives the results: kept if it is the cheapest so far, and the end is then near."""
        if term is None or not term.uses:
            return
        if self._nesting == 0:
            self._rivals.note(term)
        if self.best is not None and term.cost >= self.best.cost:
            return
        if term.cost > self._weighing.allowed(term):
            return
        ignored = self._weighing.ignored(term)
        extra = self._weighing.extra(term)
        cost = term.cost
        if extra:
            term = dataclasses.replace(term, cost=term.cost + extra)
        if (self.best is None or term.cost < self.best.cost) and self._proper(term):
            if self._nesting == 0 and not self._setting.holds(term):
                raise Counterexample(term)
            self.best = term
            if self._nesting == 0:
                self._setting.tell(term)
            meter = self._setting.meter
            after = AFTER * (DOUBTED if ignored or (self._nesting == 0 and self._doubtful(cost)) else 1)
            after += AFTER * max(0, (cost - PLAIN_COST) // UNLIKELY_COST) if self._nesting == 0 else 0
            self._ceiling = min(self._ceiling, (1 + AFTER_SHARE) * meter.candidates + after)
            meter.ceiling = min(meter.ceiling, self._ceiling)

    def _proper(self, term: Term) -> bool:
        """The term gives the results as it is written, and none of its patterns loses its time on a long text."""
        return agrees(term, self._leaves, self._results) and all(map(tame, patterns_in(term)))

    def _doubtful(self, cost: int) -> bool:
        """The program is long, or says yes or no: little speaks for it but that it agrees."""
        return self._truth or cost > PLAIN_COST

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
            self._taken_apart.add(term)

    def _twin(self, term: Term) -> None:
        other = self._twins.of(term) if self._twins is not None else None
        if other is None:
            return
        if self._truth:
            for asked in compared(other, term):
                if asked.values == self._results:
                    self._offer(asked)
        elif len(self._compared) < ASKED // 4:
            self._compared += [
                dataclasses.replace(
                    asked, cost=asked.cost + COMPARED_COST * ("=" in asked.component.template or term.kind == "text")
                )
                for asked in compared(other, term)
                if len(set(asked.values)) > 1
            ]
        if self._goals[0].places is not None:
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
            if goal.places is not None and worth_pairing(goal.values, goal.values):
                for pair in self._pairing.of(term, goal.values, self._numbers < TERMS):
                    self._offer(goal.accept(pair))
            if goal.places is not None and self._numbers < NUMBERS:
                self._numbers += 1
                for line in lines(term, goal.values, None):
                    self._offer(goal.accept(line))
                for line in lines(term, goal.values, goal.places):
                    self._offer(goal.accept(line))

    def _combine(self, level: int) -> None:
        for known in self._awaited:
            if level == max(PARTS_FROM, known.cost - SOONER // (1 + self._nesting)):
                for goal in self._goals:
                    self._reach(goal, known)
        below = self.best.cost if self.best is not None else LEVELS
        if self._fresh:
            self._fresh = False
            self._offer(concatenation(self._results, self._parts, below))
        if self._nesting < NESTED:
            spend = min(PART_MOST, PART_CANDIDATES * PART_GROWTH ** (level - PARTS_FROM))
            for term in self._taken_apart.programs(level, spend):
                self._offer(term)
        if self._truth and self._nesting < NESTED and level >= DIVIDED_FROM:
            asked = self._asked()
            for term in asked:
                if term.kind == "bool":
                    self._answer(term)
            joint = self._questions(asked).joint(self._results)
            self._offer(min(joint, key=self._weighing.dearness, default=None))
        told = self._nesting > 0 and self._coverage.told > 1
        few = len(self._results) <= 2 or self._nesting >= NESTED
        if level in self._branching and not self._truth and (told or not few):
            self._branch(level)

    def _asked(self) -> list[Term]:
        """What questions are asked about: the cheap terms, and what the predicates say of them."""
        asked = sorted((term for term in self._bank.of("any", 5) if term.uses), key=_askable)
        answers = self._bank.questions(self._setting.predicates, asked)
        told = sorted(answers, key=lambda term: term.cost)[: ASKED // 2]
        told += self._compared
        return sorted([*asked[: ASKED - len(told)], *told], key=_askable)

    def _questions(self, asked: Sequence[Term]) -> Questions:
        return Questions(asked, len(self._results), self._setting.goal, self._setting.meter, self._weighing.wanted_uses)

    def _branch(self, level: int) -> None:
        asked = self._asked()
        questions = self._questions(asked)
        below = self.best.cost if self.best is not None else LEVELS
        self._offer(chosen(self._coverage, self._results, questions, below))
        if self._nesting == 0:
            self._offer(min(either(self._results, questions), key=self._weighing.dearness, default=None))
        if self._nesting == NESTED:
            return
        if self._own:
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

    def _part(self, leaves: Sequence[Term], results: Values, spend: int, nesting: int) -> Term | None:
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
            found = Search(*reduced, self._setting, nesting).run()
        finally:
            meter.ceiling, meter.kept = outer, kept
        meter.look()
        self._setting.solved[key] = (spend, found)
        return found


def _askable(term: Term) -> int:
    """What counts for being asked about: a text that was made of another is seldom what is asked."""
    return term.cost + MADE_TEXT_COST * (term.kind == "text" and bool(term.parts))
