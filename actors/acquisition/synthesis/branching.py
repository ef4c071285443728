"""Programs that do one thing or another, by a question that tells the examples apart."""

import itertools
from collections.abc import Sequence
from typing import Any, Final

from actors.acquisition.synthesis.binding import Solve, bound, restricted
from actors.acquisition.synthesis.predicate import Truth, question
from actors.acquisition.synthesis.term import Term, leaf
from actors.acquisition.synthesis.values import Values, kind_of, same

BRANCH_COST: Final = 3
"""What a choice costs beyond its question and its two sides. *chosen*: one rule for all comes first."""

ALONE_COST: Final = 4
"""What a side costs more that stands on one example only. *chosen*: it may be chance."""

BACKED: Final = 2
"""Examples that a constant has to be right for before it counts as a rule. *chosen*: one would be remembering."""

QUESTIONS: Final = 120
"""Terms that questions are asked about. *chosen*: the cheapest."""

SPLITS: Final = 6
"""Ways to divide the examples that are solved side by side. *chosen*: each is two searches."""

DEPTH: Final = 2
"""Choices in one program. *chosen*"""


class Coverage:
    """For each set of examples, the cheapest term that is right on them."""

    def __init__(self, results: Values) -> None:
        self._results = results
        self.cheapest: dict[int, Term] = {}
        for value in _repeated(results):
            self.add(leaf(repr(value), kind_of(value), (value,) * len(results), 2, 0))

    def add(self, term: Term) -> None:
        """The term counts for the examples that it is right on."""
        mask = 0
        for row, (value, result) in enumerate(zip(term.values, self._results, strict=True)):
            mask |= same(value, result) << row
        if mask and (mask not in self.cheapest or term.cost < self.cheapest[mask].cost):
            self.cheapest[mask] = term


def _repeated(results: Values) -> list[Any]:
    found: list[Any] = []
    for row, value in enumerate(results):
        new = not isinstance(value, (list, dict)) and not any(same(value, earlier) for earlier in found)
        if new and sum(same(value, later) for later in results[row:]) >= BACKED:
            found.append(value)
    return found


def chosen(coverage: Coverage, results: Values, asked: Sequence[Term], goal: str, below: int) -> Term | None:
    """The cheapest choice between known terms that is right on every example, if one costs less than this."""
    sides = [(mask, term) for mask, term in coverage.cheapest.items() if mask != (1 << len(results)) - 1]
    sides.sort(key=lambda side: side[1].cost + ALONE_COST * (side[0].bit_count() == 1))
    return _choice(sides[:40], (1 << len(results)) - 1, results, asked, goal, below, DEPTH)


def _choice(
    sides: Sequence[tuple[int, Term]],
    rows: int,
    results: Values,
    asked: Sequence[Term],
    goal: str,
    below: int,
    depth: int,
) -> Term | None:
    best: Term | None = None
    for mask, term in sides:
        rest = rows & ~mask
        if not mask & rows or not rest:
            continue
        room = below - BRANCH_COST - term.cost - _lonely(mask & rows)
        others = [(other, side) for other, side in sides if not rest & ~other and side.cost < room]
        for other, side in others[:3]:
            truth = _truth(rows & ~other, rest, len(results))
            made = _asked(term, side, truth, results, asked, goal, _lonely(mask & rows) + _lonely(rest))
            if made is not None and made.cost < below:
                best, below = made, made.cost
        if not others and depth > 1:
            nested = _choice(sides, rest, results, asked, goal, room - 4, depth - 1)
            truth = _truth(mask & rows, rest, len(results))
            made = nested and _asked(term, nested, truth, results, asked, goal, _lonely(mask & rows))
            if made is not None and made.cost < below:
                best, below = made, made.cost
    return best


def _lonely(mask: int) -> int:
    return ALONE_COST if mask.bit_count() == 1 else 0


def _truth(yes: int, no: int, count: int) -> Truth:
    return tuple(True if yes >> row & 1 else False if no >> row & 1 else None for row in range(count))


def _asked(
    term: Term, other: Term, truth: Truth, results: Values, asked: Sequence[Term], goal: str, extra: int
) -> Term | None:
    if True not in truth or False not in truth:
        return None
    answers = [answer for about in asked[:QUESTIONS] if (answer := question(about, truth, goal)) is not None]
    if not answers:
        return None
    best = min(answers, key=lambda answer: answer.cost)
    return bound("A if B else C", (term, best, other), [], results, extra=BRANCH_COST + extra)


def divided(
    leaves: Sequence[Term], results: Values, asked: Sequence[Term], goal: str, solve: Solve, below: int
) -> Term | None:
    """The examples divided by a question, each side solved by itself."""
    best: Term | None = None
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
        made = bound("A if B else C", (sides[0], split, sides[1]), [], results, extra=BRANCH_COST)
        if made.cost < below:
            best, below = made, made.cost
    return best


def _side(leaves: Sequence[Term], results: Values, rows: Sequence[int], solve: Solve) -> Term | None:
    within, wanted = restricted(leaves, results, rows)
    if (
        len(rows) >= BACKED
        and all(same(value, wanted[0]) for value in wanted)
        and not isinstance(wanted[0], (list, dict))
    ):
        return leaf(repr(wanted[0]), kind_of(wanted[0]), wanted, 2, 0)
    return solve(within, wanted)


def _splits(asked: Sequence[Term], count: int, goal: str) -> list[Term]:
    """The cheapest question for each way to divide the examples, cheapest first."""
    found: dict[tuple[Any, ...], Term] = {}
    for truth in itertools.product((True, False), repeat=count - 1) if count <= 8 else ():
        whole = (True, *truth)
        if not count - sum(whole) >= BACKED or sum(whole) < 1:
            continue
        answers = [answer for term in asked[:30] if (answer := question(term, whole, goal)) is not None]
        if answers:
            found[whole] = min(answers, key=lambda answer: answer.cost)
    return sorted(found.values(), key=lambda term: term.cost)
