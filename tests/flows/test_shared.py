"""Several instances of one worker share its inputs, whatever befalls them: each input comes to one end."""

import asyncio
import random
from collections import Counter

import pytest

from messages import actor as life
from runtime.actor import Worker
from runtime.testing import CALM, STORM, Faults, Universe, run
from tests.flows.council import Book, Clerk, Doer, Finished, Guard, Once, Planned, Planner, Sum
from tests.flows.story import RETRIES_S, ended, freeze_and_thaw, publish_some

SEEDS = range(25)
TASKS = 12


def shared(seed: int, worker: type[Worker], faults: Faults = CALM, instances: int = 2) -> Universe:
    """A council whose worker runs several times."""
    Planner.falls = 3
    members = (Clerk, Planner, Book, Guard)
    return Universe(
        members, kinds=(Sum,), seed=seed, faults=faults, retries=RETRIES_S, workers=(worker,), instances=instances
    )


def ends_of(universe: Universe) -> Counter[int]:
    """How often each input of the worker has come to an end, by its place."""
    found: Counter[int] = Counter()
    for kind in (Finished, life.Held, life.DeadLettered):
        for record in universe.said_records(kind):
            if record.subject.endswith(".doer"):
                found[int(record.headers["ce-input"])] += 1
    return found


async def stormy(seed: int, worker: type[Worker]) -> Universe:
    """A council after tasks, freezes and every accident, with both instances where all of them came from."""
    dice = random.Random(f"{seed}-story")
    async with shared(seed, worker, STORM) as universe:
        async with asyncio.TaskGroup() as group:
            group.create_task(publish_some(universe, dice, TASKS, over_s=20.0))
            group.create_task(freeze_and_thaw(universe, dice, 2, every_s=6.0))
        await universe.calm()
        await universe.settled()
    return universe


@pytest.mark.parametrize("worker", [Doer, Once])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_input_comes_to_one_end_whatever_befalls_the_instances(seed: int, worker: type[Worker]) -> None:
    universe = run(stormy(seed, worker))
    inputs = {record.seq for record in universe.said_records(Planned)}
    assert ends_of(universe) == Counter(inputs)
    assert set(ended(universe).values()) == {1}
