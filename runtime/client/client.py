"""A running council as a person or a program sees it: one role, one key, and what that role may do."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import msgspec

from bus.errors import Denied, Duplicate, Full, LogError, ServerUnavailable, Unreachable
from bus.keys import Key
from bus.log import Draft, Record
from bus.names import Names
from bus.nats.connection import NatsConnection
from messages import task as tasks
from messages.base import Command, Event, Query, decode, encode, type_name
from messages.kernel import audit, control
from messages.kernel.control import FREEZABLE, Level
from messages.tools import deployment, tool
from runtime.client.endings import ending_of, remembered
from runtime.client.identities import mandate_of
from runtime.client.reach import key_of, reach, require_listener
from runtime.directory.settings import Settings
from runtime.envelope import complaint, draft, event_subject, stamp
from runtime.errors import Unsayable
from runtime.signing import MANDATE, sign_order
from runtime.topology import query_subject

Role = Literal["publisher", "auditor", "operator"]
Answer = TypeVar("Answer", bound=msgspec.Struct)

CONNECT_LIMIT_S: Final = 3.0
"""Longest wait for the server's greeting and its verdict on the key. *chosen*"""
ASK_LIMIT_S: Final = 5.0
"""Longest wait for the answer to a question. *chosen*"""
CATCH_UP_S: Final = 1.0
"""The log is looked at this often although nothing was broadcast, since a broadcast may be lost. *chosen*"""
TOOL_NEWS: Final = tuple(
    kind
    for module in (tool, deployment)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Event) and kind.for_callers
)
"""What changes which tools may be called. *derived*: the events that are for callers"""
BROADCAST: Final = ("task", "command", "event", "control")
"""First words of everything that stands on the log. *derived*: bus.install.stream_config"""


