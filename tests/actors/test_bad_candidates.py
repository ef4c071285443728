"""What is wrong with a candidate is said: each fault has its own words, in the reason or in the evidence."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from actors.agents.work import CraftSettings
from messages import task
from messages.task import Candidate, Example, Learn, Run
from messages.tools import learning
from tests.actors.assembly import Assembly
from tests.actors.bench import only

QUICK = CraftSettings(search_s=0.3, run_s=1.0)
"""Nothing here can be found by search, so that none needs to be long."""
WORDS = tuple(Example(args=(word,), result=code) for word, code in (("a", "q7"), ("bb", "zz"), ("c", "0"), ("dd", "k")))
"""Results without any rule."""
RIGHT = "def f(word):\n    return {'a': 'q7', 'bb': 'zz', 'c': '0', 'dd': 'k'}.get(word, '')\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Assembly]:
    async with Assembly(settings={"temujin": QUICK, "jochi": QUICK}) as assembled:
        yield assembled


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seeking() -> AsyncIterator[Assembly]:
    """A council whose searches may take as long as on a busy machine they must."""
    async with Assembly(settings={"temujin": CraftSettings(run_s=1.0), "jochi": QUICK}) as assembled:
        yield assembled


async def failed(council: Assembly, source: str, examples: tuple[Example, ...] = WORDS) -> task.Failed:
    candidate = Candidate(source=source, entry="f")
    learn = Learn(name="code_of", goal="the code of a word", examples=examples, candidate=candidate)
    found: task.Failed = only(tuple(await council.publish(learn)), task.Failed)
    return found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def g(word):\n    return word\n", ("NameError", "defines no 'f'")),
        ("def f(word):\n    while word:\n        word += 'x'\n", ("timeout",)),
        ("def f(word):\n    return word * 3_000_000\n", ("flood",)),
        ("def f(word):\n    return {word}\n", ("TypeError", "set")),
        ("def f(word):\n    return word.missing\n", ("AttributeError", "line 2")),
        ("def f(word):\n    return [0] * 10 ** 9\n", ("memory",)),
        ("def f(word, other):\n    return word\n", ("TypeError", "other")),
    ],
)
async def test_a_candidate_that_can_not_be_run_is_told_why(
    council: Assembly, source: str, told: tuple[str, ...]
) -> None:
    reason = (await failed(council, source)).reason
    assert all(word in reason for word in ("the candidate failed", *told)), reason


DOUBLES = tuple(Example(args=(n,), result=2 * n) for n in (1, 2, 5, 7))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f(x):\n    return {x}\n", "set"),
        ("def f(x):\n    while True:\n        pass\n", "timeout"),
        ("def f(x):\n    while True:\n        print('x' * 1_000)\n", "flood"),
        ("def f(x):\n    return 'x' * 3_000_000\n", "flood"),
        ("def f(x):\n    return float('nan')\n", "raised: ValueError"),
        ("def f(x):\n    yield 2 * x\n", "generator"),
        ("async def f(x):\n    return 2 * x\n", "coroutine"),
        ("def g(x):\n    return 2 * x\n", "defines no 'f'"),
        ("def f(x, y):\n    return 2 * x\n", "'y'"),
        ("", "defines no 'f'"),
        ("def f(x):\n    raise RuntimeError('not today')\n", "not today"),
        ("def f(x):\n    return 2 * x + (x == 5)\n", "for the arguments [5]: 11, not 10"),
    ],
)
async def test_why_a_candidate_was_replaced_is_told_when_it_happens_and_in_the_answer(
    seeking: Assembly, source: str, told: str
) -> None:
    candidate = Candidate(source=source, entry="f")
    learn = Learn(name="doubled", goal="double a number", examples=DOUBLES, candidate=candidate)
    said = tuple(await seeking.publish(learn))
    notes = [message.note for message in said if isinstance(message, task.Progressed)]
    result = only(said, task.Answered).result
    assert result["origin"] == "composition"
    assert told in result["replaced"]
    assert [note for note in notes if told in note], notes


@pytest.mark.asyncio(loop_scope="module")
async def test_of_a_candidate_that_is_learnt_nothing_is_said_to_be_replaced(council: Assembly) -> None:
    candidate = Candidate(source="def f(x):\n    return 2 * x\n", entry="f")
    learn = Learn(name="doubled", goal="double a number", examples=DOUBLES, candidate=candidate)
    result = only(tuple(await council.publish(learn)), task.Answered).result
    assert (result["origin"], result["replaced"]) == ("candidate", "")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_table_of_its_examples_is_learnt_with_the_word_that_it_may_be_no_more(council: Assembly) -> None:
    source = "TABLE = {1: 2, 2: 4, 5: 10, 7: 14}\n\n\ndef f(x):\n    return TABLE[x]\n"
    learn = Learn(
        name="listed", goal="double a number", examples=DOUBLES, candidate=Candidate(source=source, entry="f")
    )
    result = only(tuple(await council.publish(learn)), task.Answered).result
    assert result["mastery"] < 1.0
    assert result["missed"] == ["edge-1: every edge case ends in KeyError: it may know its examples by heart"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_changes_its_arguments_and_is_learnt_all_the_same_is_told_so(council: Assembly) -> None:
    source = "def f(x):\n    x.sort()\n    return x\n"
    lists: tuple[list[int], ...] = ([3, 1, 2], [1, 2, 3], [9, 8], [5])
    learn = Learn(
        name="ordered",
        goal="the numbers in order",
        examples=tuple(Example(args=(each,), result=sorted(each)) for each in lists),
        candidate=Candidate(source=source, entry="f"),
    )
    result = only(tuple(await council.publish(learn)), task.Answered).result
    assert result["missed"]
    assert {each.partition(": ")[2] for each in result["missed"]} == {"changes its arguments"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_is_no_python_is_told_with_line_and_column(council: Assembly) -> None:
    reason = (await failed(council, "def f(word):\n    return word +\n")).reason
    assert "no Python" in reason
    assert "(line 2, column " in reason


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_changes_its_arguments_is_told_so(council: Assembly) -> None:
    source = "def f(words):\n    words.append('x')\n    return {2: 'q7', 3: 'zz', 4: '0'}[len(words)]\n"
    examples = (
        Example(args=(["a"],), result="q7"),
        Example(args=(["a", "b"],), result="zz"),
        Example(args=(["a", "b", "c"],), result="0"),
    )
    assert "changes its arguments" in (await failed(council, source, examples)).reason


@pytest.mark.asyncio(loop_scope="module")
async def test_a_candidate_that_depends_on_the_clock_is_found_unsteady(council: Assembly) -> None:
    known = "{'a': 'q7', 'bb': 'zz', 'c': '0', 'dd': 'k'}"
    source = "import time\n\nCALLS = []\n\n\ndef f(word):\n    CALLS.append(time.monotonic_ns())\n"
    source += f"    return {known}[word] if len(CALLS) <= 4 else str(CALLS[-1])\n"
    await failed(council, source)
    practised = [said for said in council.said if isinstance(said, learning.Attempted)][-1]
    assert "unsteady result" in {pattern.kind for pattern in practised.patterns}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_tool_called_with_wrong_arguments_says_where_and_why(council: Assembly) -> None:
    learn = Learn(
        name="code_of", goal="the code of a word", examples=WORDS, candidate=Candidate(source=RIGHT, entry="f")
    )
    only(tuple(await council.publish(learn)), task.Answered)

    async def reason(**more: Any) -> str:
        found: str = only(tuple(await council.publish(Run(tool="code_of", **more))), task.Failed).reason
        return found

    assert "word" in await reason(args=())
    assert "got 2" in await reason(args=("a", "b"))
    assert "$.word" in await reason(args=(7,))
    assert "no version" in await reason(args=("a",), version=9)
