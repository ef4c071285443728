"""Programs that do one thing or another, by a question that tells the examples apart."""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from actors.synthesis.choices.predicate import Questions, question
from actors.synthesis.prose import numbers_in
from actors.synthesis.structures.binding import Solve, bound, restricted
from actors.synthesis.term import Term, leaf
from actors.synthesis.values import Values, kind_of, same

BRANCH_COST: Final = 3
"""What a choice costs beyond its question and its two sides. *chosen*: one rule for all comes first."""

IGNORED_COST: Final = 8
"""What it costs a choice to ignore an argument. *chosen*: as for every program."""

ALONE_COST: Final = 4
"""What a side costs more that stands on one example only. *chosen*: it may be chance."""

BACKED: Final = 2
"""Examples that a constant has to be right for before it counts as a rule. *chosen*: one would be remembering."""

MANY_CLASSES: Final = 0.75
"""Share of the examples that have a result of their own, above which the results are no classes. *chosen*"""

READ_OFF_COST: Final = 6
"""What a constant costs more that stands in the arguments wherever it is the result. *chosen*: it was read."""

SINGLE_COST: Final = 3
"""What a constant costs more that one example shows. *chosen*"""

SPLITS: Final = 6
"""Ways to divide the examples that are solved side by side. *chosen*: each is two searches."""

DEPTH: Final = 2
"""Choices in one program. *chosen*"""


class Coverage:
    """For each set of examples, the cheapest term that is right on them."""

    def __init__(self, results: Values, leaves: Sequence[Term], goal: str, single: bool) -> None:
        self._results = results
        self.cheapest: dict[int, Term] = {}
        self.told = 0
        """How many of the results the goal names."""
        shown = [repr([term.values[row] for term in leaves]) for row in range(len(results))]
        for value, cost in _constants(results, shown, goal, single):
            self.told += cost == 1
            self.add(leaf(repr(value), kind_of(value), (value,) * len(results), cost, 0))

    def add(self, term: Term) -> None:
        """The term counts for the examples that it is right on."""
        mask = 0
        for row, (value, result) in enumerate(zip(term.values, self._results, strict=True)):
            mask |= same(value, result) << row
        if mask and (mask not in self.cheapest or term.cost < self.cheapest[mask].cost):
            self.cheapest[mask] = term


def _constants(results: Values, shown: Sequence[str], goal: str, single: bool) -> Iterator[tuple[Any, int]]:
    """The results that may be written out, with their costs: named by the goal, or given more than once."""
    distinct = {repr(value): value for value in results if not isinstance(value, (list, dict))}
    words = set(re.findall(r"[^\W_]+", goal.lower()))
    classes = single and len(distinct) <= MANY_CLASSES * len(results)
    for value in distinct.values():
        rows = [row for row, result in enumerate(results) if same(value, result)]
        read_off = isinstance(value, str) and value != "" and all(value in shown[row] for row in rows)
        named = single and named_in(value, goal, words)
        broken = isinstance(value, float) and value != int(value)
        if named or len(rows) >= BACKED or (classes and not read_off and not broken):
            yield (
                value,
                (1 if named else 2) + READ_OFF_COST * read_off + (len(rows) < BACKED and not named) * SINGLE_COST,
            )


def named_in(value: Any, goal: str, words: Collection[str]) -> bool:
    """The goal names the value."""
    if isinstance(value, str):
        return value.lower() in words or (len(value) > 1 and value.lower() in goal.lower())
    return type(value) in (int, float) and value in numbers_in(goal)


def chosen(coverage: Coverage, results: Values, questions: Questions, below: int) -> Term | None:
    """The cheapest choice between known terms that is right on every example, if one costs less than this."""
    sides = [(mask, term) for mask, term in coverage.cheapest.items() if mask != (1 << len(results)) - 1]
    sides.sort(key=lambda side: side[1].cost + ALONE_COST * (side[0].bit_count() == 1))
    return _choice(sides[:40], (1 << len(results)) - 1, results, questions, below, DEPTH)


def either(results: Values, questions: Questions) -> list[Term]:
    """Choices between the only two results there are, by questions that are answered together."""
    distinct = {repr(value): value for value in results}
    if len(distinct) != 2 or any(isinstance(value, (list, dict)) for value in results):
        return []
    one, other = distinct.values()
    sides = [leaf(repr(value), kind_of(value), (value,) * len(results), 1, 0) for value in (one, other)]
    asked = questions.joint(tuple(same(value, one) for value in results))
    return [bound("A if B else C", (sides[0], asking, sides[1]), [], results, extra=BRANCH_COST) for asking in asked]


