"""Which calls each stage of a trial makes, and what their results mean.

First the experiments: pairs of both functions on one input, in an order that is drawn, whose posterior must exceed .75.
Then five phases of validation, of which the first that fails ends the trial.
Source: specification of cognition, section 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec
import numpy as np

from actors.cognition.incubator.hypothesis import Hypothesis
from actors.cognition.incubator.monitors import Measured, breach
from actors.cognition.incubator.posterior import posterior
from actors.scan.verdict import objection
from messages.tools.sandbox import Result

Stage = Literal["experiments", "basic function", "benchmark", "generalisation", "robustness", "production readiness"]
"""Of a trial. *cited*: specification of cognition, section 4"""
STAGES: Final[tuple[Stage, ...]] = (
    "experiments",
    "basic function",
    "benchmark",
    "generalisation",
    "robustness",
    "production readiness",
)
"""In their order. *cited*: the same"""
BREAKTHROUGH: Final = 0.75
"""Least probability that the effect exceeds the criterion. *cited*: the same"""
LEAST_S: Final = 0.003
"""A function is called until so much time is measured. *chosen*: the clock is known to a ten-thousandth of it"""
MOST: Final = 2_000
"""Most repetitions of one measurement. *chosen*"""
TWICE: Final = 2
"""Repetitions where only results count. *derived*: whether they are the same"""
KEPT: Final = 3
"""Every so many cases is kept back where the hypothesis names none. *chosen*"""
CLOSE: Final = 1e-9
"""Relative difference of equal floats. *cited*: specification of cognition, section 1"""
SLOWER: Final = 1.5
"""How much slower than the baseline's slowest call the candidate's may be. *chosen*"""
EDGES: Final[Mapping[type, tuple[Any, ...]]] = {
    str: ("", "ß\u0301 \n", "x" * 500),
    int: (0, -1, 10**9),
    float: (0.0, -1.5, 1e12),
    bool: (True, False),
    list: ([],),
    dict: ({},),
    type(None): (None,),
}
"""Values at the edge of each type. *chosen*"""

Call = tuple[str, list[Any], float, int]
"""Which function, its arguments, and how long it is measured."""


class Plan(NamedTuple):
    """The calls of one stage, in one run of the sandbox."""

    stage: Stage
    calls: tuple[Call, ...]
    memory_bytes: int


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One call and what it returns."""

    args: tuple[Any, ...]
    result: Any


class Passed(NamedTuple):
    """What a stage came to; `effect` is told where there was a measurement."""

    passed: bool
    told: str
    breached: str = ""
    """The monitor that ended it; empty if none did."""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None


