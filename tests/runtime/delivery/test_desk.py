"""A worker answers a question by having a task done; nobody is kept waiting, and nothing is left behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import msgspec

from bus.simulation.connection import SimulatedConnection
from messages import task
from messages.base import Query, Task, encode
from messages.kernel.control import Level
from runtime.actor import Actor, Answers, Emits, Unended, Worker
from runtime.testing import CALM, Faults, Universe, run

LIMIT_S = 60.0


class Echo(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say it again, or never, if it is `lost`."""

    text: str = ""
    lost: bool = False


class Ask(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "desk"
    text: str
    lost: bool = False


class Reply(msgspec.Struct, frozen=True):
    text: str
    task: str = ""


class Echoer(Actor):
    """Does what it is asked, and ends what is cancelled."""

    level = Level.FOUNDATION

    def on_echo(self, m: Echo) -> Emits[task.Answered]:
        if not m.lost:
            yield task.Answered(task=self.origin.id, result=m.text)

    def on_cancel(self, m: task.Cancel) -> Emits[task.Cancelled]:
        yield task.Cancelled(task=m.task, reason=m.reason)


class Porter(Worker):
    level = Level.FOUNDATION
    concurrency = 3

    async def answer_ask(self, m: Ask) -> Answers[Echo | Reply]:
        ended = yield Echo(text=m.text, lost=m.lost, timeout_s=5.0)
        match ended:
            case task.Answered():
                yield Reply(ended.result, ended.task)
            case Unended():
                yield Reply(ended.reason, ended.task)


@contextlib.asynccontextmanager
async def council(faults: Faults = CALM) -> AsyncIterator[Universe]:
    """All are ready to answer."""
    async with Universe((Echoer, Porter), kinds=(Echo, task.Cancel), faults=faults) as universe:
        await universe.settled(limit_s=LIMIT_S)
        yield universe


async def asked(client: SimulatedConnection, question: Ask | bytes) -> Any:
    """What the question was answered with."""
    data = question if isinstance(question, bytes) else encode(question)
    return msgspec.json.decode(await client.ask("kurultai.query.desk.Ask", data, LIMIT_S))


async def under_way(universe: Universe, count: int = 1) -> None:
    await universe.until(lambda: len(universe.said(Echo)) == count)


def test_a_question_is_answered_with_what_came_of_its_task() -> None:
    async def story() -> None:
        async with council() as universe:
            client = universe.log.connect("publisher")
            answers = await asyncio.gather(*(asked(client, Ask(text=text)) for text in "ab"))
            assert [answer["text"] for answer in answers] == ["a", "b"]
            assert {answer["task"] for answer in answers} == {said.task for said in universe.said(task.Answered)}
            assert universe.said(task.Cancel) == []

    run(story())


def test_a_freeze_answers_at_once_and_the_task_is_cancelled_at_the_thaw() -> None:
    async def story() -> None:
        async with council() as universe:
            asking = asyncio.create_task(asked(universe.log.connect("publisher"), Ask(text="a", lost=True)))
            await under_way(universe)
            frozen_at = await universe.freeze(Level.FOUNDATION)
            answer = await asyncio.wait_for(asking, 1.0)
            assert "freeze" in answer["text"] or f"frozen since {frozen_at}" in answer["text"]
            await asyncio.sleep(20)
            assert universe.said(task.Cancel) == []
            await universe.thaw(Level.FOUNDATION)
            await universe.until(lambda: [said.task for said in universe.said(task.Cancelled)] == [answer["task"]])

    run(story())


def test_a_question_to_a_frozen_council_is_answered_at_once_and_nothing_is_published() -> None:
    async def story() -> None:
        async with council() as universe:
            client = universe.log.connect("publisher")
            await asked(client, Ask(text="a"))
            frozen_at = await universe.freeze(Level.FOUNDATION)
            answer = await asyncio.wait_for(asked(client, Ask(text="b")), 1.0)
            assert f"frozen since {frozen_at}" in answer["text"]
            assert answer["task"] == ""
            await universe.thaw(Level.FOUNDATION)
            await asyncio.sleep(5)
            assert [said.text for said in universe.said(Echo)] == ["a"]

    run(story())


def test_a_freeze_that_the_worker_has_not_heard_of_is_a_fence_before_its_tasks() -> None:
    async def story() -> None:
        async with council(Faults(lost_broadcast=1.0)) as universe:
            client = universe.log.connect("publisher")
            await universe.freeze(Level.FOUNDATION)
            answer = await asked(client, Ask(text="a"))
            assert answer == {"text": "the council was frozen meanwhile; nothing was published", "task": ""}
            assert universe.said(Echo) == []

    run(story())


def test_a_task_that_takes_too_long_is_given_up_and_cancelled() -> None:
    async def story() -> None:
        async with council() as universe:
            answer = await asked(universe.log.connect("publisher"), Ask(text="a", lost=True))
            assert "not done within 5 s" in answer["text"]
            await universe.until(lambda: [said.task for said in universe.said(task.Cancelled)] == [answer["task"]])

    run(story())


def test_more_questions_than_are_worked_on_at_once_are_turned_away_and_keep_nobody_waiting() -> None:
    async def story() -> None:
        async with council() as universe:
            client = universe.log.connect("publisher")
            asking = [asyncio.create_task(asked(client, Ask(text="a", lost=True))) for _ in range(3)]
            await under_way(universe, 3)
            answer = await asyncio.wait_for(asked(client, Ask(text="b")), 1.0)
            assert "ask again later" in answer["error"]
            await asyncio.gather(*asking)
            assert (await asked(client, Ask(text="c")))["text"] == "c"

    run(story())


def test_a_question_that_can_not_be_read_is_answered_with_the_place() -> None:
    async def story() -> None:
        async with council() as universe:
            client = universe.log.connect("publisher")
            assert (await asked(client, b'{"text": 3}'))["path"] == "$.text"
            assert "not readable as JSON" in (await asked(client, b"?"))["error"]

    run(story())
