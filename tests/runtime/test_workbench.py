"""A worker announces its effect before it and tells the result after; what is unknown is never done again by itself."""

import pytest

from messages import actor as life
from runtime.actor import Works
from runtime.testing import CALM, Universe, run
from tests.flows.council import Began, Book, Clerk, Doer, Finished, Once, Planned, Planner, Sum
from tests.flows.story import RETRIES_S, ended, universe_of


class Breaks(Once):
    """Announces, and then fails before it knows what came of it."""

    name = "doer"

    async def on_planned(self, m: Planned) -> Works[Began | Finished]:
        yield Began(task=m.task, part=m.part)
        raise ConnectionError("the line went dead in the middle of it")


class Falls(Doer):
    """Fails before it has announced anything."""

    name = "doer"
    idempotent = False

    async def on_planned(self, m: Planned) -> Works[Began | Finished]:
        if m.part > 0:
            raise ConnectionError("no line at all")
        yield Began(task=m.task, part=m.part)


async def one_task(worker: type[Doer]) -> Universe:
    """A council with this worker after one task, which has ended."""
    async with universe_of(1, (Clerk, Planner, worker, Book), CALM) as universe:
        await universe.publish_task(Sum(id="one", parts=(5,)), identity="one")
        await universe.until(lambda: ended(universe).get("one") == 1, limit_s=3_000)
        await universe.settled(limit_s=300)
    return universe


def test_an_effect_that_fails_after_its_announcement_is_held_and_not_repeated() -> None:
    universe = run(one_task(Breaks))
    assert [held.intent["part"] for held in universe.said(life.Held)] == [5]
    assert len(universe.said(Began)) == 1
    assert universe.said(life.Faltered) == []


def test_a_failure_before_any_announcement_is_tried_again_until_the_input_is_dead() -> None:
    universe = run(one_task(Falls))
    assert universe.said(life.Held) == []
    assert len(universe.said(life.Faltered)) == len(RETRIES_S)
    assert [letter.attempts for letter in universe.said(life.DeadLettered)] == [len(RETRIES_S) + 1]


@pytest.mark.parametrize("worker", [Doer, Once])
def test_an_effect_that_succeeds_is_neither_held_nor_tried_again(worker: type[Doer]) -> None:
    universe = run(one_task(worker))
    assert universe.said(life.Held) == []
    assert len(universe.said(Finished)) == 1
