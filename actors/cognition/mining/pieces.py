"""Habits that are pieces of one: where a habit is broken off, its parts remain and look like habits of their own.

Two that overlap at their ends are joined where the whole occurs too. A beginning and an end of a habit that both remain
where the whole is taken away are its pieces. A part that remains without the rest is a habit of its own.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from actors.cognition.mining.evidence import Evidence, Judged

OVERLAP: Final = 2
"""Steps that two pieces have in common at least. *chosen*: habits that share one step are frequent"""
WHOLE: Final = 0.3
"""Occurrences of the whole, as a share of the rarer piece's, from which two are pieces of it. *chosen*: two habits that
merely share steps meet by chance alone"""
REST: Final = 0.3
"""Occurrences of the rest of a habit, as a share of a part's, from which both are its pieces. *chosen*"""


def whole_habits(found: Sequence[Judged], evidence: Evidence, bar: float) -> list[Judged]:
    """The habits with their pieces put together; `evidence` has all places free."""
    joined = _joined(list(found), evidence, bar)
    return [one for one in joined if not any(_is_piece(one, other, evidence) for other in joined if other is not one)]


def _joined(found: list[Judged], evidence: Evidence, bar: float) -> list[Judged]:
    """Overlapping pairs become one, until no pair does."""
    while (pair := _first_pair(found, evidence, bar)) is not None:
        before, after, whole = pair
        rest = [one for one in found if one is not before and one is not after]
        found = rest if any(one.steps == whole.steps for one in rest) else [*rest, whole]
    return found


def _first_pair(found: Sequence[Judged], evidence: Evidence, bar: float) -> tuple[Judged, Judged, Judged] | None:
    for before in found:
        for after in found:
            steps = _overlapped(before.steps, after.steps) if before is not after else None
            whole = evidence.best(steps) if steps is not None else None
            if whole is None or whole.log_p > bar:
                continue
            if len(whole.places) >= WHOLE * min(len(before.places), len(after.places)):
                return before, after, whole
    return None


def _overlapped(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...] | None:
    """The one word whose beginning and end the two are; None if they do not overlap."""
    for shared in range(min(len(before), len(after)) - 1, OVERLAP - 1, -1):
        if before[-shared:] == after[:shared]:
            return before + after[shared:]
    return None


def _is_piece(part: Judged, whole: Judged, evidence: Evidence) -> bool:
    """Whether the part begins or ends the whole, and the rest of that remains too where the whole is taken away."""
    size = len(part.steps)
    if size >= len(whole.steps):
        return False
    if whole.steps[:size] == part.steps:
        rest = whole.steps[size:]
    elif whole.steps[-size:] == part.steps:
        rest = whole.steps[:-size]
    else:
        return False
    reach = max(evidence.nulls)
    evidence.index.cover(evidence.index.occurrences(np.array(whole.steps), reach))
    remains, others = (len(evidence.index.occurrences(np.array(steps), reach)) for steps in (part.steps, rest))
    evidence.index.free[:] = True
    return others >= REST * remains
