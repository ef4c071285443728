"""The search: programs by growing cost from the arguments, and steps back from the results, until they meet."""

import dataclasses
from collections.abc import Sequence
from typing import Final

from actors.acquisition.synthesis.bank import Bank
from actors.acquisition.synthesis.binding import distinct
from actors.acquisition.synthesis.branching import Coverage, chosen, divided
from actors.acquisition.synthesis.concatenation import concatenation, usable
from actors.acquisition.synthesis.deciding import decided
from actors.acquisition.synthesis.evidence import evidence
from actors.acquisition.synthesis.goal import Goal, goals
from actors.acquisition.synthesis.learnt import applied, learnt
from actors.acquisition.synthesis.linear import lines
from actors.acquisition.synthesis.literals import named_keys, pools
from actors.acquisition.synthesis.meter import Exhausted
from actors.acquisition.synthesis.pairing import TERMS, Pairing, worth_pairing
from actors.acquisition.synthesis.parts import Parts
from actors.acquisition.synthesis.predicate import ASKED, Questions, question
from actors.acquisition.synthesis.setting import Setting
from actors.acquisition.synthesis.term import Term, templates
from actors.acquisition.synthesis.trial import agrees
from actors.acquisition.synthesis.twins import Twins, compared, counted
from actors.acquisition.synthesis.values import Values
from actors.acquisition.synthesis.wording import favoured, loud, missed, overlooked, plain_numbers, unmeant, unnumbered, unspoken

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

UNMEANT_COST: Final = 6
"""What it costs to answer yes or no with nothing that the goal speaks of. *chosen*: truth values alone show little."""

UNNUMBERED_COST: Final = 2
"""What it costs a program to have none of the numbers that the goal names. *chosen*: they may be of an example."""

OVERLOOKED_COST: Final = 1
"""What it costs to answer yes or no without what one more word of the goal means. *chosen*"""

MADE_TEXT_COST: Final = 2
"""What it counts against asking about a text that it was made of another. *chosen*"""

COMPARED_COST: Final = 2
"""What it costs a choice to compare what was done to two arguments. *chosen*: seldom what is asked."""

UNREAD_COST: Final = 3
"""What it costs to leave a field unread that the goal names. *chosen*: whoever names a field means it."""

LOUD_COST: Final = 2
"""What it costs to pick or order by size where the goal has no word for it. *chosen*"""

CUT_COST: Final = 1
"""What it costs to divide without a rest where every result is shown with a decimal point. *chosen*"""

MISSED_COST: Final = 1
"""What each number costs that the goal names and the program lacks. *chosen*: it may be of an example."""

MISSED: Final = 3
"""Most numbers that are counted so. *chosen*"""

