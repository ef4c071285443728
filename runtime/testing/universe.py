"""A whole council on a simulated log, with accelerated time and with every accident that the seed has in store."""

import asyncio
import contextlib
import random
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast

from bus.errors import LogError
from bus.log import Draft, Grant, Record
from bus.names import Names
from bus.simulation.faults import CALM, Faults
from bus.simulation.log import SimulatedLog
from bus.simulation.virtual_time import EPOCH_S, clock
from messages.base import Message, Task, decode, encode, kind_of, type_name
from messages.kernel import actor as life
from messages.kernel import order
from messages.kernel.actor import Member as Convener
from messages.kernel.control import FREEZABLE, Level, Mode, Set
from runtime.actor import Member, Worker
from runtime.delivery.fold import Fold
from runtime.delivery.mailbox import Mailbox
from runtime.delivery.workbench import Sharing
from runtime.envelope import draft, name_in
from runtime.roster import Child, Roster, zone
from runtime.testing import audits
from runtime.testing.seat import Seat
from runtime.testing.steering import task_factory
from runtime.testing.troubles import Troubles
from runtime.topology import SUPERVISOR, grants_of, types_of

HAND: Final = "hand"
"""The identity that sets control when no actor of the council does. *chosen*"""
GLANCE_S: Final = 1.0
"""How often `until` looks when nothing new stands on the log. *chosen*"""
SHOWN: Final = 12
"""How many of the last records an error shows. *chosen*"""

M = TypeVar("M", bound=Message)


class Broken(AssertionError):
    """A guarantee did not hold; the text says which, where on the log, and with which seed to see it again."""


def _places(child: Child, instances: int) -> list[tuple[str, Sharing | None]]:
    """The names of the member's seats: its own, and `name.1` and so on for further instances."""
    name = child.member.name
    shared = [
        (f"{name}.{slot}" if slot else name, Sharing(slot=slot, instance=f"host{slot}")) for slot in range(instances)
    ]
    return [*shared] or [(name, None)]


def _is_as_ordered(found: Mode, wanted: Mode) -> bool:
    """The mode is the one that was wanted; a level that is thawed may go on in whatever mode is due for it."""
    return found is wanted or (wanted is Mode.FULL and found is not Mode.FROZEN)


