"""A habit from the calls of clients to the catalogue, and a chain of calls to a tool of its own, on one simulated log.

The search runs in the loop, since the simulated clock knows no child processes; the mathematics is the real one.
"""

import random

import msgspec
import pytest

from actors.cognition.mining.actor import Habits
from actors.cognition.mining.miner import mine_beside
from actors.cognition.mining.worker import asked
from actors.edge.intake import Intake
from actors.gate.veto import Veto
from messages import task
from messages.autonomy import activation, goal
from messages.cognition import mining
from messages.kernel import order
from messages.kernel.control import Level, Mode, Set
from messages.samples import sample
from messages.tools import learning, tool
from runtime.actor import Actor, Emits
from runtime.roster import Child
from runtime.testing import CALM, STORM, Faults, run
from runtime.testing.universe import Universe
from tests.actors.test_council import OPERATOR, ordered

CHAIN = ("cut", "sort", "join")
ROUNDS = 24


class World(Actor):
    """Stands for registry and agents: every tool appends its name, and what is to be learnt is learnt."""

    level = Level.FOUNDATION

    def on_accepted(self, m: task.Accepted) -> Emits[tool.Returned | task.Answered | learning.Validated]:
        if m.kind == "run":
            value = f"{m.body['args'][0]} {m.body['tool']}"
            yield tool.Returned(task=m.task, tool=m.body["tool"], version=1, value=value, wall_ms=1.0)
            yield task.Answered(task=m.task, result=value)
        if m.kind == "learn":
            yield msgspec.structs.replace(sample(learning.Validated), task=m.task, mastery=1.0)
            yield task.Answered(task=m.task, result={})


class Ladder(Actor):
    """Stands for the ladder: autonomy may climb as far as the ceiling."""

    level = Level.GUARD

    def on_ceiling_set(self, m: activation.CeilingSet) -> Emits[activation.Due]:
        yield activation.Due(cycle=1, level=Level.AUTONOMY, mode=m.mode, reason="as far as the ceiling lets it")


class InLoop(Actor):
    """The miner, without a child process."""

    name = "miner"
    level = Level.AUTONOMY

    def on_begun(self, m: mining.Begun) -> Emits[mining.Mined]:
        found = msgspec.convert(mine_beside(asked(m))["patterns"], tuple[mining.Pattern, ...])
        yield mining.Mined(search=m.search, events=len(m.deeds.time), patterns=found)


def universe_of(seed: int, faults: Faults) -> Universe:
    key = OPERATOR.public
    members = (
        *(World, Ladder, Intake, InLoop),
        Child(Veto, Veto.Settings(operator_key=key)),
        Child(Habits, Habits.Settings(operator_key=key, budget_s=60.0)),
    )
    return Universe(members, kinds=(task.Run, task.Learn), seed=seed, faults=faults, snapshots=True, retries=(0.05,))


async def called(universe: Universe, name: str, tool_: str, value: str) -> str:
    await universe.publish_task(task.Run(id=name, tool=tool_, args=(value,)))
    await universe.until(lambda: any(one.task == name for one in universe.said(task.Answered)), 400)
    return f"{value} {tool_}"


async def used(universe: Universe) -> None:
    """Each round the three tools of the chain, or three others, one after the other."""
    dice = random.Random(7)
    for number in range(ROUNDS * 3):
        value = f"value {number}"
        names = CHAIN if number % 3 == 0 else [f"n{dice.randrange(9)}" for _ in CHAIN]
        for place, name in enumerate(names):
            result = await called(universe, f"r{number}-{place}", name, value)
            value = result if names is CHAIN else f"other {number} {place}"


@pytest.mark.parametrize(("seed", "faults"), [(1, CALM), (2, STORM)], ids=("calm", "storm"))
def test_a_habit_of_calls_is_catalogued_and_its_chain_becomes_a_tool(seed: int, faults: Faults) -> None:
    async def story() -> None:
        async with universe_of(seed, faults) as universe:
            await ordered(universe, order.SetCeiling(mode=Mode.FULL, reason="let it act"), "ceiling-1")
            await universe.until(lambda: any(one.mode is Mode.FULL for one in universe.said(Set)), 400)
            await used(universe)
            await ordered(universe, mining.Search(reason="a look"), "search-1")
            await universe.until(lambda: bool(universe.said(mining.Cultivated)), 4_000)
            await universe.calm()
            check(universe)

    run(story())


def check(universe: Universe) -> None:
    steps = [one.pattern.steps for one in universe.said(mining.Catalogued)]
    assert tuple(f"run {name}" for name in CHAIN) in steps
    (chained,) = universe.said(mining.Chained)
    assert chained.chain.tools == CHAIN
    (tried,) = universe.said(mining.Tried)
    (accepted,) = [one for one in universe.said(task.Accepted) if one.client == goal.CLIENT]
    assert (accepted.task, accepted.body["name"]) == (tried.task, "cut_then_sort_then_join")
    (cultivated,) = universe.said(mining.Cultivated)
    assert (cultivated.deployed, cultivated.success) == (True, 1.0)


def test_before_a_person_has_raised_the_ceiling_the_chain_is_recommended() -> None:
    async def story() -> None:
        async with universe_of(3, CALM) as universe:
            await used(universe)
            await ordered(universe, mining.Search(reason="a look"), "search-1")
            await universe.until(lambda: bool(universe.said(mining.Chained)), 4_000)
            await universe.calm()
            assert any("could be one tool" in one.told for one in universe.said(mining.Recommended))
            assert not universe.said(goal.Commission)

    run(story())