def plan(hypothesis: Hypothesis, stage: Stage, rng: np.random.Generator) -> Plan:
    """The calls of the stage."""
    seen, kept = _split(hypothesis)
    memory = hypothesis.resources.memory_mb << 20
    match stage:
        case "experiments" | "benchmark":
            return Plan(stage, tuple(_pairs(hypothesis, seen, rng)), memory)
        case "basic function":
            return Plan(stage, tuple(_both(hypothesis.cases if hypothesis.held_out else seen)), memory)
        case "generalisation":
            return Plan(stage, tuple(_pairs(hypothesis, kept, rng)), memory)
        case "robustness":
            return Plan(stage, tuple(_both(edges(hypothesis.cases))), memory)
        case "production readiness":
            return Plan(stage, tuple(_both(hypothesis.cases)), memory // 2)


def judged(hypothesis: Hypothesis, made: Plan, results: Sequence[Result], rng: np.random.Generator) -> Passed:
    """What the results of the stage mean."""
    found = breach(results, expected=len(made.calls))
    if found is not None:
        return Passed(False, f"{found.monitor}: {found.told}", breached=found.monitor)
    measured = [msgspec.convert(result.value, Measured) for result in results]
    pairs = list(_paired(made, measured))
    match made.stage:
        case "experiments" | "benchmark" | "generalisation":
            return _effect(hypothesis, made.stage, pairs, rng)
        case "basic function" | "robustness":
            return _agrees(hypothesis, pairs)
        case "production readiness":
            return _ready(hypothesis, pairs)


class Pair(NamedTuple):
    """Both functions on one input."""

    args: list[Any]
    candidate: Measured
    baseline: Measured


def _split(hypothesis: Hypothesis) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Cases of the experiments, and those kept back."""
    if hypothesis.held_out:
        return list(hypothesis.cases), list(hypothesis.held_out)
    kept = [case for number, case in enumerate(hypothesis.cases) if number % KEPT == KEPT - 1]
    seen = [case for number, case in enumerate(hypothesis.cases) if number % KEPT != KEPT - 1]
    return seen, kept or [hypothesis.cases[-1]]


def _pairs(hypothesis: Hypothesis, cases: Sequence[tuple[Any, ...]], rng: np.random.Generator) -> Iterator[Call]:
    """Each case in turn, the order of both functions drawn for each pair."""
    timed = hypothesis.criterion.metric == "seconds"
    least_s, most = (LEAST_S, MOST) if timed else (0.0, TWICE)
    for number in range(hypothesis.resources.pairs):
        args = list(cases[number % len(cases)])
        sides = ["candidate", "baseline"]
        if rng.random() < 1 / 2:
            sides.reverse()
        yield from ((side, args, least_s, most) for side in sides)


def _both(cases: Sequence[Sequence[Any]]) -> Iterator[Call]:
    for case in cases:
        yield from ((side, list(case), LEAST_S, TWICE) for side in ("candidate", "baseline"))


def _paired(made: Plan, measured: Sequence[Measured]) -> Iterator[Pair]:
    for at in range(0, len(made.calls) - 1, 2):
        sides = {made.calls[place][0]: measured[place] for place in (at, at + 1)}
        yield Pair(made.calls[at][1], sides["candidate"], sides["baseline"])


def edges(cases: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The first case with each argument in turn at the edges of its type."""
    first = list(cases[0])
    return [
        [*first[:place], value, *first[place + 1 :]]
        for place, told in enumerate(first)
        for value in EDGES.get(type(told), ())
    ]


def _effect(hypothesis: Hypothesis, stage: Stage, pairs: Sequence[Pair], rng: np.random.Generator) -> Passed:
    """Whether the effect exceeds the criterion with the probability that is asked for."""
    for pair in pairs:
        fault = _fault(hypothesis, pair)
        if fault:
            return Passed(False, fault, breached="output" if stage == "experiments" else "")
    effects = np.array([_gain(hypothesis, pair) for pair in pairs])
    found = posterior(effects, hypothesis.criterion.at_least, rng)
    unit = "of the time" if hypothesis.criterion.metric == "seconds" else "points"
    told = (
        f"gains {found.effect:.3f} {unit} (95 % interval {found.low:.3f} to {found.high:.3f}) in {len(pairs)} pairs; "
        f"more than {hypothesis.criterion.at_least:g} with probability {found.exceeds:.2f}"
    )
    return Passed(
        found.exceeds > BREAKTHROUGH,
        told,
        effect=found.effect,
        low=found.low,
        high=found.high,
        probability=found.exceeds,
    )


def _gain(hypothesis: Hypothesis, pair: Pair) -> float:
    """Share of the time that is saved, or points that are gained."""
    if hypothesis.criterion.metric == "score":
        return float(pair.candidate.value) - float(pair.baseline.value)  # type: ignore[arg-type]
    own, other = (one.seconds / one.repeats for one in (pair.candidate, pair.baseline))
    return 1 - own / max(other, 1e-12)


def _fault(hypothesis: Hypothesis, pair: Pair) -> str:
    """What is wrong with the candidate's result beside the baseline's; empty if nothing is."""
    where = f"on {_brief(pair.args)}"
    own, other = pair.candidate, pair.baseline
    if own.raised or other.raised:
        same = own.raised == other.raised
        return "" if same else f"{where} it {_came(own)}, where the baseline {_came(other)}"
    if own.mutated and not other.mutated:
        return f"{where} it changes its arguments"
    if not own.same and other.same:
        return f"{where} it returns now one thing and now another"
    if hypothesis.criterion.metric == "score":
        numbers = all(isinstance(one.value, int | float) for one in (own, other))
        return "" if numbers else f"{where} a score is no number: {_brief(own.value)}, {_brief(other.value)}"
    return "" if equal(own.value, other.value) else f"{where} it {_came(own)}, where the baseline {_came(other)}"


def _agrees(hypothesis: Hypothesis, pairs: Sequence[Pair]) -> Passed:
    faults = [fault for pair in pairs if (fault := _fault(hypothesis, pair))]
    if faults:
        return Passed(False, faults[0])
    return Passed(True, f"right on {len(pairs)} inputs")


def _ready(hypothesis: Hypothesis, pairs: Sequence[Pair]) -> Passed:
    """Half of the memory is enough, no call is far slower than it was, and policy has nothing against the code."""
    against = objection(hypothesis.name, hypothesis.candidate.source)
    if against is not None:
        return Passed(False, against)
    agrees = _agrees(hypothesis, pairs)
    if not agrees.passed:
        return agrees
    slowest = [max(one.seconds / one.repeats for one in side) for side in _sides(pairs)]
    if hypothesis.criterion.metric == "seconds" and slowest[0] > SLOWER * slowest[1]:
        return Passed(False, f"its slowest call takes {slowest[0]:.2g} s, the baseline's {slowest[1]:.2g} s")
    return Passed(True, "it does with half of the memory, policy has nothing against it, and no call is far slower")


def _sides(pairs: Sequence[Pair]) -> tuple[list[Measured], list[Measured]]:
    return [pair.candidate for pair in pairs], [pair.baseline for pair in pairs]


def equal(first: Any, second: Any) -> bool:
    """Equal and of the same types; floats within a billionth, since sums may be made in another order."""
    if isinstance(first, float) and isinstance(second, float):
        return (
            first == second or abs(first - second) <= CLOSE * max(abs(first), abs(second)) or first != first != second
        )
    if type(first) is not type(second):
        return False
    if isinstance(first, list):
        return len(first) == len(second) and all(map(equal, first, second))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(equal(first[key], second[key]) for key in first)
    return bool(first == second)


def _came(one: Measured) -> str:
    return f"raises {one.raised}" if one.raised else f"returns {_brief(one.value)}"


def _brief(value: Any) -> str:
    told = msgspec.json.encode(value).decode()
    return told if len(told) <= 80 else f"{told[:77]}..."


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a trial came out."""

    hypothesis: str
    fingerprint: str
    graduated: bool
    ended_in: Stage
    """The stage that it failed in, or the last one."""
    told: str
    learnt: str
    breached: str = ""
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    stages: dict[str, str] = {}
    """What each stage that was made came to."""
    examples: tuple[Shown, ...] = ()
    """Calls of the baseline in the basic function's stage."""


def shown(made: Plan, results: Sequence[Result]) -> tuple[Shown, ...]:
    """The calls of the baseline that returned, with what they returned."""
    found = []
    for (side, args, *_), result in zip(made.calls, results, strict=True):
        one = msgspec.convert(result.value, Measured)
        if side == "baseline" and not one.raised:
            found.append(Shown(args=tuple(args), result=one.value))
    return tuple(found)


class Trial:
    """One hypothesis on its way through the stages; it makes no calls itself."""

    def __init__(self, hypothesis: Hypothesis, fingerprint: str, seed: int) -> None:
        self._hypothesis = hypothesis
        self._fingerprint = fingerprint
        self._rng = np.random.default_rng(seed)
        self._left = list(STAGES)
        self._told: dict[str, str] = {}
        self._first: Passed | None = None
        self._plan: Plan | None = None
        self._shown: tuple[Shown, ...] = ()
        self.verdict: Verdict | None = None

    def next(self) -> Plan | None:
        """The calls of the next stage; None once there is a verdict."""
        if self.verdict is None:
            self._plan = plan(self._hypothesis, self._left[0], self._rng)
        return self._plan if self.verdict is None else None

    def take(self, results: Sequence[Result]) -> Passed:
        """What came of the stage that was asked for."""
        assert self._plan is not None
        found = judged(self._hypothesis, self._plan, results, self._rng)
        stage = self._left.pop(0)
        if stage == "basic function" and found.passed:
            self._shown = shown(self._plan, results)
        self._told[stage] = found.told
        self._first = self._first or found
        if not found.passed or not self._left:
            self.verdict = self._ended(stage, found)
        return found

    def _ended(self, stage: Stage, found: Passed) -> Verdict:
        first = self._first or found
        learnt = found.told if found.passed else f"failed in {stage}: {found.told}"
        return Verdict(
            hypothesis=self._hypothesis.name,
            fingerprint=self._fingerprint,
            graduated=found.passed,
            ended_in=stage,
            told=found.told,
            learnt=learnt,
            breached=found.breached,
            effect=first.effect,
            low=first.low,
            high=first.high,
            probability=first.probability,
            stages=dict(self._told),
            examples=self._shown,
        )
