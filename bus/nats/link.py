"""The one place where the NATS client is connected: options, link state, refusals, requests."""

import asyncio
import contextlib
import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError

from bus.errors import Denied, ServerUnavailable, TooLarge, Unreachable
from bus.nats.client import FastClient
from bus.nats.wire import refusal

ANSWER_LIMIT_S: Final = 8.0
"""Longest wait for an answer of the log; a cluster elects a new leader in 4-8 s. *measured*"""
KNOWN_LIMIT_S: Final = 2
"""Longest wait until the server knows a subscription; it takes a millisecond, unless the link is lost. *chosen*"""
PING_INTERVAL_S: Final = 10
"""Two pings without an answer end the link, here and at the server. *chosen*"""
RECONNECT_WAIT_S: Final = 0.1
"""Pause between two tries to reach the server again. *chosen*"""
MOST_HEADER_BYTES: Final = 64 * 1024
"""The server stores no more headers with one record; below that it is not worth counting. *measured* on 2.15.1"""

INBOX_HEX: Final = 16
"""Letters that tell the inboxes of one identity's connections apart: 64 random bits never meet. *chosen*"""


class Link:
    """A connection of one identity, which knows whether the server is there and what it refused.

    Its inboxes are its own, since other connections of the identity may hear what comes to all that begin alike.
    """

    def __init__(self, name: str, inbox_prefix: str) -> None:
        self.name = name
        self.prefix = f"{inbox_prefix}.{uuid.uuid4().hex[:INBOX_HEX]}"
        self.client = FastClient()
        self._numbers = itertools.count(1)
        self._waiting: dict[str, tuple[frozenset[str], asyncio.Future[Msg]]] = {}
        self._on_link: list[Callable[[bool], None]] = []
        self._on_refusal: list[Callable[[str], None]] = []

    async def open(self, url: str, seed: bytes | None, limit_s: float = 5.0) -> None:
        """Connected; raises ServerUnavailable with the reason."""
        reasons: list[str] = []

        async def said(error: Exception) -> None:
            reasons.append(str(error) or type(error).__name__)
            self._hear_error(error)

        options: dict[str, Any] = {}
        if seed is not None:
            options["nkeys_seed_str"] = seed.decode()
        try:
            async with asyncio.timeout(limit_s):
                await self.client.connect(
                    url.split(","),
                    name=self.name,
                    error_cb=said,
                    disconnected_cb=self._lost,
                    reconnected_cb=self._restored,
                    closed_cb=self._lost,
                    inbox_prefix=self.prefix,
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_WAIT_S,  # type: ignore[arg-type]
                    connect_timeout=max(1, int(limit_s)),
                    ping_interval=PING_INTERVAL_S,
                    max_outstanding_pings=2,
                    **options,
                )
        except (TimeoutError, OSError, NatsError, ValueError) as error:
            with contextlib.suppress(Exception):
                await self.client.close()
            why = "; ".join(dict.fromkeys(reasons)) or str(error) or type(error).__name__
            raise ServerUnavailable(
                f"no connection to {url} as {self.name!r}: {why}. "
                "Is the server up (`kurultai up`), and are URL and key those of this council?"
            ) from error
        await self.client.subscribe(f"{self.prefix}.r.*", cb=self._answer)

    @property
    def up(self) -> bool:
        """The server is there."""
        return self.client.is_connected

    @property
    def asks_for_keys(self) -> bool:
        """The server checks who connects; otherwise anyone may say anything."""
        return bool(self.client._server_info.get("auth_required"))

    @property
    def server(self) -> str:
        """Which server this is; another one after it was started anew."""
        return str(self.client._server_info.get("server_id", ""))

    @property
    def clustered(self) -> bool:
        """The server is one of several."""
        return bool(self.client._server_info.get("cluster"))

    def on_link(self, hear: Callable[[bool], None]) -> None:
        """`hear` is told of each loss and return of the server."""
        self._on_link.append(hear)

    def forget(self, hear: Callable[[bool], None]) -> None:
        """`hear` is told nothing more about the link."""
        self._on_link.remove(hear)

    def on_refusal(self, hear: Callable[[str], None]) -> None:
        """`hear` is told what the server refused."""
        self._on_refusal.append(hear)

    async def subscribe(
        self, subject: str, hear: Callable[[Msg], Awaitable[None]], *, known: bool = False
    ) -> Subscription:
        """What comes on the subject is handed over; with `known` the server knows it when this returns.

        One that fails leaves nothing behind: the library would ask for it again with the next link.
        """
        subscription = None
        try:
            subscription = await self.client.subscribe(subject, cb=hear)
            if known:
                # The library writes a flush's ping past what waits to be written; the second one comes after it.
                await self.client.flush(KNOWN_LIMIT_S)
                await self.client.flush(KNOWN_LIMIT_S)
        except BaseException as error:
            if subscription is not None:
                with contextlib.suppress(NatsError):
                    await subscription.unsubscribe()
            if isinstance(error, NatsError):
                raise Unreachable(f"{subject} can't be listened to: {error or type(error).__name__}") from error
            raise
        return subscription

    async def subscribe_sifted(
        self, subject: str, hear: Callable[[Msg], Awaitable[None]], admits: Callable[[], bool], refusal: bytes
    ) -> None:
        """As `subscribe`; what is not admitted is answered with the refusal where it comes in."""
        subscription = await self.subscribe(subject, hear, known=True)
        self.client.sift(subscription._id, admits, refusal)

    async def publish(self, subject: str, data: bytes, headers: dict[str, str] | None = None, reply: str = "") -> None:
        """Handed to the socket; nothing is buffered for a server that is away."""
        if not self.up:
            raise Unreachable("the server is away")
        self._require_room(subject, data, headers)
        try:
            await self.client.publish(subject, data, reply, headers)
        except MaxPayloadError as error:
            raise TooLarge(f"{len(data)} bytes on {subject}; the server takes {self.client.max_payload}") from error
        except NatsError as error:
            raise Unreachable(str(error) or type(error).__name__) from error

    async def publish_many(self, messages: Sequence[tuple[str, bytes, dict[str, str], str]]) -> None:
        """Handed to the socket in this order and in one piece."""
        if not self.up:
            raise Unreachable("the server is away")
        for subject, data, headers, _ in messages:
            self._require_room(subject, data, headers)
        await self.client.publish_many(messages)

    def _require_room(self, subject: str, data: bytes, headers: Mapping[str, str] | None) -> None:
        """Raises TooLarge for what the server would answer by closing the connection; headers count too."""
        most = self.client.max_payload
        if len(data) <= most - MOST_HEADER_BYTES:
            return
        size = len(data) + sum(len(f"{name}: {value}".encode()) + 2 for name, value in (headers or {}).items()) + 12
        if size > most:
            raise TooLarge(f"{size} bytes with headers on {subject}; the server takes {most}")

    @contextlib.asynccontextmanager
    async def answer(self, subjects: frozenset[str]) -> AsyncIterator[tuple[str, "asyncio.Future[Msg]"]]:
        """A reply subject and the future of what comes on it; it fails when the link or a permission does."""
        reply = f"{self.prefix}.r.{next(self._numbers)}"
        future: asyncio.Future[Msg] = asyncio.get_running_loop().create_future()
        self._waiting[reply] = (subjects, future)
        try:
            yield reply, future
        finally:
            del self._waiting[reply]
            if future.done() and not future.cancelled():
                future.exception()

    async def request(self, subject: str, data: bytes = b"", headers: dict[str, str] | None = None) -> Msg:
        """The one answer to a request; raises Denied or Unreachable."""
        async with self.answer(frozenset((subject,))) as (reply, future):
            await self.publish(subject, data, headers, reply)
            return await in_time(future, subject)

    def _hear_error(self, error: Exception) -> None:
        denied = refusal(str(error))
        if denied is None:
            return
        text = str(error).lower()
        hit = False
        for subjects, future in self._waiting.values():
            if any(f'"{subject.lower()}"' in text for subject in subjects) and not future.done():
                future.set_exception(Denied(str(error)))
                hit = True
        if not hit:
            for hear in self._on_refusal:
                hear(str(error))

    async def _answer(self, message: Msg) -> None:
        waiting = self._waiting.get(message.subject)
        if waiting is not None and not waiting[1].done():
            waiting[1].set_result(message)

    async def _lost(self) -> None:
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(Unreachable("the server was lost while it was asked"))
        for hear in tuple(self._on_link):
            hear(False)

    async def _restored(self) -> None:
        for hear in tuple(self._on_link):
            hear(True)


async def in_time(future: "asyncio.Future[Msg]", subject: str) -> Msg:
    """The answer, or Unreachable at the limit."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S):
            return await future
    except TimeoutError:
        raise Unreachable(f"{unanswered(subject)} within {ANSWER_LIMIT_S:g} s") from None


def unanswered(subject: str) -> str:
    """What has not answered, in words, and what that may mean; the subject behind it, for those who know it."""
    if subject.startswith("$JS."):
        why = "it may have lost its leader or its disk, or have been deleted; `kurultai doctor` looks"
        return f"the log on the server does not answer ({why}; asked on {subject})"
    if ".query." in subject:
        return f"nobody answers the question {subject}; `kurultai status` shows who is there"
    return f"the log has not acknowledged a record on {subject}; whether it stands there is not known"