class Client:
    """A connection in one role; `async with await Client.connect(settings, "auditor") as client:`."""

    def __init__(self, connection: NatsConnection, settings: Settings, role: Role, key: Key, mandate: str = "") -> None:
        self.settings = settings
        self.names: Names = settings.names
        self.role = role
        self.name = connection.name
        self._connection = connection
        self._key = key
        self._mandate = mandate
        self._heard: dict[str, asyncio.Queue[Record]] = {}
        self._news: set[asyncio.Event] = set()
        """Set whenever something new stands on the log."""
        self._watched: set[str] = set()
        self._watching = asyncio.Lock()

    @classmethod
    async def connect(cls, settings: Settings, role: Role) -> Self:
        """Connected to the council that runs; raises NoCouncil, NoKey, Denied, ServerUnavailable or BadSetting."""
        settings = reach(settings)
        name = f"{role}-{settings.as_name}" if settings.as_name else role
        key = key_of(settings.key_dir, name)
        await require_listener(settings.url)
        try:
            connection = await NatsConnection.open(
                settings.url, name, seed=key.seed, names=settings.names, limit_s=CONNECT_LIMIT_S
            )
        except ServerUnavailable as error:
            if "authorization violation" in str(error).lower():
                raise Denied(
                    f"the server at {settings.url} does not know the key of the {name} in {settings.key_dir}: "
                    "name the directory of this council's keys with --keys"
                ) from error
            raise
        return cls(connection, settings, role, key, mandate_of(settings.key_dir, name))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """The connection is gone."""
        await self._connection.close()

    # Tasks.

    async def publish_task(self, kind: str, payload: Mapping[str, Any], identity: str | None = None) -> tuple[int, str]:
        """The task waits in the airlock; returns its place there and its id, by which `follow` finds what comes of it.

        Raises Duplicate when the server has had a task with this id lately, TooLarge, or Full when too many of this
        publisher's tasks wait already.
        """
        named = identity or payload.get("id") or uuid.uuid4().hex[:16]
        await self._hear(named)
        headers = {
            "ce-specversion": "1.0",
            "ce-id": named,
            "ce-source": f"/{self.names.council}/{self.name}",
            "ce-type": f"task.{kind}",
            "ce-time": stamp(time.time()),
        }
        data = msgspec.json.encode(payload)
        try:
            seq = await self._connection.commit([Draft(self.names.subject("task", kind), data, named, headers)], None)
        except Duplicate as error:
            raise Duplicate(f"a task with the id {named!r} was published already: {error}") from error
        except Full as error:
            raise Full(
                f"nothing was published: too many tasks of the {self.name} wait already, or the disk is full "
                f"({error}). Publish more slowly, or under an identity of your own (`kurultai auth add`)"
            ) from error
        return seq, named

    async def follow(self, task: str) -> AsyncGenerator[Record, None]:
        """The events of the task from now on, or from its publication by this client, up to the one that ends it.

        An end that was said while the server was away is asked for, and comes as a record at place 0.
        """
        queue = await self._hear(task)
        try:
            while True:
                try:
                    async with asyncio.timeout(ASK_LIMIT_S):
                        record = await queue.get()
                except TimeoutError:
                    end = await self._missed_end(task)
                    if end is None:
                        continue
                    record = end
                yield record
                if ending_of(record) is not None:
                    return
        finally:
            self._heard.pop(task, None)

    async def _hear(self, task: str) -> asyncio.Queue[Record]:
        queue = self._heard.setdefault(task, asyncio.Queue())
        await self._watch_once(self.names.subject("event", "task", ">"), self._sort)
        return queue

    async def _watch_once(self, subject: str, hear: Callable[[Record], None]) -> None:
        """The subject is listened to from now on, however often this is asked for."""
        async with self._watching:
            if subject not in self._watched:
                await self._connection.watch(subject, hear)
                self._watched.add(subject)

    def _sort(self, record: Record) -> None:
        try:
            task = msgspec.json.decode(record.data, type=_Named).task
        except msgspec.DecodeError:
            return
        if (queue := self._heard.get(task)) is not None:
            queue.put_nowait(record)

    async def _missed_end(self, task: str) -> Record | None:
        """The end of the task, told by the council if the broadcast was lost."""
        try:
            views = await self.query(tasks.Find(task=task), tasks.Views)
        except LogError:
            return None
        for view in views.tasks:
            if view.task == task and (end := remembered(view)) is not None:
                subject = self.names.subject("event", "task", type(end).__name__, "asked")
                return Record(0, subject, msgspec.json.encode(end), {}, time.time())
        return None

    # News.

    @property
    def up(self) -> bool:
        """The server is there."""
        return self._connection.up

    def on_link(self, hear: Callable[[bool], None]) -> None:
        """`hear` is told of each loss and return of the server."""
        self._connection.on_link(hear)

    async def on_tools(self, hear: Callable[[], None]) -> None:
        """`hear` is called whenever it changes which tools may be called, or what is told of them."""
        for kind in TOOL_NEWS:
            await self._connection.watch(event_subject(self.names, kind, "*"), lambda _record: hear())

    async def on_mode(self, level: Level, hear: Callable[[int, control.Set], None]) -> None:
        """`hear` is told the place and the content of each control record of the level from now on."""

        def take(record: Record) -> None:
            hear(record.seq, msgspec.json.decode(record.data, type=control.Set))

        await self._connection.watch(self.names.control(level), take)

    # Questions, telemetry, the log.

    async def query(self, question: Query, answer: type[Answer]) -> Answer:
        """The typed answer; raises Unsayable for a question that nobody could read, Unreachable without an answer."""
        subject = query_subject(self.names, type(question))
        data = await self._connection.ask(subject, said(question), ASK_LIMIT_S)
        try:
            return msgspec.json.decode(data, type=answer)
        except msgspec.DecodeError as error:
            raise Unreachable(f"{type_name(type(question))} was answered with {data[:200]!r}: {error}") from error

    async def gauges(self, hear: Callable[[str, dict[str, Any]], None]) -> None:
        """`hear` is told each actor's name and gauges as they come, until the client is closed."""

        def take(subject: str, data: bytes) -> None:
            hear(subject.rpartition(".")[2], msgspec.json.decode(data, type=dict[str, Any]))

        await self._connection.observe(self.names.subject("telemetry", "*"), take)

    async def modes(self) -> dict[Level, tuple[int, control.Set] | None]:
        """The control record in force for each level, with its place on the log; None where none was ever said."""
        found: dict[Level, tuple[int, control.Set] | None] = {}
        for level in FREEZABLE:
            record = await self._connection.control(level)
            found[level] = (record.seq, msgspec.json.decode(record.data, type=control.Set)) if record else None
        return found

    async def bounds(self) -> tuple[int, int]:
        """The first and the last place on the log."""
        return await self._connection.first_and_last()

    async def record(self, seq: int) -> Record | None:
        """What stands at this place, if it is one."""
        async with aclosing(self._connection.read_all(seq)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                return chunk[0] if chunk[0].seq == seq else None
        return None

    async def records(
        self, first: int = 1, pattern: str = ">", *, follow: bool = False
    ) -> AsyncGenerator[Record, None]:
        """What stands on the log from `first` and matches, in order; with `follow` also what is still to come.

        A broadcast only wakes: what is given is always read from the log, so nothing is missed or given twice.
        """
        subject = self.names.subject(pattern)
        news = asyncio.Event()
        self._news.add(news)
        try:
            if follow:
                for word in BROADCAST:
                    await self._watch_once(self.names.subject(word, ">"), self._wake)
            while True:
                news.clear()
                async for chunk in self._connection.read_all(first, subject):
                    for record in chunk:
                        yield record
                    first = chunk[-1].seq + 1
                if not follow:
                    return
                with suppress(TimeoutError):
                    async with asyncio.timeout(CATCH_UP_S):
                        await news.wait()
        finally:
            self._news.discard(news)

    def _wake(self, _record: Record) -> None:
        for news in self._news:
            news.set()

    async def latest(self, count: int, pattern: str = ">") -> list[Record]:
        """The last `count` records that match, oldest first."""
        first, last = await self.bounds()
        reach_back = max(64, count)
        while True:
            start = max(first, last - reach_back + 1)
            found = [record async for record in self.records(start, pattern)]
            if len(found) >= count or start <= first:
                return found[-count:] if count else []
            reach_back *= 4

    async def since(self, at: float) -> int:
        """The first place that was stored at or after the time."""
        low, last = await self.bounds()
        high = last + 1
        while low < high:
            middle = (low + high) // 2
            record = await self.record(middle)
            if record is not None and record.time < at:
                low = middle + 1
            else:
                high = middle
        return low

    # Orders.

    async def order(self, message: Command) -> tuple[int, str]:
        """The operator's signed order stands on the log; returns its place and its id.

        Raises Unsayable for an order that nobody could read: on the log it would be a dead letter without an answer.
        """
        said(message)
        identity = f"{self.name}-{uuid.uuid4().hex[:16]}"
        now = time.time()
        made = draft(self.names, self.name, message, identity=identity, origin=None, at=now, cursor=None)
        mandate = {MANDATE: self._mandate} if self._mandate else {}
        signed = sign_order(self._key, Draft(made.subject, made.data, made.id, {**made.headers, **mandate}), now)
        return await self._connection.commit([signed], None), identity

    async def seal(self, nonce: str | None = None) -> tuple[int, str]:
        """The scribe is asked for a checkpoint up to here; returns the command's place and its nonce."""
        nonce = nonce or uuid.uuid4().hex
        made = draft(
            self.names,
            self.name,
            audit.Seal(nonce=nonce),
            identity=f"seal-{uuid.uuid4().hex[:16]}",
            origin=None,
            at=time.time(),
            cursor=None,
        )
        return await self._connection.commit([made], None), nonce


def said(message: Command | Query) -> bytes:
    """The message as it is sent; raises Unsayable if its hearer could not read it, since a value breaks its bounds."""
    data = encode(message)
    try:
        decode(type(message), data)
    except msgspec.ValidationError as error:
        reason, path = complaint(error)
        raise Unsayable(f"{type_name(type(message))} can't be sent: {path}: {reason}") from error
    return data


class _Named(msgspec.Struct):
    task: str
