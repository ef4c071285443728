"""One actor without a bus: its history, a message, and what it says to it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from bus.names import Names
from bus.simulation.virtual_time import EPOCH_S
from messages.base import Message, Task, decode, encode, type_name
from messages.kernel.control import Mode
from runtime.actor import Actor, Origin
from runtime.envelope import subject_for
from runtime.errors import Malformed

STEP_S: Final = 1.0
"""Between two messages of a history. *chosen*"""


class Said(msgspec.Struct, frozen=True):
    """What the actor said to one message, and its state after that."""

    messages: tuple[Message, ...]
    state: Any


class Given:
    """An actor that has lived through a history; it goes on living with each message that it hears."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.now = EPOCH_S
        self._seq = 0

    def lived(self, message: Message) -> None:
        """The message, heard or said, is folded into the state; nothing is decided."""
        self.now += STEP_S
        self._apply(self._scene(message, self.now, "someone", None))

    def hears(
        self,
        message: Message,
        *,
        now: float | None = None,
        speaker: str = "someone",
        mode: Mode = Mode.FULL,
        correlation: str | None = None,
    ) -> Said:
        """What the actor says to the message; raises what its handler raises.

        What is heard and said goes through JSON and back, so that what could not stand on the log is refused here.
        """
        self.actor.mode = mode
        self.now = now if now is not None else self.now + STEP_S
        heard = self._scene(message, self.now, speaker, correlation)
        self._apply(heard)
        handler = _method(self.actor.signature.handlers, heard)
        return self._said(getattr(self.actor, handler)(heard) if handler is not None else ())

    def at(self, now: float, *, mode: Mode = Mode.FULL) -> Said:
        """What the actor says when the time that it asked for has come; nothing if it asked for none, or a later."""
        due = self.actor.due()
        self.now, self.actor.mode = now, mode
        self.actor.set_scene(now, Origin("", "", "", 0, {}))
        return self._said(self.actor.on_due() if due is not None and due <= now else ())

    def stumbles(self, error: Malformed, *, subject: str, data: bytes = b"") -> Said | None:
        """What the actor says to an input that can't be read; None lets it be dead-lettered."""
        self._seq += 1
        self.actor.set_scene(self.now, Origin(f"t-{self._seq}", f"t-{self._seq}", subject, self._seq, {}, data))
        said = self.actor.on_malformed(error)
        return self._said(said) if said is not None else None

    def _scene(self, message: Message, now: float, speaker: str, correlation: str | None) -> Message:
        self._seq += 1
        identity, data = f"m-{self._seq}", encode(message)
        subject = subject_for(Names(), message, speaker)
        origin = Origin(identity, correlation or identity, subject, self._seq, {"ce-id": identity}, data)
        self.actor.set_scene(now, origin)
        return decode(type(message), data)

    def _said(self, outputs: Iterable[Message] | None) -> Said:
        said = tuple(outputs or ())
        for message in said:
            if type(message) not in self.actor.signature.says:
                raise TypeError(f"{type_name(type(message))} is not on the signature of {self.actor.name}")
        read_back = tuple(decode(type(message), encode(message)) for message in said)
        for message in read_back:
            self._apply(message)
        return Said(read_back, self.actor.state)

    def _apply(self, message: Message) -> None:
        applier = _method(self.actor.signature.appliers, message)
        if applier is not None:
            getattr(self.actor, applier)(message)


def _method(methods: Mapping[type[Message], str], message: Message) -> str | None:
    """The method for the message's own class or, for a task that has none, the one for all tasks."""
    own = methods.get(type(message))
    return own or (methods.get(Task) if isinstance(message, Task) else None)


def given(actor_class: type[Actor], history: Sequence[Message] = (), settings: msgspec.Struct | None = None) -> Given:
    """The actor after this history of messages, heard and said in this order."""
    lived = Given(actor_class(settings))
    for message in history:
        lived.lived(message)
    return lived
