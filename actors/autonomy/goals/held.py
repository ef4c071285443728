"""A goal as it is remembered, from its judgement to its end."""

import msgspec

from messages.autonomy import goal


class Held(msgspec.Struct):
    """A goal on its way: sandboxed, proposed or in force; or how it came out."""

    intent: goal.Intent
    figures: goal.Figures
    state: goal.State
    since: int
    """The cycle in which it came to this state."""
    task: str = ""
    """The task that does its work."""
    deadline: float = 0.0
    spent_usd: float = 0.0
    reason: str = ""
    registered: bool = False
    """The tool that it is about is registered; a chain must also be called."""
    tried: bool = False
    """The task that does its work has ended."""
    begun: float = 0.0
    """When that task was commissioned, in seconds since the epoch."""
    pieces: int = 0
    """Tasks commissioned so far."""
    worked_s: float = 0.0
    """Seconds that those took which have ended."""

    def begin_task(self, name: str, now: float) -> None:
        """The next task that works for the goal is commissioned."""
        self.task, self.tried, self.begun, self.pieces = name, False, now, self.pieces + 1

    def end_of_task(self, name: str, now: float) -> None:
        """The task has ended, if it is this goal's."""
        if name and name == self.task and not self.tried:
            self.tried = True
            self.worked_s += max(0.0, now - self.begun)


def view(name: str, held: Held) -> goal.View:
    """The goal as a person sees it."""
    return goal.View(
        goal=name,
        state=held.state,
        intent=held.intent,
        figures=held.figures,
        since=held.since,
        reason=held.reason,
        task=held.task or None,
    )
