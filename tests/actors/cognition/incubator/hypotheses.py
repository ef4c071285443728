"""Hypotheses for tests, and a trial of them in a real jail."""

import asyncio
from typing import Any

import msgspec

from actors.cognition.incubator.conduct import conduct
from actors.cognition.incubator.hypothesis import Criterion, Hypothesis, Resources, Side
from actors.cognition.incubator.trial import Verdict

SLOW = """
def f(xs):
    out = []
    for x in xs:
        out = sorted(out + [x])
    return out
"""
QUICK = "def f(xs):\n    return sorted(xs)\n"
CASES = tuple(([*range(size, 0, -1), *range(size)],) for size in (8, 11, 14, 17, 20, 23))


def hypothesis(candidate: str = QUICK, baseline: str = SLOW, **more: Any) -> Hypothesis:
    """That the candidate sorts in less time."""
    made = Hypothesis(
        name="sort_once",
        claim="one sort is enough",
        criterion=Criterion(metric="seconds", at_least=0.2),
        candidate=Side(source=candidate, entry="f"),
        baseline=Side(source=baseline, entry="f"),
        cases=CASES,
        resources=Resources(seconds=4, memory_mb=64, pairs=16),
    )
    return msgspec.structs.replace(made, **more)


def tried(made: Hypothesis, seed: int = 0) -> Verdict:
    """What came of it."""
    return asyncio.run(conduct(made, seed=seed, progress=lambda _: None))
