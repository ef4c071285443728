"""The story of the product, with the real sandbox and search: a task is published, learnt, and its tool is called."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from actors.agents.work import CraftSettings
from messages import task
from messages.task import Candidate, Example, Learn, Run
from messages.tools import deployment, learning, sandbox, tool
from tests.actors.assembly import Assembly
from tests.actors.bench import only

BRISK = CraftSettings(run_s=3.0)
"""What hangs here need not hang for long."""
TASKS = Path(__file__).resolve().parents[2] / "examples" / "tasks"
REFUSED = "steal_secrets"
NEW: dict[str, tuple[list[Any], object]] = {
    "clean_name": (["  margaret   HAMILTON "], "Margaret Hamilton"),
    "date_to_iso": (["24.12.2025"], "2025-12-24"),
    "price_label": ([1000000], "1,000,000.00"),
    "active_emails": ([[{"email": "NEW@New.dev", "active": True}]], ["new@new.dev"]),
    "email_domain": (["someone@Some.Where.dev"], "some.where.dev"),
    "celsius_to_fahrenheit": ([20], 68),
    "parse_settings": (["x = 1\n# y = 2"], {"x": "1"}),
}
"""For each example a call that is not among its own."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Assembly]:
    async with Assembly(settings={"temujin": BRISK, "jochi": BRISK}) as assembled:
        yield assembled


def example(name: str) -> Learn:
    return msgspec.json.decode((TASKS / f"{name}.json").read_bytes(), type=Learn)


def test_there_is_a_call_for_every_example() -> None:
    assert {path.stem for path in TASKS.glob("*.json")} == {*NEW, REFUSED}
    assert len(NEW) >= 6


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", NEW)
async def test_an_example_is_learnt_and_does_what_it_never_saw(council: Assembly, name: str) -> None:
    args, expected = NEW[name]
    learn = example(name)
    assert list(args) not in [list(known.args) for known in learn.examples]
    answer = only(tuple(await council.publish(learn)), task.Answered)
    assert answer.result["mastery"] >= 0.85
    assert answer.result["origin"] == ("candidate" if learn.candidate else "composition")
    ended = only(tuple(await council.publish(Run(tool=name, args=tuple(args)))), task.Answered)
    assert ended.result == expected


@pytest.mark.asyncio(loop_scope="module")
async def test_code_that_steals_secrets_is_refused_before_anything_runs(council: Assembly) -> None:
    said = await council.publish(example(REFUSED))
    assert not [message for message in said if isinstance(message, learning.Practise | sandbox.Run)]
    failed = only(tuple(said), task.Failed)
    assert "line 1: import os" in failed.reason
    assert "line 2: import socket" in failed.reason


@pytest.mark.asyncio(loop_scope="module")
async def test_a_wrong_candidate_is_replaced_by_a_composition(council: Assembly) -> None:
    candidate = Candidate(source="def f(a):\n    return a.lower()\n", entry="f")
    examples = tuple(Example(args=(text,), result=text.upper()) for text in ("ab", "Cd", "eF", "g"))
    said = tuple(await council.publish(Learn(name="shout", goal="upper case", examples=examples, candidate=candidate)))
    assert only(said, task.Answered).result["origin"] == "composition"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_only_knows_the_examples_by_heart_is_not_taken(council: Assembly) -> None:
    by_heart = "def f(n):\n    return {0: 0, 1: 1, 3: 9, 5: 25}.get(n)\n"
    examples = tuple(Example(args=(n,), result=n * n) for n in range(6))
    learn = Learn(name="square", goal="the square", examples=examples, candidate=Candidate(source=by_heart, entry="f"))
    said = tuple(await council.publish(learn))
    verdicts = [message for message in said if isinstance(message, learning.Validated)]
    assert all(message.critical == 0 for message in verdicts[-1:])
    assert "get(n)" not in only(said, task.Answered).result["source"]
    assert only(tuple(await council.publish(Run(tool="square", args=(12,)))), task.Answered).result == 144


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_hangs_where_nobody_asked_is_learnt_and_the_place_is_told(council: Assembly) -> None:
    hangs = "def f(text):\n    while not text:\n        pass\n    return text[0]\n"
    examples = tuple(Example(args=(text,), result=text[0]) for text in ("ab", "cd", "ef"))
    said = tuple(
        await council.publish(
            Learn(name="first", goal="first", examples=examples, candidate=Candidate(source=hangs, entry="f"))
        )
    )
    spec = only(said, tool.Registered).spec
    assert (spec.origin, spec.source, spec.mastery) == ("candidate", hangs, 1.0)
    assert spec.halted[0] == '[""]: timeout: no answer within 1.0 s'