TOLD_COST: Final = 3
"""What a program may cost more for each number that the goal names and it has. *chosen*: a number tells as much."""

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
        self._bank = Bank(leaves, literals, components, setting.meter, results)
        self._goals = list(goals(results, setting.goal if nesting == 0 else ""))
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
        self._evidence = evidence(results)
        self._ceiling = setting.meter.ceiling
        self._taken_apart = Parts(
            leaves, results, self._goals, setting, nesting, self._bank.number, self._part, lambda: self._ceiling
        )
        self._named = named_keys([term.values for term in leaves], setting.goal) if nesting == 0 else ()
        self._broken = all(isinstance(result, float) for result in results)
        self._wanted_uses = 0
        for term in leaves if self._own else ():
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
        if term is None or not term.uses or term.cost > max(self._evidence, FREE_COST) + self._told(term):
            return
        if self.best is not None and term.cost >= self.best.cost:
            return
        ignored = (self._wanted_uses & ~term.uses).bit_count()
        extra = self._extra(term, ignored)
        if extra:
            term = dataclasses.replace(term, cost=term.cost + extra)
        if (self.best is None or term.cost < self.best.cost) and agrees(term, self._leaves, self._results):
            if self._nesting == 0 and not self._setting.holds(term):
                raise Counterexample(term)
            self.best = term
            meter = self._setting.meter
            after = AFTER * (DOUBTED if ignored or (self._nesting == 0 and self._doubtful(term)) else 1)
            after += AFTER * max(0, (term.cost - PLAIN_COST) // UNLIKELY_COST) if self._nesting == 0 else 0
            self._ceiling = min(self._ceiling, (1 + AFTER_SHARE) * meter.candidates + after)
            meter.ceiling = min(meter.ceiling, self._ceiling)

    def _dearness(self, term: Term) -> int:
        return term.cost + self._extra(term, (self._wanted_uses & ~term.uses).bit_count())

    def _told(self, term: Term) -> int:
        """What the numbers of the goal add to what a program may cost."""
        if self._nesting or term.cost <= FREE_COST:
            return 0
        return TOLD_COST * (len(plain_numbers(self._setting.goal)) - missed(templates(term), self._setting.goal))

    def _extra(self, term: Term, ignored: int) -> int:
        """What the program costs more for the arguments and the words of the goal that it leaves aside."""
        if self._nesting:
            return PART_UNUSED_COST * ignored
        said, written = self._setting.goal, templates(term)
        numbers = MISSED_COST * min(MISSED, missed(written, said))
        numbers += CUT_COST * (self._broken and "//" in written)
        extra = UNUSED_COST * ignored + numbers + UNREAD_COST * sum(not _reads(term, key) for key in self._named)
        if not self._truth:
            return extra + LOUD_COST * loud(term, said) + UNNUMBERED_COST * unnumbered(written, said)
        extra += 2 * numbers + LOUD_COST * loud(term, said)
        if unmeant(written, said):
            return extra + UNMEANT_COST
        return extra + OVERLOOKED_COST * (overlooked(written, said) + unspoken(term, said))

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
                dataclasses.replace(asked, cost=asked.cost + COMPARED_COST)
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
            if goal.places is not None and worth_pairing(term, goal.values):
                for pair in self._pairing.of(term, goal.values, self._numbers < TERMS):
                    self._offer(goal.accept(pair))
            if goal.places is not None and self._numbers < NUMBERS:
                self._numbers += 1
                for line in lines(term, goal.values, None):
                    self._offer(goal.accept(line))
                for line in lines(term, goal.values, goal.places):
                    self._offer(goal.accept(line))

    def _combine(self, level: int) -> None:
        for term in self._awaited:
            if level == max(PARTS_FROM, term.cost - SOONER):
                for goal in self._goals:
                    self._reach(goal, term)
        below = self.best.cost if self.best is not None else LEVELS
        if self._fresh:
            self._fresh = False
            self._offer(concatenation(self._results, self._parts, below))
        if self._nesting < NESTED:
            spend = min(PART_MOST, PART_CANDIDATES * PART_GROWTH ** (level - PARTS_FROM))
            for term in self._taken_apart.programs(level, spend):
                self._offer(term)
        if self._truth and self._nesting < NESTED and level >= DIVIDED_FROM:
            self._offer(min(self._questions(self._asked()).joint(self._results), key=self._dearness, default=None))
        if level in self._branching and len(self._results) > 1 + (self._nesting == 0) and not self._truth and self._nesting <= NESTED:
            self._branch(level)

    def _asked(self) -> list[Term]:
        """What questions are asked about: the cheap terms, and what the predicates say of them."""
        asked = sorted((term for term in self._bank.of("any", 5) if term.uses), key=_askable)
        answers = self._bank.questions(self._setting.predicates, asked)
        told = sorted(answers, key=lambda term: term.cost)[: ASKED // 2]
        told += self._compared
        return sorted([*asked[: ASKED - len(told)], *told], key=_askable)

    def _questions(self, asked: Sequence[Term]) -> Questions:
        return Questions(asked, len(self._results), self._setting.goal, self._setting.meter, self._wanted_uses)

    def _branch(self, level: int) -> None:
        asked = self._asked()
        questions = self._questions(asked)
        below = self.best.cost if self.best is not None else LEVELS
        self._offer(chosen(self._coverage, self._results, questions, below))
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


def _reads(term: Term, key: str) -> bool:
    """The program has the key as a literal."""
    return repr(key) in term.component.template or any(_reads(part, key) for part in term.parts)
