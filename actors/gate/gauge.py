"""The gauge measures the council's processes and its log once a cycle, and says what it read.

It judges nothing and remembers nothing but what it has warned of: processor time is told since the start, and whoever
hears two readings has the time between them. A measure that fails or is no possible value is None and named, never 0.
It measures this host alone. A reading takes some milliseconds.
"""

import math
from typing import Annotated, Final

import msgspec
import structlog

from messages.autonomy.foundation import Sampled
from messages.kernel import clock
from messages.kernel.control import Level
from runtime.actor import Worker, Works
from runtime.errors import Unmeasured
from runtime.hosting import processes

MOST_CPU_S: Final = 1e12
"""More processor time than this nothing has used. *chosen*: 30 years of a thousand processors"""
MOST: Final = 2**53 - 1
"""No count is larger. *derived*: foundation.Count"""
MOST_OVER: Final = 2.0
"""More memory than this many times what the host has is no reading. *chosen*: pages that processes have in common may
count twice"""

log = structlog.get_logger()


class Gauge(Worker):
    """Every cycle that has just begun is measured once."""

    level = Level.GUARD
    idempotent = True
    timeout_s = 10.0
    fresh_s = 60.0
    surveys = True

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        processors: Annotated[float, msgspec.Meta(ge=0, le=10_000)] = 0.0
        """The processor budget, in processors; 0 is as many as this host gives the council."""
        memory_bytes: Annotated[int, msgspec.Meta(ge=0)] = 0
        """The memory budget; 0 is what this host has, or what its container may use. More than it is all of it."""

    settings: Settings

    async def open(self) -> None:
        self._told: set[str] = set()
        """Measures that failed and were told of: a failure that stays is told of once."""
        self._root = processes.root()
        self._processors = self.settings.processors or float(processes.host_processors())
        self._host_bytes = processes.host_memory_bytes()
        self._memory_bytes = self.settings.memory_bytes or self._host_bytes

    async def on_ticked(self, m: clock.Ticked) -> Works[Sampled]:
        faults: dict[str, str] = {}
        cpu_s, memory = await self._processes(faults)
        lag, stored = await self._log(faults)
        self._warn(faults)
        yield Sampled(
            cycle=m.cycle,
            cpu_s=cpu_s,
            processors=self._processors if cpu_s is not None else None,
            memory=memory,
            lag=lag,
            stored_bytes=stored,
            missing=tuple(sorted(faults)),
        )

    async def _processes(self, faults: dict[str, str]) -> tuple[float | None, float | None]:
        try:
            taken = await processes.taken(self._root)
        except (OSError, ValueError, ArithmeticError) as error:
            faults["cpu"] = faults["memory"] = f"the processes can't be read: {error!r}"
            return None, None
        held = _checked("memory", taken.memory_bytes, MOST_OVER * self._host_bytes, faults)
        return (
            _checked("cpu", taken.cpu_s, MOST_CPU_S, faults, digits=2),
            None if held is None else round(min(1.0, held / self._memory_bytes), 4),
        )

    async def _log(self, faults: dict[str, str]) -> tuple[int | None, int | None]:
        try:
            found = await self.look()
        except Unmeasured as error:
            faults["lag"] = faults["stored_bytes"] = str(error)
            return None, None
        slowest = max((left for name, left in found.behind.items() if name != self.name), default=0)
        lag = _checked("lag", slowest, MOST, faults)
        stored = _checked("stored_bytes", found.stored_bytes, MOST, faults)
        return (None if lag is None else int(lag)), (None if stored is None else int(stored))

    def _warn(self, faults: dict[str, str]) -> None:
        for name in faults.keys() - self._told:
            log.warning("a measure is missing", measure=name, why=faults[name])
        self._told = set(faults)


def _checked(name: str, value: float, most: float, faults: dict[str, str], digits: int = 0) -> float | None:
    """The value, if it is possible; otherwise it is a fault."""
    if not math.isfinite(value) or not 0 <= value <= most:
        faults[name] = f"{value} is no possible value"
        return None
    return round(float(value), digits)
