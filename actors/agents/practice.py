"""State of an agent that makes tools: its rounds of practice under way, and what its SOUL adds to questions."""

from typing import Final

import msgspec

from actors.agents.work import Work
from messages.tools import learning

IN_HAND: Final = 1_000
"""Most tasks in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""


class Practice(msgspec.Struct):
    """The rounds of an agent, and its stance; `craft` and `asking` decide by it."""

    work: dict[str, Work] = {}
    """Rounds of practice under way, by the task."""
    stance: str = ""
    """The part of its SOUL that a model service is told."""

    def begin(self, order: learning.Practise) -> None:
        """Start a round in place of an earlier one of the same task; drop the oldest round beyond the limit."""
        candidate = order.candidate
        work = Work(order, source=candidate.source, entry=candidate.entry) if candidate else Work(order, stage="search")
        work.found = "" if order.examples else "there are tests and no examples to search by"
        self.work.pop(order.task, None)
        self.work[order.task] = work
        if len(self.work) > IN_HAND:
            del self.work[next(iter(self.work))]

    def forget(self, task: str) -> None:
        """Drop the task's round: it is over, or the task failed or was cancelled in the middle of it."""
        self.work.pop(task, None)

    def in_round(self, task: str, number: int) -> Work | None:
        """The task's round, if it has this number."""
        work = self.work.get(task)
        return work if work is not None and work.order.round == number else None

    def asking(self, task: str, act: str, stage: str) -> Work | None:
        """The task's round, if it waits in this stage for this question to the model service."""
        work = self.work.get(task)
        return work if work is not None and work.act == act and work.stage == stage else None
