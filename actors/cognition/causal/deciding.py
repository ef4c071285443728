"""Which action serves weighted objectives best: expected gain with interval, P(best), and what would change it.

An action sets one variable. Its gain is the sum over the objectives of the weighted change, each in standard deviations
of its outcome. Draws are over the class of graphs and over the errors of the estimates.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.cognition.causal.asking import worded
from actors.cognition.causal.effects import Effects
from actors.cognition.causal.table import Matrix

DRAWS: Final = 2_000
"""Draws of all effects. *chosen*: P(best) to a hundredth"""
LOW: Final = 0.1
HIGH: Final = 0.9
"""Quantiles to which a number is set if no action is named. *chosen*: within what was seen"""
ALTERNATIVES: Final = 3
"""Alternatives told. *cited*: specification of cognition, section 5"""
FACTORS: Final = tuple(2.0 ** (step / 4) for step in range(-24, 25))
"""Factors by which one weight is changed to see when the choice does. *chosen*: a 64th to 64 times"""


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: more (or less, with a negative weight) of an outcome or of its category."""

    outcome: int
    category: int | None = None
    weight: float


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One action, weighed."""

    action: str
    gain: float
    low: float
    high: float
    best: float
    """Probability that it is the best of all"""
    changes: dict[str, tuple[float, float, float]]
    """Of each objective's outcome: change, low, high in its own unit"""
    identifiable: bool


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """All options, the best first, and what would change the choice."""

    options: tuple[Option, ...]
    turning: tuple[str, ...]


def decide(
    effects: Effects, objectives: Sequence[Objective], actions: Sequence[tuple[int, float]], seed: int
) -> Decision:
    """The actions by expected gain, with doing nothing among them."""
    rng = np.random.default_rng(seed)
    names = ["do nothing", *(_named(effects, each) for each in actions)]
    changes = np.zeros((len(names), len(objectives), DRAWS))
    sure = [True] * len(names)
    for at, (cause, value) in enumerate(actions, 1):
        members = rng.integers(0, 1 << 30, DRAWS)
        for number, each in enumerate(objectives):
            changes[at, number], known = _drawn(effects, (cause, value), each, (members, rng))
            sure[at] &= known
    scale = np.array([_scale(effects, each) for each in objectives])
    weights = np.array([each.weight for each in objectives]) / scale
    gains = np.einsum("aod,o->ad", changes, weights)
    best = np.bincount(gains.argmax(0), minlength=len(names)) / DRAWS
    order = np.argsort(-gains.mean(1), kind="stable")
    titles = [_title(effects, each) for each in objectives]
    options = [
        Option(
            action=names[at],
            gain=float(gains[at].mean()),
            low=float(np.quantile(gains[at], 0.025)),
            high=float(np.quantile(gains[at], 0.975)),
            best=float(best[at]),
            changes={title: _three(changes[at, number]) for number, title in enumerate(titles)},
            identifiable=sure[at],
        )
        for at in order
    ]
    turning = _turning(changes.mean(2), weights, (names, titles)) + _open(effects, options, actions, names)
    return Decision(options=tuple(options), turning=tuple(turning))


def possible(effects: Effects, objectives: Sequence[Objective], fixed: Sequence[int] = ()) -> list[tuple[int, float]]:
    """Actions if none are named: each variable that is no objective, set low or high, or to each category."""
    taken = {each.outcome for each in objectives} | set(fixed)
    found: list[tuple[int, float]] = []
    for at, column in enumerate(effects.columns):
        if at in taken or column.lag:
            continue
        if column.kind == "discrete":
            found += [(at, float(code)) for code in range(len(column.categories))]
        else:
            found += [(at, float(f"{each:.3g}")) for each in np.quantile(effects.table.rows[:, at], [LOW, HIGH])]
    return found


def _drawn(
    effects: Effects,
    action: tuple[int, float],
    objective: Objective,
    dice: tuple[NDArray[np.int64], np.random.Generator],
) -> tuple[Matrix, bool]:
    """Draws of the change of one objective by one action; the same members of the class for all objectives."""
    if action[0] == objective.outcome:
        plain = effects.plain(objective.outcome, objective.category)[0]
        set_to = action[1] if objective.category is None else float(action[1] == objective.category)
        return np.full(DRAWS, set_to - plain), True
    found = effects.mean(*action, objective.outcome, objective.category)
    plain = effects.plain(objective.outcome, objective.category)[0]
    picked = dice[0] % len(found.members)
    middle = np.array([each.estimate for each in found.members])[picked] - plain
    error = np.array([each.error if _reaches(each.parents, effects, objective) else 0.0 for each in found.members])[
        picked
    ]
    return middle + error * dice[1].standard_normal(DRAWS), found.identifiable


def _reaches(parents: tuple[str, ...], effects: Effects, objective: Objective) -> bool:
    """Whether the action reaches the objective at all if its causes are these: it doesn't reach its own causes."""
    return effects.columns[objective.outcome].name not in parents


def _named(effects: Effects, action: tuple[int, float]) -> str:
    column = effects.columns[action[0]]
    return f"{column.name}={worded(column, action[1])}"


def _title(effects: Effects, objective: Objective) -> str:
    column = effects.columns[objective.outcome]
    return column.name if objective.category is None else f"P({column.name}={column.categories[objective.category]})"


def _scale(effects: Effects, objective: Objective) -> float:
    values = effects.table.rows[:, objective.outcome]
    values = values if objective.category is None else values == objective.category
    return max(float(values.std()), 1e-12)


def _three(drawn: Matrix) -> tuple[float, float, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(drawn.mean()), float(low), float(high)


def _turning(changes: Matrix, weights: Matrix, words: tuple[list[str], list[str]]) -> list[str]:
    """For each objective the nearest factor of its weight at which another action is the best."""
    names, titles = words
    chosen = int(np.argmax(changes @ weights))
    told = []
    for number, title in enumerate(titles):
        for factor in sorted(FACTORS, key=lambda each: abs(np.log(each))):
            trial = weights.copy()
            trial[number] *= factor
            other = int(np.argmax(changes @ trial))
            if other != chosen and len(titles) > 1:
                told.append(f"with {factor:.3g} times the weight on {title}, {names[other]} would be the best")
                break
    return told


def _open(effects: Effects, options: list[Option], actions: Sequence[tuple[int, float]], names: list[str]) -> list[str]:
    """The directions that are not known and that the gain of the best two depends on."""
    told = []
    for option in options[:2]:
        if option.identifiable:
            continue
        cause = actions[names.index(option.action) - 1][0]
        open_ = np.flatnonzero(effects.graph[:, cause] & effects.graph[cause]).tolist()
        edges = ", ".join(f"{effects.columns[at].name} - {effects.columns[cause].name}" for at in open_)
        told.append(f"{option.action} depends on the direction of {edges}, which the data can't tell")
    return told
