"""Actors decide and never wait; workers do and never remember."""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, ClassVar, Final, TypeVar

import msgspec

from bus.log import Record, Survey
from messages import task as tasks
from messages.base import Command, Message
from messages.kernel.control import Level, Mode
from runtime.errors import BadSignature, Malformed
from runtime.retries import RETRY_S
from runtime.signature import Signature, read_signature

T_co = TypeVar("T_co", bound=Message, covariant=True)

Emits = Iterator[T_co]
"""What a handler of an actor may say; the only declaration of it."""
Works = AsyncIterator[T_co]
"""What a handler of a worker may say: intents, each committed before the next line runs, then one result."""


class Unended(msgspec.Struct, frozen=True):
    """Nobody waits any longer for how a task ends, for the reason given; it is cancelled if it was published."""

    reason: str
    task: str = ""
    """Empty if nothing was published."""


Ended = tasks.Answered | tasks.Failed | tasks.Cancelled | tasks.Refused | Unended
"""How a task came out that was had done."""
S = TypeVar("S", bound=msgspec.Struct)
Answers = AsyncGenerator[S, Ended]
"""How a worker answers a question by having tasks done: it yields each task and is sent how it ended, then yields the
answer. The only declaration of the tasks that it may publish."""


HANDLERS: Final = ("on_", "apply_", "answer_", "due")
"""How the methods of an actor begin that the runtime calls. *derived*"""


class Nothing(msgspec.Struct):
    """A state or settings without content."""


class Origin(msgspec.Struct, frozen=True):
    """Where the message under decision comes from."""

    id: str
    correlation: str
    subject: str
    seq: int
    headers: Mapping[str, str]
    data: bytes = b""

    @property
    def speaker(self) -> str:
        """The identity that said it, as the server checked it; a task has none."""
        tokens = self.subject.split(".")
        return tokens[4] if len(tokens) > 4 else ""


class Member:
    """What actors and workers have in common: a name, a level, settings, and a signature read at import."""

    name: ClassVar[str] = ""
    """The speaker on the log; the class's name in lower case unless given."""
    level: ClassVar[Level] = Level.FOUNDATION
    signature: ClassVar[Signature]
    Settings: ClassVar[type[msgspec.Struct]] = Nothing
    retries_s: ClassVar[tuple[float, ...]] = RETRY_S
    """Waits before an input whose handler raised is tried again; empty: a failure is dead-lettered at once."""

    settings: Any

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" not in cls.__dict__:
            cls.name = cls.__name__.lower()
        cls.signature = read_signature(cls)

    def __init__(self, settings: msgspec.Struct | None = None) -> None:
        self.settings = settings if settings is not None else self.Settings()

    @classmethod
    def secret_variables(cls, _settings: Any) -> tuple[str, ...]:
        """Variables of the environment that hold secrets of this member: no zone without it finds them in its own."""
        return ()


class Actor(Member):
    """A state and one step: from the state and one message to what is said.

    `on_<message>` yields what is to be said and leaves the state alone; `apply_<message>` changes the state, for what
    is heard before `on_` runs, for what is said after all of it is known. So the state is a fold over the log.
    """

    State: ClassVar[type[msgspec.Struct]] = Nothing
    state: Any

    hears_all: ClassVar[bool] = False
    """The inbox is the whole log, its own records too: each goes as it stands to `apply_record` and `on_record`."""

    now: float = 0.0
    """Seconds since the epoch: when the message in hand was stored."""
    mode: Mode = Mode.FULL
    """The mode in force for the actor's level."""
    epoch: int = 0
    """The number of that mode: one more with each freeze and each thaw."""
    origin: Origin
    _rng: random.Random | None = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for query in cls.signature.consigns:
            method = cls.signature.answers[query][0]
            raise BadSignature(f"{cls.__module__}.{cls.__qualname__}.{method}: an actor never waits, a worker may")
        for kind, name in cls.signature.appliers.items():
            if issubclass(kind, Command) and kind.restricts:
                where = f"{cls.__module__}.{cls.__qualname__}.{name}"
                raise BadSignature(
                    f"{where}: an order that restricts is obeyed before its place; apply what is said to it"
                )
        for name in dir(cls):
            method = getattr(cls, name)
            if name.startswith(HANDLERS) and (iscoroutinefunction(method) or isasyncgenfunction(method)):
                where = f"{cls.__module__}.{cls.__qualname__}.{name}"
                raise BadSignature(f"{where} is `async def`: an actor decides at once; what waits belongs in a Worker")

    def __init__(self, settings: msgspec.Struct | None = None) -> None:
        super().__init__(settings)
        self.state = self.State()

    @property
    def rng(self) -> random.Random:
        """Dice that fall the same for the same message."""
        if self._rng is None:
            self._rng = random.Random(f"{self.origin.seq}-{self.now}-{self.name}")
        return self._rng

    def set_scene(self, now: float, origin: Origin) -> None:
        """What a handler may know besides state and message; called by the runtime before each."""
        self.now, self.origin, self._rng = now, origin, None

    def due(self) -> float | None:
        """When `on_due` is wanted, in seconds since the epoch; what `on_due` says must move it.

        If it does not, the timer rests until another input has been heard.
        """
        return None

    def on_due(self) -> Iterator[Message]:
        """What is to be said at the time that `due` named."""
        return iter(())

    def on_record(self, record: Record) -> Iterator[Message]:
        """What is said to a record, for an actor that hears all."""
        return iter(())

    def apply_record(self, record: Record) -> None:
        """The record is folded in, for an actor that hears all."""

    def on_malformed(self, error: Malformed) -> Iterator[Message] | None:
        """What is said to an input that can't be read; None lets it be dead-lettered."""
        return None


class Worker(Member):
    """Effects on the world outside: sandbox runs, model calls, searches.

    A handler is an async generator. It holds nothing between messages; on a freeze or a cancelled task it is cancelled
    where it awaits. An input whose intent is on the log without a result goes to `on_interrupted`. It answers questions
    for which a task must be done, and as many at once as it handles inputs.
    """

    concurrency: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
    """An interrupted effect may be done again; otherwise it is held for a person."""
    timeout_s: ClassVar[float] = 60.0
    """A handler that takes longer is cancelled, and the input has failed once."""
    fresh_s: ClassVar[float | None] = None
    """An input that has waited for longer asks about a present that is over: it is acknowledged and not handled."""
    surveys: ClassVar[bool] = False
    """It may ask how far the log's readers are, and how large the log is; `look` is set before it is opened."""
    look: Callable[[], Awaitable[Survey]]
    """The answer to that question; only where it `surveys`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in cls.signature.handlers.values():
            if not isasyncgenfunction(getattr(cls, name)):
                where = f"{cls.__module__}.{cls.__qualname__}.{name}"
                raise BadSignature(f"{where} is no `async def` that yields: a worker's handler must be one")
        for query, (method, _) in cls.signature.answers.items():
            if query not in cls.signature.consigns:
                where = f"{cls.__module__}.{cls.__qualname__}.{method}"
                raise BadSignature(f"{where}: a worker has no state to answer from; it returns Answers[...]")

    async def open(self) -> None:
        """Called before the first message; raises if the worker can't work."""

    def shortfall(self) -> str | None:
        """Why it could not do its work with these settings, although each is right by itself; told by the doctor."""
        return None

    async def close(self) -> None:
        """Called after the last message."""

    async def interrupt(self) -> None:
        """Called at a freeze, after all handlers were cancelled: let nothing run on."""
