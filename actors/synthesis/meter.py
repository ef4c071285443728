"""What a search spends, and where it stops: by its own processor time, so that a busy machine finds the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from actors.synthesis.problem import Budget, Figures

LOOK_EVERY: Final = 8
"""Candidates between two looks at the clock. *measured*: a look is a hundredth of a candidate."""

TELL_EVERY: Final = 16_384
"""Candidates between two reports of progress. *measured*: a few a second."""


class Exhausted(Exception):
    """The budget, or the share of it that a part was given, is spent."""


@dataclass(slots=True)
class Meter:
    """Counts what a search spends, its parts included."""

    budget: Budget
    progress: Callable[[Figures], None] | None = None
    started_s: float = field(default_factory=time.thread_time)
    candidates: int = 0
    kept: int = 0
    level: int = 0
    ceiling: int = 0
    """Candidates at which the part that is running now has to stop."""

    def __post_init__(self) -> None:
        self.ceiling = self.budget.candidates

    def refill(self) -> None:
        """A search begins anew, with what is left of the candidates and nothing kept."""
        self.ceiling = self.budget.candidates
        self.kept = 0

    def spend(self) -> None:
        """One candidate more may be tried; Exhausted if there is none left."""
        if self.candidates >= self.ceiling or self.kept >= self.budget.kept:
            raise Exhausted
        self.candidates += 1
        if self.candidates % LOOK_EVERY == 0:
            self.look()
        if self.progress is not None and self.candidates % TELL_EVERY == 0:
            self.progress(self.figures())

    def charge(self, candidates: int) -> None:
        """So many candidates were tried without being counted one by one."""
        self.candidates += candidates
        self.look()
        if self.candidates >= self.ceiling:
            raise Exhausted

    def look(self) -> None:
        """Exhausted if the time is over."""
        if self.elapsed_s() > self.budget.seconds:
            raise Exhausted

    def elapsed_s(self) -> float:
        """Processor seconds since the search began."""
        return time.thread_time() - self.started_s

    def figures(self, depth: int = 0) -> Figures:
        """What has been spent so far."""
        elapsed_s = self.elapsed_s()
        spent = (
            elapsed_s / self.budget.seconds if self.budget.seconds > 0 else 1.0,
            self.candidates / max(1, self.budget.candidates),
            self.kept / max(1, self.budget.kept),
        )
        share = round(min(1.0, max(spent)), 3)
        return Figures(self.candidates, self.kept, self.level, depth, round(elapsed_s, 3), share)
