"""The sandbox's worker in a real jail: every run is answered, and a freeze leaves nothing running."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from actors.sandbox.worker import Sandbox
from messages.base import decode, encode
from messages.task import Example, Host
from messages.tools import sandbox
from messages.tools.tool import Known
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
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


async def test_an_error_is_told_by_type_and_line_and_prints_are_kept(worker: Sandbox) -> None:
    answer = await ran(worker, run("def f(x):\n    print('looking at', x)\n    return x['a']\n", ({},)))
    (result,) = answer.results
    assert (result.error_type, result.line, result.stdout) == ("KeyError", 3, "looking at {}\n")
    assert result.cpu_ms >= 0


async def test_a_run_may_take_less_than_the_worker_allows_and_not_more(worker: Sandbox) -> None:
    hungry = "def f():\n    return len(bytearray(100 << 20))\n"
    order = run(hungry, ())
    assert (await ran(worker, order)).results[0].status == "returned"
    less = msgspec.structs.replace(order, limits=sandbox.Limits(memory_bytes=32 << 20))
    assert (await ran(worker, less)).results[0].status == "memory"
    greedy = msgspec.structs.replace(run("def f():\n    return len(bytearray(1 << 30))\n", ()))
    more = msgspec.structs.replace(greedy, limits=sandbox.Limits(memory_bytes=1 << 40, cpu_s=10**6))
    assert (await ran(worker, more)).results[0].status == "memory"


async def test_output_and_prints_have_limits_of_their_own(worker: Sandbox) -> None:
    order = run("def f():\n    print('x' * 999)\n    return 'y' * 3000\n", ())
    limits = sandbox.Limits(output_bytes=2000, stdout_bytes=10)
    assert (await ran(worker, msgspec.structs.replace(order, limits=limits))).results[0].status == "flood"
    kept = await ran(worker, msgspec.structs.replace(order, limits=sandbox.Limits(stdout_bytes=10)))
    assert kept.results[0].stdout == "x" * 10


async def test_a_limit_of_no_time_is_a_timeout_and_a_limit_without_end_is_cut(worker: Sandbox) -> None:
    order = run("import time\ndef f():\n    time.sleep(1)\n", (), limit_s=0.0)
    assert (await ran(worker, order)).results[0].status == "timeout"
    order = run("def f():\n    return 1\n", (), limit_s=1e9)
    assert (await ran(worker, order)).results[0].status == "returned"


@pytest.mark.parametrize("field", ['"error":"%s"' % ("x" * 30_000), '"stdout":"%s"' % ("x" * 100_000)])
async def test_a_forged_answer_never_makes_a_record_that_no_reader_takes(worker: Sandbox, field: str) -> None:
    source = """
import os, struct
def f(text):
    data = ('{"status":"raised",' + text + '}').encode()
    os.write(3, struct.pack('<I', len(data)) + data)
    os._exit(0)
"""
    answer = await ran(worker, run(source, (field,)))
    assert decode(sandbox.Ran, encode(answer)) == answer


FILES = """
import os
def f(text):
    found = os.listdir()
    with open("note", "w") as file:
        file.write(text)
    return [found, open("note").read(), os.getcwd()]
"""


async def test_files_are_there_on_demand_and_gone_after_the_run(worker: Sandbox) -> None:
    order = msgspec.structs.replace(run(FILES, ("a",), ("b",)), profile="files")
    for _ in range(2):
        answer = await ran(worker, order)
        if answer.results[0].status == "refused":
            pytest.skip(answer.results[0].error)
        assert [result.value for result in answer.results] == [
            [[], "a", "/scratch"],
            [["note"], "b", "/scratch"],
        ]
    assert (await ran(worker, run(FILES, ("a",)))).results[0].error_type == "PermissionError"


async def test_a_file_has_a_limit(worker: Sandbox) -> None:
    source = "def f():\n    with open('x', 'wb') as file:\n        file.write(bytes(2000))\n"
    order = msgspec.structs.replace(run(source, ()), profile="files", limits=sandbox.Limits(file_bytes=1000))
    (result,) = (await ran(worker, order)).results
    assert result.status == "refused" or "File too large" in result.error


GREET = """
def f(port):
    try:
        host_call("http", url="http://elsewhere.test/")
    except HostCallError as error:
        refusal = str(error)
    return [host_call("http", url=f"http://127.0.0.1:{port}/a")["text"], refusal]
