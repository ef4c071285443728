"""The council's own telemetry as a table: a row for each cycle, as the observer told it on the log."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from messages.autonomy.foundation import Observed

CYCLES: Final = 2_000
"""Latest cycles that are looked at. *chosen*: some three hours at the interval that is set by default"""
FEWEST: Final = 100
"""Cycles below which nothing can be said. *chosen*: half a window of autonomy"""
COUNTS: Final = ("arrivals", "ended", "failed", "calls", "broken", "crashes", "dead", "backlog", "latency_s", "lag")
"""Measures that are columns. *derived*: messages.autonomy.foundation.Observed"""


def telemetry(cycles: Iterable[Observed]) -> bytes:
    """JSON lines with a row a cycle; raises ValueError for fewer cycles than anything can be said of."""
    rows = [dict(_row(cycle)) for cycle in cycles]
    if len(rows) < FEWEST:
        raise ValueError(
            f"the council was observed for {len(rows)} cycles, and {FEWEST} are needed: wait, or name a table"
        )
    return b"\n".join(msgspec.json.encode(row) for row in rows) + b"\n"


def _row(cycle: Observed) -> Iterator[tuple[str, Any]]:
    for name in COUNTS:
        yield name, getattr(cycle, name)
    for name, reading in sorted(cycle.resources.items()):
        yield f"{name}_level", reading.level
