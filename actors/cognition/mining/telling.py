"""Patterns in sentences, for a person."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from actors.cognition.mining.mined import Mined
from actors.cognition.mining.novelty import NOVEL
from actors.cognition.mining.proportions import rate
from messages.cognition.mining import Pattern

SHOWN: Final = 3
"""Agents that are named. *chosen*: a line"""
MINUTE_S: Final = 60.0
"""*derived*"""
HOUR_S: Final = 3_600.0
"""*derived*"""
DAY_S: Final = 86_400.0
"""*derived*"""


def lines(found: Mined) -> Iterator[str]:
    """The result: what was looked at, and each pattern in a sentence."""
    yield (
        f"{found.events} events of {found.agents} {_plural(found.agents, 'agent')}, {found.steps} different steps, "
        f"{_moment(found.first_at)} to {_moment(found.last_at)}."
    )
    if not found.patterns and not found.chains:
        yield "No pattern: nothing is done in one order more often than chance and the step before explain."
    for one in found.patterns:
        yield f"{one.pattern} ({one.verdict}): {sentence(one)}"
    for chain in found.chains:
        steps = " > ".join(chain.tools)
        yield f"{chain.pattern} (chain): {steps}, each with the result of the one before, on {chain.count} inputs."


def sentence(one: Pattern) -> str:
    """Who does what, how often, and how often chance would."""
    count = rate(one.count)
    return (
        f"{_who(one)}: {path(one)}, {one.count} times (95 % interval {count.low:.0f} to {count.high:.0f}), where "
        f"chance gives {one.expected:.2g}; it takes {duration(one.seconds[0])} as a rule."
    )


def paragraph(one: Pattern) -> Iterator[str]:
    """All that is known of a pattern."""
    yield f"{one.pattern}: {path(one)}"
    yield f"It is a {one.verdict} ({one.kind}). {sentence(one)}"
    yield (
        f"Nine of ten take {duration(one.seconds[1])} to {duration(one.seconds[2])}; "
        f"other steps stood between in {100 * one.interrupted:.0f} %."
    )
    yield f"First {_moment(one.first_at)}, last {_moment(one.last_at)}; in {one.sessions} sessions or runs."
    yield (
        f"At least {100 * one.confidence:.0f} % of the occurrences are not owed to chance (95 %); "
        f"so many come by chance with p = 10^{one.log10_p:.0f}."
    )
    for name in ("consistency", "reproducibility", "generality", "utility"):
        test = getattr(one.tests, name)
        verdict = {True: "passed", False: "not passed", None: "not measured"}[test.passed]
        yield f"{name}: {verdict}; {test.told}"
    yield _new(one)


def path(one: Pattern) -> str:
    """The steps in their order, with who makes them where that is part of the pattern."""
    if one.scope == "agent":
        return " > ".join(one.steps)
    return " > ".join(f"{step} ({who})" if who else step for step, who in zip(one.steps, one.by, strict=True))


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    for size, unit in ((DAY_S, "days"), (HOUR_S, "h"), (MINUTE_S, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.3g} s"


def _new(one: Pattern) -> str:
    if not one.nearest:
        return "No pattern was known before."
    new = "new" if one.novelty >= NOVEL else "not new"
    return f"It is {new} (novelty {one.novelty:.2f}); the nearest one known is {' > '.join(one.nearest)}."


def _who(one: Pattern) -> str:
    if one.scope == "across":
        return f"{len(one.agents)} agents together"
    names = list(one.agents)
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} {_plural(rest, 'other')}" if rest > 0 else "")


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"


def _moment(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:g}"
