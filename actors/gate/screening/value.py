"""The screen of value mutations: the simplex, the size of the step, and what the trial showed."""

from collections.abc import Iterator
from typing import Final, get_args

from actors.gate.screening.outcome import Outcome, Scene, outcome
from messages.gate import evidence
from messages.gate.change import Dossier

DIMENSIONS: Final[tuple[evidence.Dimension, ...]] = get_args(evidence.Dimension)
"""The seven value dimensions. *derived*: messages.gate.evidence.Dimension"""
ROUNDING: Final = 1e-6
"""Most by which a sum of weights may differ from 1. *chosen*: rounding of seven floats is far below it"""
LARGEST_STEP: Final = 0.05
"""Most by which a mutation may move one weight. *cited*: specification of autonomy, section 3"""
LEAST_OBJECTIVE: Final = -0.03
"""Least change of the objective in the trial. *cited*: same"""
LEAST_GOAL_RATE: Final = -0.10
"""Least relative change of the rate of goals in the trial. *cited*: same"""


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """Refused for the first fault of the weights or of the trial."""
    content = dossier.content
    assert isinstance(content, evidence.Value)
    return outcome("standard", next(_faults(content), None))


def _faults(content: evidence.Value) -> Iterator[str]:
    for name, weights in (("in force", content.before), ("proposed", content.after)):
        if set(weights) != set(DIMENSIONS):
            yield f"the weights {name} must name each of {', '.join(DIMENSIONS)}"
            return
        if abs(sum(weights.values()) - 1) > ROUNDING:
            yield f"the weights {name} add up to {sum(weights.values()):.6f}, and must add up to 1"
    step = abs(content.after[content.dimension] - content.before[content.dimension])
    if step == 0:
        yield f"the weight of {content.dimension} would not change"
    if step > LARGEST_STEP + ROUNDING:
        yield f"the weight of {content.dimension} would move by {step:.3f}; at most {LARGEST_STEP} are allowed"
    yield from _of_trial(content)


def _of_trial(content: evidence.Value) -> Iterator[str]:
    if content.objective_change < LEAST_OBJECTIVE:
        yield f"the objective changed by {content.objective_change:.3f} in the trial; {LEAST_OBJECTIVE} is the least"
    if content.goal_rate_change < LEAST_GOAL_RATE:
        change = content.goal_rate_change
        yield f"the rate of goals changed by {change:.0%} in the trial; {LEAST_GOAL_RATE:.0%} is the least"
