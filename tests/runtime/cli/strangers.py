"""A log and answers in which every text that a stranger may have written is as hostile as its type lets it be."""

import functools
import re
import time
import typing
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Self

import msgspec
from msgspec import inspect

from actors.roster import ROSTER
from bus.accounts.accounts import covers
from bus.keys import create
from bus.log import Draft, Record
from bus.names import Names
from messages import task
from messages.base import Query, encode
from messages.kernel import control, order
from messages.kernel.control import Level, Mode
from runtime.client.client import Answer, Client
from runtime.directory.settings import Settings
from runtime.envelope import event_subject, subject_for
from runtime.topology import types_of

FORGED = "FORGED"
"""What a stranger wants to stand at the beginning of a line."""
EVIL = f"a\x1b[2J\r\u202e\u200b\x9b\x7f\U000e0041\n{FORGED} z"
"""An order to the terminal, a turned direction, letters that nobody sees, and a line of its own."""
NAME = "evil1"
"""Where the type admits names alone."""
NAMES = (NAME, "1.0.0", "a" * 64, "a" * 128)
"""What patterns of other texts admit."""


@functools.cache
def hostile(kind: Any) -> Any:
    """An instance of the type whose texts are all hostile; it is decoded as any answer is."""
    return msgspec.json.decode(msgspec.json.encode(_plain(inspect.type_info(kind), 0)), type=kind)


def _plain(info: inspect.Type, depth: int) -> Any:
    match info:
        case inspect.StrType(pattern=str()):
            return next(name for name in NAMES if re.search(str(info.pattern), name))
        case inspect.StrType():
            return EVIL[: info.max_length]
        case inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            tagged = {tag_field: tag} if tag_field is not None else {}
            return tagged | {each.encode_name: _plain(each.type, depth + 1) for each in fields}
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item) | inspect.SetType(item_type=item):
            return [_plain(item, depth + 1)] if depth < 12 else []
        case inspect.TupleType(item_types=items):
            return [_plain(each, depth + 1) for each in items]
        case inspect.DictType(key_type=key, value_type=value):
            return {_plain(key, depth + 1): _plain(value, depth + 1)}
        case inspect.UnionType(types=types):
            return _plain(next((each for each in types if not isinstance(each, inspect.NoneType)), types[0]), depth)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.IntType(ge=low, gt=above, le=high) | inspect.FloatType(ge=low, gt=above, le=high):
            least = max(1, low or 0, (above or 0) + 1)
            return least if high is None else min(least, high)
        case inspect.BoolType():
            return True
        case inspect.DateTimeType():
            return "2030-01-01T00:00:00Z"
        case inspect.NoneType():
            return None
        case inspect.BytesType():
            return "YQ=="
    return {EVIL: [EVIL]}


def records(names: Names) -> list[Record]:
    """One record of each message that the council knows."""
    found = []
    for said in sorted(map(hostile, types_of(ROSTER).values()), key=lambda said: subject_for(names, said, NAME)):
        headers = {"ce-id": NAME, "ce-source": EVIL}
        found.append(Record(len(found) + 1, subject_for(names, said, NAME), encode(said), headers, time.time()))
    return found


class StrangersLog:
    """What the client's connection is to a server: here every record and answer is a stranger's."""

    up = True

    def __init__(self, names: Names, mode: Mode, name: str) -> None:
        self.name = name
        self._names = names
        self._mode = mode
        self._log = records(names)
        self._heard: list[tuple[str, Callable[[Record], None]]] = []

    async def close(self) -> None:
        """Nothing is open."""

    async def commit(self, drafts: Sequence[Draft], fence: object) -> int:
        """An order is rejected, a task goes on and is answered, all in a stranger's words."""
        (made,) = drafts
        self._say(made.subject, made.data, made.headers)
        seq = len(self._log)
        if made.subject.split(".")[1] == "task":
            name = made.headers["ce-id"]
            for said in (task.Progressed(task=name, phase="call", note=EVIL), task.Answered(task=name, result=EVIL)):
                self._say(event_subject(self._names, type(said), NAME), encode(said), {})
        else:
            rejected = order.Rejected(order=made.id, sequence=seq, reason=EVIL)
            self._say(event_subject(self._names, order.Rejected, NAME), encode(rejected), {"ce-causationid": made.id})
        return seq

    def _say(self, subject: str, data: bytes, headers: Any) -> None:
        record = Record(len(self._log) + 1, subject, data, dict(headers), time.time())
        self._log.append(record)
        for watched, hear in self._heard:
            if covers(watched, subject):
                hear(record)

    async def watch(self, subject: str, hear: Callable[[Record], None]) -> None:
        """New records are handed over."""
        self._heard.append((subject, hear))

    async def observe(self, subject: str, hear: Callable[[str, bytes], None]) -> None:
        """One actor tells its gauges."""
        gauges = dict.fromkeys(("mode", "step", "input", "cursor"), EVIL)
        hear(subject.replace("*", NAME), msgspec.json.encode(gauges))

    async def control(self, level: Level) -> Record:
        """The mode in force, with a stranger's reason."""
        said = control.Set(level=level, mode=self._mode, epoch=2, reason=EVIL)
        return Record(1, self._names.control(level), encode(said), {}, time.time())

    async def first_and_last(self) -> tuple[int, int]:
        """The bounds of the log."""
        return 1, len(self._log)

    async def read_all(self, first: int, subjects: str = ">") -> AsyncIterator[list[Record]]:
        """All that matches, at once."""
        subject = self._names.subject(">") if subjects == ">" else subjects
        if found := [each for each in self._log[first - 1 :] if covers(subject, each.subject)]:
            yield found


class StrangersClient(Client):
    """A client whose questions are answered by strangers."""

    mode: typing.ClassVar[Mode] = Mode.ADVISORY

    @classmethod
    async def connect(cls, settings: Settings, role: Any) -> Self:
        """Connected to nothing but what is above."""
        connection: Any = StrangersLog(settings.names, cls.mode, role)
        return cls(connection, settings, role, create())

    async def query(self, question: Query, answer: type[Answer]) -> Answer:
        """An answer in a stranger's words."""
        found = hostile(answer)
        return typing.cast(Answer, msgspec.structs.replace(found, next=None) if hasattr(found, "next") else found)
