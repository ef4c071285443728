"""However and whenever a task ends, no agent keeps anything of it but its memory of what has been."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from actors.agents.work import CraftSettings
from actors.edge.model.worker import Model
from messages import model, task
from messages.base import Message, Task
from messages.task import Cancel, Candidate, Example, Learn, Run
from tests.actors.assembly import Assembly
from tests.actors.edge.model.service import KEY, Service, proposal

REMEMBERED = {
    ("intake", "accepted"),
    ("approvals", "over"),
    ("kublai", "ended"),
    ("registry", "over"),
    ("registry", "brought"),
    ("memory", "brought"),
    ("memory", "capabilities"),
    ("memory", "recent"),
    ("habits", "diary"),
}
"""Where a task that is over is kept in mind on purpose, with a bound."""
SHOUTS = tuple(Example(args=(text,), result=text.upper()) for text in ("ab", "Cd", "eF", "g"))
SOURCE = "def f(x):\n    return x.upper()\n"
SUITE = "def test_it():\n    assert shout('a') == 'A'\n"
ENDS = (task.Answered, task.Failed, task.Cancelled)
MOST = 60
"""More messages than any of these stories has."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Assembly]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODEL_KEY", KEY)
        async with Service(*[proposal(SOURCE, "f")] * MOST) as service:
            craft = CraftSettings(run_s=1.0)
            priced = {"usd_per_million_in": 1.0, "usd_per_million_out": 4.0}
            asked = Model.Settings(base_url=service.base_url, model="m-1", key_env="MODEL_KEY", backoff_s=0.0, **priced)
            settings = {"temujin": craft, "jochi": craft, "ogedei": craft, "model": asked}
            async with Assembly(settings=settings) as assembled:
                yield assembled


def story(kind: str, name: str) -> Task:
    known: dict[str, Any] = {"id": name, "name": "shout", "goal": "upper case of a text"}
    match kind:
        case "candidate":
            return Learn(examples=SHOUTS, candidate=Candidate(source=SOURCE, entry="f"), **known)
        case "search":
            return Learn(examples=SHOUTS, candidate=Candidate(source="def f(x):\n    return x\n", entry="f"), **known)
        case "system":
            return Learn(examples=SHOUTS, domain="system", **known)
        case "machine":
            return Learn(examples=SHOUTS, domain="ml_ai", **known)
        case "forbidden":
            return Learn(examples=SHOUTS, candidate=Candidate(source="import os\n" + SOURCE, entry="f"), **known)
        case "model":
            return Learn(suite=SUITE, **known)
        case "failing":
            return Learn(suite="def test_it():\n    assert shout('a') == 'B'\n", **known)
        case _:
            return Run(id=name, tool="shout", args=("a",))


def ends_of(said: list[Message], name: str) -> list[Message]:
    return [message for message in said if isinstance(message, ENDS) and message.task == name]


def kept_of(council: Assembly, name: str) -> list[str]:
    """Where in the council's states the task is still named."""
    found = []
    for actor, bench in council.benches.items():
        state: dict[str, Any] = msgspec.to_builtins(bench.actor.state, str_keys=True)
        for field, value in state.items():
            if (actor, field) not in REMEMBERED and name in _texts(value):
                found.append(f"{actor}.{field}")
    return found


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from (text for pair in value.items() for part in pair for text in _texts(part))
        case list() | tuple():
            yield from (text for item in value for text in _texts(item))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("kind", "first", "stride"),
    [("candidate", 1, 1), ("run", 1, 1), ("model", 1, 2), ("search", 1, 4), ("system", 2, 4), ("machine", 3, 4)],
)
async def test_a_task_that_is_cancelled_at_any_stage_leaves_nothing_behind(
    council: Assembly, kind: str, first: int, stride: int
) -> None:
    await council.publish(story("candidate", f"first-{kind}"))
    for place in range(first, MOST, stride):
        name = f"{kind}-{place}"
        said = await council.publish(story(kind, name), then=(place, Cancel(task=name)))
        if not (ends := ends_of(said, name)):
            said = await council.publish(Cancel(task=name))
            ends = ends_of(said, name)
        assert len(ends) == 1
        assert kept_of(council, name) == [], f"after {place} messages"
        if not isinstance(ends[0], task.Cancelled):
            break
    assert place > 2
    asked = {message.act for message in council.said if isinstance(message, model.Ask)}
    assert council.benches["treasury"].actor.state.reserved.keys() <= asked, "what was never asked costs nothing"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("kind", "end"), [("search", task.Answered), ("failing", task.Failed), ("forbidden", task.Failed)]
)
async def test_a_task_that_ends_by_itself_leaves_nothing_behind(
    council: Assembly, kind: str, end: type[Message]
) -> None:
    name = f"{kind}-whole"
    ends = ends_of(await council.publish(story(kind, name)), name)
    assert [type(message) for message in ends] == [end], ends
    assert kept_of(council, name) == []
