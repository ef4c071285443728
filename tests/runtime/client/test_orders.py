"""What an order came to, read from the log: answered, refused, or not heard of in time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bus.log import Record
from messages.base import Event, encode
from messages.kernel.order import Rejected
from messages.tools import tool
from runtime.client import orders
from runtime.client.orders import answer_to, hearing
from runtime.errors import NotObeyed, Unanswered

DISABLED = tool.Disabled(name="double", reason="r")
ENABLED = tool.Enabled(name="double", reason="r")


class Log:
    """A client that reads these records and then waits for more, or is at the end."""

    def __init__(self, *records: Record, ends: bool = False) -> None:
        self._records = records
        self._ends = ends
        self.asked: list[int] = []

    async def records(self, first: int, *, follow: bool) -> AsyncIterator[Record]:
        assert follow
        self.asked.append(first)
        for record in self._records:
            yield record
        if not self._ends:
            await asyncio.Event().wait()


def record(seq: int, message: Event, cause: str) -> Record:
    flow = type(message).__module__.rpartition(".")[2]
    subject = f"kurultai.event.{flow}.{type(message).__name__}.someone"
    return Record(seq, subject, encode(message), {"ce-causationid": cause}, 0.0)


def rejected(order: str, cause: str = "elsewhere") -> Record:
    return record(9, Rejected(order=order, sequence=7, reason="the tool is no more"), cause)


async def answer(log: Any, *kinds: type[Event]) -> Record:
    return await answer_to(log, 7, "o-1", *kinds)


async def test_the_answer_is_the_first_event_that_the_order_caused() -> None:
    other, own = record(8, ENABLED, "o-2"), record(9, DISABLED, "o-1")
    log = Log(other, own, record(10, ENABLED, "o-1"))
    assert await answer(log) == own
    assert log.asked == [7]


async def test_events_of_other_kinds_that_the_order_caused_are_no_answer() -> None:
    wanted = record(10, ENABLED, "o-1")
    assert await answer(Log(record(9, DISABLED, "o-1"), wanted), tool.Enabled) == wanted


@pytest.mark.parametrize("refusal", [rejected("o-1"), rejected("elsewhere", cause="o-1")], ids=["named", "caused"])
async def test_an_order_that_was_refused_is_told_with_the_reason(refusal: Record) -> None:
    with pytest.raises(NotObeyed, match="not obeyed: the tool is no more"):
        await answer(Log(refusal, record(10, DISABLED, "o-1")))


async def test_the_refusal_of_another_order_is_nobody_s_business() -> None:
    own = record(10, DISABLED, "o-1")
    assert await answer(Log(rejected("o-2"), own)) == own


async def test_each_of_several_orders_may_be_refused() -> None:
    async def heard(log: Any) -> None:
        async with hearing(log, 7, "o-1", "o-2") as records:
            async for _ in records:
                pass

    with pytest.raises(NotObeyed):
        await heard(Log(rejected("o-2")))


async def test_an_order_of_which_nothing_is_heard_is_told_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "ANSWER_S", 0.05)
    with pytest.raises(Unanswered, match="kurultai why 7"):
        await answer(Log())


async def test_a_log_that_ends_before_the_answer_is_no_answer() -> None:
    with pytest.raises(Unanswered, match="ended before the order at 7"):
        await answer(Log(ends=True))