"""


async def test_a_run_with_hosts_is_announced_and_reaches_them_alone() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        writer.close()

    listener = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    host = Host(host="127.0.0.1", scheme="http", port=port)
    worker = Sandbox(Sandbox.Settings(allow_private=True))
    try:
        order = msgspec.structs.replace(run(GREET, (port,)), hosts=(host,))
        reaching, answer = [message async for message in worker.on_run(order)]
        shut = [message async for message in Sandbox.on_run(worker, run(GREET, (port,)))]
    finally:
        await worker.close()
        listener.close()
    assert isinstance(reaching, sandbox.Reaching)
    assert reaching.hosts == (host,)
    assert answer.results[0].value[0] == "hello"
    assert "elsewhere.test:80 is not among this run's hosts" in answer.results[0].value[1]
    assert [(request.status, bool(request.error)) for request in answer.requests] == [(None, True), (200, False)]
    assert len(shut) == 1
    assert (shut[0].results[0].error_type, shut[0].requests) == ("HostCallError", ())
    assert "may reach no host" in shut[0].results[0].error


async def test_a_loopback_address_is_refused_unless_the_settings_say_otherwise(worker: Sandbox) -> None:
    source = "def f():\n    return host_call('http', url='http://127.0.0.1:1/')\n"
    order = msgspec.structs.replace(run(source, ()), hosts=(Host(host="127.0.0.1", scheme="http", port=1),))
    _, answer = [message async for message in worker.on_run(order)]
    assert "not a public address" in answer.results[0].error


async def test_a_composition_is_found_behind_the_walls(worker: Sandbox) -> None:
    examples = tuple(Example(args=(text,), result=text.upper()) for text in ("ab", "Cd", "eFg"))
    order = sandbox.Synthesise(task="T", round=1, goal="upper case", examples=examples, limit_s=patience(10.0))
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


def known(source: str) -> Known:
    return Known(name="aid", description="", entry="solve", source=source, parameters=("a",), examples=(), score=1.0)


CAUGHT = """
def solve(text):
    if text.isupper():
        7 ** 10**9
    return text
"""


async def test_a_search_that_is_caught_in_one_step_is_killed_at_its_limit_and_leaves_its_answer_so_far() -> None:
    worker = Sandbox(Sandbox.Settings(cpu_s=2))
    await worker.open()
    examples = tuple(Example(args=(text, n), result=text.upper()) for n, text in enumerate(("ab", "Cd", "eFg")))
    tool = known(CAUGHT)
    order = sandbox.Synthesise(task="T", round=1, goal="capitals", examples=examples, tools=(tool,), limit_s=50.0)
    try:
        async with asyncio.timeout(60):
            (answer,) = [message async for message in worker.on_synthesise(order)]
    finally:
        await worker.close()
    assert answer.source is not None
    assert "upper()" in answer.source
    assert answer.figures["candidates"] > 0


async def test_a_search_that_waits_without_computing_is_ended_on_the_clock() -> None:
    worker = Sandbox(Sandbox.Settings(cpu_s=1))
    await worker.open()
    source = "import time\ntime.sleep(600)\ndef solve(a):\n    return a\n"
    waits = known(source)
    examples = (Example(args=("a",), result="q7"), Example(args=("b",), result="w1"))
    order = sandbox.Synthesise(task="T", round=1, goal="x", examples=examples, tools=(waits,), limit_s=50.0)
    try:
        async with asyncio.timeout(60):
            (answer,) = [message async for message in worker.on_synthesise(order)]
    finally:
        await worker.close()
    assert answer.source is None
    assert "timeout" in answer.reason


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
    async with asyncio.timeout(patience(limit_s)):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
