"""The life of actors: started, faltered, frozen, killed. None of these is an effect; a frozen actor may say them."""

from typing import Literal

import msgspec

from messages.base import Client, Command, Event, Identifier, Json, Sequence, Text
from messages.kernel.control import Level


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An actor of the roster, with the level that it stands and falls with."""

    name: Identifier
    level: Level
    zone: Identifier


class Convened(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The council as launched: who belongs to it; audits read from here whose effects a freeze forbids."""

    for_people = True
    one_mouth = True

    council: Identifier
    members: tuple[Member, ...]
    version: str


class Started(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The actor has read the log and control, and handles messages from here on."""

    for_people = True

    actor: Identifier
    cursor: Sequence
    """The last input that its state holds."""


class Froze(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The actor has stopped: nothing of it will follow until the thaw."""

    for_people = True

    actor: Identifier
    level: Level
    epoch: Sequence
    instance: Client = ""
    """Which of several that share the work; empty where there is one."""


class Faltered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A handler raised; the input will be tried again."""

    for_people = True

    actor: Identifier
    input: Sequence
    attempt: int
    error: Text
    retry_at: float
    """Seconds since the epoch."""
    traceback: Text = ""
    """Told with the first failure of an input alone."""


class Recovered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An input that had faltered was handled, and there was nothing to say to it."""

    for_people = True

    actor: Identifier
    input: Sequence


class DeadLettered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The input will not be tried again by itself; `kurultai dead replay` orders it."""

    for_people = True

    actor: Identifier
    input: Sequence
    subject: str
    phase: Identifier
    """Where it failed: decode, hear, decide or work."""
    attempts: int
    error: Text
    traceback: Text = ""


class Replay(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The actor shall handle a dead input again."""

    of_operator = True
    addressee = "actor"
    one_mouth = True

    actor: Identifier
    input: Sequence


class Held(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An effect was begun and its result is unknown after a crash; a person must decide."""

    for_people = True

    actor: Identifier
    input: Sequence
    intent: Json


Word = Literal["happened", "did_not", "again"]
"""What a person has found out of a held effect: it happened; it did not, and is let be; or it is to be tried again."""


class Resolve(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The worker shall take this word on the effect that it holds for the input; the first word counts."""

    of_operator = True
    one_mouth = True

    addressee = "actor"

    actor: Identifier
    input: Sequence
    word: Word
    reason: Text = ""


class Resolved(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's word on a held effect was taken; with a fault, it was not."""

    for_people = True

    actor: Identifier
    input: Sequence
    word: Word
    intent: Json = None
    """What had been announced, as in `Held`."""
    reason: Text = ""
    fault: Text = ""


class Stuck(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The actor neither moves nor answers; its process is being killed."""

    one_mouth = True

    actor: Identifier
    step: Identifier
    input: Sequence
    for_s: float


class Crashed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A process of actors ended unasked, and is being started again."""

    one_mouth = True

    zone: Identifier
    actors: tuple[Identifier, ...]
    exit_code: int
    restarts: int


class Restart(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Supervisor: start a zone that was given up."""

    of_operator = True

    zone: Identifier
    reason: Text


class Down(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A process keeps crashing and stays down."""

    one_mouth = True

    zone: Identifier
    actors: tuple[Identifier, ...]
    reason: Text


class Refused(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server refused what an actor's connection tried to publish or hear; it was not on its signature."""

    for_people = True
    one_mouth = True

    actor: Identifier
    error: Text
