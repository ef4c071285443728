"""A tool that no search finds is learnt from a model service: in the real sandbox, and amid accidents on a log."""

import asyncio
import json
from collections import Counter
from typing import Any, ClassVar

import pytest

from actors.agents.work import CraftSettings
from actors.edge.model import worker as workers
from actors.edge.model.answer import Choice, Completion, Usage, Words
from actors.edge.model.worker import Model
from actors.gate.policy import Policy
from actors.gate.treasury import Treasury
from actors.gate.veto import Veto
from actors.roster import ROSTER
from messages import model, task
from messages.base import Message, encode
from messages.gate import budget
from messages.kernel import actor as life
from messages.kernel import order
from messages.kernel.control import FREEZABLE
from messages.task import Cancel, Example, Learn, Run
from messages.tools import learning, sandbox
from runtime.roster import Child
from runtime.testing import CALM, STORM, Faults, Universe, run
from tests.actors.assembly import Assembly
from tests.actors.bench import only
from tests.actors.edge.model.service import KEY, Service, Step, proposal
from tests.actors.test_council import OPERATOR, RETRIES_S, Pit, Shelf, ordered, standing

SOURCE = "def chaos(n):\n    return f'{n * 7919 % 1013}-{n * n % 97}'\n"
HOSTILE = "import os\n\n\ndef chaos(n):\n    return os.environ\n"
ESCAPE = "def chaos(n):\n    return ().__class__.__bases__[0].__subclasses__()\n"
HANGING = "def chaos(n):\n    while n > 0:\n        n += 1\n    return n\n"
PRICES = {"usd_per_million_in": 1.0, "usd_per_million_out": 4.0}
CRAFT = CraftSettings(search_s=0.2, run_s=1.0)


def learn(name: str | None = None) -> Learn:
    examples = tuple(Example(args=(n,), result=f"{n * 7919 % 1013}-{n * n % 97}") for n in range(1, 10))
    return Learn(id=name, name="chaos", goal="chaos of n", examples=examples)


async def told(*steps: Step, usd_per_day: float = 50.0) -> tuple[Assembly, list[Message], Service]:
    """All that is said when the task is published to a council with this model service."""
    async with Service(*steps) as service:
        settings = {
            "model": Model.Settings(
                base_url=service.base_url, model="m-1", key_env="MODEL_KEY", backoff_s=0.0, **PRICES
            ),
            "temujin": CRAFT,
            "treasury": Treasury.Settings(usd_per_day=usd_per_day),
        }
        async with Assembly(settings=settings) as council:
            said = await council.publish(learn("L"))
            if any(isinstance(message, task.Answered) for message in said):
                said += await council.publish(Run(tool="chaos", args=(21,)))
    assert KEY not in b"".join(encode(message) for message in council.said).decode()
    return council, said, service


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_KEY", KEY)


def settled(said: list[Message]) -> list[budget.Settled]:
    return [message for message in said if isinstance(message, budget.Settled)]


def ran(said: list[Message]) -> set[str]:
    """All sources that were run."""
    return {message.source for message in said if isinstance(message, sandbox.Run)}


async def test_what_no_search_finds_is_learnt_from_a_model_and_can_be_called() -> None:
    _, said, service = await told(proposal(SOURCE, "chaos"))
    learnt, called = (message for message in said if isinstance(message, task.Answered))
    assert learnt.result["origin"] == "model"
    assert learnt.result["mastery"] >= 0.85
    assert called.result == f"{21 * 7919 % 1013}-{21 * 21 % 97}"
    assert [message.usd for message in settled(said)] == [pytest.approx(0.003)]
    held_back = len(learn().examples) - service.asked[0].prompt.count(' -> "')
    assert held_back == 3


async def test_hostile_answers_are_refused_before_anything_of_them_runs() -> None:
    _, said, service = await told(proposal(HOSTILE, "chaos"), proposal(ESCAPE, "chaos"))
    failed = only(tuple(said), task.Failed)
    assert "2 proposals of the model service came to nothing, the last because policy: the code" in failed.reason
    assert "the search: " in failed.reason
    assert failed.evidence["figures"]["candidates"] > 0
    assert not {HOSTILE, ESCAPE} & ran(said)
    assert "line 1: import os" in service.asked[1].prompt
    assert len(settled(said)) == 2


