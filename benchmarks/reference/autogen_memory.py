"""The same hop in autogen-core's in-memory runtime: nothing is on disk, and a crash loses all of it."""

import argparse
import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

from autogen_core import (
    DefaultTopicId,
    MessageContext,
    RoutedAgent,
    SingleThreadedAgentRuntime,
    TypeSubscription,
    event,
)

from benchmarks.reference import common

NOTES: Final = "in memory, nothing durable, no process boundary"
"""What this runner promises. *derived* from this file."""

ORDERS: Final = "orders"
"""The topic of the queue. *chosen*."""

EVENTS: Final = "events"
"""The topic of what is said. *chosen*."""


@dataclass(frozen=True)
class Order:
    """A message of the queue."""

    number: int
    text: str


@dataclass(frozen=True)
class Done:
    """The one event that is said about an order."""

    serial: int
    text: str


class Worker(RoutedAgent):
    """Says one event for each order."""

    @event
    async def on_order(self, message: Order, ctx: MessageContext) -> None:
        """The event for this order waits in the runtime's queue."""
        await self.publish_message(Done(serial=message.number, text=message.text), DefaultTopicId(type=EVENTS))


class Listener(RoutedAgent):
    """Counts the events."""

    def __init__(self, heard: Counter[str]) -> None:
        super().__init__("listener")
        self._heard = heard

    @event
    async def on_done(self, message: Done, ctx: MessageContext) -> None:
        """One event more has been heard."""
        self._heard[EVENTS] += 1


async def hop(count: int, payload_bytes: int) -> float:
    """Seconds from the start of the runtime, with all orders waiting, until every event is heard and it is idle."""
    runtime = SingleThreadedAgentRuntime()
    heard = Counter[str]()
    await Worker.register(runtime, "worker", lambda: Worker("worker"))
    await Listener.register(runtime, "listener", lambda: Listener(heard))
    await runtime.add_subscription(TypeSubscription(topic_type=ORDERS, agent_type="worker"))
    await runtime.add_subscription(TypeSubscription(topic_type=EVENTS, agent_type="listener"))
    for number in range(count):
        order = Order(number=number, text=common.filling(number, payload_bytes))
        await runtime.publish_message(order, DefaultTopicId(type=ORDERS))
    started_s = time.perf_counter()
    runtime.start()
    await runtime.stop_when_idle()
    seconds = time.perf_counter() - started_s
    if heard[EVENTS] != count:
        raise RuntimeError(f"{count} orders, but {heard[EVENTS]} events")
    return seconds


def main(options: argparse.Namespace) -> None:
    """The result of one run is on standard output."""
    common.report("autogen_memory", NOTES, options.count, asyncio.run(hop(options.count, options.payload)))


if __name__ == "__main__":
    main(common.arguments(count=5_000).parse_args())
