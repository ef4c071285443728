"""The same hop as a FastStream application: pull subscriber in batches, one event published for each message, then ack.

Weaker than the others: a crash between event and acknowledgement says the event twice, and nothing can fence it.
"""

import argparse
import asyncio
import time
from typing import Final

import nats
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.annotations import NatsMessage
from pydantic import BaseModel

from benchmarks.reference import common, envelope

NOTES: Final = "at least once, no fence, no group commit; 100 publishes at a time"
"""What this runner promises. *derived* from this file."""

PULL: Final = 100
"""Messages fetched and handled together. *chosen*: as FastStream's own examples do for load."""

CONSUMER: Final = "hop"
"""The durable consumer. *chosen*."""


class Order(BaseModel):
    """A message of the queue, as FastStream's users declare it."""

    number: int
    text: str


class Done(BaseModel):
    """The one event that is said about an order."""

    serial: int
    text: str


async def hop(url: str, options: argparse.Namespace) -> float:
    """Seconds from the start of the subscriber until every event is on the stream and every order acknowledged."""
    client = await nats.connect(url)
    js = client.jetstream()
    await common.filled_stream(client, options)
    broker = NatsBroker(url, logger=None)
    stream = JStream(common.STREAM, declare=False)
    complete = asyncio.Event()
    answered = 0

    @broker.subscriber(common.INPUT, stream=stream, durable=CONSUMER, pull_sub=PullSub(batch_size=PULL))
    async def on_order(order: Order, message: NatsMessage) -> None:
        nonlocal answered
        headers = envelope.of_event(f"event-{order.number}", message.headers) if options.envelope else None
        await broker.publish(
            Done(serial=order.number, text=order.text),
            common.OUTPUT,
            headers=headers,
            stream=common.STREAM,
            timeout=common.REPLY_LIMIT_S,
        )
        answered += 1
        if answered == options.count:
            complete.set()

    await broker.connect()
    started_s = time.perf_counter()
    await broker.start()
    await complete.wait()
    await broker.stop()
    seconds = time.perf_counter() - started_s
    await common.check_said_once(js, CONSUMER, options.count)
    await client.close()
    return seconds


def main(options: argparse.Namespace) -> None:
    """The result of one run is on standard output."""
    common.run("faststream_pull", NOTES, options, lambda url: hop(url, options))


if __name__ == "__main__":
    main(common.arguments(count=5_000).parse_args())
