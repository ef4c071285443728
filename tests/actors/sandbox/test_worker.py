"""The sandbox's worker in a real jail: every run is answered, and a freeze leaves nothing running."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from actors.sandbox.worker import Sandbox
from messages import sandbox
from messages.task import Example


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[Sandbox]:
    made = Sandbox()
    await made.open()
    yield made
    await made.close()


def run(source: str, *calls: tuple[object, ...], limit_s: float = 5.0) -> sandbox.Run:
    return sandbox.Run(task="T", purpose="test:1", source=source, entry="f", calls=calls, limit_s=limit_s)


async def ran(worker: Sandbox, order: sandbox.Run) -> sandbox.Ran:
    said = [message async for message in worker.on_run(order)]
    assert len(said) == 1
    return said[0]


async def test_every_call_is_answered_in_order(worker: Sandbox) -> None:
    answer = await ran(worker, run("def f(n):\n    return 10 // n\n", (5,), (0,), (2,)))
    assert (answer.task, answer.purpose) == ("T", "test:1")
    assert [result.status for result in answer.results] == ["returned", "raised", "returned"]
    assert [result.value for result in answer.results] == [2, None, 5]
    assert answer.results[1].error == "ZeroDivisionError: integer division or modulo by zero (line 2)"


async def test_a_call_that_never_ends_is_killed_and_answered(worker: Sandbox) -> None:
    answer = await ran(worker, run("def f():\n    while True: pass\n", (), limit_s=0.5))
    assert answer.results[0].status == "timeout"


async def test_results_that_no_record_could_hold_are_a_flood(worker: Sandbox) -> None:
    answer = await ran(worker, run("def f():\n    return 'x' * 600_000\n", ()))
    assert answer.results[0].status == "flood"


async def test_changed_arguments_are_told(worker: Sandbox) -> None:
    answer = await ran(worker, run("def f(items):\n    items.sort()\n    return items\n", ([2, 1],)))
    assert answer.results[0].mutated


async def test_a_composition_is_found_behind_the_walls(worker: Sandbox) -> None:
    examples = tuple(Example(args=(text,), result=text.upper()) for text in ("ab", "Cd", "eFg"))
    order = sandbox.Synthesise(task="T", round=1, goal="upper case", examples=examples, limit_s=10.0)
    said = [message async for message in worker.on_synthesise(order)]
    assert said[0].source is not None
    assert "upper()" in said[0].source
    assert said[0].figures["candidates"] > 0


async def test_a_search_that_finds_nothing_says_why(worker: Sandbox) -> None:
    examples = tuple(Example(args=(n,), result=f"{n * 7919 % 1013}-{n * n % 97}") for n in range(6))
    order = sandbox.Synthesise(task="T", round=1, goal="chaos", examples=examples, limit_s=0.5)
    said = [message async for message in worker.on_synthesise(order)]
    assert said[0].source is None
    assert said[0].reason


async def test_contradicting_examples_are_told_as_such(worker: Sandbox) -> None:
    examples = (Example(args=(1,), result=1), Example(args=(1,), result=2))
    order = sandbox.Synthesise(task="T", round=1, goal="both", examples=examples, limit_s=5.0)
    said = [message async for message in worker.on_synthesise(order)]
    assert said[0].source is None
    assert "different results" in said[0].reason


async def test_a_freeze_leaves_no_process_and_the_next_run_starts_another(worker: Sandbox) -> None:
    task = asyncio.create_task(ran(worker, run("def f():\n    while True: pass\n", (), limit_s=30.0)))
    await _until(lambda: bool(_children()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await worker.interrupt()
    assert _children() == set()
    answer = await ran(worker, run("def f():\n    return 1\n", ()))
    assert answer.results[0].value == 1


def _children() -> set[int]:
    """Processes below this one."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


async def _until(holds: Callable[[], bool], limit_s: float = 10.0) -> None:
    """Returns when it holds; there is no event to wait for, since the kernel tells nobody."""
    async with asyncio.timeout(limit_s):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
