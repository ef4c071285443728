"""The whole council on the simulated log, with every accident there is: each task ends exactly once."""

import asyncio
import random
from typing import Any, ClassVar

import msgspec
import pytest

from actors.gate.approvals import Approvals
from actors.gate.gauge import Gauge
from actors.gate.veto import Veto
from actors.roster import ROSTER
from bus.keys import Key, create
from bus.simulation.virtual_time import clock
from messages import task
from messages.autonomy.foundation import Sampled
from messages.base import Command
from messages.kernel import order
from messages.kernel.clock import Ticked
from messages.kernel.control import FREEZABLE, Level, Mode, Set
from messages.task import Cancel, Candidate, Example, Learn, Run
from messages.tools import library, sandbox
from messages.tools.sandbox import Result
from runtime.actor import Worker, Works
from runtime.envelope import draft
from runtime.roster import Child
from runtime.signing import sign_order
from runtime.testing import CALM, STORM, Faults, Universe, run
from tests.seeds import blocks

SEEDS = 30
BLOCK = 10
OPERATOR = create()
RETRIES_S = (0.05, 0.2, 0.5)
ACCIDENTS = msgspec.structs.replace(
    STORM, partition_every_s=2.0, pause_every_s=2.0, crash_every_s=2.0, restart_every_s=8.0, away_s=(0.01, 0.6)
)
ENDS = (task.Answered, task.Failed, task.Cancelled)


class Shelf(Worker):
    """Stands for the librarian: finds nothing."""

    name: ClassVar[str] = "librarian"
    idempotent = True

    async def on_search(self, m: library.Search) -> Works[library.Found]:
        await asyncio.sleep(0.01)
        yield library.Found(task=m.task, options=())


class Pit(Worker):
    """Stands for the sandbox: runs the sources of this file in the test's own process, and finds no composition."""

    name: ClassVar[str] = "sandbox"
    concurrency = 4
    idempotent = True

    async def on_run(self, m: sandbox.Run) -> Works[sandbox.Ran]:
        scope: dict[str, Any] = {}
        exec(m.source, scope)
        await asyncio.sleep(0.01 * len(m.calls))
        results = tuple(self._result(scope[m.entry], args) for args in m.calls)
        yield sandbox.Ran(task=m.task, purpose=m.purpose, results=results)

    def _result(self, function: Any, args: tuple[Any, ...]) -> Result:
        try:
            return Result(status="returned", value=function(*args))
        except (TypeError, ValueError) as error:
            return Result(status="raised", error=str(error))

    async def on_synthesise(self, m: sandbox.Synthesise) -> Works[sandbox.Synthesised]:
        await asyncio.sleep(0.2)
        yield sandbox.Synthesised(task=m.task, round=m.round, source=None, reason="nothing was searched")


class Dial(Gauge):
    """Stands for the gauge: reads the log, and of the host always the same."""

    name: ClassVar[str] = "gauge"

    async def on_ticked(self, m: Ticked) -> Works[Sampled]:
        found = await self.look()
        lag = max(found.behind.values())
        yield Sampled(cycle=m.cycle, cpu=0.1, memory=0.1, lag=lag, stored_bytes=found.stored_bytes)


def universe_of(seed: int, faults: Faults) -> Universe:
    stand_ins: dict[str, Any] = {
        "librarian": Shelf,
        "sandbox": Pit,
        "gauge": Dial,
        "veto": Child(Veto, Veto.Settings(operator_key=OPERATOR.public)),
        "approvals": Child(Approvals, Approvals.Settings(operator_key=OPERATOR.public)),
    }
    members = [stand_ins.get(member.name, member) for member in ROSTER.members if member.name != "scribe"]
    return Universe(members, kinds=ROSTER.kinds, seed=seed, faults=faults, snapshots=bool(seed % 2), retries=RETRIES_S)


