"""The formulas of the models of agents, written from the specification alone, to hold the code against."""

import math
from collections.abc import Sequence


def trust_after(trust: float, reliability: float) -> float:
    eta = 0.03 if reliability > trust else 0.08
    moved = trust + eta * (reliability - trust)
    return 0.05 if moved < 0.05 else 0.95 if moved > 0.95 else moved


def goals_after(
    acts: Sequence[tuple[int, int]],
    utilities: Sequence[Sequence[Sequence[float]]],
    grid: Sequence[float],
    hazard: float,
    none: float,
) -> list[float]:
    """The probability of each goal, then that of none, by summing over every hypothesis in plain numbers."""
    goals = len(utilities)
    known = {(b, k): (1 - none) / (len(grid) * goals) for b in range(len(grid)) for k in range(goals)}
    nothing = none
    for situation, act in acts:
        rows = {b: sum(known[b, k] for k in range(goals)) + nothing / len(grid) for b in range(len(grid))}
        moved = {
            (b, k): (1 - hazard) * known[b, k] + hazard * (1 - none) * rows[b] / goals
            for b in range(len(grid))
            for k in range(goals)
        }
        nothing = (1 - hazard) * nothing + hazard * none
        for b, k in moved:
            weights = [math.exp(grid[b] * each) for each in utilities[k][situation]]
            moved[b, k] *= weights[act] / sum(weights)
        nothing /= len(utilities[0][situation])
        whole = sum(moved.values()) + nothing
        known = {each: chance / whole for each, chance in moved.items()}
        nothing /= whole
    return [sum(known[b, k] for b in range(len(grid))) for k in range(goals)] + [nothing]
