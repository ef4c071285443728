"""The intake takes tasks from outside: what it accepts is well-formed, in time, of a bearable size and named once.

It is strict so that no one behind it has to be. What it does not accept it refuses aloud, with the place and a way out.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from actors.edge.mending import known_kinds, mend, told
from actors.identifiers import is_identifier
from messages import task
from messages.autonomy import goal
from messages.base import Task, kind_of
from messages.kernel.control import Level
from runtime.actor import Actor, Emits, Origin
from runtime.errors import Malformed

REMEMBERED: Final = 100_000
"""Newest ids that are kept, to know a task that comes twice. *chosen*: some MB, days of ordinary work"""

CLIENT_CHARS: Final = 128
"""Longest name of a client. *derived*: messages.base.Client"""

LATEST: Final = datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp()
"""The last second that a moment in UTC can name. *derived*: a later one could not be written down"""

RESERVED: Final = re.compile(r"t-([A-Za-z0-9_-]+-)?\d+")
"""Ids that the intake gives itself. *derived* from the place in a publisher's airlock, or on the log"""
AIRLOCK: Final = "ce-airlock"
"""The header by which the ferry says the name of the task's place in the airlock. *derived*: bus.airlock.NAME"""


COMMISSIONED: Final[Mapping[str, type[Task]]] = {"learn": task.Learn, "run": task.Run}
"""What a goal may have done. *derived*: messages.autonomy.goal.Commission"""


class Refusal(msgspec.Struct, frozen=True):
    """Why a task is not taken."""

    reason: str
    path: str = "$"
    mend: str = ""


