"""The last cycles of the raw state vector, from the measures of each cycle; a gap stays a gap."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from messages.autonomy.foundation import Observed

COMPONENTS: Final = (
    *("compute", "memory", "observation", "mutation", "stability"),
    *("load", "errors", "latency", "drift"),
)
"""Five resources, arrivals, share of failures, latency and drift of values. *cited*: specification of autonomy, 6"""
RESOLUTION: Final[Mapping[str, float]] = {
    **dict.fromkeys(("compute", "memory", "observation", "mutation", "stability"), 0.01),
    "load": 0.25,
    "errors": 0.01,
    "latency": 0.01,
    "drift": 0.001,
}
"""A component that deviates less in the window is constant: parts of a whole, tasks, parts, seconds, weights. *chosen*:
an idle council's memory wanders by a thousandth, and every walk has a radius of 1, however small its steps"""
CYCLES: Final = 200
"""Length of the window. *cited*: specification of autonomy, section 6"""
FEWEST: Final = 50
"""Below so many cycles nothing is said. *cited*: specification of autonomy, section 6"""
PRESENT: Final = 0.9
"""A component that more of the cycles lack is left out. *chosen*: one that fails now and then leaves a gap instead"""


class Row(msgspec.Struct, frozen=True, array_like=True):
    """The state in one cycle; None is a component that could not be measured."""

    cycle: int
    values: tuple[float | None, ...]


def row_of(observed: Observed, drift: float) -> Row:
    """The state that the measures of a cycle show."""
    levels: Mapping[str, float] = {name: reading.level for name, reading in observed.resources.items()}
    errors = observed.failed / observed.ended if observed.ended else None
    others = {"load": float(observed.arrivals), "errors": errors, "latency": observed.latency_s, "drift": drift}
    known = {**levels, **others}
    return Row(observed.cycle, tuple(known.get(name) for name in COMPONENTS))


def kept(rows: Sequence[Row], last: Row) -> list[Row]:
    """The window with one more cycle; one that is on record already, or lies before the last one, is left out.

    A cycle in which no task ended has no error rate and no latency. The last known ones are not put in their place: a
    value that stands still and then jumps looks like a walk, whose radius is 1.
    """
    if rows and last.cycle <= rows[-1].cycle:
        return list(rows)
    return [*rows, last][-CYCLES:]


def stretches(rows: Sequence[Row]) -> tuple[tuple[str, ...], list[list[list[float]]]]:
    """Names of the components that are measured, and their values in stretches of consecutive cycles."""
    known = [sum(row.values[place] is not None for row in rows) for place in range(len(COMPONENTS))]
    places = [place for place, count in enumerate(known) if rows and count >= PRESENT * len(rows)]
    found: list[list[list[float]]] = []
    before: int | None = None
    for row in rows:
        values = [row.values[place] for place in places]
        whole = [value for value in values if value is not None]
        if len(whole) < len(values):
            before = None
            continue
        if before is None or row.cycle != before + 1:
            found.append([])
        found[-1].append(whole)
        before = row.cycle
    return tuple(COMPONENTS[place] for place in places), [part for part in found if len(part) > 1]
