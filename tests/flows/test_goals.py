"""A goal from its signal to its end: goals, intake, policy, stability checker and veto meet on one simulated log."""

import random

import msgspec
import pytest

from actors.autonomy.goals.actor import Goals
from actors.edge.intake import Intake
from actors.gate.metronome import Metronome
from actors.gate.policy import Policy
from actors.gate.stability.actor import Stability
from actors.gate.veto import Veto
from messages import task
from messages.autonomy import activation, foundation, goal, mirror, survival
from messages.gate import change
from messages.kernel import clock, order
from messages.kernel.control import Level, Mode, Set
from messages.task import Example, Learn
from messages.tools import tool
from runtime.actor import Actor, Emits
from runtime.roster import Child
from runtime.testing import CALM, STORM, Faults, run
from runtime.testing.universe import Universe
from tests.actors.autonomy.mirror.worlds import registered
from tests.actors.test_council import OPERATOR, ordered

LATER = 150
"""Cycles after which a first tool that may help is registered: the checker's window is full by then."""
WISH = Learn(
    id="L-1",
    name="parse_log",
    goal="parse a line of a log",
    examples=tuple(Example(args=(text,), result=len(text)) for text in ("a", "bb", "cccc")),
)
Said = (
    foundation.Observed
    | mirror.Reflected
    | survival.Projected
    | activation.Due
    | task.Failed
    | task.Answered
    | tool.Registered
)


class World(Actor):
    """Stands for observer, mirror, survival and ladder, and for the agents: the first wish fails, the next one is met.

    Whether a goal's own task is met is up to `meets`.
    """

    level = Level.GUARD
    meets = True

    class State(msgspec.Struct):
        failed: int = 0

    state: State

    def on_ticked(self, m: clock.Ticked) -> Emits[Said]:
        dice = random.Random(m.cycle)
        yield foundation.Observed(
            cycle=m.cycle,
            arrivals=dice.randrange(8),
            resources={
                "compute": foundation.Reading(level=0.7 + dice.uniform(-0.1, 0.1)),
                "memory": foundation.Reading(level=0.6 + dice.uniform(-0.1, 0.1)),
            },
            effort={"growth": 1.0},
        )
        if m.cycle == 1:
            yield survival.Projected(cycle=1, state="abundant")
        if m.cycle == LATER:
            yield registered("split_line")
        if m.cycle % 5 == 0:
            yield mirror.Reflected(cycle=m.cycle, figures={}, alignment=0.95, uncertainty=0.1)

    def on_accepted(self, m: task.Accepted) -> Emits[Said]:
        if m.kind != "learn":
            return
        if m.client != goal.CLIENT:
            yield task.Failed(task=m.task, reason="no program fits")
        elif self.meets:
            yield registered("parse_log")
            yield task.Answered(task=m.task, result={})

    def on_ceiling_set(self, m: activation.CeilingSet) -> Emits[Said]:
        yield activation.Due(cycle=1, level=Level.AUTONOMY, mode=Mode.FULL, reason="as far as the ceiling lets it")


class Slow(World):
    """The work of a goal takes for ever."""

    name = "world"
    meets = False


def universe_of(world: type[World], seed: int, faults: Faults) -> Universe:
    key = OPERATOR.public
    members = (
        Child(Metronome, Metronome.Settings(interval_s=0.5)),
        *(world, Intake, Policy, Stability),
        Child(Veto, Veto.Settings(operator_key=key)),
        Child(Goals, Goals.Settings(operator_key=key, budget_s=20.0)),
    )
    return Universe(members, kinds=(Learn,), seed=seed, faults=faults, snapshots=True, retries=(0.05, 0.2, 0.5))


async def raised(universe: Universe) -> None:
    """A person has let autonomy act."""
    await ordered(universe, order.SetCeiling(mode=Mode.FULL, reason="let it act"), "ceiling-1")
    await universe.until(lambda: any(one.mode is Mode.FULL for one in universe.said(Set)), 400)


@pytest.mark.parametrize(("seed", "faults"), [(1, CALM), (2, STORM), (3, STORM)], ids=("calm", "storm", "storm-2"))
def test_what_failed_is_learnt_again_when_something_has_changed_and_the_gate_agrees(seed: int, faults: Faults) -> None:
    async def story() -> None:
        async with universe_of(World, seed, faults) as universe:
            await raised(universe)
            await universe.publish_task(WISH)
            await universe.until(lambda: bool(universe.said(goal.Ended)), 4_000)
            await universe.calm()
            check(universe)

    run(story())


def check(universe: Universe) -> None:
    """Each stage has said its word about just this goal, and its work was a task like any other."""
    (sighted, *_), (judged, *_) = universe.said(goal.Sighted), universe.said(goal.Judged)
    assert sighted.intent.origin == "gap_filling"
    assert judged.decision == "approved"
    for kind in (change.Proposed, change.Screened, change.Assessed, change.Approved):
        assert [one.dossier.change for one in universe.said(kind)] == [sighted.goal]
    (assessed,) = universe.said(change.Assessed)
    assert {one.name for one in assessed.conditions} >= {"spectral_radius", "identity", "value_drift", "horizon"}
    (begun,) = universe.said(goal.Begun)
    assert begun.budget_s > 0
    accepted = [one for one in universe.said(task.Accepted) if one.client == goal.CLIENT]
    assert [one.task for one in accepted] == [f"autonomy-{begun.goal}"]
    assert msgspec.convert(accepted[0].body["examples"], tuple[Example, ...]) == WISH.examples
    (ended,) = universe.said(goal.Ended)
    assert (ended.goal, ended.how) == (begun.goal, "completed")


def test_before_a_person_has_raised_the_ceiling_a_goal_is_judged_and_nothing_more() -> None:
    async def story() -> None:
        async with universe_of(World, 4, CALM) as universe:
            await universe.publish_task(WISH)
            await universe.until(lambda: bool(universe.said(goal.Judged)), 4_000)
            await universe.until(lambda: universe.said(clock.Ticked)[-1].cycle > LATER + 40, 4_000)
            assert universe.said(goal.Judged)[0].decision == "approved"
            for kind in (change.Proposed, goal.Begun, goal.Commission):
                assert not universe.said(kind)

    run(story())


def test_a_freeze_ends_every_goal_and_what_it_had_commissioned() -> None:
    async def story() -> None:
        async with universe_of(Slow, 5, CALM) as universe:
            await raised(universe)
            await universe.publish_task(WISH)
            await universe.until(lambda: bool(universe.said(goal.Commission)), 4_000)
            await ordered(universe, order.Freeze(levels=(Level.AUTONOMY,), reason="a look"), "freeze-1")
            await universe.until(lambda: universe.said(Set)[-1].mode is Mode.FROZEN, 400)
            assert not universe.said(goal.Ended)
            fence = universe.said_records(Set)[-1].seq
            thaw = order.Thaw(level=Level.AUTONOMY, fence=fence, reason="go on")
            await ordered(universe, thaw, "thaw-1")
            await universe.until(lambda: bool(universe.said(goal.Ended)), 400)
            (ended,) = universe.said(goal.Ended)
            assert ended.how == "revoked"
            assert "frozen" in ended.reason
            await universe.until(lambda: any(one.kind == "cancel" for one in universe.said(task.Accepted)), 400)

    run(story())
