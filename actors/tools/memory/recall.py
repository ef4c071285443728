"""What experience says to a task: which capabilities may serve it, how they fared, and what to do."""

import functools
from collections import Counter
from collections.abc import Sequence
from typing import Final

from actors.library.index import NAME_WEIGHT
from actors.library.ranking import Ranking
from actors.library.words import alike, words
from actors.tools.memory import queries
from actors.tools.memory.capability import LATELY, Execution
from actors.tools.memory.proficiency import TELLING, success
from actors.tools.memory.queries import View
from messages.tools import memory
from messages.tools.memory import Advice

USE: Final = 0.8
"""Success from which a capability is to be used as it is. *cited*: specification of acquisition, section 4"""
PRACTISE: Final = 0.5
"""Success from which it is to be practised first. *cited*: specification of acquisition, section 4"""
FIT: Final = 0.5
"""Share of a text's words that a capability must speak of to be advised. *chosen*: below, it is about something else"""
SEEN: Final = 2
"""How often an error must have been seen to be recalled. *cited*: specification of acquisition, section 4"""
RECALLED: Final = 5
"""Capabilities that are recalled. *chosen*"""
EXECUTIONS: Final = 50
"""Newest executions that are recalled. *chosen*"""

ORDER: Final[dict[Advice, int]] = {"use": 0, "practise": 1, "learn": 2}
"""What is better advice. *derived*"""


def relevant(view: View, text: str, minimum: float, limit: int) -> tuple[memory.Match, ...]:
    """What stands, speaks of the text and succeeds so often at least, best first."""
    standing = [(name, known.standing, known) for name, known in view.capabilities.items() if known.standing]
    counted = [_counted(name, known.domain, known.description) for name, _, known in standing]
    found: list[memory.Match] = []
    for place, score in Ranking(counted).best(text, len(standing)):
        name, version, _ = standing[place]
        rate = success(version)
        if rate >= minimum and len(found) < limit:
            fit = _fit(text, counted[place])
            found.append(
                memory.Match(capability=view.shown(name), score=round(score, 3), fit=round(fit, 3), success=rate)
            )
    return tuple(found)


def recall(view: View, text: str, recent: Sequence[Execution], recent_s: float) -> memory.Recollection:
    """The capabilities that come nearest, how they fared of late, how they go wrong, and what to do."""
    matches = relevant(view, text, 0.0, RECALLED)
    names = [match.capability.name for match in matches]
    since = view.now - recent_s
    lately = [each for each in reversed(recent) if each.tool in names and since <= each.at <= view.now]
    advice, name, reason = _advised(matches)
    return memory.Recollection(
        advice=advice,
        reason=reason,
        name=name,
        matches=matches,
        executions=tuple(queries.executed(execution) for execution in lately[:EXECUTIONS]),
        patterns=queries.patterns(view.capabilities, names, SEEN),
    )


def _advised(matches: Sequence[memory.Match]) -> tuple[Advice, str | None, str]:
    fitting = [match for match in matches if match.fit >= FIT]
    if not fitting:
        nearest = f"; {matches[0].capability.name} comes nearest, but speaks of too little of it" if matches else ""
        return "learn", None, f"nothing that stands does this{nearest}"
    best = min(fitting, key=lambda match: (ORDER[_advice(match.success)], -match.score))
    name, advice = best.capability.name, _advice(best.success)
    what = {"use": "use it", "practise": "practise it first, and check what it gives", "learn": "learn it anew"}
    return advice, name, f"{name} {_fared(best)}: {what[advice]}"


def _fared(match: memory.Match) -> str:
    """How it succeeds, where it has run often enough to tell; else what it was registered with, and that this it is."""
    runs = match.capability.runs
    if runs > TELLING:
        return f"succeeded in {match.success:.0%} of its last {min(runs, LATELY)} runs"
    seldom = f"ran {runs} time{'s' * (runs != 1)}, too seldom to tell" if runs else "has not run yet"
    return f"{seldom}; it was learnt with mastery {match.success:.2f}"


def _advice(rate: float) -> Advice:
    if rate >= USE:
        return "use"
    return "practise" if rate >= PRACTISE else "learn"


@functools.lru_cache(maxsize=1 << 12)
def _counted(name: str, domain: str, description: str) -> Counter[str]:
    """The words that speak of the capability; those of its name count more."""
    return Counter(words(name) * NAME_WEIGHT + words(domain) + words(description))


def _fit(text: str, counted: Counter[str]) -> float:
    """The share of the text's words that are said, or meant, by what is counted."""
    found: dict[str, bool] = {}
    for piece in text.split():
        meant = any(other in counted for other in alike(piece))
        for word in words(piece):
            found[word] = found.get(word, False) or meant or word in counted
    return sum(found.values()) / len(found) if found else 0.0
