"""From one input to what is to be committed: the step of an actor, without bus, clock or waiting."""

from collections.abc import Iterable, Mapping
from typing import Final

from bus.log import MAX_COMMIT, Draft, Record
from bus.names import Names
from messages.base import Message, decode, type_name
from messages.kernel import actor as life
from messages.kernel.control import Mode
from runtime.actor import Actor, Origin
from runtime.acts import forbids, refusal
from runtime.delivery.failures import dead_letter, faltered
from runtime.delivery.fold import Fold
from runtime.envelope import draft, micros, origin_of, read
from runtime.errors import Breach, Malformed
from runtime.signature import for_kind

LARGEST_BYTES: Final = (1 << 20) - 4_096
"""Most that one message may have: the server takes 1 MiB, headers included, and ours stay below 4 KB. *derived*"""


class Unhearable(Exception):
    """An `apply_` method raised: the state may be half changed and must be read from the log again."""

    def __init__(self, record: Record, error: Exception) -> None:
        super().__init__(f"record {record.seq} can't be applied: {error!r}")
        self.record = record
        self.error = error


class Decider:
    """One actor's decisions; its state changes by them at once, so a lost commit means reading the log again."""

    def __init__(
        self,
        actor: Actor,
        fold: Fold,
        types: Mapping[str, type[Message]],
        names: Names,
        *,
        retries: tuple[float, ...] | None = None,
        largest: int = LARGEST_BYTES,
        suspect: int = 0,
    ) -> None:
        self.actor = actor
        self.fold = fold
        self.mode = Mode.FULL
        self.epoch = 0
        self.suspect = suspect
        """The input that the last process was killed over; it counts as tried."""
        self._types = types
        self._names = names
        self._retries = actor.retries_s if retries is None else retries
        self._largest = largest
        self._handlers = {kind: getattr(actor, name) for kind, name in actor.signature.handlers.items()}

    def take(self, record: Record, now: float) -> list[Draft]:
        """What is said to an input that comes for the first time; raises Unhearable."""
        self._set_scene(record)
        if self.actor.hears_all:
            return self._take_raw(record, now)
        try:
            message = read(record, self._types)
        except Malformed as error:
            self.fold.cursor = max(self.fold.cursor, record.seq)
            return self._malformed(record, error)
        try:
            self.fold.hear(record, message)
        except Exception as error:
            raise Unhearable(record, error) from error
        return self._decide(record, message, record, 1, now)

    def _take_raw(self, record: Record, now: float) -> list[Draft]:
        try:
            self.fold.hear_raw(record)
        except Exception as error:
            raise Unhearable(record, error) from error
        try:
            return self._outputs(self.actor.on_record(record), record, str(record.seq))
        except Unhearable:
            raise
        except Exception as error:
            return self._failed(record, len(self._retries) + 1, error, now)

    def retry(self, record: Record, now: float) -> list[Draft]:
        """What is said to an input that faltered, tried again."""
        pending = self.fold.pending[record.seq]
        self._set_scene(record)
        drafts = self._decide(record, read(record, self._types), record, pending.attempt + 1, now)
        return drafts or self.lifecycle(life.Recovered(actor=self.actor.name, input=record.seq), record, "r")

    def ahead(self, record: Record, now: float) -> list[Draft]:
        """What is said to an order before its place has come; one that can't be read is left to its place."""
        self._set_scene(record)
        try:
            message = read(record, self._types)
        except Malformed:
            return []
        return self._decide(record, message, record, 1, now)

    def replay(self, order: Record, dead: Record, now: float) -> list[Draft]:
        """What is said to a dead input, tried again on an operator's order."""
        self._set_scene(dead)
        try:
            message = read(dead, self._types)
        except Malformed as error:
            return [self.dead(dead, "decode", 1, error, mark=f"o{order.seq}")]
        return self._decide(dead, message, order, 1, now)

    def on_time(self, due: float, now: float) -> list[Draft]:
        """What is said at the time that the actor asked for."""
        self._set_scene(None, now)
        return self._outputs(self.actor.on_due(), None, f"due-{round(due * 1e6)}-{self.fold.cursor}")

    def _malformed(self, record: Record, error: Malformed) -> list[Draft]:
        said = self.actor.on_malformed(error)
        if said is None:
            return [self.dead(record, "decode", 1, error)]
        return self._outputs(said, record, str(record.seq))

    def _decide(self, record: Record, message: Message, cause: Record, attempt: int, now: float) -> list[Draft]:
        handler = for_kind(self._handlers, type(message))
        if handler is None:
            return []
        try:
            if record.seq == self.suspect:
                self.suspect = 0
                raise TimeoutError("the process was killed while it handled this input")
            return self._outputs(handler(message), cause, str(cause.seq))
        except Unhearable:
            raise
        except Exception as error:
            return self._failed(record, attempt, error, now)

    def _outputs(self, said: Iterable[Message] | None, cause: Record | None, stem: str) -> list[Draft]:
        messages = list(said or ())
        if len(messages) > MAX_COMMIT:
            raise ValueError(f"one decision said {len(messages)} messages; a commit holds {MAX_COMMIT}")
        origin = self._origin_of(cause)
        drafts = [
            self._draft(message, f"{stem}-{self.actor.name}-{index}", origin) for index, message in enumerate(messages)
        ]
        for message in messages:
            try:
                self.fold.say(message, cause.seq if cause is not None else None)
            except Exception as error:
                raise Unhearable(cause or Record(0, "", b"", {}, 0.0), error) from error
        return drafts

    def _draft(self, message: Message, identity: str, origin: Origin | None) -> Draft:
        speaker = self.actor.name
        if type(message) not in self.actor.signature.says:
            raise TypeError(f"{type_name(type(message))} is not on the signature of {speaker}")
        if forbids(self.mode, self.actor.level, type(message)):
            raise Breach(refusal(self.mode, self.actor.level, type(message)))
        made = draft(
            self._names, speaker, message, identity=identity, origin=origin, at=self.actor.now, cursor=self.fold.cursor
        )
        decode(type(message), made.data)
        if len(made.data) > self._largest:
            raise ValueError(f"{made.subject} would have {len(made.data)} bytes; the log takes {self._largest}")
        return made

    def _failed(self, record: Record, attempt: int, error: Exception, now: float) -> list[Draft]:
        told = faltered(self.actor.name, record, attempt, error, retries=self._retries, now=now)
        if told is None:
            return [self.dead(record, "decide", attempt, error)]
        return self.lifecycle(told, record, f"f{attempt}")

    def dead(self, record: Record, phase: str, attempts: int, error: Exception, mark: str = "") -> Draft:
        """The record that says the input is dead."""
        letter = dead_letter(self.actor.name, record, phase, attempts, error)
        return self.lifecycle(letter, record, f"d{attempts}{mark}")[0]

    def lifecycle(self, message: Message, record: Record, mark: str) -> list[Draft]:
        """What the runtime says in the actor's name about an input."""
        identity = f"{record.seq}-{self.actor.name}-{mark}-{self.fold.cursor}"
        made = draft(
            self._names,
            self.actor.name,
            message,
            identity=identity,
            origin=origin_of(record),
            at=self.actor.now,
            cursor=self.fold.cursor,
        )
        self.fold.say(message, record.seq)
        return [made]

    def _origin_of(self, cause: Record | None) -> Origin | None:
        if cause is None:
            return None
        known = self.actor.origin
        return known if known.seq == cause.seq else origin_of(cause)

    def _set_scene(self, record: Record | None, now: float = 0.0) -> None:
        self.actor.mode, self.actor.epoch = self.mode, self.epoch
        if record is None:
            self.actor.set_scene(micros(now), Origin("", "", "", 0, {}))
        else:
            self.actor.set_scene(micros(record.time), origin_of(record))
