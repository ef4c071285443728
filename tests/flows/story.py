"""One story for many seeds: tasks come, levels freeze and thaw at any moment, and everything goes wrong meanwhile."""

import asyncio
import random
from collections.abc import Sequence

from messages import task
from messages.base import Message
from messages.kernel.control import FREEZABLE
from runtime.actor import Member
from runtime.testing import Faults, Universe
from tests.flows.council import CURSED, PASSING, Planner, Sum

RETRIES_S = (0.05, 0.2, 0.5)
"""Short waits, since a second of virtual time costs some milliseconds. *chosen*"""
ENDS: tuple[type[Message], ...] = (task.Answered, task.Failed, task.Refused, task.Cancelled)
"""What a task may end in. *derived*"""


def universe_of(seed: int, council: Sequence[type[Member]], faults: Faults, *, snapshots: bool = False) -> Universe:
    """A universe of this council, with short waits between tries."""
    Planner.falls = 3
    return Universe(council, kinds=(Sum,), seed=seed, faults=faults, snapshots=snapshots, retries=RETRIES_S)


async def publish_some(universe: Universe, dice: random.Random, count: int, over_s: float) -> None:
    """So many tasks stand on the log, published at random moments; some of them mean trouble."""
    for number in range(count):
        await asyncio.sleep(dice.expovariate(count / over_s))
        parts = [dice.randint(0, 99) for _ in range(dice.randint(1, 3))]
        if dice.random() < 0.15:
            parts.append(CURSED)
        elif dice.random() < 0.15:
            parts.append(PASSING)
        name = f"task-{number}"
        await universe.publish_task(Sum(id=name, parts=tuple(parts)), identity=name)


async def freeze_and_thaw(universe: Universe, dice: random.Random, count: int, every_s: float) -> None:
    """Levels were frozen and thawed so many times, for random spans, and none is frozen any more."""
    for _ in range(count):
        await asyncio.sleep(dice.expovariate(1 / every_s))
        level = dice.choice(FREEZABLE)
        await universe.freeze(level)
        await asyncio.sleep(dice.expovariate(1 / every_s))
        await universe.thaw(level)


def ended(universe: Universe) -> dict[str, int]:
    """How often each task has ended."""
    tasks = {task_id: 0 for published in universe.said(Sum) if (task_id := published.id) is not None}
    for kind in ENDS:
        for message in universe.said(kind):
            tasks[message.task] += 1  # type: ignore[attr-defined]
    return tasks
