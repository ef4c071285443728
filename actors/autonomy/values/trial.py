"""The mutation sandbox: what 200 simulated cycles of the council would come to under the weights in force and under a
shadow vector, side by side.

Both runs draw the same blocks of measured cycles, so that they differ by the weights alone:
1. The shadow vector re-derives the shares of effort: each moves in proportion to its weight.
2. Performance follows the shares as it did in the window, by least squares on the shares that varied.
3. The objective is computed under each vector's own weights.
4. The rate of goals follows the weights of the dimensions that the goals of the window served.

Source: specification of autonomy, section 3; moving blocks: Künsch, The jackknife and the bootstrap for general
stationary observations, 1989.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from actors.autonomy.mirror import objective
from actors.autonomy.values import coherence, drift
from actors.autonomy.values.evidence import Row
from messages.gate.evidence import Dimension

CYCLES: Final = 40
"""Simulated cycles of autonomy: 200 cycles. *cited*: specification of autonomy, section 3"""
BLOCK: Final = 5
"""Cycles of autonomy that are drawn together, so that what follows on what stays so. *chosen*"""
LEAST_OBJECTIVE: Final = -0.03
"""Least change of the objective. *cited*: specification of autonomy, section 3"""
LEAST_GOALS: Final = -0.10
"""Least relative change of the rate of goals. *cited*: specification of autonomy, section 3"""
LARGEST_DRIFT: Final = 0.25
"""Drift from which mutations are frozen. *cited*: specification of autonomy, section 3"""


class Scene(NamedTuple):
    """What the window holds beside its rows."""

    diversity: float
    identity: float
    goals: Mapping[Dimension, int]
    """Goals of the window, by the dimension that they served."""
    violated: Sequence[str]
    """Invariants and conditions that do not hold now."""


class Outcome(NamedTuple):
    """What the trial came to."""

    objective_change: float
    goal_rate_change: float
    stable: bool
    reason: str
    """Why it did not pass; empty if it did."""


def run(
    rows: Sequence[Row],
    scene: Scene,
    before: Mapping[Dimension, float],
    after: Mapping[Dimension, float],
    baseline: Mapping[Dimension, float],
    rng: random.Random,
) -> Outcome:
    """The trial of `after` against `before` on the measured rows, of which there are at least two blocks.

    Raises ValueError if there are fewer.
    """
    if len(rows) < 2 * BLOCK:
        raise ValueError(f"{len(rows)} rows are too few for a trial")
    drawn = _drawn(rows, rng)
    response = _response(rows)
    shadow = [_answer(row, before, after, response) for row in drawn]
    change = _objective(shadow, scene, after) - _objective([row.performance for row in drawn], scene, before)
    goals = _goal_rate(scene.goals, before, after)
    broken = list(_broken(scene, after, baseline))
    reason = _reason(change, goals, broken)
    return Outcome(max(-2.0, min(2.0, change)), goals, not broken, reason)


def _drawn(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    found: list[Row] = []
    while len(found) < CYCLES:
        start = rng.randrange(len(rows) - BLOCK + 1)
        found += rows[start : start + BLOCK]
    return found[:CYCLES]


def _response(rows: Sequence[Row]) -> dict[str, float]:
    """Change of performance for a share of effort, each dimension by itself; 0 where its share did not vary."""
    mean = sum(row.performance for row in rows) / len(rows)
    found: dict[str, float] = {}
    for name in {name for row in rows for name in row.shares}:
        shares = [row.shares.get(name, 0.0) for row in rows]
        middle = sum(shares) / len(shares)
        spread = sum((share - middle) ** 2 for share in shares)
        common = sum((share - middle) * (row.performance - mean) for share, row in zip(shares, rows, strict=True))
        found[name] = common / spread if spread > 1e-6 else 0.0
    return found


def _answer(
    row: Row, before: Mapping[Dimension, float], after: Mapping[Dimension, float], response: Mapping[str, float]
) -> float:
    """Performance of the row once its effort has followed the weights, in [0, 1]."""
    ratio = {str(name): after[name] / weight if weight > 0 else 1.0 for name, weight in before.items()}
    moved = {name: share * ratio.get(name, 1.0) for name, share in row.shares.items()}
    total = sum(moved.values())
    if total <= 0:
        return row.performance
    change = sum(response[name] * (share / total - row.shares[name]) for name, share in moved.items())
    return min(1.0, max(0.0, row.performance + change))


def _objective(performance: Sequence[float], scene: Scene, weights: Mapping[Dimension, float]) -> float:
    level = sum(performance) / len(performance)
    return objective.seof(
        2.0 * level - 1.0,  # a simulated window has no trend of its own: its level stands for it
        1.0 - level,
        scene.diversity,
        scene.identity,
        objective.oscillation(performance),
        {str(name): weight for name, weight in weights.items()},
    )


def _goal_rate(
    goals: Mapping[Dimension, int], before: Mapping[Dimension, float], after: Mapping[Dimension, float]
) -> float:
    """Relative change of the rate of goals; 0 if the window had none."""
    total = sum(goals.values())
    if not total:
        return 0.0
    expected = sum(count * (after[name] / before[name] if before[name] > 0 else 1.0) for name, count in goals.items())
    return expected / total - 1.0


def _broken(scene: Scene, after: Mapping[Dimension, float], baseline: Mapping[Dimension, float]) -> list[str]:
    found = list(scene.violated)
    if drift.drift(after, baseline) >= LARGEST_DRIFT:
        found.append("value_drift")
    if coherence.coherence(after) < coherence.LEAST:
        found.append("coherence")
    return found


def _reason(change: float, goals: float, broken: Sequence[str]) -> str:
    if broken:
        return f"does not hold: {', '.join(broken)}"
    if change < LEAST_OBJECTIVE:
        return f"the objective would change by {change:.3f}, and may fall by {-LEAST_OBJECTIVE}"
    if goals < LEAST_GOALS:
        return f"the rate of goals would change by {goals:.0%}, and may fall by {-LEAST_GOALS:.0%}"
    return ""
