"""Toy councils for the live stories, small enough that every record they leave can be accounted for."""

import asyncio
import contextlib
import os
import sys
from typing import Any, ClassVar, Final

import msgspec

from messages import task
from messages.base import Event, Identifier, Intent, Task
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.actor import Actor, Emits, Worker, Works
from runtime.delivery.mailbox import Mailbox
from runtime.delivery.workbench import Workbench
from runtime.roster import Roster, zone

RETRIES_S: Final = (0.1, 0.2)
"""Waits between tries in the zones of these councils. *chosen*: a test waits for the last of them"""
DEATHS: Final = 1_000
"""Crashes that a zone may have, since here they are the story. *chosen*"""


class Errand(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to be done once; what is `repeatable` may be begun again after an accident."""

    repeatable: bool = True


class Entrusted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The errand may be begun only once."""

    flow: ClassVar[str | None] = "errand"
    task: Identifier


class Requested(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The errand may be begun again."""

    flow: ClassVar[str | None] = "errand"
    task: Identifier


class Began(Intent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "errand"
    for_people = True
    task: Identifier


class Done(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "errand"
    task: Identifier


class Clerk(Actor):
    """Takes each errand once, however often it was published."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        taken: dict[str, int] = {}

    def on_errand(self, m: Errand) -> Emits[Entrusted | Requested]:
        name = m.id or self.origin.id
        if name in self.state.taken:
            return
        yield Requested(task=name) if m.repeatable else Entrusted(task=name)

    def apply_entrusted(self, m: Entrusted) -> None:
        self.state.taken[m.task] = len(self.state.taken)

    def apply_requested(self, m: Requested) -> None:
        self.state.taken[m.task] = len(self.state.taken)


class Ledgered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where effects outside the log are told: a file with a line for each."""

    ledger: str


class Once(Worker):
    """Does what must not be done twice; an errand that it began and did not end is held."""

    level = Level.AUTONOMY
    concurrency = 8
    Settings = Ledgered

    async def on_entrusted(self, m: Entrusted) -> Works[Began | Done]:
        yield Began(task=m.task)
        write_line(self.settings.ledger, m.task)
        await asyncio.sleep(0)
        yield Done(task=m.task)


class Again(Worker):
    """Does what may be done twice."""

    level = Level.AUTONOMY
    concurrency = 8
    idempotent = True
    Settings = Ledgered

    async def on_requested(self, m: Requested) -> Works[Began | Done]:
        yield Began(task=m.task)
        write_line(self.settings.ledger, m.task)
        await asyncio.sleep(0)
        yield Done(task=m.task)


class Book(Actor):
    """Ends each errand, once."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        ended: dict[str, str] = {}

    def on_done(self, m: Done) -> Emits[task.Answered]:
        if m.task not in self.state.ended:
            yield task.Answered(task=m.task, result="done")

    def on_held(self, m: life.Held) -> Emits[task.Failed]:
        if self.origin.correlation not in self.state.ended:
            yield task.Failed(task=self.origin.correlation, reason=HELD)

    def on_dead_lettered(self, m: life.DeadLettered) -> Emits[task.Failed]:
        if self.origin.correlation not in self.state.ended:
            yield task.Failed(task=self.origin.correlation, reason=m.error)

    def apply_answered(self, m: task.Answered) -> None:
        self.state.ended[m.task] = "answered"

    def apply_failed(self, m: task.Failed) -> None:
        self.state.ended[m.task] = "failed"


class Veto(Actor):
    """Freezes and thaws on anybody's order."""

    level = Level.GUARD

    class State(msgspec.Struct):
        epochs: dict[Level, int] = {}

    def on_freeze(self, m: order.Freeze) -> Emits[control.Set]:
        for level in m.levels or FREEZABLE:
            yield self._set(level, Mode.FROZEN, m.reason)

    def on_thaw(self, m: order.Thaw) -> Emits[control.Set]:
        yield self._set(m.level, Mode.FULL, m.reason)

    def apply_set(self, m: control.Set) -> None:
        self.state.epochs[m.level] = m.epoch

    def _set(self, level: Level, mode: Mode, reason: str) -> control.Set:
        epoch = self.state.epochs.get(level, 0) + 1
        return control.Set(level=level, mode=mode, epoch=epoch, reason=reason, order=self.origin.id)


class Ended(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody has done the task; that it is answered is the ender's to say."""

    flow: ClassVar[str | None] = "errand"
    task: Identifier
    result: Any


class Ender(Actor):
    """Says of every task that it is answered, also while others are frozen."""

    level = Level.GUARD

    def on_ended(self, m: Ended) -> Emits[task.Answered]:
        yield task.Answered(task=m.task, result=m.result)


class Spin(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deciding on it takes for ever, if it is `endless`."""

    endless: bool = False


class Hang(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Working on it takes for ever and can't be stopped, if it is `endless`."""

    endless: bool = False


class Hung(Intent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "errand"
    for_people = True
    task: Identifier


class Spinner(Actor):
    """Never lets go of the processor over an endless task."""

    level = Level.FOUNDATION

    def on_spin(self, m: Spin) -> Emits[Ended]:
        while m.endless:
            pass
        yield Ended(task=self.origin.id, result="spun")


class Hanger(Worker):
    """Will not be cancelled over an endless task."""

    level = Level.FOUNDATION
    concurrency = 2

    async def on_hang(self, m: Hang) -> Works[Hung | Ended]:
        named = m.id or ""
        yield Hung(task=named)
        while m.endless:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        yield Ended(task=named, result="hung")


class Dawdle(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Working on it takes so long."""

    for_s: float = 0.0


class Dawdler(Worker):
    """Takes its time over two tasks at once."""

    level = Level.FOUNDATION
    concurrency = 2

    async def on_dawdle(self, m: Dawdle) -> Works[Ended]:
        await asyncio.sleep(m.for_s)
        yield Ended(task=m.id or "", result="at last")


class Shout(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answer with so many bytes, or more."""

    size_bytes: int


class Call(Shout, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, for a worker."""


class Shouter(Actor):
    """Says as much as it is asked to, whether the log takes it or not."""

    level = Level.FOUNDATION

    def on_shout(self, m: Shout) -> Emits[Ended]:
        yield Ended(task=self.origin.id, result="x" * m.size_bytes)


class Caller(Worker):
    """Gives as much as it is asked for, whether the log takes it or not."""

    level = Level.FOUNDATION

    async def on_call(self, m: Call) -> Works[Ended]:
        yield Ended(task=m.id or "", result="x" * m.size_bytes)


class Idler(Actor):
    """Does nothing, in a process of its own; freezes like everybody."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        answers: int = 0

    def apply_answered(self, m: task.Answered) -> None:
        self.state.answers += 1


def write_line(path: str, line: str) -> None:
    """The line stands in the file, whole, whoever else writes to it."""
    ledger = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(ledger, f"{line}\n".encode())
    finally:
        os.close(ledger)


def try_again_soon() -> None:
    """Inputs that fail in this process are tried again after `RETRIES_S`, and not after minutes."""
    for runner in (Mailbox, Workbench):
        options: dict[str, Any] | None = runner.__init__.__kwdefaults__
        assert options is not None
        options["retries"] = RETRIES_S


if (main := sys.modules["__main__"].__spec__) is not None and main.name == "runtime.hosting.zone":
    try_again_soon()

HELD: Final = "nobody knows whether it was done"
"""Why an errand fails that was begun once and may not be begun again. *chosen*"""

ROSTER = Roster(
    zones=(
        zone("guard", Veto, max_restarts=DEATHS),
        zone("desk", Clerk, Book, max_restarts=DEATHS),
        zone("bench", Once, Again, max_restarts=DEATHS),
    ),
    kinds=(Errand,),
)
HUNG = Roster(
    zones=(
        zone("guard", Veto, Ender),
        zone("spinning", Spinner),
        zone("hanging", Hanger),
        zone("idle", Idler, Dawdler),
    ),
    kinds=(Spin, Hang, Dawdle),
)
LOUD = Roster(zones=(zone("guard", Veto, Ender), zone("loud", Shouter, Caller)), kinds=(Shout, Call))