@pytest.mark.asyncio(loop_scope="module")
async def test_contradicting_examples_fail_with_the_contradiction(council: Assembly) -> None:
    examples = (Example(args=(1,), result=1), Example(args=(2,), result=2), Example(args=(1,), result=3))
    contradicting = Learn(name="both", goal="both at once", examples=(*examples, examples[0]))
    refused = only(tuple(await council.publish(contradicting)), task.Refused)
    assert (refused.path, "contradicts examples[0]" in refused.reason) == ("$.examples[2]", True)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_is_judged_by_the_suite_that_came_with_it(council: Assembly) -> None:
    suite = """
import pytest

@pytest.mark.critical
def test_halves():
    assert half(4) == 2

def test_a_text_is_refused():
    with pytest.raises(TypeError):
        half("text")
"""
    candidate = Candidate(source="def f(n):\n    return n / 2\n", entry="f")
    learn = Learn(name="half", goal="half of a number", candidate=candidate, suite=suite)
    said = tuple(await council.publish(learn))
    verdict = only(said, learning.Validated)
    assert {outcome.name: outcome.outcome for outcome in verdict.outcomes} == {
        "test_halves": "passed",
        "test_a_text_is_refused": "passed",
    }
    assert only(said, task.Answered).result["tool"] == "half"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_fails_a_critical_test_is_not_taken(council: Assembly) -> None:
    suite = "import pytest\n\n@pytest.mark.critical\ndef test_it():\n    assert third(9) == 3\n"
    candidate = Candidate(source="def f(n):\n    return n / 2\n", entry="f")
    said = tuple(await council.publish(Learn(name="third", goal="a third", candidate=candidate, suite=suite)))
    assert "no examples to search by" in only(said, task.Failed).reason


@pytest.mark.asyncio(loop_scope="module")
async def test_learning_the_same_name_again_gives_the_next_version(council: Assembly) -> None:
    learn = Learn(name="again", goal="upper case", examples=tuple(
        Example(args=(text,), result=text.upper()) for text in ("ab", "Cd", "eF")
    ))  # fmt: skip
    versions = [only(tuple(await council.publish(learn)), task.Answered).result["version"] for _ in range(2)]
    assert versions == [1, 2]


def candidate(name: str, source: str, *calls: tuple[Any, Any], **more: Any) -> Learn:
    """A task to learn what the source does, shown by these calls."""
    examples = tuple(Example(args=(argument,), result=result) for argument, result in calls)
    return Learn(name=name, goal=name, examples=examples, candidate=Candidate(source=source, entry="f"), **more)


HALVE = candidate("halve", "def f(n):\n    return n / 2\n", (2, 1), (4, 2), (6, 3), (10, 5))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_tool_may_call_others_in_practice_in_its_tests_and_when_it_is_run(council: Assembly) -> None:
    only(tuple(await council.publish(HALVE)), task.Answered)
    quarter = "HALF = 0\ndef f(n):\n    return halve(halve(n))\n"
    learn = candidate("quarter", quarter, (4, 1), (8, 2), (12, 3), (20, 5), requires=("halve",))
    learnt = only(tuple(await council.publish(learn)), task.Answered).result
    assert (learnt["origin"], learnt["source"]) == ("candidate", quarter)
    ended = only(tuple(await council.publish(Run(tool="quarter", named={"n": 100}))), task.Answered)
    assert ended.result == 25


@pytest.mark.asyncio(loop_scope="module")
async def test_a_tool_that_calls_what_is_not_there_is_not_learnt_and_the_missing_are_named(council: Assembly) -> None:
    learn = candidate("lost", "def f(n):\n    return nothing(n)\n", (1, 1), (2, 2), (3, 3), requires=("nothing",))
    said = tuple(await council.publish(learn))
    assert "'nothing'" in only(said, task.Failed).reason
    assert not [message for message in said if isinstance(message, sandbox.Run)]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_new_version_that_fails_in_use_is_rolled_back_without_anyone_asking(council: Assembly) -> None:
    calls = ((1, 1), (2, 4), (3, 9), (4, 16), (5, 25))
    only(tuple(await council.publish(candidate("power", "def f(n):\n    return n * n\n", *calls))), task.Answered)
    worse = "def f(n):\n    if n > 5:\n        raise KeyError(n)\n    return n ** 2\n"
    learnt = only(tuple(await council.publish(candidate("power", worse, *calls))), task.Answered).result
    assert (learnt["version"], learnt["semver"]) == (2, "1.0.1")
    said = [each for n in range(12) for each in await council.publish(Run(tool="power", args=(6 + n,)))]
    changed = only(tuple(said), deployment.Changed)
    assert (changed.version, changed.level, changed.executions) == (2, "disabled", 10)
    back = only(tuple(said), tool.RolledBack)
    assert (back.version, back.to) == (2, 1)
    ended = only(tuple(await council.publish(Run(tool="power", args=(300,)))), task.Answered)
    assert ended.result == 90_000
    refused = only(tuple(await council.publish(Run(tool="power", args=(300,), version=2))), task.Failed)
    assert "is disabled" in refused.reason


@pytest.mark.asyncio(loop_scope="module")
async def test_arguments_of_another_kind_are_refused_before_any_code_runs(council: Assembly) -> None:
    await council.publish(example("celsius_to_fahrenheit"))
    said = tuple(await council.publish(Run(tool="celsius_to_fahrenheit", args=("warm",))))
    assert "expected number, got string 'warm'" in only(said, task.Failed).reason
    assert not [message for message in said if isinstance(message, sandbox.Run)]
