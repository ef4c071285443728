"""What tests of actors stand on: one actor given its history, virtual time, and accidents that are real ones."""

import asyncio
import time

import msgspec
import pytest

from bus.errors import Stale
from bus.simulation.virtual_time import EPOCH_S, Deadlock, clock
from messages import task
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import Level, Mode
from runtime.errors import Malformed
from runtime.testing import CALM, Broken, Faults, given, run
from tests.flows.council import (
    CURSED,
    Book,
    Clerk,
    Doer,
    Finished,
    Guard,
    Opened,
    Planned,
    Planner,
    Porter,
    Sum,
    Tallied,
    Teller,
)
from tests.flows.story import universe_of
from tests.pace import patience

SLOW = Faults(travel_s=(0.3, 0.3))
"""Long enough to freeze what is on its way, and short enough for the lease. *chosen*"""
TASK = Opened(task="one", parts=(1, 2))


def test_an_actor_says_what_follows_from_its_history_and_the_message() -> None:
    said = given(Book, [TASK, Finished(task="one", part=1)]).hears(Finished(task="one", part=2))
    assert said.messages == (task.Answered(task="one", result=3),)
    assert said.state.ended == {"one": "answered"}


def test_an_actor_that_is_missing_a_part_of_its_history_says_nothing() -> None:
    assert given(Book, [TASK]).hears(Finished(task="one", part=2)).messages == ()


def test_a_given_actor_lives_on() -> None:
    guard = given(Guard)
    assert [m.mode for m in guard.hears(order.Freeze(reason="why")).messages if isinstance(m, control.Set)] == [
        Mode.FROZEN,
        Mode.FROZEN,
    ]
    thaw = order.Thaw(level=Level.AUTONOMY, fence=1, reason="well")
    assert guard.hears(thaw).messages == (control.Set(level=Level.AUTONOMY, mode=Mode.FULL, epoch=2, reason="well"),)


def test_what_a_handler_raises_is_raised() -> None:
    with pytest.raises(ArithmeticError):
        given(Planner).hears(Opened(task="one", parts=(CURSED,)))


def test_a_message_that_could_not_be_read_back_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        given(Planner).hears(Opened(task="two words", parts=(1,)))


def test_an_intake_that_hears_every_task_hears_each_kind() -> None:
    assert given(Porter).hears(Sum(id="one", parts=(1,))).messages == (Opened(task="one", parts=(1,)),)


def test_what_cannot_be_read_is_answered_by_an_actor_that_says_so() -> None:
    refused = given(Porter).stumbles(Malformed("no", "$.parts"), subject="kurultai.task.sum")
    assert refused is not None
    assert [m.path for m in refused.messages if isinstance(m, task.Refused)] == ["$.parts"]
    assert given(Clerk).stumbles(Malformed("no"), subject="kurultai.task.sum") is None


def test_a_timer_rings_at_its_time_and_not_before() -> None:
    teller = given(Teller, [Finished(task="one", part=1)])
    due = teller.actor.due()
    assert due is not None
    assert teller.at(due - 0.1).messages == ()
    (tallied,) = teller.at(due).messages
    assert isinstance(tallied, Tallied)
    assert tallied.count == 1
    assert teller.at(due + 1).messages == ()


def test_a_day_passes_at_once() -> None:
    async def story() -> float:
        await asyncio.sleep(86_400)
        return clock()

    began = time.monotonic()
    assert run(story()) == pytest.approx(EPOCH_S + 86_400)
    assert time.monotonic() - began < patience(5)


def test_waiting_for_what_can_never_come_is_told() -> None:
    async def story() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock):
        run(story())


def test_a_thread_would_bring_real_time_back_so_its_work_is_done_at_once() -> None:
    async def story() -> float:
        await asyncio.to_thread(sum, [1, 2])
        return asyncio.get_running_loop().time()

    assert run(story()) == 0


def test_a_paused_actor_neither_acts_nor_hears_and_then_does_both() -> None:
    async def story() -> tuple[int, int]:
        async with universe_of(0, (Clerk, Planner, Doer, Book), CALM) as universe:
            await universe.settled()
            universe.seats["planner"].pause()
            await universe.publish_task(Sum(id="one", parts=(1,)), identity="one")
            await asyncio.sleep(100)
            paused = len(universe.said(Planned))
            universe.seats["planner"].go_on()
            await universe.until(lambda: bool(universe.said(task.Answered)), 1.0)
        return paused, len(universe.said(Planned))

    assert run(story()) == (0, 1)


def test_a_freeze_overtakes_a_decision_on_its_way_to_the_log() -> None:
    async def story() -> int:
        async with universe_of(0, (Clerk, Planner, Doer, Book), SLOW) as universe:
            await universe.settled()
            await universe.publish_task(Sum(id="one", parts=(1,)), identity="one")
            await universe.until(lambda: bool(universe.said(Opened)))
            await asyncio.sleep(SLOW.travel_s[1] * 1.5)
            await universe.freeze(Level.AUTONOMY)
            await asyncio.sleep(10)
            assert universe.said(Planned) == []
            await universe.thaw(Level.AUTONOMY)
            await universe.until(lambda: bool(universe.said(task.Answered)), 60.0)
        return universe.log.refused[Stale]

    assert run(story()) == 1


def test_an_order_that_nobody_obeys_is_told_with_the_end_of_the_log() -> None:
    async def story() -> None:
        async with universe_of(3, (Clerk, Planner, Doer, Book), CALM) as universe:
            await universe.publish_task(Sum(id="one", parts=(1,)), identity="one")
            await universe.until(lambda: bool(universe.said(life.DeadLettered)), 2.0)

    with pytest.raises(Broken, match=r"seed 3:\n.*not within 2.0 s.*(\n.*)*Answered\.book"):
        run(story())
