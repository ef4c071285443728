"""The life of one actor: recover from the log, take inputs one by one, commit what is said, stop when frozen.

"Freeze, disable the bad tool, thaw": an order that only restricts (`restricts` on its class) holds from the first
moment after the thaw. The fence lets a frozen actor say nothing, and an actor takes its inputs in log order, so what
waited since before the freeze would come first. Therefore an actor that hears such orders reads the log again when a
freeze is lifted, as after a crash, up to its own word that it has started, which stands after the thaw and so after
every order of the freeze; and it decides on those orders before any other input. What it says carries the order as its
input and the state's cursor as it was, so that a fold of the log comes to the same state; the order's own place is
passed over later. Meanwhile no snapshot is taken, since the next fold would not know that the order is settled.
"""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
import structlog

from bus.errors import Duplicate, LogError, Severed, Stale
from bus.log import Connection, Draft, Record
from bus.names import Names
from messages.base import Command, Message, Query, decode, encode, flow_of, type_name
from messages.kernel import actor as life
from messages.kernel.control import Mode, Set
from runtime.actor import Actor
from runtime.clock import Clock, wall
from runtime.delivery import blackbox as step
from runtime.delivery.commit import Committer
from runtime.delivery.decider import Decider, Unhearable
from runtime.delivery.failures import traced
from runtime.delivery.fold import Fold
from runtime.delivery.freeze_guard import Gate
from runtime.delivery.snapshot import SnapshotFile, Snapshots
from runtime.envelope import draft, name_in, read
from runtime.errors import Malformed
from runtime.lookup import FromLog, looked_up

TURN: Final = 64
"""Most inputs decided on before the loop has its turn, and with it an alarm. *chosen*: about 3 ms of light work"""
TURN_S: Final = 0.003
"""No other input is begun in a turn that has taken this long. *chosen*: slow handlers let an alarm in as soon"""
ASIDE_S: Final = 0.02
"""Who has stopped says so after this, and leaves the cores to those who have not heard yet. *chosen*"""
RECOVERY_WAITS_S: Final = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Waits between two tries to recover; the last is repeated. *chosen*"""
STEADY_S: Final = 5.0
"""Trouble that comes later than this after the last is new trouble, and is not waited for longer. *chosen*"""

log = structlog.get_logger()


class Rebuild(Exception):
    """The actor's memory is no longer what the log says; it is dropped and read again."""


class Lifted(Rebuild):
    """A freeze was lifted, and the log is read again from what was said meanwhile: no trouble, and no wait for it."""


