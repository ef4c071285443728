"""An actor's state is the fold of the log: byte for byte, after any accident, with a snapshot and without."""

import asyncio
import random

import msgspec
import pytest

from bus.log import Draft, Record
from messages.kernel.control import Level
from runtime.delivery.fold import Fold, state_at
from runtime.testing import CALM, STORM, Broken, Universe, run
from tests.flows.council import Book, Clerk, Doer, Finished, Guard, Opened, Planner, Sum, Tallied, Teller
from tests.flows.story import ended, freeze_and_thaw, publish_some, universe_of
from tests.seeds import blocks

SEEDS = 60
BLOCK = 10
FAULTS = msgspec.structs.replace(STORM, crash_every_s=0.7, pause_every_s=1.0, away_s=(0.01, 1.0))
COUNCIL = (Guard, Clerk, Planner, Doer, Book, Teller)


@pytest.fixture(autouse=True)
def _snapshots_are_frequent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.delivery.snapshot.SNAPSHOT_EVERY", 2)


async def lived(seed: int, *, snapshots: bool) -> Universe:
    """The run at rest; its audit has compared each live state with a fresh fold, and with one from the snapshot."""
    dice = random.Random(seed)
    async with universe_of(seed, COUNCIL, FAULTS, snapshots=snapshots) as universe:
        await asyncio.gather(publish_some(universe, dice, 8, 2.0), freeze_and_thaw(universe, dice, 1, every_s=0.5))
        await universe.calm()
        await universe.until(lambda: all(ended(universe).values()), limit_s=300)
        await universe.settled(limit_s=300)
        await universe.until(
            lambda: sum(told.count for told in universe.said(Tallied)) == len(universe.said(Finished)), limit_s=300
        )
        await universe.settled(limit_s=300)
    return universe


@pytest.mark.parametrize("snapshots", [False, True])
@pytest.mark.parametrize("first", blocks(range(0, SEEDS, BLOCK), 4 * SEEDS))
def test_each_live_state_is_the_fold_of_the_log(first: int, snapshots: bool) -> None:
    taken = 0
    for seed in range(first, first + BLOCK):
        universe = run(lived(seed, snapshots=snapshots))
        assert set(universe.rested) == {"guard", "clerk", "planner", "book", "teller"}
        assert universe.rested["book"].actor.state.ended
        taken += sum(seat.snapshot() is not None for seat in universe.seats.values())
    assert (taken > BLOCK) is snapshots


def live(universe: Universe, name: str) -> Fold:
    """The fold of an actor that is at rest."""
    fold = universe.seats[name].fold()
    assert fold is not None
    return fold


def told(records: list[Record]) -> list[tuple[int, str, bytes, float]]:
    """What two runs of one seed must have in common: all but the ids that the runtime draws for its own records."""
    return [(record.seq, record.subject, record.data, record.time) for record in records]


def test_the_same_seed_tells_the_same_story() -> None:
    assert told(run(lived(7, snapshots=True)).records) == told(run(lived(7, snapshots=True)).records)


def test_another_seed_tells_another_story() -> None:
    assert told(run(lived(7, snapshots=True)).records) != told(run(lived(8, snapshots=True)).records)


def test_the_state_at_an_earlier_place_is_the_state_of_then() -> None:
    async def story() -> tuple[Universe, int, bytes]:
        async with universe_of(0, COUNCIL, CALM) as universe:
            await universe.publish_task(Sum(id="first", parts=(1,)), identity="first")
            await universe.settled()
            place, state = len(universe.records), msgspec.json.encode(live(universe, "book").actor.state)
            await universe.publish_task(Sum(id="second", parts=(2,)), identity="second")
            await universe.settled()
        return universe, place, state

    universe, place, state = run(story())
    seat = universe.seats["book"]
    heard = (record for record in universe.records if "toy" in record.subject or "task" in record.subject)
    assert msgspec.json.encode(state_at(seat.fresh(), seat.types, heard, place)) == state


def test_a_state_that_holds_more_than_the_log_is_found() -> None:
    async def story() -> None:
        async with universe_of(0, COUNCIL, CALM) as universe:
            await universe.publish_task(Sum(id="first", parts=(1,)), identity="first")
            await universe.settled()
            live(universe, "clerk").say(Opened(task="never", parts=()), None)

    with pytest.raises(Broken, match="clerk's state"):
        run(story())


def test_an_effect_that_stands_on_the_log_twice_is_found() -> None:
    async def story() -> None:
        async with universe_of(0, COUNCIL, CALM) as universe:
            await universe.publish_task(Sum(id="first", parts=(1,)), identity="first")
            await universe.settled()
            opened = universe.said_records(Opened)[0]
            again = Draft(opened.subject, opened.data, "another-id", opened.headers)
            universe.log.commit(universe.log.grants["clerk"], (again,), None)
            await universe.settled()

    with pytest.raises(Broken, match=r"Opened.clerk at \d+ says 2-clerk-0 again"):
        run(story())


def test_an_effect_of_a_frozen_level_is_found() -> None:
    async def story() -> None:
        async with universe_of(0, COUNCIL, CALM) as universe:
            await universe.publish_task(Sum(id="first", parts=(1,)), identity="first")
            await universe.settled()
            opened = universe.said_records(Opened)[0]
            await universe.freeze(Level.FOUNDATION)
            unfenced = Draft(opened.subject, opened.data, "another-id", {**opened.headers, "ce-id": "another-id"})
            universe.log.commit(universe.log.grants["clerk"], (unfenced,), None)

    with pytest.raises(Broken, match="though foundation is frozen"):
        run(story())
