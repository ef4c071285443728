"""How well an agent's goal is inferred, and how well its reliability is known, on worlds whose truth is known.

`python -m benchmarks.peers` prints both; the tests hold the figures to their targets.
"""

import time
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import numpy as np

from actors.autonomy.peers import goals, trust

GOALS, ACTIONS, SITUATIONS, STEPS = 8, 12, 20, 30
"""Size of the world. *derived*: that in which the methods were measured"""
RATIONALITY: Final = 1.5
"""Of agents that keep their goal or change it once. *derived*: the same"""
BINS: Final = 10
"""Of the expected calibration error. *chosen*: the usual number"""


class Inference(NamedTuple):
    """How right the most probable goal was."""

    after_5: float
    after_10: float
    calibration: float
    delay: float
    """Median steps from a change of goal until the new one is the most probable."""
    updates_per_s: float


class Calibration(NamedTuple):
    """Mean distance from the true reliability."""

    forgetting: float
    asymmetric: float
    plain: float


Change = Literal["never", "once", "any time"]
"""When an agent turns to another goal: never, in the middle, or in any step, with the hazard, and perhaps to none."""


def episode(dice: np.random.Generator, change: Change) -> Iterator[tuple[int, goals.Belief, float]]:
    """The true goal (-1 is none of them), the belief and the time that each step took."""
    utilities = dice.normal(size=(GOALS, SITUATIONS, ACTIONS))
    table = goals.likelihoods(utilities)
    goal = _drawn(dice) if change == "any time" else int(dice.integers(GOALS))
    belief = goals.prior(GOALS)
    rationality = float(dice.choice(goals.RATIONALITY)) if change == "any time" else RATIONALITY
    for step in range(STEPS):
        if change == "once" and step == STEPS // 2:
            goal = (goal + 1 + int(dice.integers(GOALS - 1))) % GOALS
        elif change == "any time" and dice.random() < goals.HAZARD:
            goal = _drawn(dice)
        situation = int(dice.integers(SITUATIONS))
        chances = np.exp(rationality * utilities[goal, situation]) if goal >= 0 else np.ones(ACTIONS)
        action = int(dice.choice(ACTIONS, p=chances / chances.sum()))
        began = time.perf_counter()
        belief = goals.update(belief, table[situation, action], ACTIONS)
        yield goal, belief, time.perf_counter() - began


def _drawn(dice: np.random.Generator) -> int:
    return -1 if dice.random() < goals.NONE else int(dice.integers(GOALS))


def inference(episodes: int, seed: int = 0) -> Inference:
    """Over so many agents that keep their goal, that change it once, and that change it at any time.

    Hits after some actions are counted on the first, the delay on the second; calibration on the third, since a belief
    that reckons with changes is rightly less sure than one that knows of none.
    """
    dice = np.random.default_rng(seed)
    hits = np.zeros((episodes, STEPS), bool)
    sure, right, delays, took_s = list[float](), list[bool](), list[int](), 0.0
    for number in range(episodes):
        for step, (goal, belief, spent_s) in enumerate(episode(dice, "never")):
            hits[number, step] = goals.of_goals(belief).argmax() == goal
            took_s += spent_s
        after = [goals.of_goals(belief).argmax() == goal for goal, belief, _ in episode(dice, "once")][STEPS // 2 :]
        delays.append(after.index(True) + 1 if True in after else len(after) + 1)
        for goal, belief, _ in episode(dice, "any time"):
            found = goals.of_goals(belief)
            sure.append(float(found.max()))
            right.append(bool(found.argmax() == goal))
    return Inference(
        float(hits[:, 4].mean()),
        float(hits[:, 9].mean()),
        calibration_error(np.array(sure), np.array(right)),
        float(np.median(delays)),
        episodes * STEPS / took_s,
    )


def calibration_error(sure: "np.typing.NDArray[np.float64]", hits: "np.typing.NDArray[np.bool_]") -> float:
    """Expected calibration error: distance of certainty and hit rate, bin by bin."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    parts = [(bins == each) for each in range(BINS) if (bins == each).any()]
    return float(sum(abs(sure[part].mean() - hits[part].mean()) * part.mean() for part in parts))


def calibration(agents: int, steps: int = 800, seed: int = 0) -> Calibration:
    """On agents of any reliability, which jumps to any other after half of the steps."""
    dice = np.random.default_rng(seed)
    far: list[tuple[float, ...]] = []
    for _ in range(agents):
        score, faded, plain = trust.START, trust.Beta(), trust.Beta()
        for _ in range(2):
            reliability = float(dice.random())
            for _ in range(steps // 2):
                seen = float(dice.random() < reliability)
                score, faded, plain = trust.adapt(score, seen), trust.learn(faded, seen), trust.learn(plain, seen, 1.0)
                far.append(tuple(abs(each - reliability) for each in (faded.mean, score, plain.mean)))
    return Calibration(*(float(each) for each in np.mean(far, axis=0)))


def main() -> None:
    """Prints both."""
    found = inference(600)
    print(f"goal inferred: top-1 {found.after_5:.3f} after 5 actions, {found.after_10:.3f} after 10")
    print(f"  calibration error {found.calibration:.3f}, a change seen after {found.delay:.0f} steps (median)")
    print(f"  {found.updates_per_s:,.0f} updates/s")
    known = calibration(200)
    print(f"reliability that jumps, mean error: Beta with forgetting {known.forgetting:.3f}")
    print(f"  asymmetric score {known.asymmetric:.3f}, plain Beta {known.plain:.3f}")


if __name__ == "__main__":
    main()
