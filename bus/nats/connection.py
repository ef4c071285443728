"""The log on a real NATS server, as one identity sees it."""

import asyncio
import contextlib
import random
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from bus.errors import Busy, Contended, Stale, Unreachable
from bus.log import Draft, Fence, Record, Survey
from bus.names import Names
from bus.nats.ferry import NatsFerry
from bus.nats.inbox import NatsInbox
from bus.nats.link import Link, in_time, unanswered
from bus.nats.shared_inbox import NatsSharedInbox
from bus.nats.wire import SEQUENCE, committed, delivered, headers_of, sealed_id, secret_of, severs, stored
from bus.quota import TOO_MANY, Quota, crowded

CHUNK: Final = 500
"""Records asked for at a time when the log is read back. *chosen*"""
READ_EXPIRES_S: Final = 1.0
"""Lifetime of a pull when the log is read back; in a cluster one that was left is waited out. *chosen*"""
BREATH: Final = 64
"""Records handed over before the process's other connections have their turn. *chosen*: about 1 ms of work"""
CONTENTION_WAITS_S: Final = (0.002,) * 10 + (0.01,) * 20 + (0.05,) * 40
"""Waits before a commit is sent again that a cluster refused because of another under the same fence.

*measured* on 2.15.1: three replicas let one commit under a fence be under way at a time, for about a millisecond each.
"""


