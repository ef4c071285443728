"""What is told of one pattern."""

from typing import Literal

import msgspec

from actors.cognition.mining.validation import Test

Scope = Literal["agent", "across"]
"""Whether each occurrence is one agent's, or several agents' together."""
Kind = Literal["routine", "shared routine", "handover"]
"""The capability that a pattern is: one agent's own, one that several have, or one that several have together."""
Verdict = Literal["capability", "habit", "unproved"]
"""A capability passed all four tests; a habit all that could be made; of an unproved pattern one failed."""


class Tests(msgspec.Struct, frozen=True):
    """The four tests."""

    consistency: Test
    reproducibility: Test
    generality: Test
    utility: Test


class Pattern(msgspec.Struct, frozen=True):
    """One pattern with its figures."""

    pattern: str
    """Name, which follows from scope and steps."""
    scope: Scope
    kind: Kind
    verdict: Verdict
    steps: tuple[str, ...]
    by: tuple[str, ...]
    """Who makes each step, where it is one agent in nine of ten occurrences; otherwise empty."""
    count: int
    """Occurrences that do not overlap."""
    expected: float
    """Occurrences that chance would give."""
    log10_p: float
    """Of so many by chance."""
    confidence: float
    """Share of the occurrences that is not owed to chance, at least, at 95 %."""
    novelty: float
    nearest: tuple[str, ...]
    """The known pattern that it is most like; empty if none is known."""
    agents: dict[str, int]
    """Occurrences by agent, of its first step."""
    sessions: int
    """Sessions or runs in which it occurs."""
    interrupted: float
    """Share of the occurrences with other steps between."""
    first_at: float
    last_at: float
    seconds: tuple[float, float, float]
    """How long it takes: median, and 5th and 95th percentile."""
    tests: Tests


class Mined(msgspec.Struct, frozen=True):
    """What a log holds."""

    events: int
    agents: int
    steps: int
    """Different ones."""
    first_at: float
    last_at: float
    patterns: tuple[Pattern, ...]
    told: tuple[str, ...] = ()
    """What was not looked at, and why."""
