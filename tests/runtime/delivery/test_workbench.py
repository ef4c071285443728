"""A worker announces its effect before it and tells the result after; what is unknown is never done again by itself."""

import asyncio

import pytest

from messages.kernel import actor as life
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


class Recovers(Once):
    """The line goes dead in the middle the first time, and holds from then on."""

    name = "doer"
    tries = 0

    async def on_planned(self, m: Planned) -> Works[Began | Finished]:
        type(self).tries += 1
        yield Began(task=m.task, part=m.part)
        if type(self).tries == 1:
            raise ConnectionError("the line went dead in the middle of it")
        yield Finished(task=m.task, part=m.part)


async def decided(worker: type[Doer], *words: life.Word, place: int | None = None) -> Universe:
    """A council in which an effect is held, and a person gives these words on it, one after the other."""
    async with universe_of(1, (Clerk, Planner, worker, Book), CALM) as universe:
        await universe.publish_task(Sum(id="one", parts=(5,)), identity="one")
        await universe.until(lambda: bool(universe.said(life.Held)), limit_s=3_000)
        (held,) = universe.said(life.Held)
        for word in words:
            await universe.command(life.Resolve(actor="doer", input=place or held.input, word=word, reason="I looked"))
            await universe.settled(limit_s=300)
    return universe


@pytest.mark.parametrize("word", ["happened", "did_not"])
def test_a_word_on_a_held_effect_is_kept_and_nothing_is_done_again(word: life.Word) -> None:
    universe = run(decided(Breaks, word))
    (held,), (resolved,) = universe.said(life.Held), universe.said(life.Resolved)
    assert (resolved.input, resolved.word, resolved.intent, resolved.fault) == (held.input, word, held.intent, "")
    assert len(universe.said(Began)) == 1


def test_an_effect_that_is_tried_again_on_a_person_s_word_is_announced_anew_and_ends() -> None:
    Recovers.tries = 0
    universe = run(decided(Recovers, "again"))
    assert len(universe.said(Began)) == 2
    assert [finished.part for finished in universe.said(Finished)] == [5]


def test_an_effect_that_fails_again_is_held_again_for_the_order_and_may_be_tried_once_more() -> None:
    universe = run(decided(Breaks, "again"))
    first, second = universe.said(life.Held)
    assert second.input > first.input
    universe = run(decided(Breaks, "again", "happened"))
    assert universe.said(life.Resolved)[1].fault != ""


def test_a_second_word_on_the_same_effect_does_nothing() -> None:
    Recovers.tries = 0
    universe = run(decided(Recovers, "again", "again"))
    assert len(universe.said(Began)) == 2
    first, second = universe.said(life.Resolved)
    assert (first.fault, "before" in second.fault) == ("", True)


def test_a_word_on_what_is_not_held_does_nothing() -> None:
    universe = run(decided(Breaks, "again", place=1))
    assert len(universe.said(Began)) == 1
    assert "nothing is held" in universe.said(life.Resolved)[0].fault


class Hasty(Doer):
    """What it is asked for is of no use later."""

    name = "doer"
    fresh_s = 10.0


def test_what_asked_about_a_present_that_is_over_is_acknowledged_and_not_handled() -> None:
    async def story() -> Universe:
        async with universe_of(1, (Clerk, Planner, Hasty, Book), CALM) as universe:
            await universe.publish_task(Sum(id="now", parts=(5,)), identity="now")
            await universe.until(lambda: ended(universe).get("now") == 1, limit_s=300)
            await universe.seats["doer"].end()
            await universe.publish_task(Sum(id="long-ago", parts=(6, 7)), identity="long-ago")
            await universe.until(lambda: len(universe.said(Planned)) == 3, limit_s=300)
            await asyncio.sleep(11)
            universe.seats["doer"].start()
            await universe.settled(limit_s=300)
        return universe

    universe = run(story())
    assert [began.part for began in universe.said(Began)] == [5]
    assert universe.said(life.Faltered) == []
