"""One actor on a log of its own, which holds what it hears and says; its state is folded anew to compare."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bus.keys import Key
from bus.log import Draft, Record
from bus.names import Names
from messages.base import Message, Task, decode, encode, type_name
from messages.kernel import actor as life
from messages.kernel.control import Mode
from messages.task import Cancel, Learn, Run
from runtime.actor import Actor
from runtime.delivery.decider import Decider
from runtime.delivery.fold import Fold
from runtime.envelope import subject_for
from runtime.roster import Roster, zone
from runtime.signing import sign_order
from runtime.topology import types_heard

START = 1_800_000_000.0
"""When every log begins, in seconds since the epoch."""


class Bench:
    """An actor and its log; a handler that raises fails the test."""

    def __init__(
        self, actor: type[Actor], settings: msgspec.Struct | None = None, history: Sequence[Message] = ()
    ) -> None:
        self.now = START
        self.records: list[Record] = []
        self.actor: Any = actor(settings)
        self._settings = settings
        roster = Roster(zones=(zone("bench", actor),), kinds=(Learn, Run, Cancel))
        self.types = types_heard(actor, roster)
        self.fold = Fold(self.actor, self.types)
        self.decider = Decider(self.actor, self.fold, self.types, Names(), retries=())
        for message in history:
            self.hears(message)

    @property
    def state(self) -> Any:
        """The actor's state, after it was found to be what the log says."""
        fresh = Fold(type(self.actor)(self._settings), self.types)
        for record in self.records:
            fresh.replay(record)
        fresh.finish(self.records[-1].seq)
        assert msgspec.json.encode(fresh.actor.state) == msgspec.json.encode(self.actor.state)
        return self.actor.state

    def hears(
        self,
        message: Message,
        *,
        key: Key | None = None,
        identity: str | None = None,
        after_s: float = 1.0,
        mode: Mode = Mode.FULL,
        speaker: str = "someone",
    ) -> tuple[Message, ...]:
        """What the actor says to the message, which an operator has signed if there is a key."""
        return self.receives(*self._written(message, key, identity, speaker), after_s=after_s, mode=mode)

    def hears_at_once(self, *messages: Message, key: Key | None = None) -> tuple[Message, ...]:
        """What the actor says to several messages that stand on the log before it says anything."""
        records = [self._put(*self._written(message, key, f"o-{place}")) for place, message in enumerate(messages)]
        return self._settled([draft for record in records for draft in self.decider.take(record, self.now)])

    def _written(
        self, message: Message, key: Key | None, identity: str | None, speaker: str = "someone"
    ) -> tuple[str, bytes, dict[str, str]]:
        identity = identity or f"m-{len(self.records) + 1}"
        subject, data = subject_for(Names(), message, speaker), encode(message)
        made = Draft(subject, data, identity, {"ce-id": identity})
        return subject, data, dict(sign_order(key, made, self.now).headers if key else made.headers)

    def receives(
        self,
        subject: str,
        data: bytes,
        headers: Mapping[str, str],
        *,
        after_s: float = 1.0,
        mode: Mode = Mode.FULL,
    ) -> tuple[Message, ...]:
        """What the actor says to these very bytes."""
        self.now += after_s
        self.decider.mode = mode
        record = self._put(subject, data, headers)
        return self._settled(self.decider.take(record, self.now))

    def publishes(self, task: Task, headers: Mapping[str, str] | None = None) -> tuple[Message, ...]:
        """What the actor says to a task that a plain client has published."""
        return self.receives(subject_for(Names(), task, ""), encode(task), headers or {})

    def at(self, now: float) -> tuple[Message, ...]:
        """What the actor says when the time that it asked for has come; nothing before."""
        self.now = now
        due = self.actor.due()
        if due is None or due > now:
            return ()
        said = self._settled(self.decider.on_time(due, now))
        assert self.actor.due() != due, "what on_due says must move due"
        return said

    def _put(self, subject: str, data: bytes, headers: Mapping[str, str]) -> Record:
        record = Record(len(self.records) + 1, subject, data, dict(headers), self.now)
        self.records.append(record)
        return record

    def _settled(self, drafts: Sequence[Draft]) -> tuple[Message, ...]:
        kinds: dict[str, type[Message]] = {
            type_name(kind): kind for kind in (*self.actor.signature.says, life.DeadLettered)
        }
        said: list[Message] = []
        for draft in drafts:
            message = decode(kinds[draft.headers["ce-type"]], draft.data)
            assert not isinstance(message, life.DeadLettered), message.traceback
            said.append(message)
            record = self._put(draft.subject, draft.data, draft.headers)
            if "control" in draft.subject and type(message) in self.actor.signature.hears:
                assert self.decider.take(record, self.now) == []
        return tuple(said)


def only(said: tuple[Message, ...], kind: type[Any]) -> Any:
    """The one message of this type among those said."""
    found = [message for message in said if isinstance(message, kind)]
    assert len(found) == 1, said
    return found[0]
