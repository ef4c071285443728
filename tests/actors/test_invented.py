"""Arguments that the judge invented are no requirements: right code is learnt however it ends where nobody asked."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from messages import task
from messages.task import About, Candidate, Constraints, Example, Learn, Note, Run
from messages.tools import learning, tool
from tests.actors.assembly import Assembly
from tests.actors.bench import only

Calls = list[tuple[list[Any], Any]]

COLLATZ = """
def f(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
"""
FIBONACCI = """
def f(n):
    found = []
    a, b = 1, 1
    for _ in range(n):
        found.append(a)
        a, b = b, a + b
    return found
"""
FIZZBUZZ = """
def f(n):
    return ["FizzBuzz" if k % 15 == 0 else "Fizz" if k % 3 == 0 else "Buzz" if k % 5 == 0 else str(k)
            for k in range(1, n + 1)]
"""
NTH_PRIME = """
def f(n):
    if n < 1:
        raise ValueError('n starts at 1')
    found = []
    number = 1
    while len(found) < n:
        number += 1
        if all(number % prime for prime in found if prime * prime <= number):
            found.append(number)
    return found[-1]
"""
ORDERS = "import itertools\n\n\ndef f(items):\n    return [list(each) for each in itertools.permutations(items)]\n"
TWICE = "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n"
COUNTDOWN = "def f(n):\n    found = []\n    while n != 0:\n        found.append(n)\n        n -= 1\n    return found\n"

RIGHT: dict[str, tuple[str, Calls]] = {
    "never ends for zero": (COLLATZ, [([1], 0), ([6], 8), ([27], 111), ([2], 1)]),
    "grows beyond 64 bits": (FIBONACCI, [([1], [1]), ([2], [1, 1]), ([5], [1, 1, 2, 3, 5])]),
    "returns more than may travel": (FIZZBUZZ, [([1], ["1"]), ([3], ["1", "2", "Fizz"]), ([2], ["1", "2"])]),
    "is slow for large numbers": (NTH_PRIME, [([1], 2), ([2], 3), ([3], 5), ([10], 29)]),
    "has no room for long lists": (ORDERS, [([[1, 2]], [[1, 2], [2, 1]]), ([[1]], [[1]]), ([[]], [[]])]),
    "takes exponential time": (TWICE, [([1], 1), ([2], 1), ([5], 5), ([9], 34)]),
    "never ends for fractions": (COUNTDOWN, [([2], [2, 1]), ([1], [1]), ([0], [])]),
}
"""Code that is right on all that its publisher showed, by what is hard for it."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council() -> AsyncIterator[Assembly]:
    async with Assembly() as assembled:
        yield assembled


def examples(calls: Calls) -> tuple[Example, ...]:
    return tuple(Example(args=tuple(args), result=result) for args, result in calls)


def learn(source: str, calls: Calls, **more: Any) -> Learn:
    candidate = Candidate(source=source, entry="f")
    return Learn(name="learnt", goal="what the examples show", examples=examples(calls), candidate=candidate, **more)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("kind", RIGHT)
async def test_what_is_right_on_all_examples_is_learnt_as_it_was_given(council: Assembly, kind: str) -> None:
    source, calls = RIGHT[kind]
    spec = only(tuple(await council.publish(learn(source, calls))), tool.Registered).spec
    assert (spec.origin, spec.source, spec.mastery) == ("candidate", source, 1.0)
    assert spec.ranges or spec.halted


@pytest.mark.asyncio(loop_scope="module")
async def test_how_far_an_argument_may_grow_is_told_by_the_registry(council: Assembly) -> None:
    source = "def f(n):\n    return [k * k for k in range(1, n + 1)]\n"
    await council.publish(learn(source, [([1], [1]), ([3], [1, 4, 9]), ([2], [1, 4])]))
    (entry,) = council.benches["registry"].actor.answer_find(tool.Find(name="learnt")).tools
    (measured,) = entry.spec.ranges
    assert (measured.parameter, measured.unit) == ("n", "value")
    assert 64 <= measured.up_to <= 65_536
    assert measured.beyond


@pytest.mark.asyncio(loop_scope="module")
async def test_what_the_search_found_is_learnt_although_a_huge_number_is_too_much_for_it(council: Assembly) -> None:
    calls: Calls = [(["ab", 2], "abab"), (["x", 3], "xxx"), (["-", 5], "-----"), (["no", 0], "")]
    repeat = Learn(name="repeat_text", goal="repeat a text so many times", examples=examples(calls))
    spec = only(tuple(await council.publish(repeat)), tool.Registered).spec
    assert (spec.origin, spec.mastery) == ("composition", 1.0)
    assert {measured.parameter for measured in spec.ranges} == set(spec.parameters)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_declared_bounds_what_is_tried(council: Assembly) -> None:
    notes = {"n": Note(constraints=Constraints(minimum=1, maximum=500))}
    said = tuple(await council.publish(learn(COLLATZ, RIGHT["never ends for zero"][1], about=About(parameters=notes))))
    spec = only(said, tool.Registered).spec
    assert spec.halted == ()
    assert [measured.up_to for measured in spec.ranges] == [500]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_right_candidate_that_is_not_mastered_is_refused_with_the_reason_and_not_replaced(
    council: Assembly,
) -> None:
    calls: Calls = [([[3, 1, 2]], [1, 2, 3]), ([[2, 1]], [1, 2]), ([[9, 8]], [8, 9])]
    said = tuple(await council.publish(learn("def f(x):\n    x.sort()\n    return x\n", calls)))
    assert not [message for message in said if isinstance(message, tool.Registered)]
    assert len([message for message in said if isinstance(message, learning.Validated)]) == 1
    reason = only(said, task.Failed).reason
    assert "right on all examples and tests, and is not taken" in reason
    assert "changes its arguments" in reason


DATES = "import datetime\n\n\ndef f(day):\n    return datetime.date.fromisoformat(day).isoweekday()\n"


@pytest.mark.asyncio(loop_scope="module")
async def test_wrong_input_from_one_client_takes_a_tool_from_nobody(council: Assembly) -> None:
    calls: Calls = [(["2024-01-05"], 5), (["2024-01-07"], 7), (["1999-12-31"], 5)]
    only(tuple(await council.publish(learn(DATES, calls))), task.Answered)
    for wrong in ("foo", "", "2024/01/05") * 12:
        only(tuple(await council.publish(Run(tool="learnt", args=(wrong,)))), task.Failed)
    assert only(tuple(await council.publish(Run(tool="learnt", args=("2024-01-06",)))), task.Answered).result == 6
    offers = council.benches["registry"].actor.answer_browse(tool.Browse(name="learnt")).tools
    assert [offer.level for offer in offers] == ["full"]
