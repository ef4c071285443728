"""A toy council: an intake, a planner, a worker with intents, a book of results, and a guard that freezes and thaws."""

import asyncio
from typing import ClassVar

import msgspec

from messages import task
from messages.base import Event, Identifier, Intent, Task
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.actor import Actor, Emits, Worker, Works
from runtime.errors import Malformed


class Sum(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add these up."""

    parts: tuple[int, ...]


class Opened(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    task: Identifier
    parts: tuple[int, ...]


class Planned(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    task: Identifier
    part: int
    of: int


class Began(Intent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    task: Identifier
    part: int


class Finished(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    task: Identifier
    part: int


class Clerk(Actor):
    """Opens each task, and refuses what can't be read."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        opened: int = 0

    def on_sum(self, m: Sum) -> Emits[Opened]:
        yield Opened(task=m.id or self.origin.id, parts=m.parts)

    def apply_opened(self, m: Opened) -> None:
        self.state.opened += 1


class Planner(Actor):
    """Deals a task out in parts, several messages to one input; raises over some of them, always or at first."""

    level = Level.AUTONOMY
    falls: ClassVar[int] = 0
    """How often the next handling of a passing trouble raises; not part of the state, as a fault outside would be."""

    class State(msgspec.Struct):
        tasks: tuple[str, ...] = ()
        planned: int = 0

    def on_opened(self, m: Opened) -> Emits[Planned]:
        if CURSED in m.parts:
            raise ArithmeticError("this part can't be planned")
        if PASSING in m.parts and type(self).falls > 0:
            type(self).falls -= 1
            raise ConnectionError("not now")
        for part in m.parts:
            yield Planned(task=m.task, part=part, of=len(m.parts))

    def apply_opened(self, m: Opened) -> None:
        self.state.tasks = (*self.state.tasks, f"{m.task}@{self.now:.6f}")

    def apply_planned(self, m: Planned) -> None:
        self.state.planned += m.part


class Doer(Worker):
    """Takes time over each part; what it began may be done again."""

    level = Level.AUTONOMY
    concurrency = 3
    idempotent = True

    async def on_planned(self, m: Planned) -> Works[Began | Finished]:
        yield Began(task=m.task, part=m.part)
        await asyncio.sleep(0.02)
        yield Finished(task=m.task, part=m.part)


class Once(Doer):
    """Takes time over each part; what it began must not be done again by itself."""

    name = "doer"
    idempotent = False


class Book(Actor):
    """Ends each task: answered when all parts are finished, failed when something on its way is dead or held."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        missing: dict[str, int] = {}
        sums: dict[str, int] = {}
        ended: dict[str, str] = {}

    def on_finished(self, m: Finished) -> Emits[task.Answered]:
        if self.state.missing.get(m.task) == 0 and m.task not in self.state.ended:
            yield task.Answered(task=m.task, result=self.state.sums[m.task])

    def on_dead_lettered(self, m: life.DeadLettered) -> Emits[task.Failed]:
        if self.origin.correlation not in self.state.ended:
            yield task.Failed(task=self.origin.correlation, reason=m.error)

    def on_held(self, m: life.Held) -> Emits[task.Failed]:
        if self.origin.correlation not in self.state.ended:
            yield task.Failed(task=self.origin.correlation, reason="nobody knows whether it was done")

    def apply_opened(self, m: Opened) -> None:
        self.state.missing[m.task] = len(m.parts)
        self.state.sums[m.task] = 0

    def apply_finished(self, m: Finished) -> None:
        self.state.missing[m.task] -= 1
        self.state.sums[m.task] += m.part

    def apply_answered(self, m: task.Answered) -> None:
        self.state.ended[m.task] = "answered"

    def apply_failed(self, m: task.Failed) -> None:
        self.state.ended[m.task] = "failed"


class Guard(Actor):
    """Freezes and thaws on order."""

    level = Level.GUARD

    class State(msgspec.Struct):
        epochs: dict[Level, int] = {}

    def on_freeze(self, m: order.Freeze) -> Emits[control.Set]:
        for level in m.levels or FREEZABLE:
            yield control.Set(level=level, mode=Mode.FROZEN, epoch=self.state.epochs.get(level, 0) + 1, reason=m.reason)

    def on_thaw(self, m: order.Thaw) -> Emits[control.Set]:
        yield control.Set(level=m.level, mode=Mode.FULL, epoch=self.state.epochs.get(m.level, 0) + 1, reason=m.reason)

    def apply_set(self, m: control.Set) -> None:
        self.state.epochs[m.level] = m.epoch


class Tallied(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "toy"
    count: int
    roll: float


class Teller(Actor):
    """Counts what is finished and tells it from time to time, with a roll of the dice."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        waiting: int = 0
        due_at: float | None = None
        told: tuple[tuple[float, int, float], ...] = ()

    def due(self) -> float | None:
        due_at: float | None = self.state.due_at
        return due_at

    def on_due(self) -> Emits[Tallied]:
        yield Tallied(count=self.state.waiting, roll=self.rng.random())

    def apply_finished(self, m: Finished) -> None:
        self.state.waiting += 1
        if self.state.due_at is None:
            told_at = self.state.told[-1][0] if self.state.told else 0.0
            self.state.due_at = max(self.now, told_at) + 0.3

    def apply_tallied(self, m: Tallied) -> None:
        self.state.waiting -= m.count
        self.state.due_at = None
        self.state.told = (*self.state.told, (self.now, m.count, m.roll))


class Porter(Actor):
    """An intake that hears every kind of task, and itself refuses what can't be read."""

    name = "clerk"
    level = Level.FOUNDATION

    def on_task(self, m: Task) -> Emits[Opened]:
        assert isinstance(m, Sum)
        yield Opened(task=m.id or self.origin.id, parts=m.parts)

    def on_malformed(self, error: Malformed) -> Emits[task.Refused]:
        yield task.Refused(task=self.origin.id, sequence=self.origin.seq, reason=error.reason, path=error.path)


CURSED = 666
"""A part over which the planner always raises."""
PASSING = 555
"""A part over which the planner raises a few times."""
