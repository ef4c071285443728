"""What to do towards an agent, from what each pair of actions would bring both.

One row for each own action, one column for each of the agent's; `own` and `theirs` are what each side gets.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from messages.autonomy.peer import Kind

Matrix = Sequence[Sequence[float]]
HARMLESS: Final = 0.0
"""What an agent gets at least by an act that does not harm it. *derived*"""


class Advice(NamedTuple):
    """An own action, what it is expected to bring, and how bad it may become."""

    action: int
    own: float
    theirs: float
    risk: float
    """Expected minus worst own outcome."""


def recommend(kind: Kind, own: Matrix, theirs: Matrix, chances: Sequence[float], conservative: int) -> Advice:
    """The own action by the agent's class, with the chance of each of its actions.

    Cooperative: most joint value. Neutral: most own value among those that cost the agent nothing. Competitive: best
    worst case among those that harm it in no case. Unknown, or none left: the conservative action.
    Raises ValueError for matrices of different shape.
    """
    shapes = {len(own), len(theirs)}, {len(row) for row in (*own, *theirs)} | {len(chances)}
    if any(len(sizes) != 1 for sizes in shapes) or not 0 <= conservative < len(own):
        raise ValueError("both matrices have one row for each own action and one column for each of the agent's")
    mean_own = [_mean(row, chances) for row in own]
    mean_theirs = [_mean(row, chances) for row in theirs]
    every = range(len(own))
    if kind == "cooperative":
        chosen = max(every, key=lambda action: mean_own[action] + mean_theirs[action])
    elif kind == "neutral":
        fair = [action for action in every if mean_theirs[action] >= HARMLESS]
        chosen = max(fair, key=lambda action: mean_own[action], default=conservative)
    elif kind == "competitive":
        harmless = [action for action in every if min(theirs[action]) >= HARMLESS]
        chosen = max(harmless, key=lambda action: min(own[action]), default=conservative)
    else:
        chosen = conservative
    risk = max(0.0, mean_own[chosen] - min(own[chosen]))
    return Advice(chosen, mean_own[chosen], mean_theirs[chosen], risk)


def _mean(row: Sequence[float], chances: Sequence[float]) -> float:
    return sum(value * chance for value, chance in zip(row, chances, strict=True))
