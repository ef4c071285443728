"""Times at which an actor wants to be called, as plain data that a snapshot holds."""

import heapq
from typing import Final

import msgspec

SLACK: Final = 64
"""Stale entries that are kept before the heap is built anew. *chosen*: rebuilding few costs nothing either way"""


class Alarms(msgspec.Struct):
    """One time for each key; the earliest is found at once, whatever their number."""

    at: dict[str, float] = {}
    heap: list[tuple[float, str]] = []
    """Every time that was set; those that `at` no longer holds are stale, and never first."""
    taken: dict[int, str] = {}
    """Who rings in which microsecond: no two at once, since a moment is called only once."""

    def set(self, key: str, at: float) -> None:
        """The key rings at this time, or in the first free microsecond after it, and at no other."""
        self._forget(key)
        micros = round(at * 1e6)
        while micros in self.taken:
            micros += 1
        self.taken[micros] = key
        self.at[key] = micros / 1e6
        heapq.heappush(self.heap, (micros / 1e6, key))
        self._tidy()

    def drop(self, key: str) -> None:
        """The key does not ring."""
        self._forget(key)
        self._tidy()

    def _forget(self, key: str) -> None:
        at = self.at.pop(key, None)
        if at is not None:
            del self.taken[round(at * 1e6)]

    def first(self) -> float | None:
        """The earliest time set."""
        return self.heap[0][0] if self.heap else None

    def ripe(self, now: float, most: int) -> tuple[str, ...]:
        """Up to so many keys whose time has come, earliest first."""
        due = sorted((at, key) for key, at in self.at.items() if at <= now)
        return tuple(key for _, key in due[:most])

    def _tidy(self) -> None:
        if len(self.heap) > 2 * len(self.at) + SLACK:
            self.heap = [(at, key) for key, at in self.at.items()]
            heapq.heapify(self.heap)
        while self.heap and self.at.get(self.heap[0][1]) != self.heap[0][0]:
            heapq.heappop(self.heap)