async def test_an_answer_that_hangs_is_killed_and_the_next_is_told_why() -> None:
    _, said, service = await told(proposal(HANGING, "chaos"), proposal(SOURCE, "chaos"))
    assert next(message for message in said if isinstance(message, task.Answered)).result["origin"] == "model"
    assert "timeout" in service.asked[1].prompt
    attempted = [message for message in said if isinstance(message, learning.Attempted)]
    costs = [sum(attempt.cost_usd for attempt in message.attempts) for message in attempted]
    assert costs == pytest.approx([message.usd for message in settled(said)])


async def test_a_day_without_money_asks_nobody() -> None:
    _, said, service = await told(proposal(SOURCE, "chaos"), usd_per_day=0.01)
    assert "the model service was not asked: temujin has 0.01 of 0.01 USD left" in only(tuple(said), task.Failed).reason
    assert service.asked == []


async def test_without_a_model_service_the_failure_says_what_to_do() -> None:
    async with Assembly(settings={"temujin": CRAFT}) as council:
        failed = only(tuple(await council.publish(learn("L"))), task.Failed)
    assert failed.reason.startswith(
        "no implementation found; give a candidate or configure a model service; the search"
    )
    assert failed.evidence["figures"]["candidates"] > 0


# On a log.


class Wire:
    """Stands for the way to the service: each question takes a second, and gives the right source."""

    calls: ClassVar[int] = 0

    def __init__(self, *_given: Any) -> None:
        self.lost_usd = 0.0

    async def answer(self) -> Completion:
        type(self).calls += 1
        await asyncio.sleep(1.0)
        content = json.dumps({"source": SOURCE, "entry": "chaos"})
        return Completion(choices=(Choice(message=Words(content=content)),), usage=Usage(1_000, 500))


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> type[Wire]:
    monkeypatch.setattr(workers, "Exchange", Wire)
    monkeypatch.setattr(Wire, "calls", 0)
    return Wire


def universe_of(seed: int, faults: Faults, usd_per_day: float = 50.0) -> Universe:
    near = Model.Settings(base_url="http://127.0.0.1:1/v1", model="m-1", timeout_s=5.0, tries=1, **PRICES)
    stand_ins: dict[str, Any] = {
        "librarian": Shelf,
        "sandbox": Pit,
        "model": Child(Model, near),
        "treasury": Child(Treasury, Treasury.Settings(usd_per_day=usd_per_day)),
        "veto": Child(Veto, Veto.Settings(operator_key=OPERATOR.public)),
        "policy": Child(Policy, Policy.Settings(attempts_per_day=1_000)),
    }
    members = [stand_ins.get(member.name, member) for member in ROSTER.members if member.name != "scribe"]
    return Universe(members, kinds=ROSTER.kinds, seed=seed, faults=faults, snapshots=bool(seed % 2), retries=RETRIES_S)


def ended(universe: Universe) -> Counter[str]:
    """How often each task has ended."""
    return Counter(message.task for kind in (task.Answered, task.Failed) for message in universe.said(kind))


async def interrupted() -> Universe:
    async with universe_of(1, CALM) as universe:
        await universe.publish_task(learn("L"), identity="L")
        await universe.until(lambda: bool(universe.said(model.Asked)))
        await universe.crash("model")
        await universe.until(lambda: bool(universe.said(life.Held)))
        await universe.until(lambda: bool(ended(universe)), 400)
        await universe.settled()
    return universe


def test_a_call_that_was_cut_off_is_held_and_the_task_goes_on_with_another(wire: type[Wire]) -> None:
    universe = run(interrupted())
    first, second = (asked.act for asked in universe.said(model.Asked))
    (held,) = universe.said(life.Held)
    assert held.intent["act"] == first
    assert [message.act for message in universe.said(budget.Settled)] == [second]
    assert universe.said(task.Answered)[0].result["origin"] == "model"
    treasury = universe.seats["treasury"].fold()
    assert treasury is None or list(treasury.actor.state.reserved) == [first]


