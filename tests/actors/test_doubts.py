"""A tool whose examples leave something open is learnt as ever, and its publisher is asked for the right answer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from messages import task
from messages.base import Message
from messages.task import Candidate, Example, Learn
from messages.tools import learning, tool
from tests.actors.assembly import Assembly
from tests.actors.bench import only

OPEN = ((12.4, 12), (3.2, 3), (7.1, 7))
ROUND = "def solve(price):\n    return round(price)\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Assembly]:
    async with Assembly() as assembled:
        yield assembled


def euros(name: str, *pairs: tuple[float, int], **more: Any) -> Learn:
    examples = tuple(Example(args=(price,), result=whole) for price, whole in pairs)
    return Learn(name=name, goal="the whole euros of a price", examples=examples, **more)


def notes(said: tuple[Message, ...]) -> str:
    return "\n".join(message.note for message in said if isinstance(message, task.Progressed))


@pytest.mark.asyncio(loop_scope="module")
async def test_examples_that_leave_rounding_open_are_learnt_with_a_warning(council: Assembly) -> None:
    said = tuple(await council.publish(euros("euros_open", *OPEN)))
    answer = only(said, task.Answered).result
    assert answer["mastery"] == 1.0
    doubt = answer["doubts"][0]
    assert len(doubt["answers"]) == 2
    assert doubt["args"][0] % 1 == 0.5
    assert "the examples don't settle this: for (" in notes(said)
    assert "add the right one as an example" in notes(said)
    spec = only(said, tool.Registered).spec
    assert [(list(each.args), list(each.answers)) for each in spec.doubts] == [
        (each["args"], each["answers"]) for each in answer["doubts"]
    ]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_answer_that_was_asked_for_settles_it(council: Assembly) -> None:
    settled = (*OPEN, (12.5, 12), (8.9, 8), (-2.5, -2))
    said = tuple(await council.publish(euros("euros_settled", *settled)))
    assert only(said, task.Answered).result["doubts"] == []
    assert "settle" not in notes(said)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_its_publisher_wrote_himself_is_not_doubted(council: Assembly) -> None:
    own = euros("euros_own", *OPEN, candidate=Candidate(source=ROUND, entry="solve"))
    said = tuple(await council.publish(own))
    assert only(said, learning.Practised).others == ()
    assert only(said, task.Answered).result["doubts"] == []
