"""Hostile answers and the loop that reads them: no run may keep the others waiting, and each is answered."""

import asyncio
import contextlib
import gc
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
import pytest_asyncio

from actors.sandbox.worker import RECORD_BYTES, Sandbox, fitting
from messages.base import decode, encode
from messages.task import Host
from messages.tools import sandbox
from tests.pace import patience

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls"),
    pytest.mark.asyncio(loop_scope="module"),
]

STALL_S: Final = 0.1
"""The most that one turn of the loop may compute. *chosen*: four times what was measured; hostile answers took 0.2 s
and more before they were read in steps"""

FORGE: Final = """
import os, struct
def say(data):
    rest = memoryview(struct.pack('<I', len(data)) + data)
    while rest:
        rest = rest[os.write(3, rest):]
    os._exit(0)
"""

HOSTILE: Final = {
    "4 MB of empty lists as an answer": FORGE
    + "def f():\n say(b'{\"status\":\"returned\",\"value\":[' + b','.join([b'[]'] * 1_300_000) + b']}')",
    "4 MB of empty lists as a request": FORGE
    + 'def f():\n say(b\'{"status":"asks","value":{"name":"http","arguments":{"url":"","json":[\''
    + " + b','.join([b'[]'] * 1_300_000) + b']}}}')",
    "a field that is not known": FORGE
    + "def f():\n say(b'{\"status\":\"asks\",\"x\":[' + b','.join([b'[]'] * 1_300_000) + b']}')",
    "170,000 empty lists": "def f():\n return [[] for _ in range(170_000)]",
    "49,000 empty lists": "def f():\n return [[] for _ in range(49_000)]",
    "49,000 objects": "def f():\n return [{'': {}} for _ in range(24_500)]",
    "nests without end": FORGE + 'def f():\n say(b\'{"status":"returned","value":\' + b\'[\' * 500_000)',
    "nests without end and closes": FORGE
    + "def f():\n say(b'{\"status\":\"returned\",\"value\":' + b'[' * 250_000 + b']' * 250_000 + b'}')",
    "4 MB of quotes": FORGE
    + "def f():\n say(b'{\"status\":\"asks\",\"value\":[' + b','.join([b'\"\"'] * 1_300_000) + b']}')",
    "backslashes": FORGE
    + 'def f():\n say(b\'{"status":"returned","value":["\' + b\'\\\\\\\\\' * 120_000'
    + " + b'\",' + b'1,' * 49_000 + b'1]}')",
    "short numbers that grow": FORGE
    + "def f():\n say(b'{\"status\":\"returned\",\"value\":[' + b','.join([b'1e15'] * 49_000) + b']}')",
    "many tiny frames": FORGE
    + 'def f():\n frame = b\'{"status":"asks","value":{"name":"x","arguments":{}}}\'\n'
    + " data = (struct.pack('<I', len(frame)) + frame) * 1_900\n os.write(3, data)\n os._exit(0)",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker() -> AsyncIterator[Sandbox]:
    gc.collect()
    gc.freeze()  # as a zone's process does: what pytest holds is no part of what is measured
    made = Sandbox()
    await made.open()
    yield made
    await made.close()
    gc.unfreeze()


def run(source: str, *calls: tuple[object, ...], **more: Any) -> sandbox.Run:
    return sandbox.Run(task="T", purpose="test:1", source=source, entry="f", calls=calls or ((),), limit_s=20.0, **more)


async def ran(worker: Sandbox, order: sandbox.Run) -> sandbox.Ran:
    said = [message async for message in worker.on_run(order)]
    answer = said[-1]
    data = encode(answer)
    assert len(data) <= RECORD_BYTES
    decode(sandbox.Ran, data)
    return answer


@contextlib.asynccontextmanager
async def beats() -> AsyncIterator[list[float]]:
    """What each turn of the loop computed, in seconds of this thread: other processes do not count."""
    turns: list[float] = []

    async def beat() -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            turns.append(now - last)
            last = now

    task = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    turns.clear()
    try:
        yield turns
        await asyncio.sleep(0)  # the turn in which the last answer was read counts too
    finally:
        task.cancel()


def hosts() -> Iterator[Host]:
    yield Host(host="api.test")


@pytest.mark.parametrize("name", HOSTILE)
async def test_an_answer_is_read_in_steps_that_keep_nobody_waiting(worker: Sandbox, name: str) -> None:
    async with beats() as turns:
        answer = await ran(worker, run(HOSTILE[name], hosts=tuple(hosts())))
    assert len(answer.results) == 1
    assert max(turns) < patience(STALL_S)


async def test_honest_calls_beside_hostile_ones_are_answered_at_once(worker: Sandbox) -> None:
    hostile = [asyncio.create_task(ran(worker, run(HOSTILE["170,000 empty lists"]))) for _ in range(4)]
    async with beats() as turns:
        answers = [await ran(worker, run("def f():\n return 1")) for _ in range(10)]
        await asyncio.gather(*hostile)
    assert [answer.results[0].value for answer in answers] == [1] * 10
    assert max(turns) < patience(STALL_S)


async def test_a_result_with_too_many_values_is_a_flood_and_the_next_call_is_answered(worker: Sandbox) -> None:
    source = "def f(n):\n return [[]] * n"
    answer = await ran(worker, run(source, (60_000,), (2,)))
    assert [result.status for result in answer.results] == ["flood", "returned"]
    assert answer.results[0].error == "the answer holds more than 50000 values"
    assert answer.results[1].value == [[], []]


async def test_commas_in_a_text_are_no_values(worker: Sandbox) -> None:
    text = 'a,[{"\\' * 50_000
    answer = await ran(worker, run("def f(text):\n return text", (text,)))
    assert answer.results[0].value == text


async def test_what_would_grow_beyond_the_limit_on_the_log_is_a_flood(worker: Sandbox) -> None:
    answer = await ran(worker, run(HOSTILE["short numbers that grow"]))
    assert answer.results[0].status == "flood"


async def test_more_calls_than_a_record_can_answer_are_refused(worker: Sandbox) -> None:
    answer = await ran(worker, run("def f():\n return 1", *[()] * 50_000))
    assert {result.status for result in answer.results} == {"refused"}
    assert "50000 calls" in answer.results[0].error


async def test_errors_that_fill_a_record_are_cut(worker: Sandbox) -> None:
    source = "def f():\n print('x' * 50)\n raise ValueError('é' * 190)"
    answer = await ran(worker, run(source, *[()] * 2_000))
    assert len(answer.results) == 2_000
    assert answer.results[0].error.startswith("ValueError: é")


async def test_values_beside_errors_that_fill_a_record_are_told_to_be_a_flood() -> None:
    results = [sandbox.Result(status="returned", value="v" * 250, error="e" * 200, stdout="\n" * 99)] * 3_000
    answer = fitting(sandbox.Ran(task="T", purpose="p", results=tuple(results)))
    assert len(encode(answer)) <= RECORD_BYTES
    assert {result.status for result in answer.results} == {"flood"}
    assert len(answer.results) == 3_000