async def frozen() -> Universe:
    async with universe_of(3, CALM) as universe:
        await universe.publish_task(learn("L"), identity="L")
        await universe.until(lambda: bool(universe.said(model.Asked)))
        await ordered(universe, order.Freeze(reason="a test"), "freeze-1")
        await universe.until(lambda: standing(universe)[0] > 0)
        await asyncio.sleep(5.0)
        assert not universe.said(model.Answered)
        for number, level in enumerate(FREEZABLE, 1):
            thaw = order.Thaw(level=level, fence=standing(universe, level)[0], reason="the test goes on")
            await ordered(universe, thaw, f"thaw-{number}")
        await universe.until(lambda: bool(ended(universe)), 400)
        await universe.settled()
    return universe


def test_a_call_that_a_freeze_cut_off_is_held_and_its_answer_is_taken_by_nobody(wire: type[Wire]) -> None:
    universe = run(frozen())
    first, second = (asked.act for asked in universe.said(model.Asked))
    assert [held.intent["act"] for held in universe.said(life.Held)] == [first]
    assert [answered.act for answered in universe.said(model.Answered)] == [second]


async def cancelled() -> Universe:
    async with universe_of(4, CALM) as universe:
        await universe.publish_task(learn("L"), identity="L")
        await universe.until(lambda: bool(universe.said(model.Asked)))
        await universe.publish_task(Cancel(id="C", task="L"), identity="C")
        await universe.until(lambda: bool(universe.said(task.Cancelled)))
        await asyncio.sleep(5.0)
        await universe.settled()
    return universe


def test_a_call_for_a_cancelled_task_is_broken_off_and_what_was_reserved_stays_spent(wire: type[Wire]) -> None:
    universe = run(cancelled())
    assert wire.calls == 1
    assert not universe.said(model.Answered)
    assert not universe.said(budget.Settled)
    assert not universe.said(learning.Stumped)


async def crowded() -> Universe:
    """Six tasks at once, of which the day can pay for two at a time: (2,000 and some + 4 * 8,192) per million each."""
    async with universe_of(2, CALM, usd_per_day=0.08) as universe:
        await asyncio.gather(*(universe.publish_task(learn(f"L{n}"), identity=f"L{n}") for n in range(6)))
        await universe.until(lambda: len(ended(universe)) == 6, 400)
        await universe.settled()
    return universe


def test_many_that_ask_at_once_don_t_spend_more_than_the_day_has(wire: type[Wire]) -> None:
    universe = run(crowded())
    assert wire.calls == len(universe.said(model.Asked)) == len(universe.said(task.Answered)) == 2
    assert all("was not asked: temujin has" in failed.reason for failed in universe.said(task.Failed))
    assert sum(message.usd for message in universe.said(budget.Settled)) <= 0.08


async def amid_accidents(seed: int) -> Universe:
    async with universe_of(seed, STORM, usd_per_day=5.0) as universe:
        for n in range(4):
            await universe.publish_task(learn(f"L{n}"), identity=f"L{n}")
            await asyncio.sleep(0.7)
        await universe.until(lambda: len(universe.said(model.Asked)) > 1, 400)
        await universe.calm()
        await universe.until(lambda: len(ended(universe)) == 4, 1_000)
        await universe.settled()
    return universe


@pytest.mark.parametrize("seed", range(12))
def test_amid_accidents_no_call_is_made_twice_and_none_is_settled_twice(seed: int, wire: type[Wire]) -> None:
    universe = run(amid_accidents(seed))
    assert set(ended(universe).values()) == {1}
    asked = Counter(message.act for message in universe.said(model.Asked))
    assert set(asked.values()) == {1}
    assert wire.calls <= len(asked)
    reserved = {message.act: message.usd for message in universe.said(budget.Reserved)}
    assert set(asked) <= set(reserved)
    assert max(Counter(message.act for message in universe.said(budget.Settled)).values()) == 1
    done = {message.act for kind in (model.Answered, model.Failed) for message in universe.said(kind)}
    assert done <= {message.act for message in universe.said(budget.Settled)}
    held = {message.intent["act"] for message in universe.said(life.Held)}
    assert set(asked) == done | held
    assert not done & held
