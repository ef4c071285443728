"""An actor's state as a fold over the log: what it heard, in order, and what it said, where it decided it."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bus.headers import UNREADABLE
from bus.log import Record
from messages.base import Message, decode, type_name
from messages.kernel import actor as life
from messages.kernel.control import Set
from runtime.actor import Actor, Origin
from runtime.envelope import CURSOR, INPUT, micros, name_in, origin_of, read, unstamp
from runtime.errors import Malformed
from runtime.signature import for_kind
from runtime.topology import LIFECYCLE

TIME = "ce-time"
"""The header that everything has which an actor said; what lacks it was not said by an actor. *cited*: CloudEvents"""
NOWHERE = Origin("", "", "", 0, {})
"""While what was said is read back, there is no message in hand. *derived*"""


class Pending(msgspec.Struct):
    """An input whose handler raised, waiting for its next try."""

    attempt: int
    retry_at: float


class Snapshot(msgspec.Struct):
    """A fold's content at a moment when nothing was under way; only a cache."""

    cursor: int
    said: int
    state: bytes
    pending: dict[int, Pending]
    dead: dict[int, str]


class Fold:
    """State and bookkeeping of one actor.

    A record that the actor said names the last input that its state held (its *cursor*), and cursors never go back. So
    the inputs up to a cursor are applied before the record, whatever the order on the log: the fold does what the actor
    did.
    """

    def __init__(self, actor: Actor, types: Mapping[str, type[Message]]) -> None:
        self.actor = actor
        self.types = types
        self.cursor = 0
        self.said = 0
        self.pending: dict[int, Pending] = {}
        self.dead: dict[int, str] = {}
        """Inputs that are dead, and the phase they died in."""
        self.decided: set[int] = set()
        """Inputs with an outcome on the log, as far as read in this fold."""
        self._waiting: deque[Record] = deque()
        self._appliers = {kind: getattr(actor, name) for kind, name in actor.signature.appliers.items()}
        said = {type_name(kind): kind for kind in actor.signature.says}
        self._said_types: dict[str, type[Message]] = {**said, **LIFECYCLE}

    def restore(self, snapshot: Snapshot) -> None:
        """The fold is as it was when the snapshot was taken."""
        self.actor.state = msgspec.msgpack.decode(snapshot.state, type=self.actor.State)
        self.cursor, self.said = snapshot.cursor, snapshot.said
        self.pending, self.dead = dict(snapshot.pending), dict(snapshot.dead)

    def snapshot(self) -> Snapshot:
        """The fold's content."""
        state = msgspec.msgpack.encode(self.actor.state)
        return Snapshot(self.cursor, self.said, state, dict(self.pending), dict(self.dead))

    def replay(self, record: Record) -> None:
        """One more record in log order; inputs wait until it is known where they belong."""
        mine = self.speaks(record.subject)
        if mine and record.seq > self.said:
            self._replay_said(record)
        if record.seq > self.cursor and (not mine or self.actor.hears_all or name_in(record.subject) in self.types):
            self._waiting.append(record)

    def finish(self, through: int) -> None:
        """The inputs up to `through` are applied; those after it will be delivered again."""
        self._hear_through(through)
        self._waiting.clear()

    def speaks(self, subject: str) -> bool:
        """The actor itself said what stands here; control records name no speaker, and only one actor may say them."""
        tokens = subject.split(".")
        if tokens[1] == "control":
            return Set in self.actor.signature.says
        return len(tokens) > 4 and tokens[4] == self.actor.name

    def _replay_said(self, record: Record) -> None:
        if UNREADABLE in record.headers or TIME not in record.headers:
            self.said = record.seq
            return
        decided = record.headers.get(INPUT)
        cursor = int(record.headers.get(CURSOR) or decided or 0)
        self._hear_through(cursor)
        kind = self._said_types.get(name_in(record.subject))
        if decided is not None:
            self.decided.add(int(decided))
        if kind is not None:
            self.actor.set_scene(unstamp(record.headers[TIME]), NOWHERE)
            self.say(decode(kind, record.data), int(decided) if decided else None)
        self.said = record.seq

    def _hear_through(self, cursor: int) -> None:
        while self._waiting and self._waiting[0].seq <= cursor:
            record = self._waiting.popleft()
            self.actor.set_scene(micros(record.time), origin_of(record))
            if self.actor.hears_all:
                self.hear_raw(record)
                continue
            try:
                message = read(record, self.types)
            except Malformed:
                self.cursor = record.seq
                continue
            self.hear(record, message)

    def hear_raw(self, record: Record) -> None:
        """The record is folded in as it stands."""
        if record.seq > self.cursor and self.dead.get(record.seq) != "hear":
            self.actor.apply_record(record)
        self.cursor = max(self.cursor, record.seq)

    def hear(self, record: Record, message: Message) -> None:
        """The input is folded in."""
        if record.seq <= self.cursor:
            return
        if isinstance(message, life.Replay):
            self.dead.pop(message.input, None)
        elif self.dead.get(record.seq) != "hear":
            applier = for_kind(self._appliers, type(message))
            if applier is not None:
                applier(message)
        self.cursor = record.seq

    def say(self, message: Message, decided: int | None) -> None:
        """What the actor said is folded in, and settles the input that it was decided on."""
        if isinstance(message, life.Faltered):
            self.pending[message.input] = Pending(message.attempt, message.retry_at)
            return
        if isinstance(message, life.DeadLettered):
            self.pending.pop(message.input, None)
            self.dead[message.input] = message.phase
            return
        if decided is not None:
            self.pending.pop(decided, None)
        applier = for_kind(self._appliers, type(message))
        if applier is not None:
            applier(message)

    def settled(self, seq: int) -> bool:
        """The input needs no decision any more, or waits for its next try."""
        return seq in self.decided or seq in self.pending or seq in self.dead


def state_at(actor: Actor, types: Mapping[str, type[Message]], records: Iterator[Record], seq: int) -> Any:
    """The actor's state when everything up to `seq` had been handled; `records` in log order."""
    fold = Fold(actor, types)
    for record in records:
        if record.seq <= seq:
            fold.replay(record)
    fold.finish(seq)
    return actor.state
