"""A mailbox whose gate is shut decides on nothing, begins no commit, and its black box shows it without a break."""

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

from bus.log import Draft, Grant
from bus.names import Names
from bus.simulation.faults import CALM
from bus.simulation.log import SimulatedLog
from bus.simulation.virtual_time import clock, run
from messages.base import Event, Task, encode, type_name
from messages.kernel import actor as life
from messages.kernel.control import FREEZABLE, Level, Mode, Set
from runtime.actor import Actor, Emits
from runtime.delivery.freeze_guard import LEASE_S, REREAD_S
from runtime.delivery.mailbox import ASIDE_S, TURN, Mailbox
from runtime.envelope import event_subject, name_in
from runtime.roster import Roster, zone
from runtime.topology import grants_of, types_heard
from tests.pace import patience

NAMES = Names()
WAY_S: Final = 0.05
"""Each message is on its way so long; a commit or a question takes twice as much. *chosen*"""
SLOW_S: Final = 0.002
"""How long a slow decision takes. *chosen*: a few of them are longer than a turn may be"""


class Ring(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to answer; `broken` the first time, or `slow`."""

    broken: bool = False
    slow: bool = False


class Rang(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said to it."""

    for_people = True


class Bell(Actor):
    """Answers each ring."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        rung: int = 0

    def on_ring(self, m: Ring) -> Emits[Rang]:
        self.decided += 1
        if m.broken and self.decided == 1:
            raise ConnectionError("not this time")
        end = time.perf_counter() + SLOW_S
        while m.slow and time.perf_counter() < end:
            pass
        yield Rang()

    def apply_rang(self, _m: Rang) -> None:
        self.state.rung += 1

    decided = 0
    """For the eyes of the story alone."""


ROSTER = Roster(zones=(zone("tower", Bell),), kinds=(Ring,))
LEVELS = tuple(NAMES.control(level) for level in FREEZABLE)
ALARMS = tuple(NAMES.alarm(level) for level in FREEZABLE)
VETO = Grant(name="veto", says=LEVELS, emits=ALARMS)


class Tower:
    """A bell's mailbox on a log whose ways all take the same time, and what its black box has shown."""

    def __init__(self) -> None:
        faults = msgspec.structs.replace(CALM, travel_s=(WAY_S, WAY_S))
        self.log = SimulatedLog(0, NAMES, (*grants_of(ROSTER, NAMES), VETO), faults)
        self.shown: list[bytes] = []
        self.bell = Bell()
        self.mailbox = Mailbox(
            self.bell,
            self.log.connect("bell"),
            types_heard(Bell, ROSTER),
            note=lambda step, _seq: self.shown.append(step),
            clock=clock,
            retries=(),
        )
        self._publisher, self._veto = self.log.connect("ferry"), self.log.connect("veto")
        self._operator = self.log.connect("operator")
        self._numbers = itertools.count()

    async def ring(self, *tasks: Ring) -> None:
        """The tasks are published, in one commit."""
        drafts = [Draft(NAMES.subject("task", "ring"), encode(m), f"r{next(self._numbers)}", {}) for m in tasks]
        await self._publisher.commit(drafts, None)

    async def alarm(self) -> None:
        """The alarm is on its way."""
        await self._veto.emit(NAMES.alarm(Level.FOUNDATION), b"")

    async def set(self, mode: Mode, epoch: int) -> None:
        """The level's record stands on the log."""
        data = encode(Set(level=Level.FOUNDATION, mode=mode, epoch=epoch, reason="a test"))
        await self._veto.commit([Draft(NAMES.control(Level.FOUNDATION), data, f"set-{epoch}", {})], None)

    async def revive(self, seq: int) -> None:
        """The dead input is to be tried again."""
        subject = event_subject(NAMES, life.Replay, "operator", "bell")
        await self._operator.commit([Draft(subject, encode(life.Replay(actor="bell", input=seq)), "again", {})], None)

    def said(self, name: str) -> list[int]:
        """Where what the bell said stands."""
        return [record.seq for record in self.log.records if name_in(record.subject) == name]


def told(story: Callable[[Tower], Coroutine[Any, Any, None]]) -> Tower:
    """The tower after the story, which begins when the mailbox is ready."""

    async def whole() -> Tower:
        tower = Tower()
        living = asyncio.create_task(tower.mailbox.run())
        await tower.mailbox.ready.wait()
        await story(tower)
        tower.mailbox.drain()
        await living
        return tower

    return run(whole())


RANG, FROZE, DEAD = (type_name(kind) for kind in (Rang, life.Froze, life.DeadLettered))


async def one_flies_and_one_is_gathered(tower: Tower) -> None:
    """The gate is shut by an alarm while one answer is on its way to the log and another waits for it to come back."""
    async with asyncio.TaskGroup() as ringing:
        for _ in range(2):
            ringing.create_task(tower.ring(Ring()))
            await asyncio.sleep(WAY_S / 2)
        await tower.alarm()
    await asyncio.sleep(WAY_S)


def test_the_black_box_shows_the_stop_from_the_alarm_to_the_thaw_without_a_break() -> None:
    async def story(tower: Tower) -> None:
        tower.shown.clear()
        await one_flies_and_one_is_gathered(tower)
        del tower.shown[: tower.shown.index(b"frozen")]
        await tower.ring(Ring())
        await tower.set(Mode.FROZEN, 1)
        await asyncio.sleep(1.0)
        assert set(tower.shown) == {b"frozen"}
        await tower.set(Mode.FULL, 2)
        await asyncio.sleep(1.0)
        assert tower.shown[-1] == b"waiting"

    assert len(told(story).said(RANG)) == 3


def test_what_was_decided_before_an_alarm_is_not_committed_after_it_and_is_once_it_has_lapsed() -> None:
    async def story(tower: Tower) -> None:
        await one_flies_and_one_is_gathered(tower)
        assert (tower.bell.decided, tower.bell.state.rung) == (2, 2)
        await asyncio.sleep(LEASE_S / 2)
        assert len(tower.said(RANG)) == 1
        await asyncio.sleep(LEASE_S + REREAD_S)
        assert len(tower.said(RANG)) == 2

    assert told(story).bell.decided == 2


def test_what_was_decided_before_a_freeze_is_decided_again_after_the_thaw_and_froze_is_said_once() -> None:
    async def story(tower: Tower) -> None:
        await one_flies_and_one_is_gathered(tower)
        await tower.set(Mode.FROZEN, 1)
        await asyncio.sleep(1.0)
        assert tower.bell.state.rung == len(tower.said(RANG)) == 1
        await tower.set(Mode.FULL, 2)
        await asyncio.sleep(1.0)

    tower = told(story)
    assert len(tower.said(FROZE)) == 1
    assert len(tower.said(RANG)) == tower.bell.state.rung == 2


def test_a_freeze_that_is_lifted_before_it_was_answered_is_not_answered_any_more() -> None:
    async def story(tower: Tower) -> None:
        async with asyncio.TaskGroup() as setting:
            setting.create_task(tower.set(Mode.FROZEN, 1))
            await asyncio.sleep(ASIDE_S / 2)
            setting.create_task(tower.set(Mode.FULL, 2))
        await asyncio.sleep(1.0)
        await tower.ring(Ring())
        await asyncio.sleep(1.0)

    tower = told(story)
    assert tower.said(FROZE) == []
    assert len(tower.said(RANG)) == 1


def test_a_dead_input_that_is_read_again_when_an_alarm_comes_is_not_decided_on_behind_it() -> None:
    async def story(tower: Tower) -> None:
        await tower.ring(Ring(broken=True))
        await asyncio.sleep(1.0)
        assert len(tower.said(DEAD)) == 1
        ordering = asyncio.create_task(tower.revive(next(r.seq for r in tower.log.records if ".task." in r.subject)))
        await asyncio.sleep(WAY_S)
        await tower.alarm()
        await ordering
        await asyncio.sleep(LEASE_S / 2)
        assert tower.bell.decided == 1
        await asyncio.sleep(LEASE_S + REREAD_S)

    tower = told(story)
    assert tower.bell.decided == 2
    assert len(tower.said(RANG)) == 1


async def test_slow_decisions_give_the_loop_its_turn_long_before_the_count_does() -> None:
    tower = Tower()
    living = asyncio.create_task(tower.mailbox.run())
    await tower.mailbox.ready.wait()
    await tower.ring(*(Ring(slow=True),) * TURN)
    turns = 0
    async with asyncio.timeout(patience(10)):
        while tower.bell.decided < TURN:
            turns += tower.bell.decided > 0
            await asyncio.sleep(0)
    assert turns > TURN / 10
    tower.mailbox.drain()
    await living


def test_the_black_box_shows_no_decision_while_an_actor_that_reads_the_log_again_waits_for_its_commit() -> None:
    async def story(tower: Tower) -> None:
        async with asyncio.TaskGroup() as group:
            for send in (tower.ring(Ring()), tower.ring(Ring()), tower.set(Mode.HALF, 1), tower.ring(Ring())):
                group.create_task(send)
                await asyncio.sleep(WAY_S / 2)
        async with asyncio.timeout(patience(1.0)):
            while tower.mailbox.ready.is_set():  # noqa: ASYNC110
                await asyncio.sleep(WAY_S / 10)
        assert tower.shown[-1] == b"recovering"
        await asyncio.sleep(1.0)

    tower = told(story)
    assert len(tower.said(RANG)) == tower.bell.state.rung == 3
