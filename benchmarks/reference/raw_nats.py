"""The same guarantees by hand in nats-py: fenced atomic batches with deterministic ids, the next one decided meanwhile.

One decider reads the queue in order. An output's id is its input's sequence, so that the last output on the stream
says where a new start goes on; a refused batch (stale fence, known id) and a lost delivery end the program before it
acknowledges. Messages come through a plain subscription: nats-py's fetch() makes two tasks for each message.
"""

import argparse
import asyncio
import time
import uuid
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from benchmarks.reference import common, envelope

NOTES: Final = "fenced atomic batches, each effect once; written by hand"
"""What this runner promises. *derived* from this file."""

CONSUMER: Final = "hop"
"""The durable consumer. *chosen*."""

CONTROL: Final = "bench.control.hop"
"""Where the mode in force stands; its last sequence is the fence. *chosen*."""

NEXT: Final = f"$JS.API.CONSUMER.MSG.NEXT.{common.STREAM}.{CONSUMER}"
"""Where messages are asked for. *cited*: JetStream wire API, "Fetching from a pull consumer"."""

ASK: Final = msgspec.json.encode({"batch": common.BATCH, "expires": 1_000_000_000})
"""A request for one batch, given up by the server after 1 s. *cited*: the same; expiry in ns *chosen*."""

MAX_UNACKNOWLEDGED: Final = 4 * common.BATCH
"""Deliveries the server allows before it waits. *derived*: a batch in flight, one decided, one arriving, one spare."""

ORDERS: Final = msgspec.json.Decoder(common.Order)
"""Reads a payload."""

EVENTS: Final = msgspec.json.Encoder()
"""Writes a payload."""


class Decision(NamedTuple):
    """What was decided about one input, not committed yet."""

    acknowledgement: str
    event: bytes
    headers: dict[str, str]


class Decider:
    """Says one event for each order; what was decided while a commit was in flight is the next commit."""

    def __init__(self, client: Client, enveloped: bool) -> None:
        self._client = client
        self._enveloped = enveloped
        self._inbox = ""
        self._fence = ""
        self._asked = 0
        self._delivered = 0
        self._decided: list[Decision] = []
        self._something = asyncio.Event()
        self._failure: Exception | None = None

    async def open(self, fence: int) -> None:
        """The first messages have been asked for, and what is decided about them holds while the fence does."""
        self._fence, self._inbox = str(fence), self._client.new_inbox()
        await self._client.subscribe(self._inbox, cb=self._take)
        await self._ask()

    async def commit(self, count: int) -> None:
        """That many orders are answered on the stream and acknowledged, or the refusal is raised."""
        answered = 0
        while answered < count:
            await self._something.wait()
            if self._failure is not None:
                raise self._failure
            group, self._decided = self._decided[: common.BATCH], self._decided[common.BATCH :]
            if not self._decided:
                self._something.clear()
            await self._commit(group)
            answered += len(group)
        await self._client.flush()

    async def failed(self, error: Exception) -> None:
        """The next look at what was decided raises the error; nats-py calls this for what a callback raised."""
        self._failure = error
        self._something.set()

    async def _ask(self) -> None:
        self._asked = common.BATCH
        await self._client.publish(NEXT, ASK, reply=self._inbox)

    async def _take(self, message: Msg) -> None:
        if not message.reply:
            await self._ask()
            return
        tokens = message.reply.split(".", 7)
        self._delivered += 1
        if int(tokens[6]) != self._delivered:
            raise ConnectionError("a delivery was lost, and to acknowledge all would lose its order")
        order = ORDERS.decode(message.data)
        event = EVENTS.encode(common.Done(serial=order.number, text=order.text))
        self._decided.append(Decision(message.reply, event, self._headers(tokens[5], message)))
        self._something.set()
        self._asked -= 1
        if not self._asked:
            await self._ask()

    def _headers(self, message_id: str, message: Msg) -> dict[str, str]:
        headers = envelope.of_event(message_id, message.headers or {}) if self._enveloped else {}
        headers["Nats-Msg-Id"] = message_id
        return headers

    async def _commit(self, group: list[Decision]) -> None:
        opening = group[0].headers
        opening["Nats-Expected-Last-Subject-Sequence"] = self._fence
        opening["Nats-Expected-Last-Subject-Sequence-Subject"] = CONTROL
        outputs = [(common.OUTPUT, decision.event, decision.headers) for decision in group]
        await common.publish_batch(self._client, uuid.uuid4().hex, outputs)
        await self._client.publish(group[-1].acknowledgement, b"+ACK")


async def last_committed(js: JetStreamContext) -> int:
    """The sequence of the last input whose output is on the stream, 0 if there is none."""
    try:
        said = await js.get_last_msg(common.STREAM, common.OUTPUT)
    except NotFoundError:
        return 0
    return int((said.headers or {})["Nats-Msg-Id"])


async def consumer_after(js: JetStreamContext, committed: int) -> None:
    """A new consumer delivers every order beyond the committed sequence, in order.

    The old one would deliver what it holds unacknowledged only later, and to acknowledge all would lose it.
    """
    with suppress(NotFoundError):
        await js.delete_consumer(common.STREAM, CONSUMER)
    await js.add_consumer(
        common.STREAM,
        ConsumerConfig(
            durable_name=CONSUMER,
            filter_subject=common.INPUT,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=committed + 1,
            ack_policy=AckPolicy.ALL,
            ack_wait=common.REPLY_LIMIT_S,
            max_ack_pending=MAX_UNACKNOWLEDGED,
        ),
    )


async def hop(url: str, options: argparse.Namespace) -> float:
    """Seconds from the first request for messages until everything is committed and acknowledged."""
    client = Client()
    decider = Decider(client, options.envelope)
    await client.connect(url, error_cb=decider.failed)
    js = client.jetstream()
    await common.filled_stream(client, options)
    fence = (await js.publish(CONTROL, b'{"mode":"full"}')).seq
    await consumer_after(js, await last_committed(js))
    started_s = time.perf_counter()
    await decider.open(fence)
    await decider.commit(options.count)
    seconds = time.perf_counter() - started_s
    await common.check_said_once(js, CONSUMER, options.count)
    await client.close()
    return seconds


def main(options: argparse.Namespace) -> None:
    """The result of one run is on standard output."""
    common.run("raw_nats", NOTES, options, lambda url: hop(url, options))


if __name__ == "__main__":
    main(common.arguments(count=20_000).parse_args())
