"""After a freeze no effect of the level stands on the log until its thaw, whatever goes wrong and whenever it comes."""

import asyncio
import random

import msgspec
import pytest

from bus.errors import Stale
from messages.kernel.control import Mode, Set
from runtime.testing import STORM, run
from runtime.testing.audits import fence_breaches, spoken
from tests.flows.council import Book, Clerk, Doer, Guard, Once, Planner
from tests.flows.story import freeze_and_thaw, publish_some, universe_of

SEEDS = 1_000
BLOCK = 20
FAULTS = msgspec.structs.replace(
    STORM,
    partition_every_s=1.0,
    pause_every_s=0.7,
    crash_every_s=1.5,
    restart_every_s=5.0,
    away_s=(0.01, 0.6),
    lost_delivery=0.0,
)
"""Each run of some seconds meets each kind of accident; lost deliveries would only make the runs longer. *chosen*"""


async def freezes_amid_accidents(seed: int) -> tuple[int, int, int]:
    """How many freezes, effects and refused commits the run had; the universe's audit has found no breach."""
    dice = random.Random(seed)
    council = (Clerk, Planner, dice.choice((Doer, Once)), Book, *((Guard,) if seed % 2 else ()))
    async with universe_of(seed, council, FAULTS) as universe:
        await asyncio.gather(
            publish_some(universe, dice, 8, over_s=1.5), freeze_and_thaw(universe, dice, 3, every_s=0.3)
        )
    records = universe.records
    assert fence_breaches(records) == []
    freezes = sum(control.mode is Mode.FROZEN for control in universe.said(Set))
    return freezes, sum(1 for _ in spoken(records, "toy")), universe.log.refused[Stale]


@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_no_effect_of_a_frozen_level_lands_before_its_thaw(first: int) -> None:
    runs = [run(freezes_amid_accidents(seed)) for seed in range(first, first + BLOCK)]
    assert all(freezes == 3 for freezes, _, _ in runs)
    assert sum(effects for _, effects, _ in runs) > 10 * BLOCK
    assert any(refused for _, _, refused in runs), "no decision was overtaken by a freeze"