class NatsConnection:
    """One identity's way to the log."""

    def __init__(self, link: Link, names: Names, secret: bytes, slot: int | None = None) -> None:
        self.name = link.name
        self._link = link
        self._secret = secret
        self._names = names
        consumer = names.inbox_consumer(self.name)
        pulls, reset = names.api("CONSUMER.MSG.NEXT", consumer), names.api("CONSUMER.RESET", consumer)
        self.inbox: NatsInbox | NatsSharedInbox = (
            NatsInbox(link, pulls, reset)
            if slot is None
            else NatsSharedInbox(link, pulls, reset, names.api("CONSUMER.INFO", consumer))
        )
        self._reader = names.log_consumer(self.name, slot or 0)
        self._reading = asyncio.Lock()
        self._answering: set[asyncio.Task[None]] = set()
        self._quota = Quota()

    @classmethod
    async def open(
        cls,
        url: str,
        name: str,
        *,
        seed: bytes | None = None,
        names: Names | None = None,
        limit_s: float = 5.0,
        slot: int | None = None,
    ) -> "NatsConnection":
        """Connected as `name`, in this place among instances that share its inbox, if they do.

        Raises ServerUnavailable with the reason.
        """
        link = Link(name, f"_INBOX_{name}")
        await link.open(url, seed, limit_s)
        return cls(link, names or Names(), secret_of(seed or name.encode()), slot)

    @property
    def up(self) -> bool:
        """The server is there."""
        return self._link.up

    @property
    def asks_for_keys(self) -> bool:
        """The server checks who connects."""
        return self._link.asks_for_keys

    async def commit(self, drafts: Sequence[Draft], fence: Fence | None) -> int:
        """All drafts stand on the log, or none; returns the sequence of the last."""
        for wait_s in CONTENTION_WAITS_S:
            try:
                return await self._commit_once(drafts, fence)
            except Contended:
                await asyncio.sleep(wait_s * random.uniform(0.5, 1.5))
        raise Stale("other commits under the same fence were under way all the time")

    async def _commit_once(self, drafts: Sequence[Draft], fence: Fence | None) -> int:
        subjects = frozenset(draft.subject for draft in drafts)
        async with self._link.answer(subjects) as (reply, answer):
            if len(drafts) == 1:
                draft = drafts[0]
                await self._link.publish(draft.subject, draft.data, self._headers(draft, fence), reply)
            else:
                await self._publish_batch(drafts, fence, reply)
            message = await in_time(answer, drafts[-1].subject)
        return committed(message.data, message.headers)

    def _headers(self, draft: Draft, fence: Fence | None) -> dict[str, str]:
        return headers_of(draft, fence, sealed_id(draft.id, self._secret))

    async def _publish_batch(self, drafts: Sequence[Draft], fence: Fence | None, reply: str) -> None:
        batch = uuid.uuid4().hex
        messages = []
        for number, draft in enumerate(drafts, 1):
            headers = self._headers(draft, fence if number == 1 else None)
            headers["Nats-Batch-Id"] = batch
            headers["Nats-Batch-Sequence"] = str(number)
            messages.append((draft.subject, draft.data, headers, ""))
        subject, data, headers, _ = messages[-1]
        messages[-1] = (subject, data, {**headers, "Nats-Batch-Commit": "1"}, reply)
        await self._link.publish_many(messages)

    def ferry(self) -> NatsFerry:
        """What empties the airlocks; only for the identity that may."""
        return NatsFerry(self._link, self._names, self.commit, self._many)

    async def read(self, first: int, last: int) -> AsyncIterator[list[Record]]:
        """The readable records from `first` to `last`, by chunks, through the identity's own log consumer."""
        if last < first:
            return
        consumer = self._reader
        async with self._reading:
            pulls = self._names.api("CONSUMER.MSG.NEXT", consumer)
            ask = {"batch": CHUNK, "expires": int(READ_EXPIRES_S * 1e9)}
            seen, severed = first - 1, True
            while seen < last:
                if severed:
                    await self._api(self._names.api("CONSUMER.RESET", consumer), {"seq": seen + 1})
                    severed = False
                chunk: list[Record] = []
                async with contextlib.aclosing(self._many(pulls, ask, CHUNK)) as messages:
                    async for message in messages:
                        record = delivered(message)
                        seen = record.seq
                        if seen <= last:
                            chunk.append(record)
                        severed = severs(message)
                        if seen >= last or severed:
                            break
                if severed and self._link.clustered:
                    await asyncio.sleep(READ_EXPIRES_S)
                if chunk:
                    yield chunk

    async def read_all(self, first: int, subjects: str = ">") -> AsyncIterator[list[Record]]:
        """Every matching record from `first` to the end, by chunks; for identities that may read the whole log."""
        while True:
            ask = {"seq": first, "batch": CHUNK, "next_by_subj": subjects}
            messages = [message async for message in self._many(self._names.api("DIRECT.GET"), ask, CHUNK + 1)]
            chunk = [stored(message) for message in messages if SEQUENCE in (message.headers or {})]
            chunk = [record for record in chunk if record.seq >= first]
            if not chunk:
                return
            yield chunk
            first = chunk[-1].seq + 1

    async def _many(self, subject: str, ask: dict[str, Any], most: int) -> AsyncGenerator[Msg, None]:
        """Up to `most` records, until the server says that there is none; a record's own headers can say anything."""
        queue: asyncio.Queue[Msg | None] = asyncio.Queue()

        def lost(_up: bool) -> None:
            queue.put_nowait(None)

        reply = f"{self._link.prefix}.m.{uuid.uuid4().hex}"
        subscription = await self._link.subscribe(reply, queue.put)
        self._link.on_link(lost)
        try:
            await self._link.publish(subject, msgspec.json.encode(ask), reply=reply)
            for number in range(most):
                if number % BREATH == 0:
                    await asyncio.sleep(0)
                message = await _next(queue, subject) if queue.empty() else queue.get_nowait()
                if message is None:
                    raise Unreachable(f"the server was lost while it answered on {subject}")
                if not message.reply and SEQUENCE not in (message.headers or {}):
                    return
                yield message
        finally:
            self._link.forget(lost)
            await subscription.unsubscribe()

    async def control(self, level: str) -> Record | None:
        """The level's last control record."""
        subject = self._names.control(level)
        message = await self._link.request(self._names.api("DIRECT.GET", subject))
        return self._found(message)

    async def survey(self) -> Survey:
        """How far the readers are, and how large the log is; only for identities that may ask."""
        state = (await self._api(self._names.api("STREAM.INFO"), {}))["state"]
        behind: dict[str, int] = {}
        listing, total = self._names.api("CONSUMER.LIST"), 1
        seen = 0
        while seen < total:
            page = await self._api(listing, {"offset": seen})
            found, total = page.get("consumers") or [], int(page["total"])
            if not found:
                break
            seen += len(found)
            for each in found:
                if not self._names.reads_back(each["name"]):
                    behind[each["name"]] = int(each["num_pending"]) + int(each["num_ack_pending"])
        return Survey(behind, int(state["bytes"]))

    async def first_and_last(self) -> tuple[int, int]:
        """The first and the last sequence of the log; only for identities that may ask about the stream."""
        state = (await self._api(self._names.api("STREAM.INFO"), {}))["state"]
        return int(state["first_seq"]), int(state["last_seq"])

    @staticmethod
    def _found(message: Msg) -> Record | None:
        if SEQUENCE in (message.headers or {}):
            return stored(message)
        status = (message.headers or {}).get("Status")
        if status == "404":
            return None
        raise Unreachable(f"the log answered with status {status}")

    async def watch(self, subject: str, hear: Callable[[Record], None]) -> None:
        """Each new record on the subject is handed over once it is stored.

        What this identity says itself comes to it twice; the first time it is not stored yet and has no sequence.
        """

        async def take(message: Msg) -> None:
            if SEQUENCE in (message.headers or {}):
                hear(stored(message))

        await self._link.subscribe(subject, take, known=True)

    async def serve(self, subject: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Questions on the subject are answered, each by itself: one that takes long keeps no other waiting.

        Those beyond the identity's quota are refused where they come in.
        """

        async def respond(message: Msg) -> None:
            with contextlib.suppress(NatsError):
                await message.respond(await answer(message.data))

        def answered(task: asyncio.Task[None]) -> None:
            self._answering.discard(task)
            self._quota.in_hand -= 1

        async def take(message: Msg) -> None:
            if not message.reply:
                return
            task = asyncio.create_task(respond(message))
            self._answering.add(task)
            self._quota.in_hand += 1
            task.add_done_callback(answered)

        now = asyncio.get_running_loop().time
        await self._link.subscribe_sifted(subject, take, lambda: self._quota.admits(now()), TOO_MANY)

    async def ask(self, subject: str, data: bytes, timeout_s: float) -> bytes:
        """The answer to a question; raises Busy when too many come, Unreachable when there is none in time."""
        try:
            async with asyncio.timeout(timeout_s):
                message = await self._link.request(subject, data)
        except TimeoutError:
            raise Unreachable(f"nobody answered {subject} within {timeout_s} s") from None
        if (message.headers or {}).get("Status") == "503":
            raise Unreachable(f"nobody answers {subject}")
        if message.data == TOO_MANY:
            raise Busy(crowded(subject))
        return message.data

    async def emit(self, subject: str, data: bytes) -> None:
        """Telemetry; lost when nobody listens."""
        await self._link.publish(subject, data)

    async def observe(self, subject: str, hear: Callable[[str, bytes], None]) -> None:
        """Telemetry of others, as it comes."""

        async def take(message: Msg) -> None:
            hear(message.subject, message.data)

        await self._link.subscribe(subject, take, known=True)

    def on_link(self, hear: Callable[[bool], None]) -> None:
        """`hear` is told of each loss and return of the server."""
        self._link.on_link(hear)

    def on_refusal(self, hear: Callable[[str], None]) -> None:
        """`hear` is told what the server refused."""
        self._link.on_refusal(hear)

    async def close(self) -> None:
        """The connection is gone."""
        await self.inbox.close()
        for task in self._answering:
            task.cancel()
        await self._link.client.close()

    async def _api(self, subject: str, ask: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = msgspec.json.decode((await self._link.request(subject, msgspec.json.encode(ask))).data)
        if "error" in answer:
            raise Unreachable(f"{subject}: {answer['error'].get('description', answer['error'])}")
        return answer


async def _next(queue: "asyncio.Queue[Msg | None]", subject: str) -> Msg | None:
    try:
        async with asyncio.timeout(5):
            return await queue.get()
    except TimeoutError:
        raise Unreachable(unanswered(subject)) from None
