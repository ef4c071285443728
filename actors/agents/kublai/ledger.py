"""State of Kublai: the open tasks with the times by which he follows up, and how the others ended."""

from typing import Final

import msgspec

from actors.agents.kublai import job as jobs
from actors.agents.kublai.delegation import Standing
from actors.agents.kublai.job import Ended, Job
from actors.agents.kublai.phases import awaits
from actors.alarms import Alarms
from messages import task
from messages.base import Json, Message

REMEMBERED: Final = 1_000
"""Ended tasks that are kept to be shown. *chosen*: a day of work for one person; the log keeps all"""

ARCHIVED: Final = 100_000
"""Ended tasks before those whose place is kept, so that how they ended is read from the log. *derived*: as many ids as
the intake knows"""


class Archived(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a task that ended long ago."""

    kind: str
    accepted_at: float
    place: int


class Sparing(msgspec.Struct, frozen=True, array_like=True):
    """A goal of the council's own asks for smaller searches, because a resource is scarce."""

    effort: float
    """Part of the usual search."""
    until: float
    """Seconds since the epoch."""


class Ledger(msgspec.Struct):
    """Every task that Kublai knows: it is open, ended or archived."""

    open: dict[str, Job] = {}
    ended: dict[str, Ended] = {}
    """The newest, in the order in which they ended."""
    archive: dict[str, Archived] = {}
    """Those before them."""
    alarms: Alarms = msgspec.field(default_factory=Alarms)
    standing: Standing = msgspec.field(default_factory=Standing)
    sparing: dict[str, Sparing] = {}
    """By the goal that asks for it."""

    def effort(self, now: float) -> float:
        """Part of the usual search that a learning task which begins now may take."""
        return min((one.effort for one in self.sparing.values() if one.until > now), default=1.0)

    def awaiting(self, message: Message) -> Job | None:
        """The open task of which the message is an answer that its phase and round wait for."""
        job = self.open.get(getattr(message, "task", None) or "")
        return job if job is not None and awaits(job, message) else None

    def expect(self, job: Job, at: float) -> None:
        """Follow up at this time, or at the task's deadline if that is earlier."""
        self.alarms.set(job.task, at if job.deadline is None else min(at, job.deadline))

    def end(self, name: str, phase: str, outcome: Json) -> None:
        """Move the task to the ended ones; the oldest of those beyond the limit goes to the archive."""
        job = self.open.pop(name, None)
        self.alarms.drop(name)
        if job is not None:
            self.ended[name] = jobs.ended(job, phase, outcome)
            if len(self.ended) > REMEMBERED:
                self._put_away(next(iter(self.ended)))

    def _put_away(self, name: str) -> None:
        old = self.ended.pop(name)
        self.archive[name] = Archived(old.kind, old.accepted_at, old.place)
        if len(self.archive) > ARCHIVED:
            del self.archive[next(iter(self.archive))]

    def on_log(self, name: str) -> Archived | Ended | None:
        """The ended task, if its outcome stands on the log alone."""
        known = self.ended.get(name)
        if known is None:
            return self.archive.get(name)
        return known if known.is_cut else None

    def views(self, m: task.Find) -> task.Views:
        """All tasks kept in the order of their acceptance, or the one that is named, which alone has its outcome."""
        views = [_view(name, done, done.outcome if m.task else None) for name, done in self.ended.items()]
        views += [_view(job.task, job, None) for job in self.open.values()]
        chosen = sorted(
            (view for view in views if m.task is None or view.task == m.task), key=lambda view: view.accepted_at
        )
        return task.Views(tasks=tuple(chosen[-m.limit :]))


def _view(name: str, known: Job | Ended, outcome: Json) -> task.View:
    return task.View(task=name, kind=known.kind, phase=known.phase, accepted_at=known.accepted_at, outcome=outcome)