def _choice(
    sides: Sequence[tuple[int, Term]],
    rows: int,
    results: Values,
    questions: Questions,
    below: int,
    depth: int,
) -> Term | None:
    best: Term | None = None
    for mask, term in sides:
        rest = rows & ~mask
        if not mask & rows or not rest:
            continue
        room = below - BRANCH_COST - term.cost - _lonely(mask & rows, term)
        others = [(other, side) for other, side in sides if not rest & ~other and side.cost < room]
        for other, side in others[:3]:
            asking = questions.between(rows & ~other, rest)
            made = _made(term, asking, side, results, _lonely(mask & rows, term) + _lonely(rest, side))
            if made is not None and made.cost < below:
                best, below = made, made.cost
        if not others and depth > 1:
            asking = questions.between(mask & rows, rest)
            nested = _choice(sides, rest, results, questions, room - 4, depth - 1) if asking is not None else None
            made = _made(term, asking, nested, results, _lonely(mask & rows, term))
            if made is not None and made.cost < below:
                best, below = made, made.cost
    return best


def _lonely(mask: int, side: Term) -> int:
    """What a side costs more for standing on one example; a constant that the goal names stands on the goal too."""
    named = not side.uses and side.cost == 1
    return ALONE_COST if mask.bit_count() == 1 and not named else 0


def _made(term: Term, asking: Term | None, other: Term | None, results: Values, extra: int) -> Term | None:
    if asking is None or other is None:
        return None
    return bound("A if B else C", (term, asking, other), [], results, extra=BRANCH_COST + extra)


def divided(
    leaves: Sequence[Term], results: Values, asked: Sequence[Term], goal: str, solve: Solve, below: int
) -> Term | None:
    """The examples divided by a question, each side solved by itself."""
    best: Term | None = None
    everything = 0
    for leaf_term in leaves:
        everything |= leaf_term.uses
    for split in itertools.islice(_splits(asked, len(results), goal), SPLITS):
        sides: list[Term] = []
        for answer in (True, False):
            rows = [row for row, value in enumerate(split.values) if value is answer]
            side = _side(leaves, results, rows, solve)
            if side is None:
                break
            sides.append(side)
        if len(sides) < 2 or not any(side.uses for side in sides):
            continue
        for asking in (split, _wider(asked, split, goal)):
            made = bound("A if B else C", (sides[0], asking, sides[1]), [], results, extra=BRANCH_COST)
            ignored = everything & ~made.uses
            if made.cost + IGNORED_COST * ignored.bit_count() < below:
                best, below = made, made.cost + IGNORED_COST * ignored.bit_count()
    return best


def _wider(asked: Sequence[Term], split: Term, goal: str) -> Term:
    """The cheapest question that divides the same way and reads more arguments; the split itself if there is none."""
    wide = [term for term in asked if term.uses.bit_count() > split.uses.bit_count()]
    answers = [answer for term in wide if (answer := question(term, split.values, goal)) is not None]
    return min(answers, key=lambda answer: answer.cost, default=split)


def _side(leaves: Sequence[Term], results: Values, rows: Sequence[int], solve: Solve) -> Term | None:
    within, wanted = restricted(leaves, results, rows)
    nothing = all(value is None for term in within for value in term.values)  # one example shows all there is
    if (
        (len(rows) >= BACKED or nothing)
        and all(same(value, wanted[0]) for value in wanted)
        and not isinstance(wanted[0], (list, dict))
    ):
        return leaf(repr(wanted[0]), kind_of(wanted[0]), wanted, 2, 0)
    return solve(within, wanted)


def _splits(asked: Sequence[Term], count: int, goal: str) -> list[Term]:
    """Whether an argument is there, and then the cheapest question for each way to divide the examples."""
    given = [split for term in asked if not term.parts if (split := _given(term, goal)) is not None]
    found: dict[tuple[Any, ...], Term] = {}
    for truth in itertools.product((True, False), repeat=count - 1) if count <= 8 else ():
        whole = (True, *truth)
        if not count - sum(whole) >= BACKED or sum(whole) < 1:
            continue
        answers = [answer for term in asked[:30] if (answer := question(term, whole, goal)) is not None]
        if answers:
            found[whole] = min(answers, key=lambda answer: answer.cost)
    return given + sorted(found.values(), key=lambda term: term.cost)


def _given(term: Term, goal: str) -> Term | None:
    """The question whether the argument is None, if it is so in some examples; their number says nothing, since there
    is one such value alone.
    """
    missing = tuple(value is None for value in term.values)
    return question(term, missing, goal) if True in missing and False in missing else None
