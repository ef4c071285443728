"""The four kinds of message, and the names under which they stand on the log."""

import functools
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar, cast

import msgspec

Json = Any
"""A plain JSON value: null, bool, number, string, list or object with string keys."""


Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""A name that may stand in headers, file names and answers: letters, digits and `_ . : -`."""
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
"""The name of a tool: a Python identifier in lower case."""
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
"""Prose: a goal, a reason, an error."""
Client = Annotated[str, msgspec.Meta(max_length=128)]
"""Who stands outside and asks for something; empty where nobody knows."""
Source = Annotated[str, msgspec.Meta(max_length=200_000)]
"""Python source text."""
Seconds = Annotated[float, msgspec.Meta(ge=0)]
"""A duration, or seconds since the epoch."""
Amount = Annotated[float, msgspec.Meta(ge=0)]
"""How much of something, in the unit that the field's name says."""
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A part of one."""
Sequence = Annotated[int, msgspec.Meta(ge=0)]
"""A place on the log; 0 stands before the first record."""
Version = Annotated[int, msgspec.Meta(ge=1)]
"""The number of a registration under one name, from 1 on."""
SEMANTIC = r"^[0-9]+\.[0-9]+\.[0-9]+$"
"""The form of a semantic version. *cited*: semver.org 2.0.0, without pre-releases"""
SemanticVersion = Annotated[str, msgspec.Meta(pattern=SEMANTIC, max_length=32)]
"""MAJOR.MINOR.PATCH, as at semver.org."""


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What actors say to each other; `flow` is the conversation, by default the name of the module."""

    flow: ClassVar[str | None] = None
    one_mouth: ClassVar[bool] = False
    """Said by one identity of a council alone; a roster in which a second one may say it is refused."""
    acts: ClassVar[bool] = False
    """An effect of a level: it may be committed only in a mode in which the level acts."""
    proposes: ClassVar[bool] = False
    """It asks the gate for an effect: it may be committed in no mode that only computes."""


class Event(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happened, in the past tense; anyone may hear it."""

    for_people: ClassVar[bool] = False
    """Meant for whoever follows the log: a roster is whole although no actor hears it."""
    for_callers: ClassVar[bool] = False
    """It changes which tools may be called, or what is told of them: whoever has tasks done may hear it."""
    of_users: ClassVar[bool] = False
    """Said by actors that a user adds: a roster is whole although no actor says it."""


class Intent(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event that announces an effect outside the log, before the effect; without a result after it, it is open."""


class Command(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order, in the imperative; exactly one actor hears it."""

    restricts: ClassVar[bool] = False
    """It takes something away and gives nothing; an actor that was frozen obeys it before all else that waits."""
    of_operator: ClassVar[bool] = False
    """A person gives it: the identities of operators may say it."""
    addressee: ClassVar[str | None] = None
    """The field that names who shall obey, so that each actor of a kind hears its own orders and no other's."""


class Query(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question that changes nothing; its answer is not kept on the log."""


class Task(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work asked for from outside; its kind is the class's name in lower case."""

    restricts: ClassVar[bool] = False
    """It takes something away and gives nothing; a level that may not act may say it."""

    id: Identifier | None = None
    """The publisher's own name for the task; without it the header `ce-id`, else `t-<sequence on the log>`, serves."""
    deadline: datetime | None = None
    """RFC 3339 with an offset; a task that is not done by then fails, one that comes later is refused."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] | None = None
    """Seconds from acceptance to failure; the earlier of this and `deadline` holds."""


class Obeyed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The signed order that an event answers; it is remembered until it has expired, so that it is good once."""

    name: str
    """Id and signature."""
    until: Seconds
    """Seconds since the epoch."""


@functools.cache
def flow_of(message_type: type[Message]) -> str:
    """The conversation that the type belongs to: its `flow`, or the last part of its module's name."""
    return message_type.flow or message_type.__module__.rpartition(".")[2]


@functools.cache
def type_name(message_type: type[Message]) -> str:
    """The name on the log, such as `change.Vetoed`."""
    return f"{flow_of(message_type)}.{message_type.__name__}"


@functools.cache
def kind_of(task_type: type[Task]) -> str:
    """The last token of the subject that a task is published on, such as `learn`."""
    return task_type.__name__.lower()


@functools.cache
def _decoder(message_type: type[Message]) -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(message_type)


_ENCODER = msgspec.json.Encoder()


def encode(message: msgspec.Struct) -> bytes:
    """The message as JSON, fields in their declared order."""
    return _ENCODER.encode(message)


M = TypeVar("M", bound=Message)


def decode(message_type: type[M], data: bytes) -> M:
    """The message that the bytes hold; raises msgspec.DecodeError or msgspec.ValidationError with the JSON path."""
    return cast(M, _decoder(message_type).decode(data))
