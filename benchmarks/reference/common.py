"""What every runner shares: the stream, the waiting queue, the check of what was said, and the line of the result."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import nullcontext, suppress
from typing import Any, Final

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import StorageType, StreamConfig
from nats.js.errors import NotFoundError

from benchmarks.reference import envelope
from benchmarks.reference.server import POLL_S, served

STREAM: Final = "durable-hop-benchmark"
"""The benchmark's stream, deleted and made anew by every run. *chosen*."""

INPUT: Final = "bench.task.hop"
"""Where the queue waits. *chosen*."""

OUTPUT: Final = "bench.event.hop"
"""Where the one event for each message goes. *chosen*."""

BATCH: Final = 1_000
"""Messages in one atomic batch. *cited*: ADR-50, the server's limit for one batch."""

DUPLICATE_WINDOW_S: Final = 600.0
"""How long the server knows a message id. *chosen*: as in a council's log."""

REPLY_LIMIT_S: Final = 60.0
"""Patience with one answer of the server. *chosen*: a slow disk shall not end the run."""


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of the queue."""

    number: int
    text: str


class Done(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one event that is said about an order; as long as the order."""

    serial: int
    text: str


class Result(msgspec.Struct, frozen=True):
    """One line of the table."""

    name: str
    count: int
    seconds: float
    per_s: float
    notes: str


def order(number: int, payload_bytes: int) -> bytes:
    """An order of exactly payload_bytes, as JSON."""
    return msgspec.json.encode(Order(number=number, text=filling(number, payload_bytes)))


def filling(number: int, payload_bytes: int) -> str:
    """The text which brings the order of that number to payload_bytes."""
    bare_bytes = len(msgspec.json.encode(Order(number=number, text="")))
    if bare_bytes > payload_bytes:
        raise ValueError(f"an order takes at least {bare_bytes} bytes")
    return "x" * (payload_bytes - bare_bytes)


async def empty_stream(js: JetStreamContext) -> None:
    """The stream exists and holds nothing."""
    with suppress(NotFoundError):
        await js.delete_stream(STREAM)
    await js.add_stream(
        StreamConfig(
            name=STREAM,
            subjects=["bench.>"],
            storage=StorageType.FILE,
            duplicate_window=DUPLICATE_WINDOW_S,
            allow_atomic=True,
        )
    )


async def filled_stream(client: Client, options: argparse.Namespace) -> None:
    """The stream is new and as many orders as the options say wait in it."""
    js = client.jetstream()
    await empty_stream(js)
    for start in range(0, options.count, BATCH):
        numbers = range(start, min(start + BATCH, options.count))
        orders = [
            (INPUT, order(number, options.payload), envelope.of_order(number) if options.envelope else {})
            for number in numbers
        ]
        await publish_batch(client, f"fill-{start}", orders)
    if await held(js, INPUT) != options.count:
        raise RuntimeError("the queue was not filled")


async def publish_batch(client: Client, batch_id: str, messages: list[tuple[str, bytes, dict[str, str]]]) -> None:
    """All messages stand on the stream, or none does and the refusal is raised."""
    last = len(messages)
    for place, (subject, payload, headers) in enumerate(messages, start=1):
        headers = {**headers, "Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(place)}
        if place == last:
            headers["Nats-Batch-Commit"] = "1"
        if place in (1, last):
            accepted(await client.request(subject, payload, timeout=REPLY_LIMIT_S, headers=headers))
        else:
            await client.publish(subject, payload, headers=headers)


def accepted(reply: Msg) -> None:
    """The server's answer was no refusal; the opening of a batch is answered with an empty payload."""
    if reply.data and "error" in (answer := msgspec.json.decode(reply.data)):
        raise RuntimeError(f"the server refused: {answer['error']}")


async def held(js: JetStreamContext, subject: str) -> int:
    """How many messages the stream holds under the subject."""
    info = await js.stream_info(STREAM, subjects_filter=subject)
    return (info.state.subjects or {}).get(subject, 0)


async def check_said_once(js: JetStreamContext, consumer: str, count: int) -> None:
    """Exactly one event for each order is on the stream, and every order is acknowledged."""
    said = await held(js, OUTPUT)
    if said != count:
        raise RuntimeError(f"{count} orders, but {said} events")
    for _ in range(int(REPLY_LIMIT_S / POLL_S)):
        if not await unacknowledged(js, consumer):
            return
        await asyncio.sleep(POLL_S)
    raise TimeoutError("orders were left unacknowledged")


async def unacknowledged(js: JetStreamContext, consumer: str) -> int:
    """How many orders the consumer has still to deliver or to see acknowledged."""
    info = await js.consumer_info(STREAM, consumer)
    return (info.num_pending or 0) + (info.num_ack_pending or 0)


def arguments(count: int) -> argparse.ArgumentParser:
    """The options that every runner takes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", help="a running server with JetStream; without it one is started")
    parser.add_argument("--sync", choices=("always", "default"), default="always", help="for a server started here")
    parser.add_argument("--count", type=int, default=count, help="messages waiting before the timer starts")
    parser.add_argument("--payload", type=int, default=256, help="bytes of one message")
    parser.add_argument("--envelope", action="store_true", help="messages carry CloudEvents attributes as headers")
    return parser


def run(name: str, notes: str, options: argparse.Namespace, hop: Callable[[str], Coroutine[Any, Any, float]]) -> None:
    """The hop ran against a server, and the line of its result is on standard output."""
    with nullcontext(options.url) if options.url else served(options.sync) as url:
        report(name, notes, options.count, asyncio.run(hop(url)))


def report(name: str, notes: str, count: int, seconds: float) -> None:
    """The result is on standard output as one line of JSON."""
    line = Result(name=name, count=count, seconds=round(seconds, 4), per_s=round(count / seconds, 1), notes=notes)
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
