"""Behaviours in order: the events of one agent, or of one session, as runs of whole numbers that end at long pauses."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PAUSE: Final = 50.0
"""A pause so many times as long as the median one of its stream ends the run. *chosen*: what is done after it begins
anew, and with exponential pauses it occurs once in 10^15"""


SHORTEST_PAUSE_S: Final = 1_800.0
"""A shorter pause ends no run, however quick the rest is. *chosen*: half an hour, the usual end of a session"""


class Behaviour(msgspec.Struct, frozen=True):
    """One thing that somebody did."""

    time: float
    """Seconds since the epoch."""
    who: str
    what: str
    session: str = ""
    outcome: float | None = None
    """1 where it came out well, 0 where it did not, between for a share; None where nobody knows."""
    args: tuple[Any, ...] | None = None
    """What it was called with; None where the log does not say."""
    result: Any = None
    """What it returned."""


class Streams(NamedTuple):
    """Steps in the order of their runs, shape (n,) each; no habit reaches from one run into another."""

    code: Ints
    """Which step, as an index into `names`."""
    run: Ints
    """Which run, rising along the array."""
    who: Ints
    """Whose transitions explain the step, as an index into `agents`."""
    event: Ints
    """Index into the behaviours."""
    names: tuple[str, ...]
    agents: tuple[str, ...]

    @property
    def alphabet(self) -> int:
        """Different steps."""
        return len(self.names)


def streams(behaviours: Sequence[Behaviour], *, together: bool) -> Streams:
    """The behaviours cut into runs: by session and agent, or by session alone where agents act `together`."""
    names, code = _indexed([one.what for one in behaviours])
    agents, who = _indexed([one.who for one in behaviours])
    _, session = _indexed([one.session for one in behaviours])
    time = np.array([one.time for one in behaviours], float)
    unit = session if together else session * max(1, len(agents)) + who
    order = np.lexsort((np.arange(len(time)), time, unit))
    unit, time = unit[order], time[order]
    fresh = np.r_[True, unit[1:] != unit[:-1]] if len(unit) else np.zeros(0, bool)
    fresh |= _after_pause(time, unit, fresh)
    owner = np.zeros(len(order), np.int64) if together else who[order]
    return Streams(code[order], np.cumsum(fresh) - 1, owner, order, names, ("",) if together else agents)


def _after_pause(time: Floats, unit: Ints, fresh: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a pause is too long for its unit."""
    late = np.zeros(len(time), bool)
    pause = np.diff(time, prepend=time[:1])
    begins = np.flatnonzero(fresh)
    for first, last in zip(begins, [*begins[1:], len(unit)], strict=True):
        inner = pause[first + 1 : last]
        if len(inner) and (usual := float(np.median(inner))) > 0:
            late[first + 1 : last] = inner > max(PAUSE * usual, SHORTEST_PAUSE_S)
    return late


def _indexed(values: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """The different values in their order, and for each value its index."""
    names = tuple(sorted(set(values)))
    index = {name: place for place, name in enumerate(names)}
    return names, np.array([index[value] for value in values], np.int64)
