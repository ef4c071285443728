"""Foreign code that breaks its own process, and what is left of it; what it may not do stands in the corpus."""

import contextlib
import os
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from actors.sandbox.inside.lockdown import NICE
from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jail() -> AsyncIterator[Jail]:
    jail = await Jail.start()
    yield jail
    await jail.close()


async def test_a_null_pointer_kills_the_child_alone(jail: Jail) -> None:
    outcome = await jail.call("import ctypes\ndef f():\n    return ctypes.string_at(0)", "f")
    assert (outcome.status, outcome.error) == ("killed", "killed by SIGSEGV")
    assert (await jail.call("def f(): return 1", "f")).value == 1


async def test_going_on_after_the_last_answer_ends_in_death(jail: Jail) -> None:
    source = """
import os, struct
def f():
    data = b'{"status":"returned","value":1}'
    os.write(3, struct.pack('<I', len(data)) + data)
    while True:
        pass
"""
    outcome = await jail.call(source, "f", limits=Limits(wall_s=30))
    assert (outcome.status, outcome.value) == ("returned", 1)
    assert outcome.wall_ms < 5000


async def test_the_environment_and_the_path_are_empty(jail: Jail) -> None:
    source = "import os, sys\ndef f():\n    return [dict(os.environ), sys.path, sys.stdin.read()]"
    outcome = await jail.call(source, "f")
    assert outcome.value == [{}, [], ""]


async def test_the_host_has_another_name_inside(jail: Jail) -> None:
    if "namespaces" not in jail.walls.layers:
        pytest.skip("the name is the host's where there are no namespaces")
    outcome = await jail.call("import os\ndef f():\n    return os.uname().nodename", "f")
    assert outcome.value == "jail"


def is_on_the_host(path: str) -> bool:
    return Path(path).exists()


async def test_nothing_was_written_on_the_host(jail: Jail) -> None:
    path = f"/tmp/{uuid.uuid4().hex}"
    outcome = await jail.call("def f(path):\n    open(path, 'w').write('x')", "f", [path])
    assert (outcome.status, outcome.error_type) == ("raised", "PermissionError")
    assert not is_on_the_host(path)


def descendants(pid: int) -> set[int]:
    """All processes below this one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found, front = set[int](), {pid}
    while front:
        front = {child for child, parent in parents.items() if parent in front}
        found |= front
    return found


def nice_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16])


def first_to_go(pid: int) -> str:
    return Path(f"/proc/{pid}/oom_score_adj").read_text().strip()


async def test_a_child_gives_way_to_the_host_and_is_the_first_to_go_without_memory(jail: Jail) -> None:
    template = await jail.template()
    assert template is not None
    children = descendants(template.pid)
    assert children
    niceness = {nice_of(pid) for pid in children}
    assert NICE in niceness
    assert niceness <= {0, NICE}
    assert set(map(first_to_go, children)) == {"1000"}
    assert first_to_go(os.getpid()) != "1000"


async def test_locks_conditions_and_queues_work_with_private_futexes_alone(jail: Jail) -> None:
    source = """
import queue, threading
def f():
    lock, event, line = threading.Lock(), threading.Event(), queue.Queue()
    lock.acquire()
    line.put(1)
    return [lock.acquire(timeout=0.02), event.wait(0.02), line.get(timeout=1), lock.release()]
"""
    assert (await jail.call(source, "f")).value == [False, False, 1, None]
