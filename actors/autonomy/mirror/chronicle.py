"""What the last cycles were like, as far as objective and qualification need it: short series of plain numbers."""

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from actors.autonomy.mirror import objective, qualification
from actors.autonomy.mirror.figures import EVERY
from messages.autonomy import foundation

FEWEST: Final = 20
"""Cycles with tasks or calls before their trend says anything. *chosen*"""
BROKEN: Final = 0.5
"""Such a share of broken calls makes a cycle unstable, as does a crash or a dead letter. *derived*: the stability
checker's bound"""
CHANGES: Final = 200
"""Latest changes in force that are remembered. *chosen*"""
MEMORY: Final = 1_000
"""Cycles in which a change counts. *chosen*: as long as the ladder looks for instabilities"""


class Change(msgspec.Struct, array_like=True):
    """A change that came into force, or was taken back."""

    cycle: int
    reverted: bool


class Chronicle(msgspec.Struct):
    """The latest cycles."""

    performance: list[float] = []
    """Share of tasks and calls that came out well, of each cycle with any."""
    instability: list[float] = []
    unstable: str = ""
    """One character a cycle: 1 for an unstable one."""
    ended: list[tuple[int, int]] = []
    """Goals that ended and that failed, a row for each cycle of autonomy."""
    effort: list[dict[str, float]] = []
    """Seconds of work by dimension, a row for each cycle of autonomy."""
    changes: list[Change] = []

    def take(self, m: foundation.Observed, window: int) -> None:
        """One more cycle."""
        tried = m.ended + m.calls
        if tried and m.failed <= m.ended and m.broken <= m.calls:
            self.performance = [*self.performance, round(1 - (m.failed + m.broken) / tried, 4)][-window:]
        broken = m.broken / m.calls if m.calls and m.broken <= m.calls else 0.0
        instability = min(1.0, m.crashes + m.dead + broken)
        self.instability = [*self.instability, round(instability, 4)][-window:]
        self.unstable = (self.unstable + str(int(instability >= BROKEN)))[-window:]
        self._sum(m, window // EVERY)

    def _sum(self, m: foundation.Observed, rows: int) -> None:
        """Counts and effort are summed over the cycles of one of autonomy."""
        if not self.ended or m.cycle % EVERY == 1:
            self.ended = [*self.ended, (0, 0)][-rows:]
            self.effort = [*self.effort, {}][-rows:]
        ended, failed = self.ended[-1]
        if m.failed <= m.ended:
            self.ended[-1] = (ended + m.ended, failed + m.failed)
        row = self.effort[-1]
        for dimension, spent in m.effort.items():
            if math.isfinite(spent):
                row[dimension] = round(row.get(dimension, 0.0) + spent, 4)

    def goal_ended(self, reached: bool) -> None:
        """A goal of the council's own counts like a task."""
        ended, failed = self.ended[-1] if self.ended else (0, 0)
        self.ended = [*self.ended[:-1], (ended + 1, failed + (not reached))]

    def changed(self, cycle: int, reverted: bool) -> None:
        """A change came into force, or was taken back."""
        recent = [one for one in self.changes if one.cycle > cycle - MEMORY]
        self.changes = [*recent, Change(cycle, reverted)][-CHANGES:]

    def is_full(self, window: int) -> bool:
        """So many cycles have been seen."""
        return len(self.unstable) >= window

    def spent(self) -> dict[str, float]:
        """The effort of the window, by dimension."""
        found: dict[str, float] = {}
        for row in self.effort:
            for dimension, spent in row.items():
                found[dimension] = found.get(dimension, 0.0) + spent
        return found

    def completion(self) -> float | None:
        """Share of goals that ended by being reached."""
        ended = sum(row[0] for row in self.ended)
        return 1 - sum(row[1] for row in self.ended) / ended if ended else None

    def cluster(self) -> float | None:
        """Cycles of the longest cluster of instability; None without one."""
        return float(qualification.longest_run(self.unstable)) or None

    def reverts(self) -> float | None:
        """Share of changes that were taken back; None without a change."""
        made = sum(not one.reverted for one in self.changes)
        return min(1.0, (len(self.changes) - made) / max(1, made)) if self.changes else None

    def seof(self, diversity: float | None, identity: float | None, values: Mapping[str, float]) -> float | None:
        """The objective; None while one of its terms is not known."""
        if diversity is None or identity is None or len(self.performance) < FEWEST:
            return None
        return objective.seof(
            objective.trend(self.performance),
            min(1.0, max(0.0, objective.trend(self.instability))),
            diversity,
            identity,
            objective.oscillation(self.performance),
            values,
        )