async def ordered(universe: Universe, message: Command, identity: str, key: Key = OPERATOR) -> None:
    """The operator's signed order stands on the log."""
    await universe.log.there()
    made = draft(universe.names, "operator", message, identity=identity, origin=None, at=clock(), cursor=None)
    universe.log.commit(universe.log.grants["operator"], (sign_order(key, made, clock()),), None)


def learn(name: str, wrong: bool = False) -> Learn:
    source = f"def f(n):\n    return n * {3 if wrong else 2}\n"
    examples = tuple(Example(args=(n,), result=2 * n) for n in range(5))
    candidate = Candidate(source=source, entry="f")
    return Learn(id=name, name="double", goal="double it", examples=examples, candidate=candidate)


async def publish_all(universe: Universe, dice: random.Random) -> list[str]:
    """Tasks of every kind stand on the log, at random moments; their names."""
    names = []
    for number in range(10):
        await asyncio.sleep(dice.expovariate(5.0))
        name = f"task-{number}"
        published = dice.choice(
            (
                learn(name),
                learn(name, wrong=True),
                Run(id=name, tool="double", args=(number,)),
                Run(id=name, tool="nope"),
                Cancel(id=name, task=f"task-{dice.randrange(10)}"),
            )
        )
        await universe.publish_task(published, identity=name)
        names.append(name)
    return names


def ends(universe: Universe) -> dict[str, int]:
    """How often each accepted task has ended."""
    counted = {accepted.task: 0 for accepted in universe.said(task.Accepted)}
    for kind in ENDS:
        for message in universe.said(kind):
            counted[message.task] += 1  # type: ignore[attr-defined]
    return counted


def standing(universe: Universe, level: Level = Level.FOUNDATION) -> tuple[int, Set | None]:
    """Place and content of the level's control record in force."""
    records = [record for record in universe.said_records(Set) if record.subject.endswith(level)]
    return (records[-1].seq, msgspec.json.decode(records[-1].data, type=Set)) if records else (0, None)


async def amid_accidents(seed: int) -> None:
    dice = random.Random(seed)
    async with universe_of(seed, ACCIDENTS) as universe:
        publishing = asyncio.create_task(publish_all(universe, dice))
        await asyncio.sleep(dice.uniform(0.5, 2.0))
        await ordered(universe, order.Freeze(reason="a test"), "freeze-1")
        await universe.until(lambda: all(standing(universe, level)[0] for level in FREEZABLE))
        await asyncio.sleep(dice.uniform(0.1, 1.0))
        for number, level in enumerate(FREEZABLE, 1):
            thaw = order.Thaw(level=level, fence=standing(universe, level)[0], reason="the test goes on")
            await ordered(universe, thaw, f"thaw-{number}")
        names = await publishing
        await universe.calm()
        await universe.until(lambda: set(ends(universe)) == set(names) and all(ends(universe).values()), 400)
        await universe.settled()
    universe.audit()
    assert set(ends(universe).values()) == {1}
    assert standing(universe)[1].mode is Mode.FULL  # type: ignore[union-attr]


async def calmly() -> Universe:
    async with universe_of(0, CALM) as universe:
        await universe.publish_task(learn("L"), identity="L")
        await universe.until(lambda: bool(universe.said(task.Answered)))
        await universe.publish_task(Run(id="R", tool="double", args=(21,)), identity="R")
        await universe.until(lambda: len(universe.said(task.Answered)) == 2)
        await universe.publish_task(learn("W", wrong=True), identity="W")
        await universe.until(lambda: bool(universe.said(task.Failed)))
    universe.audit()
    return universe


def test_a_tool_is_learnt_and_called_on_the_simulated_log() -> None:
    universe = run(calmly())
    answers = universe.said(task.Answered)
    assert answers[0].result["tool"] == "double"
    assert answers[1].result == 42
    assert "nothing was searched" in universe.said(task.Failed)[0].reason


@pytest.mark.parametrize("first", blocks(range(0, SEEDS, BLOCK), 4 * SEEDS))
def test_every_task_ends_exactly_once_amid_freezes_and_accidents(first: int) -> None:
    for seed in range(first, first + BLOCK):
        run(amid_accidents(seed))
