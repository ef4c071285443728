"""A log's patterns with their figures: the whole path from behaviours to capabilities."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from actors.autonomy.goals.chains import Chains
from actors.cognition.mining import cultivation, validation
from actors.cognition.mining.across import across
from actors.cognition.mining.discovery import LENGTHS, explained
from actors.cognition.mining.evidence import Evidence, Judged
from actors.cognition.mining.mined import Mined
from actors.cognition.mining.novelty import NOVEL, novelty
from actors.cognition.mining.streams import Behaviour, Ints, Streams, streams
from messages.cognition.mining import Chain, Kind, Pattern, Scope, Test, Tests, Verdict

LEAST: Final = 5
"""Fewest occurrences of a pattern. *cited*: the prototype's measurement"""
SURE: Final = 0.70
"""Least confidence of a capability. *cited*: specification of cognition, section 3"""
USUAL: Final = 0.9
"""Share of the occurrences in which one agent makes a step, from which the step is told as that agent's. *chosen*"""
LOWER: Final = 1.645
"""One-sided 95 %. *derived*: quantile .95 of the normal law"""


class Request(msgspec.Struct, frozen=True):
    """What is to be mined."""

    behaviours: tuple[Behaviour, ...]
    known: tuple[tuple[str, ...], ...] = ()
    """Steps of patterns that are known already."""
    least: int = LEAST
    seed: int = 0


PAIR: Final = 2
"""Fewest calls of a chain that is told. *derived*: one whose result the other takes"""


def mine_beside(argument: Any) -> Any:
    """`mine` for a child process: plain values in and out."""
    return msgspec.to_builtins(mine(msgspec.convert(argument, Request)))


def mine(request: Request, progress: Callable[[str], None] = lambda _: None) -> Mined:
    """The patterns of the log, those that explain most first; patterns of single agents before those across agents.

    `progress` is told in words what is begun.
    """
    behaviours = request.behaviours
    if not behaviours:
        return Mined(events=0, agents=0, steps=0, first_at=0.0, last_at=0.0, patterns=())
    own = streams(behaviours, together=False)
    progress(f"patterns of each of {len(own.agents)} agents")
    found = _patterns(own, explained(own, request.least).habits, request, "agent")
    if len(own.agents) > 1:
        progress("patterns across agents")
        merged = streams(behaviours, together=True)
        who = own.who[np.argsort(own.event)][merged.event]
        dice = np.random.default_rng(request.seed)
        together = across(merged, who, explained(merged, request.least), dice)
        found += _patterns(merged, together, request, "across")
    times = [one.time for one in behaviours]
    return Mined(
        events=len(behaviours),
        agents=len(own.agents),
        steps=own.alphabet,
        first_at=min(times),
        last_at=max(times),
        patterns=tuple(found),
        chains=_chains(behaviours),
    )


def _chains(behaviours: Sequence[Behaviour]) -> tuple[Chain, ...]:
    """The chains of calls, where the log tells arguments and results."""
    calls = Chains(longest=cultivation.LONGEST)
    for number, one in enumerate(behaviours):
        if one.args is None or " " in one.what:
            continue
        calls.begin(str(number), one.who, one.what, one.args)
        calls.end(str(number), one.result)
    return tuple(cultivation.chains(calls.frequent(), shortest=PAIR))


def _patterns(cut: Streams, found: Sequence[Judged], request: Request, scope: Scope) -> list[Pattern]:
    if not found:
        return []
    whole = validation.whole(cut, tuple(LENGTHS), request.least)
    parts = validation.halves(cut, tuple(LENGTHS))
    found = [_widest(one, whole) for one in found]
    uses = [validation.use(one.places, cut, request.behaviours) for one in found]
    told = []
    for one, utility in zip(found, validation.utilities(uses), strict=True):
        tests = Tests(
            consistency=validation.consistency(one, whole),
            reproducibility=validation.reproducibility(one, parts),
            generality=_generality(one, cut, request.behaviours),
            utility=utility,
        )
        told.append(_pattern(one, cut, request, scope, tests))
    return told


