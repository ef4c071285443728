"""Lists of decisions: question after question, each with its answer, and what holds for the rest."""

import heapq
from typing import Final

from actors.synthesis.choices.predicate import Questions
from actors.synthesis.structures.binding import bound
from actors.synthesis.term import Term
from actors.synthesis.values import Values

STEP_COST: Final = 2
"""What one decision more costs beyond its question and its answer. *chosen*"""

SIDES: Final = 14
"""Answers that are tried. *chosen*: the cheapest."""

STATES: Final = 60
"""Sets of examples still open that are looked at. *measured*: a pass stays under 200 ms."""

DECISIONS: Final = 5
"""Most questions in one program. *chosen*"""


def decided(cheapest: dict[int, Term], results: Values, questions: Questions, below: int) -> Term | None:
    """The cheapest list of decisions that gives the results at less than this cost, if there is one."""
    everything = (1 << len(results)) - 1
    sides = sorted(((mask, term) for mask, term in cheapest.items() if mask != everything), key=_promise)[:SIDES]
    best = {everything: 0}
    came: dict[int, tuple[int, Term, Term]] = {}
    queue = [(0, 0, everything)]
    for _ in range(STATES):
        if not queue or queue[0][0] >= below:
            return None
        cost, steps, rows = heapq.heappop(queue)
        if rows == 0:
            return _written(came, everything, results)
        if cost > best[rows]:
            continue
        for mask, term in sides:
            reached = cost + term.cost
            if not rows & ~mask:
                _push(queue, best, came, (reached, steps, 0), rows, term, term)
            elif mask & rows and steps < DECISIONS and reached < below:
                asking = questions.between(mask & rows, rows & ~mask)
                if asking is not None:
                    after = (reached + asking.cost + STEP_COST, steps + 1, rows & ~mask)
                    _push(queue, best, came, after, rows, term, asking)
    return None


def _promise(side: tuple[int, Term]) -> tuple[int, int]:
    return side[1].cost - 2 * side[0].bit_count(), side[1].cost


def _push(
    queue: list[tuple[int, int, int]],
    best: dict[int, int],
    came: dict[int, tuple[int, Term, Term]],
    after: tuple[int, int, int],
    before: int,
    term: Term,
    asking: Term,
) -> None:
    cost, _, rows = after
    if cost < best.get(rows, cost + 1):
        best[rows] = cost
        came[rows] = (before, term, asking)
        heapq.heappush(queue, after)


def _written(came: dict[int, tuple[int, Term, Term]], everything: int, results: Values) -> Term:
    """The decisions as one choice within the other, from the last to the first."""
    rows, made, _ = came[0]
    while rows != everything:
        rows, term, asking = came[rows]
        made = bound("A if B else C", (term, asking, made), [], results, extra=STEP_COST)
    return made
