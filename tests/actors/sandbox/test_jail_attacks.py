"""Foreign code that breaks its own process, and what is left of it; what it may not do stands in the corpus."""

import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

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
