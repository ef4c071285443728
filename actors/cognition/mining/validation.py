"""The four tests of a pattern: is it carried through, found again, at home in several contexts, and of use.

Source: specification of cognition, section 3.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from actors.cognition.mining.evidence import Evidence, Judged
from actors.cognition.mining.null import Null
from actors.cognition.mining.proportions import Interval, difference, share
from actors.cognition.mining.rigid import Rigid
from actors.cognition.mining.significance import log_bar
from actors.cognition.mining.streams import Behaviour, Floats, Ints, Streams
from messages.cognition.mining import Test

SURE: Final = 0.05
"""Most chance that a pattern is found again by luck, in either half. *chosen*: the usual level; both must pass"""
FEW: Final = 3
"""Times that two steps come together in half of a log, from which they may be bound to each other. *chosen*"""
BLOCKS: Final = 40
"""Most parts into which the log is cut, the even ones one half and the odd ones the other. *chosen*: both see all of
the period, so that a habit which begins in the middle is in both"""
BLOCK: Final = 50
"""Fewest steps of a part. *chosen*: few habits are cut through at its ends"""
CONTEXTS: Final = 2.0
"""Least number of contexts, counted by how evenly the pattern is spread over them. *chosen*: more than one"""
PERIODS: Final = 8
"""Parts of the time that are the contexts of one agent's pattern. *chosen*"""
FALSE_USE: Final = 0.05
"""False discovery rate over the patterns whose use is measured. *chosen*"""


def consistency(judged: Judged, evidence: Evidence) -> Test:
    """Of the times that the first half was done, the rest follows more often than after a chance beginning."""
    half = max(2, (len(judged.steps) + 1) // 2)
    index = evidence.index
    begun = len(index.occurrences(np.array(judged.steps[:half]), judged.reach))
    done = min(begun, len(judged.places))
    part = share(done, begun)
    chance = 1.0
    null = evidence.nulls[judged.reach]
    for before, after in zip(judged.steps[half - 1 : -1], judged.steps[half:], strict=True):
        chance *= min(1.0, null.share(before, after))
    rigid = evidence.rigid.holds(judged.steps)
    told = f"begun {begun} times, carried through in {_percent(part)}; chance gives {100 * chance:.1f} %"
    return Test(passed=bool(rigid or part.low > chance), figure=part.value, told=told)


def reproducibility(judged: Judged, halves: Sequence[Evidence]) -> Test:
    """Each half of the log shows it again, beside chances that are taken from the other half."""
    found = [half.of(judged.steps, judged.reach) for half in halves]
    tails = [0.0 if one is None else one.log_p for one in found]
    counts = [0 if one is None else len(one.places) for one in found]
    worst = float(np.exp(max(tails)))
    told = f"found {counts[0]} and {counts[1]} times in two halves; by luck with p = {worst:.2g} at most"
    return Test(passed=worst <= SURE, figure=worst, told=told)


def whole(streams: Streams, reaches: Sequence[int], least: int) -> Evidence:
    """The whole log, nothing explained yet."""
    return Evidence(streams, {reach: Null(streams, reach) for reach in reaches}, least)


def halves(streams: Streams, reaches: Sequence[int]) -> list[Evidence]:
    """Two halves of the log, each judged by the chances of the other."""
    count = len(streams.code)
    block = np.arange(count) * int(np.clip(count // BLOCK, 2, BLOCKS)) // max(1, count)
    parts = [_part(streams, block % 2 == side, block) for side in (0, 1)]
    found = []
    for own, other in (parts, parts[::-1]):
        rigid = Rigid(own, {reach: Null(own, reach) for reach in reaches}, FEW)
        found.append(Evidence(own, {reach: Null(other, reach) for reach in reaches}, 1, rigid))
    return found


def _part(streams: Streams, kept: np.ndarray, block: Ints) -> Streams:
    run = streams.run * BLOCKS + block
    return streams._replace(code=streams.code[kept], run=run[kept], who=streams.who[kept], event=streams.event[kept])


def generality(agents: Mapping[str, int], moments: Floats, period: tuple[float, float]) -> Test:
    """It is done by several agents, or by one in several parts of the time."""
    if len(agents) > 1 and (effective := _effective(np.array(list(agents.values())))) >= CONTEXTS:
        return Test(
            passed=True, figure=effective, told=f"done by {len(agents)} agents, as evenly as by {effective:.1f}"
        )
    first, last = period
    part = ((moments - first) / max(1e-9, last - first) * PERIODS).astype(int).clip(0, PERIODS - 1)
    effective = _effective(np.bincount(part, minlength=PERIODS))
    told = f"done in {len(np.unique(part))} of {PERIODS} parts of the period, as evenly as in {effective:.1f}"
    return Test(passed=effective >= CONTEXTS, figure=effective, told=told)


def _effective(counts: Ints) -> float:
    """Contexts, if all had an equal part (inverse of Simpson's index)."""
    parts = counts / max(1, counts.sum())
    return float(1 / max(1e-12, float((parts * parts).sum())))


class Use(msgspec.Struct, frozen=True):
    """How events came out with and without a pattern before them."""

    with_it: Interval
    without: Interval
    gain: Interval
    log_p: float


def use(places: Ints, streams: Streams, behaviours: Sequence[Behaviour]) -> Use | None:
    """How the next thing whose outcome is known came out, after the pattern and otherwise; None if nobody knows."""
    outcome = np.array([np.nan if one.outcome is None else one.outcome for one in behaviours])[streams.event]
    known = np.flatnonzero(~np.isnan(outcome))
    if not len(known):
        return None
    at = np.searchsorted(known, places[:, -1])
    at = at[at < len(known)]
    fits = streams.run[known[at]] == streams.run[places[: len(at), -1]]
    after = np.unique(known[at[fits]])
    rest = np.setdiff1d(known, after)
    if not len(after) or not len(rest):
        return None
    good, base = outcome[after], outcome[rest]
    with_it, without = share(float(good.sum()), len(good)), share(float(base.sum()), len(base))
    return Use(with_it, without, difference(with_it, without), _log_p(good, base))


def _log_p(good: Floats, base: Floats) -> float:
    """Log p of a difference so large, two-sided, under the normal law of two means."""
    both = np.concatenate((good, base))
    spread = float(both.std()) * np.sqrt(1 / len(good) + 1 / len(base))
    if spread == 0:
        return 0.0
    distance = abs(float(good.mean() - base.mean())) / spread
    # ln(2 Q(z)) by the bound of Chernoff, which is cautious
    return min(0.0, float(np.log(2) - distance * distance / 2))


def utilities(uses: Sequence[Use | None]) -> list[Test]:
    """The test of each pattern, with the bar that so many patterns ask for."""
    measured = np.array([one.log_p for one in uses if one is not None])
    bar = log_bar(measured, len(measured), FALSE_USE)
    return [_utility(one, bar) for one in uses]


def _utility(found: Use | None, bar: float) -> Test:
    if found is None:
        return Test(passed=None, figure=None, told="no outcomes are known")
    told = (
        f"comes out well in {_percent(found.with_it)}, beside {_percent(found.without)} otherwise "
        f"({100 * found.gain.value:+.0f} points, {100 * found.gain.low:+.0f} to {100 * found.gain.high:+.0f})"
    )
    return Test(passed=found.log_p <= bar and found.gain.value > 0, figure=found.gain.value, told=told)


def _percent(part: Interval) -> str:
    return f"{100 * part.value:.0f} % ({100 * part.low:.0f} to {100 * part.high:.0f})"