class Intake(Actor):
    """Every published task is accepted or refused, and an id is accepted once."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        accepted: dict[str, int] = {}
        """Place on the log of each task accepted, oldest first."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        largest_bytes: Annotated[int, msgspec.Meta(ge=1_024, le=524_288)] = 262_144
        """A task with more is refused; half of the log's 1 MiB a record is the most that may be set."""

    state: State
    settings: Settings

    def on_task(self, m: Task) -> Emits[task.Accepted | task.Refused]:
        name = m.id or self.origin.id
        refusal = self._refusal(m, name)
        if refusal is not None:
            yield self._refused(name, refusal)
            return
        body = msgspec.to_builtins(m)
        yield task.Accepted(
            task=name,
            kind=kind_of(type(m)),
            body=body,
            deadline=self._deadline(m),
            sequence=self.origin.seq,
            client=client_of(self.origin),
        )

    def on_commission(self, m: goal.Commission) -> Emits[task.Accepted | task.Refused]:
        """A goal's task is held to what any task is held to; its client is the autonomy level."""
        refusal = self._unfit_commission(m)
        if refusal is not None:
            yield self._refused(m.task, refusal)
            return
        deadline = datetime.fromtimestamp(m.deadline, UTC)
        yield task.Accepted(
            task=m.task, kind=m.kind, body=m.body, deadline=deadline, sequence=self.origin.seq, client=goal.CLIENT
        )

    def on_recheck(self, m: goal.Recheck) -> Emits[task.Accepted | task.Refused]:
        refusal = self._late_or_known(m.task, m.deadline)
        if refusal is not None:
            yield self._refused(m.task, refusal)
            return
        deadline, body = datetime.fromtimestamp(m.deadline, UTC), msgspec.to_builtins(task.Recheck(tool=m.tool))
        yield task.Accepted(
            task=m.task, kind="recheck", body=body, deadline=deadline, sequence=self.origin.seq, client=goal.CLIENT
        )

    def on_withdraw(self, m: goal.Withdraw) -> Emits[task.Accepted]:
        body = {"task": m.task, "reason": m.reason}
        name = f"{m.task}-withdrawn"
        if m.task in self.state.accepted and name not in self.state.accepted:
            yield task.Accepted(task=name, kind="cancel", body=body, sequence=self.origin.seq, client=goal.CLIENT)

    def _unfit_commission(self, m: goal.Commission) -> Refusal | None:
        if (refusal := self._late_or_known(m.task, m.deadline)) is not None:
            return refusal
        try:
            wish = msgspec.convert(m.body, COMMISSIONED[m.kind])
        except msgspec.ValidationError as error:
            return Refusal(str(error)[:2_000])
        return _unfit_numbers(wish) or _unfit_wish(wish)

    def _late_or_known(self, name: str, deadline: float) -> Refusal | None:
        if name in self.state.accepted:
            return Refusal(f"the id {name!r} was accepted already", "$.id")
        return Refusal("the deadline has passed", "$.deadline") if deadline <= self.now else None

    def on_malformed(self, error: Malformed) -> Emits[task.Refused]:
        council, _, kind = self.origin.subject.split(".", 2)
        way_out = mend(kind, error.path, known_kinds(council, error.reason))
        asked = _asked_id(self.origin.data) or self.origin.id
        yield self._refused(asked, Refusal(told(error.reason)[:2_000], error.path, way_out))

    def apply_accepted(self, m: task.Accepted) -> None:
        self.state.accepted[m.task] = m.sequence
        if len(self.state.accepted) > REMEMBERED:
            del self.state.accepted[next(iter(self.state.accepted))]

    def _refusal(self, m: Task, name: str) -> Refusal | None:
        size = len(self.origin.data)
        if size > self.settings.largest_bytes:
            return Refusal(
                f"{size} bytes; a task may have {self.settings.largest_bytes}", mend="publish less, or in parts"
            )
        if not is_identifier(name):
            return Refusal("the header ce-id is no identifier", mend="1 to 128 letters, digits and _ . : -")
        if RESERVED.fullmatch(name) and name != self._own():
            return Refusal("ids of the form t-<number> are given by the intake", "$.id", "choose another id")
        if name in self.state.accepted:
            first = self.state.accepted[name]
            return Refusal(f"the id {name!r} was accepted at {first} already", "$.id", "publish with a new id")
        return self._unfit_time(m) or _unfit_numbers(m) or _unfit_wish(m)

    def _unfit_time(self, m: Task) -> Refusal | None:
        if m.deadline is None:
            return None
        if m.deadline.tzinfo is None:
            return Refusal("the deadline has no offset", "$.deadline", "write it as 2030-01-31T12:00:00Z")
        if m.deadline.timestamp() > LATEST:
            return Refusal("the deadline lies beyond the year 9999 in UTC", "$.deadline", "leave it out, or name a day")
        if m.deadline.timestamp() <= self.now:
            return Refusal("the deadline has passed", "$.deadline", "publish with a later one, or with timeout_s")
        return None

    def _deadline(self, m: Task) -> datetime | None:
        moments = [m.deadline.timestamp()] if m.deadline is not None else []
        moments += [self.now + m.timeout_s] if m.timeout_s is not None else []
        return datetime.fromtimestamp(min(moments), UTC) if moments else None

    def _own(self) -> str:
        """The name that is nobody else's: of the task's place in its publisher's airlock, or on the log."""
        return self.origin.headers.get(AIRLOCK, f"t-{self.origin.seq}")

    def _refused(self, asked: str, refusal: Refusal) -> task.Refused:
        free = is_identifier(asked) and asked not in self.state.accepted and not RESERVED.fullmatch(asked)
        return task.Refused(
            task=asked if free else self._own(),
            sequence=self.origin.seq,
            reason=refusal.reason,
            path=refusal.path,
            mend=refusal.mend,
        )


def client_of(origin: Origin) -> str:
    """Who published the task: by its own word, which the server does not check; empty if it says nothing."""
    said = origin.headers.get("ce-source", "")
    return said if len(said) <= CLIENT_CHARS and said.isprintable() else ""


def _asked_id(data: bytes) -> str:
    """The id that a payload asks for, as far as it can be read; empty if it can't."""
    try:
        found = msgspec.json.decode(data, type=dict[str, msgspec.Raw]).get("id", msgspec.Raw(b'""'))
        return msgspec.json.decode(found, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _unfit_numbers(m: Task) -> Refusal | None:
    """State and sandbox hold integers of 64 bits."""
    try:
        msgspec.msgpack.encode(m)
    except OverflowError:
        return Refusal("an integer has more than 64 bits", mend="write it as text")
    return None


def _unfit_wish(m: Task) -> Refusal | None:
    """A learning task whose parts do not go together."""
    found = task.misfit_in(m) if isinstance(m, task.Learn) else None
    return Refusal(found.reason, found.path, found.mend) if found is not None else None
