"""The capability matrix: what each skill is believed to be worth, against what its executions came to.

Every execution is one character, so that a window of them stays small: `1` for a success, a letter for the way in which
the call failed; `2` and capitals while the council was busy.
"""

import functools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

LEAST: Final = 10
"""Executions before a skill counts. *cited*: specification of autonomy, section 1"""
WINDOW: Final = 50
"""Latest executions that are kept of a skill. *chosen*: a standard error of .07 at worst"""
OVER: Final = 0.10
"""A skill that is trusted by more than this beyond its success rate is over-confident. *cited*: the same section"""
DOWN, UP = 0.05, 0.03
"""What a cycle takes from an over-confident skill and gives to an under-confident one. *cited*: the same section"""
IN_TIME: Final = 20
"""Cycles in which over-confidence must be corrected. *cited*: the same section"""
KEEPS_FAILING: Final = 3
"""Failures of one kind that make a weakness, at least. *chosen*"""
WEAK: Final = 0.20
"""And their share of the executions in that circumstance, at least. *chosen*"""
CACHED: Final = 2_048
"""Rows of outcomes whose figures are kept, since most skills have not been called since. *chosen*: four times the most
skills that are remembered"""
SUCCESS, BUSY_SUCCESS = "1", "2"
CODES: Final = {
    "timeout": "t",
    "memory": "m",
    "killed": "k",
    "flood": "f",
    "protocol": "p",
    "refused": "r",
    "raised": "e",
}
"""A letter for each status of a failed call; any other is `x`. *chosen*"""
OTHER: Final = "x"
STATUSES: Final = {code: status for status, code in CODES.items()} | {OTHER: "other"}


class Skill(msgspec.Struct):
    """One tool, as far as it was seen at work."""

    confidence: float
    domain: str = "general"
    requires: list[str] = []
    outcomes: str = ""
    over_since: int = 0
    """Cycle in which it was first seen over-confident; 0 if it is not."""
    used: int = 0
    """Cycle of the last execution."""


def outcome(status: str | None, busy: bool) -> str:
    """The character of an execution; `status` is how it failed, None for a success."""
    if status is None:
        return BUSY_SUCCESS if busy else SUCCESS
    code = CODES.get(status, OTHER)
    return code.upper() if busy else code


@functools.lru_cache(maxsize=CACHED)
def rate(outcomes: str) -> float | None:
    """Share of successes; None below `LEAST` executions."""
    if len(outcomes) < LEAST:
        return None
    return (outcomes.count(SUCCESS) + outcomes.count(BUSY_SUCCESS)) / len(outcomes)


def calibrated(confidence: float, success: float) -> float:
    """The confidence one cycle later: quickly down, slowly up, and never past the success rate."""
    if confidence - success > OVER:
        return confidence - DOWN
    return min(success, confidence + UP) if confidence < success else confidence


@functools.lru_cache(maxsize=CACHED)
def trend(outcomes: str) -> float | None:
    """Success rate of the newer half less that of the older; None below twice `LEAST` executions."""
    half = len(outcomes) // 2
    older, newer = rate(outcomes[:half]), rate(outcomes[half:])
    return newer - older if older is not None and newer is not None else None


class Figures(NamedTuple):
    """A row of the matrix."""

    confidence: float
    rate: float
    error: float
    trend: float | None


def matrix(skills: Mapping[str, Skill]) -> dict[str, Figures]:
    """The skills that count, with their figures."""
    found: dict[str, Figures] = {}
    for name, skill in skills.items():
        success = rate(skill.outcomes)
        if success is not None:
            error = abs(skill.confidence - success)
            found[name] = Figures(skill.confidence, success, error, trend(skill.outcomes))
    return found


def mean_error(figures: Iterable[Figures]) -> float | None:
    """MCE: mean distance of confidence and success rate; None without a skill that counts."""
    errors = [one.error for one in figures]
    return sum(errors) / len(errors) if errors else None


def weaknesses(skills: Mapping[str, Skill]) -> dict[str, Mapping[str, int]]:
    """Skill -> circumstance -> failures, where they keep coming: a way to fail, or a busy council."""
    found: dict[str, Mapping[str, int]] = {}
    for name, skill in skills.items():
        weak: Mapping[str, int] = _circumstances(skill.outcomes) if len(skill.outcomes) >= LEAST else {}
        if weak:
            found[name] = weak
    return found


@functools.lru_cache(maxsize=CACHED)
def _circumstances(outcomes: str) -> Mapping[str, int]:
    if len(outcomes) - outcomes.count(SUCCESS) - outcomes.count(BUSY_SUCCESS) < KEEPS_FAILING:
        return {}
    failures = Counter(char.lower() for char in outcomes if char.isalpha())
    weak = {
        STATUSES[code]: count
        for code, count in failures.items()
        if count >= KEEPS_FAILING and count / len(outcomes) >= WEAK
    }
    busy = [char for char in outcomes if char == BUSY_SUCCESS or char.isupper()]
    calm = len(outcomes) - len(busy)
    failed = sum(char.isupper() for char in busy)
    calmly = sum(char.islower() for char in outcomes) / calm if calm else 0.0
    if failed >= KEEPS_FAILING and failed / len(busy) >= calmly + WEAK:
        weak["busy"] = failed
    return weak


def diversity(domains: Sequence[str]) -> float | None:
    """Shannon entropy of the skills' domains, 1 if they are spread evenly; None without a skill."""
    counts = Counter(domains)
    if not counts:
        return None
    if len(counts) == 1:
        return 0.0
    shares = [count / len(domains) for count in counts.values()]
    return -sum(share * math.log(share) for share in shares) / math.log(len(counts))
