"""How patient a test must be on this machine now: limits of wall time are multiples of what a burst of work takes.

A limit in a test tells that something hangs, and never how fast it is; benchmarks say that.
"""

import os
import time
from typing import Final

REFERENCE_S: Final = 0.1
"""Wall time of the burst where limits hold as written. *measured*: 0.14 s on two busy cores of an EPYC, less at rest"""
BURST: Final = 1_400_000
"""Additions in the burst. *derived*: as many as take the reference, several slices of the kernel's scheduler"""
KEPT_S: Final = 10.0
"""A measurement serves for so long: load comes and goes, and each costs a burst. *chosen*"""
MOST: Final = 20.0
"""No limit is stretched further: what takes longer than that hangs. *chosen*"""

_known: list[tuple[float, float]] = []


def patience(limit_s: float) -> float:
    """The limit as it must be here and now; never shorter than given."""
    return limit_s * pace()


def pace() -> float:
    """How many times slower than the reference the machine is, by a burst just timed and by the load of a minute."""
    now = time.monotonic()
    if not _known or now - _known[-1][0] > KEPT_S:
        slow = burst_s() / REFERENCE_S
        crowded = os.getloadavg()[0] / (os.cpu_count() or 1)
        _known[:] = [(time.monotonic(), min(MOST, max(1.0, slow, crowded)))]
    return _known[-1][1]


def burst_s() -> float:
    """Wall time of a fixed piece of work in this process."""
    began, total = time.perf_counter(), 0
    for number in range(BURST):
        total += number
    return time.perf_counter() - began