def _widest(judged: Judged, whole: Evidence) -> Judged:
    """With the occurrences of the reach at which most stand beyond chance, and the certainty of the discovery.

    Chance is told as it would be without the habit, which has a part in how often each step follows the other.
    """
    seen = [one for reach in LENGTHS if (one := whole.of(judged.steps, reach)) is not None]
    best = max(seen, key=lambda one: len(one.places) - one.expected, default=judged)
    return best._replace(log_p=judged.log_p, expected=whole.nulls[best.reach].without(best.steps, len(best.places)))


def _generality(judged: Judged, cut: Streams, behaviours: Sequence[Behaviour]) -> Test:
    times = np.array([behaviours[event].time for event in cut.event[judged.places[:, 0]]])
    period = (min(one.time for one in behaviours), max(one.time for one in behaviours))
    return validation.generality(_agents(judged.places, cut, behaviours), times, period)


def _agents(places: Ints, cut: Streams, behaviours: Sequence[Behaviour]) -> dict[str, int]:
    return dict(Counter(behaviours[event].who for event in cut.event[places[:, 0]].tolist()).most_common())


def _pattern(judged: Judged, cut: Streams, request: Request, scope: Scope, tests: Tests) -> Pattern:
    behaviours, places = request.behaviours, judged.places
    steps = tuple(cut.names[step] for step in judged.steps)
    new = novelty(steps, request.known)
    begins = np.array([behaviours[event].time for event in cut.event[places[:, 0]]])
    ends = np.array([behaviours[event].time for event in cut.event[places[:, -1]]])
    agents = _agents(places, cut, behaviours)
    sure = confidence(len(places), judged.expected)
    spread = np.percentile(ends - begins, (50, 5, 95)).tolist()
    return Pattern(
        pattern=name_of(scope, steps),
        scope=scope,
        kind=_kind(scope, agents),
        verdict=_verdict(tests, sure),
        steps=steps,
        by=tuple(_by(column, cut, behaviours) for column in places.T),
        count=len(places),
        expected=float(f"{judged.expected:.4g}"),
        log10_p=min(0.0, round(judged.log_p / float(np.log(10)), 2)),
        confidence=sure,
        novelty=round(max(0.0, new.value), 4),
        nearest=new.nearest,
        agents=agents,
        sessions=len(np.unique(cut.run[places[:, 0]])),
        interrupted=float(np.mean(places[:, -1] - places[:, 0] >= len(steps))),
        first_at=float(begins.min()),
        last_at=float(begins.max()),
        seconds=(spread[0], spread[1], spread[2]),
        tests=tests,
    )


def is_new(pattern: Pattern) -> bool:
    """Whether the pattern is unlike all that was known."""
    return pattern.novelty >= NOVEL


def name_of(scope: Scope, steps: Sequence[str]) -> str:
    """The pattern's name: the same steps have the same name in every log."""
    return f"p-{hashlib.sha256(msgspec.json.encode((scope, steps))).hexdigest()[:8]}"


def confidence(count: int, expected: float) -> float:
    """Share of the occurrences that chance does not give, at least, at 95 % (normal law of a Poisson count)."""
    least = count - LOWER * count**0.5
    return round(max(0.0, 1 - expected / least), 4) if least > 0 else 0.0


def _verdict(tests: Tests, sure: float) -> Verdict:
    results = [test.passed for test in (tests.consistency, tests.reproducibility, tests.generality)]
    if not all(results) or sure < SURE:
        return "unproved"
    return "capability" if tests.utility.passed else "habit"


def _kind(scope: Scope, agents: dict[str, int]) -> Kind:
    if scope == "across":
        return "handover"
    return "shared routine" if len(agents) > 1 else "routine"


def _by(places: Ints, cut: Streams, behaviours: Sequence[Behaviour]) -> str:
    (who, times), *_ = Counter(behaviours[event].who for event in cut.event[places].tolist()).most_common(1)
    return who if times >= USUAL * len(places) else ""