class Universe:
    """`async with Universe(members, kinds=..., seed=..., faults=...) as universe:` runs the council and audits it."""

    def __init__(
        self,
        members: Sequence[type[Member] | Child],
        *,
        kinds: Sequence[type[Task]] = (),
        seed: int = 0,
        faults: Faults = CALM,
        snapshots: bool = False,
        retries: tuple[float, ...] | None = None,
        workers: Sequence[type[Worker]] = (),
        instances: int = 2,
    ) -> None:
        """`workers` have a zone of their own, which runs `instances` times."""
        self.names = Names()
        zones = (zone("council", *members), *((zone("workers", *workers),) if workers else ()))
        self.roster = Roster(zones=zones, kinds=tuple(kinds))
        self.seed = seed
        self.deaths: list[str] = []
        """Actors that ended by an exception of their own; none should."""
        hand = Grant(name=HAND, says=tuple(self.names.control(level) for level in FREEZABLE))
        self.log = SimulatedLog(seed, self.names, (*grants_of(self.roster, self.names), hand), faults)
        self.seats = {
            name: Seat(child, self.roster, self.log, self._died, snapshots=snapshots, retries=retries, sharing=sharing)
            for child in self.roster.children
            for name, sharing in _places(child, instances if child.member in workers else 0)
        }
        self._types = types_of(self.roster)
        self._troubles = Troubles(self.log, self.seats, random.Random(f"{seed}-troubles"), faults)
        self._by_name: dict[str, list[Record]] = {}
        self._indexed = 0
        self._said: dict[type[Message], list[Message]] = {}
        self._stored = asyncio.Event()
        self._published = 0
        self.rested: dict[str, Fold] = {}
        """The actors that were at rest when all was stopped, whose states are compared with fresh folds."""
        self._rested_at = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if error is None:
            self.audit()

    async def start(self) -> None:
        """The council is convened, its members run, and troubles may begin."""
        loop = asyncio.get_running_loop()
        loop.set_task_factory(task_factory)
        loop.set_exception_handler(self._uncaught)
        self.log.on_stored(lambda _record: self._stored.set())
        council = tuple(
            Convener(name=member.name, level=member.level, zone="council") for member in self.roster.members
        )
        await self._say(SUPERVISOR, life.Convened(council=self.names.council, members=council, version="simulated"))
        for seat in self.seats.values():
            seat.start()
        self._troubles.start()

    async def stop(self) -> None:
        """Nothing runs any more; what stands on the log can still be read."""
        self.rested = {name: fold for name, seat in self.seats.items() if (fold := seat.fold()) is not None}
        self._rested_at = len(self.log.store.rows)
        await self._troubles.stop()
        for seat in self.seats.values():
            await seat.end()

    async def calm(self) -> None:
        """No further crash, pause, partition or restart; all links are back and all members run."""
        await self._troubles.stop()
        if not self.log.up:
            self.log.start()
        for seat in self.seats.values():
            seat.revive()

    @property
    def records(self) -> list[Record]:
        """All that stands on the log."""
        return self.log.records

    def said(self, kind: type[M]) -> list[M]:
        """All messages of the type on the log, in its order; each is decoded once, however often this is asked."""
        known = self._said.setdefault(kind, [])
        known += [decode(kind, record.data) for record in self._named(kind)[len(known) :]]
        return cast(list[M], known.copy())

    def said_records(self, kind: type[Message]) -> list[Record]:
        """All records of the type."""
        return self._named(kind).copy()

    def _named(self, kind: type[Message]) -> list[Record]:
        """All records of the type, from an index that grows with the log."""
        rows = self.log.store.rows
        for index in range(self._indexed, len(rows)):
            self._by_name.setdefault(name_in(rows[index].subject), []).append(rows[index].record())
        self._indexed = len(rows)
        return self._by_name.get(f"task.{kind_of(kind)}" if issubclass(kind, Task) else type_name(kind), [])

    async def publish_task(self, task: Task, *, identity: str | None = None) -> int:
        """The task stands on the log, at the returned place."""
        return await self.publish_bytes(kind_of(type(task)), encode(task), identity=identity)

    async def publish_bytes(self, kind: str, data: bytes, *, identity: str | None = None) -> int:
        """The bytes stand on the log as a task of this kind, whatever they are."""
        self._published += 1
        identity = identity or f"published-{self._published}"
        return await self._put("publisher", Draft(self.names.subject("task", kind), data, identity, {}))

    async def freeze(self, level: Level, reason: str = "because the test wants it") -> int:
        """The level is frozen from the returned place on: by the member that hears such orders, else by hand."""
        return await self._set(level, Mode.FROZEN, order.Freeze(levels=(level,), reason=reason))

    async def thaw(self, level: Level, reason: str = "because the test wants it") -> int:
        """The level may act again from the returned place on."""
        return await self._set(
            level, Mode.FULL, order.Thaw(level=level, fence=self._last_control(level), reason=reason)
        )

    async def set_mode(self, level: Level, mode: Mode, reason: str = "because the test wants it") -> int:
        """The level is in this mode from the returned place on, by hand; for councils without a member that sets it."""
        epoch = sum(control.level is level for control in self.said(Set)) + 1
        return await self._say(HAND, Set(level=level, mode=mode, epoch=epoch, reason=reason))

    async def command(self, command: Message) -> int:
        """The operator's order stands on the log."""
        return await self._say("operator", command)

    async def crash(self, name: str, *, snapshot_lost: bool = False) -> None:
        """The member has died where it stood and runs anew, from the log and, unless that is lost, its snapshot."""
        await self.seats[name].crash(snapshot_lost=snapshot_lost)

    async def until(self, holds: Callable[[], bool], limit_s: float = 60.0) -> None:
        """Returns when it holds; raises Broken when it does not within so many virtual seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit_s
        while not holds():
            if self.deaths:
                raise Broken(self._told(self.deaths))
            if loop.time() >= deadline:
                raise Broken(self._told([f"not within {limit_s} s: {holds.__qualname__}", *self._tail()]))
            self._stored.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(GLANCE_S, max(0.0, deadline - loop.time()))):
                    await self._stored.wait()

    async def settled(self, limit_s: float = 3_600.0) -> None:
        """Every actor has handled all that it hears, and nothing is under way or waiting to be tried again."""
        await self.until(self._at_rest, limit_s)

    def audit(self) -> None:
        """Raises Broken unless fence, once and fold hold; the last for actors that were at rest when they ended."""
        records = self.records
        faults = [
            *self.deaths,
            *audits.fence_breaches(records),
            *audits.mode_breaches(records, self._types, self.names),
            *audits.repetitions(records),
            *audits.dead_and_answered(records),
            *self._fold_faults(records[: self._rested_at]),
        ]
        if faults:
            raise Broken(self._told(faults))

    def _fold_faults(self, records: list[Record]) -> list[str]:
        faults: list[str | None] = []
        for name, live in self.rested.items():
            seat = self.seats[name]
            fresh = audits.folded(seat.fresh(), seat.types, self.names, records)
            faults.append(audits.difference(live, fresh, "folded anew"))
            snapshot = seat.snapshot()
            if snapshot is not None:
                restored = audits.folded(seat.fresh(), seat.types, self.names, records, snapshot)
                faults.append(audits.difference(live, restored, f"from its snapshot at {snapshot.cursor}"))
        return [fault for fault in faults if fault is not None]

    def _at_rest(self) -> bool:
        folds = [seat.runner.fold for seat in self.seats.values() if isinstance(seat.runner, Mailbox)]
        return not any(fold.pending for fold in folds) and all(seat.at_rest() for seat in self.seats.values())

    async def _set(self, level: Level, mode: Mode, by_order: order.Freeze | order.Thaw) -> int:
        """A control record of the mode stands on the log; the one that was asked for here, not one from before."""
        before = self._last_control(level)
        if any(type(by_order) in member.signature.hears for member in self.roster.members):
            await self._say("operator", by_order)
        else:
            await self.set_mode(level, mode, by_order.reason)

        def obeyed() -> bool:
            row = self.log.store.last(self.names.control(level))
            return row is not None and row.seq > before and _is_as_ordered(decode(Set, row.data).mode, mode)

        await self.until(obeyed)
        return self._last_control(level)

    def _last_control(self, level: Level) -> int:
        row = self.log.store.last(self.names.control(level))
        return row.seq if row is not None else 0

    async def _say(self, name: str, message: Message) -> int:
        self._published += 1
        identity = f"{name}-{self._published}"
        made = draft(self.names, name, message, identity=identity, origin=None, at=clock(), cursor=None)
        return await self._put(name, made)

    async def _put(self, name: str, made: Draft) -> int:
        """Stored at once by an identity that no accident befalls; while the server is away, as soon as it is back."""
        await self.log.there()
        return self.log.commit(self.log.grants[name], (made,), None)

    def _died(self, name: str, error: Exception) -> None:
        trace = "".join(traceback.format_exception(error))
        self.deaths.append(f"{name} ended by itself: {error!r}\n{trace}")

    def _uncaught(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error, task = context.get("exception"), context.get("task") or context.get("future")
        if isinstance(error, LogError):
            return
        trace = "".join(traceback.format_exception(error)) if error is not None else ""
        self.deaths.append(f"{context['message']}: {error!r} in {task!r}\n{trace}")

    def _tail(self) -> list[str]:
        return [
            f"  {record.seq} {record.time - EPOCH_S:.3f} s {record.subject} {record.data[:120]!r}"
            for record in self.records[-SHOWN:]
        ]

    def _told(self, faults: Sequence[str]) -> str:
        return "\n".join([f"seed {self.seed}:", *faults])