class Mailbox:
    """Runs one actor on one connection."""

    def __init__(
        self,
        actor: Actor,
        connection: Connection,
        types: Mapping[str, type[Message]],
        *,
        names: Names | None = None,
        snapshots: SnapshotFile | None = None,
        note: Callable[[bytes, int], None] = lambda _step, _seq: None,
        clock: Clock = wall,
        retries: tuple[float, ...] | None = None,
        suspect: int = 0,
    ) -> None:
        self.actor = actor
        self.ready = asyncio.Event()
        """Set while the actor holds the state that the log says."""
        self._connection = connection
        self._types: dict[str, type[Message]] = {**types, type_name(life.Replay): life.Replay}
        self._names = names or Names()
        self._snapshots = Snapshots(snapshots)
        self._note = note
        self._clock = clock
        self._retries = actor.retries_s if retries is None else retries
        self._suspect = suspect
        self._wake = asyncio.Event()
        self.gate = Gate(connection, actor.level, self._names, self._gate_changed)
        self._committer = Committer(connection, self._wake.set)
        self._backlog: deque[Record] = deque()
        self._faltered: dict[int, Record] = {}
        self._unhearable: Unhearable | None = None
        self._sets_modes = Set in actor.signature.says
        self._restricting = frozenset(type_name(kind) for kind in actor.signature.handlers if _restricts(kind))
        self._was_frozen = self._thawed = False
        self._alarms: list[asyncio.Future[None]] = []
        self._linked_again = False
        self._draining = False
        self._started = False
        self._froze_epoch = -1
        self._begin()

    def _begin(self) -> None:
        actor = self.actor
        actor.state = actor.State()
        self.fold = Fold(actor, self._types)
        self.decider = Decider(actor, self.fold, self._types, self._names, retries=self._retries, suspect=self._suspect)
        self._backlog.clear()
        self._faltered.clear()
        self._urgent: deque[Record] = deque()
        self._ahead: set[int] = set()
        self._taken = 0
        self._settled_through = 0
        self._tried_due: tuple[float, int] | None = None

    async def run(self) -> None:
        """Handles messages until drained or cancelled; reads the log again whenever that is the way to be right."""
        self._connection.inbox.on_filled(self._wake.set)
        self._connection.on_link(self._linked)
        failures, loop = 0, asyncio.get_running_loop()
        try:
            while not self._draining:
                began = loop.time()
                try:
                    await self._recover()
                    await self._live()
                except Lifted as error:
                    await self._forget(error, failures)
                except (LogError, Rebuild, Unhearable) as error:
                    failures = failures + 1 if loop.time() - began < STEADY_S else 1
                    await self._forget(error, failures)
        finally:
            await self._committer.drop()
            await self.gate.close()

    def drain(self) -> None:
        """No further message is taken; `run` ends when what was decided is committed."""
        self._draining = True
        self._wake.set()

    async def _forget(self, error: Exception, failures: int) -> None:
        self._show(step.RECOVERING)
        self.ready.clear()
        expected = isinstance(error, Stale | Severed | Duplicate | Rebuild)
        say = log.info if expected else log.warning
        say("the log is read again", actor=self.actor.name, why=str(error) or type(error).__name__)
        self._suspect = self.decider.suspect
        if isinstance(error, Unhearable):
            self._unhearable = error
        await self._committer.drop()
        if not isinstance(error, Stale | Severed | Lifted):
            await asyncio.sleep(RECOVERY_WAITS_S[min(failures, len(RECOVERY_WAITS_S)) - 1])

    async def _recover(self) -> None:
        """State and bookkeeping are what the log says, up to a record of our own that shows how far it was read."""
        self._show(step.RECOVERING)
        self.ready.clear()
        self._linked_again = self._thawed = False
        if not self._started:
            await self.gate.start()
            await self._serve()
            self._started = True
        else:
            await self.gate.read()
        cursor = self.fold.cursor
        self._begin()
        if self._unhearable is not None:
            await self._bury(self._unhearable, cursor)
        self._snapshots.restore(self.fold)
        floor = await self._connection.inbox.reset()
        barrier = await self._say(life.Started(actor=self.actor.name, cursor=self.fold.cursor))
        self._settled_through = max(self.fold.cursor, floor)
        async for chunk in self._connection.read(self.fold.cursor + 1, barrier):
            for number, record in enumerate(chunk):
                self.fold.replay(record)
                if name_in(record.subject) in self._restricting:
                    self._urgent.append(record)
                if number % TURN == 0:
                    await asyncio.sleep(0)
        self.fold.finish(self._settled_through)
        self._ahead = {seq for seq in self.fold.decided if seq > self.fold.cursor}
        for seq in self.fold.pending:
            self._faltered[seq] = await self._find(seq)
        self.ready.set()

    async def _bury(self, unhearable: Unhearable, cursor: int) -> None:
        record = unhearable.record
        if record.seq == 0:
            self._unhearable = None
            return
        self.fold.cursor = cursor
        letter = self.decider.dead(record, "hear", 1, unhearable.error)
        with contextlib.suppress(Duplicate):
            await self._connection.commit([letter], self.gate.fence)
        self._unhearable = None
        self._begin()

    async def _say(self, message: Message) -> int:
        identity = f"{self.actor.name}-{random.SystemRandom().getrandbits(64):016x}"
        made = draft(
            self._names, self.actor.name, message, identity=identity, origin=None, at=self._clock(), cursor=None
        )
        return await self._connection.commit([made], self.gate.fence)

    async def _find(self, seq: int) -> Record:
        async for chunk in self._connection.read(seq, seq):
            for record in chunk:
                return record
        raise Rebuild(f"record {seq} can't be read")

    async def _live(self) -> None:
        while True:
            self._wake.clear()
            if self._linked_again:
                raise Rebuild("the server was away")
            if self._thawed:
                raise Lifted("a freeze was lifted: orders that restrict come first")
            self._advance()
            acting = self.gate.open and not self._draining
            moved = await self._turn() if acting and not self._committer.full else False
            self._advance()
            if moved:
                await asyncio.sleep(0)
                continue
            if not self._committer.under_way:
                if self._draining:
                    await self._snapshots.written()
                    self._save()
                    await self._snapshots.written()
                    return
                if self.gate.frozen:
                    await self._froze()
            self._show(step.WAITING)
            await self._wait()

    def _advance(self) -> None:
        """A commit that came back is accounted for; behind a shut gate none of what was decided is begun."""
        self._committer.settle()
        if self.gate.open or not self._committer.gathered:
            self._committer.begin()

    async def _froze(self) -> None:
        """It is said that the actor has stopped; what it had decided and not begun to commit, it forgets."""
        epoch = self.gate.epoch
        if self._froze_epoch != epoch:
            await asyncio.sleep(ASIDE_S)
            if self.gate.epoch == epoch:
                await self._say(life.Froze(actor=self.actor.name, level=self.actor.level, epoch=epoch))
                self._froze_epoch = epoch
        if self._committer.gathered:
            raise Stale("a freeze came between decision and commit")

    async def _wait(self) -> None:
        moments = [pending.retry_at for pending in self.fold.pending.values()]
        due = self.actor.due()
        if due is not None and (due, self.fold.cursor) != self._tried_due:
            moments.append(due)
        if not moments or not self.gate.open or self._draining or not self._committer.idle:
            await self._wake.wait()
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(moments) - self._clock())):
                await self._wake.wait()

    async def _turn(self) -> bool:
        """Decides on what is there: faltered inputs whose time has come, timers, new inputs; False if nothing was."""
        self._follow_mode()
        now = self._clock()
        if self._committer.idle and self._snapshots.due(self.fold):
            self._save()
        elif self._snapshots.overdue(self.fold):
            return False
        moved = self._hurry(now) or self._retry(now) or self._on_time(now)
        if not self._backlog:
            self._backlog.extend(self._connection.inbox.take(TURN))
        loop = asyncio.get_running_loop()
        end = loop.time() + TURN_S
        while self._backlog and self.gate.open and not self._committer.full:
            record = self._backlog.popleft()
            moved = True
            if record.seq <= self._taken:
                continue
            self._taken = record.seq
            if record.subject.endswith(f".{self.actor.name}") and name_in(record.subject) == REPLAY:
                await self._replay_dead(record, now)
            else:
                self._handle(record, now)
            if loop.time() >= end:
                break
        return moved

    def _follow_mode(self) -> None:
        """What is decided from here on is decided under the mode whose fence its commit will carry."""
        self.decider.mode, self.decider.epoch = self.gate.mode, self.gate.epoch

    def _hurry(self, now: float) -> bool:
        """Decides on the orders that restrict, before anything that came before them."""
        moved = False
        while self._urgent:
            record = self._urgent.popleft()
            if record.seq <= max(self._settled_through, self.fold.cursor) or self.fold.settled(record.seq):
                continue
            self._note(step.DECIDING, record.seq)
            drafts = self.decider.ahead(record, now)
            if drafts:
                moved = True
                self.fold.decided.add(record.seq)
                self._ahead.add(record.seq)
                self._committer.add(drafts, self.gate.fence, None)
            if record.seq in self.fold.pending:
                self._faltered[record.seq] = record
        return moved

    def _handle(self, record: Record, now: float) -> None:
        self._note(step.DECIDING, record.seq)
        drafts: list[Draft] = []
        if record.seq > self._settled_through and not self.fold.settled(record.seq):
            drafts = self.decider.take(record, now)
            if record.seq in self.fold.pending:
                self._faltered[record.seq] = record
            if self._sets_modes:
                self._raise_alarms(drafts)
        elif record.seq in self._ahead:
            self.fold.hear(record, read(record, self._types))
        self._committer.add(drafts, self.gate.fence, record)

    async def _replay_dead(self, order: Record, now: float) -> None:
        try:
            wanted = read(order, self._types)
        except Malformed:
            self._handle(order, now)
            return
        assert isinstance(wanted, life.Replay)
        dead = await self._find(wanted.input) if wanted.input in self.fold.dead else None
        if not self.gate.open:
            raise Stale("a freeze came while a dead input was read again")
        self._follow_mode()
        self.fold.hear(order, wanted)
        drafts: list[Draft] = []
        if dead is not None and not self.fold.settled(order.seq):
            drafts = self.decider.replay(order, dead, self._clock())
            if wanted.input in self.fold.pending:
                self._faltered[wanted.input] = dead
        self._committer.add(drafts, self.gate.fence, order)

    def _retry(self, now: float) -> bool:
        ripe = [seq for seq, pending in self.fold.pending.items() if pending.retry_at <= now]
        for seq in ripe:
            self._note(step.DECIDING, seq)
            self._committer.add(self.decider.retry(self._faltered[seq], now), self.gate.fence, None)
            if seq not in self.fold.pending:
                del self._faltered[seq]
        return bool(ripe)

    def _on_time(self, now: float) -> bool:
        due = self.actor.due()
        if due is None or due > now or (due, self.fold.cursor) == self._tried_due:
            return False
        self._tried_due = (due, self.fold.cursor)
        self._note(step.DECIDING, 0)
        try:
            self._committer.add(self.decider.on_time(due, now), self.gate.fence, None)
        except (Unhearable, LogError):
            raise
        except Exception as error:
            log.error("on_due raised", actor=self.actor.name, error=repr(error), traceback=traced(error))
        return True

    def _raise_alarms(self, drafts: list[Draft]) -> None:
        """Who is to freeze hears of it before the log has taken the record."""
        for made in drafts:
            if name_in(made.subject) == type_name(Set) and decode(Set, made.data).mode is Mode.FROZEN:
                subject = self._names.alarm(made.subject.rpartition(".")[2])
                self._alarms.append(asyncio.ensure_future(self._connection.emit(subject, b"")))
        self._alarms = [alarm for alarm in self._alarms if not alarm.done()]

    def _save(self) -> None:
        self._ahead = {seq for seq in self._ahead if seq > self.fold.cursor}
        if self._committer.idle and not self._ahead:
            self.fold.said = max(self.fold.said, self._committer.said)
            self._snapshots.take(self.fold)

    async def _serve(self) -> None:
        for query, (method, _) in self.actor.signature.answers.items():
            subject = self._names.subject("query", flow_of(query), query.__name__)
            await self._connection.serve(subject, self._answerer(query, method))

    def _answerer(self, query: type[Query], method: str) -> Callable[[bytes], "asyncio.Future[bytes]"]:
        async def answer(data: bytes) -> bytes:
            await self.ready.wait()
            try:
                found = getattr(self.actor, method)(decode(query, data))
                return encode(await self._looked_up(found) if isinstance(found, FromLog) else found)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                return msgspec.json.encode({"error": str(error)})

        return answer  # type: ignore[return-value]

    async def _looked_up(self, wanted: FromLog) -> msgspec.Struct:
        """What the actor said of it once; read from the log, so that its state need not hold everything for ever."""
        says = {type_name(kind): kind for kind in self.actor.signature.says}
        last = max(self.fold.said, self._committer.said)
        return await looked_up(self._connection, self.actor.name, says, wanted, last)

    def _gate_changed(self) -> None:
        """There is something to do when it opens, and to say when the freeze is on the log; not at an alarm."""
        self._show(step.WAITING if self.ready.is_set() else step.RECOVERING)
        if self.gate.open and self._was_frozen and self._restricting:
            self._thawed = True
        self._was_frozen = self.gate.frozen or (self._was_frozen and not self.gate.open)
        if self.gate.open or self.gate.frozen:
            self._wake.set()

    def _show(self, now: bytes) -> None:
        """The black box shows the step, or that the actor has stopped while a freeze is announced or in force."""
        self._note(step.FROZEN if self.gate.stopped else now, 0)

    def _linked(self, up: bool) -> None:
        if up:
            self._linked_again = True
            self._wake.set()


def _restricts(kind: type[Message]) -> bool:
    return issubclass(kind, Command) and kind.restricts


REPLAY: Final = type_name(life.Replay)
"""The order that revives a dead input. *derived*"""
