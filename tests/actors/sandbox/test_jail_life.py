"""The jail over time: cancellation, concurrency, a template that dies or is replaced, nothing left behind."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from actors.sandbox import jail as jail_module
from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits
from tests.pace import patience

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls")

ENDLESS = "def f():\n    while True:\n        pass"
ADD = "def add(a, b):\n    return a + b"


@pytest_asyncio.fixture
async def jail() -> AsyncIterator[Jail]:
    jail = await Jail.start(spares=2, max_concurrent=4)
    yield jail
    await jail.close()


def descendants(root: int) -> dict[int, float]:
    """Every live process below the root, with the processor seconds it has used."""
    parents: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    ticks = int(fields[11]) + int(fields[12])
                    parents[int(entry.name)] = (int(fields[1]), ticks / os.sysconf("SC_CLK_TCK"))
    found: dict[int, float] = {}
    grown = True
    while grown:
        new = {p: cpu for p, (parent, cpu) in parents.items() if p not in found and (parent == root or parent in found)}
        found |= new
        grown = bool(new)
    return found


async def until(condition: Callable[[], bool], limit_s: float = 10.0) -> None:
    """The condition holds; fails the test if it does not within the limit."""
    deadline = time.monotonic() + patience(limit_s)
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether the process exists and is more than an entry that nobody has collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def a_child_is_spinning(jail: Jail) -> bool:
    return any(cpu > 0.4 for cpu in processes(jail).values())


def processes(jail: Jail) -> dict[int, float]:
    """Every process below the one that the jail started, which is left out."""
    assert jail._template is not None
    return descendants(jail._template.pid)


def at_rest(jail: Jail) -> bool:
    """Only the template's own processes and its two spares live."""
    return len(processes(jail)) == (3 if "namespaces" in jail.walls.layers else 2)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def test_cancelling_the_call_kills_the_child(jail: Jail) -> None:
    call = asyncio.create_task(jail.call(ENDLESS, "f", limits=Limits(wall_s=300, cpu_s=300)))
    await until(lambda: a_child_is_spinning(jail))
    call.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: at_rest(jail))
    assert time.monotonic() - began < patience(1.0)
    assert (await jail.call(ADD, "add", [1, 2])).value == 3


async def test_calls_run_beside_each_other_up_to_the_limit(jail: Jail) -> None:
    sleepy = "import time\ndef f(n):\n    time.sleep(0.4)\n    return n"
    began = time.monotonic()
    outcomes = await asyncio.gather(*(jail.call(sleepy, "f", [n]) for n in range(8)))
    took = time.monotonic() - began
    assert [o.value for o in outcomes] == list(range(8))
    assert 0.8 <= took < patience(2.4)


async def test_two_hundred_calls_leave_no_descriptor_and_no_process(jail: Jail) -> None:
    await jail.call(ADD, "add", [0, 0])
    await until(lambda: at_rest(jail))
    files = descriptors()
    for n in range(200):
        assert (await jail.call(ADD, "add", [n, 1])).value == n + 1
    await until(lambda: at_rest(jail) and descriptors() == files)


async def test_failures_of_every_kind_leave_nothing_behind(jail: Jail) -> None:
    sources = [
        "def f():\n    raise ValueError",
        "import os\ndef f():\n    os._exit(1)",
        "import ctypes\ndef f():\n    ctypes.string_at(0)",
        "import os\ndef f():\n    os.write(3, b'\\xff' * 999)",
        "def f(:",
        ENDLESS,
    ]
    await until(lambda: at_rest(jail))
    files = descriptors()
    for source in sources * 3:
        assert (await jail.call(source, "f", limits=Limits(wall_s=0.2))).status != "returned"
    await until(lambda: at_rest(jail) and descriptors() == files)


@pytest.mark.parametrize("which", ["started", "inner"])
async def test_a_killed_template_is_replaced_and_its_call_answers_killed(jail: Jail, which: str) -> None:
    call = asyncio.create_task(jail.call(ENDLESS, "f", limits=Limits(wall_s=60, cpu_s=60)))
    await until(lambda: a_child_is_spinning(jail))
    template = jail._template
    assert template is not None
    below = sorted(descendants(template.pid))
    victim = template.pid if which == "started" or jail.walls.tier not in ("A", "A-") else below[0]
    began = time.monotonic()
    os.kill(victim, signal.SIGKILL)
    outcome = await call
    assert (outcome.status, outcome.error) == ("killed", "the template died, and the child with it")
    assert time.monotonic() - began < patience(1.0)
    assert (await jail.call(ADD, "add", [2, 2])).value == 4
    assert time.monotonic() - began < patience(5.0)
    await until(lambda: not any(map(is_alive, (template.pid, *below))))


async def test_a_template_stopped_dead_is_given_up(jail: Jail) -> None:
    template = jail._template
    assert template is not None
    for pid in (template.pid, *descendants(template.pid)):
        with contextlib.suppress(ProcessLookupError):  # a child of the probes may be on its way out still
            os.kill(pid, signal.SIGSTOP)
    outcome = await jail.call(ADD, "add", [2, 2], limits=Limits(wall_s=0.2))
    assert outcome.status == "timeout"
    await until(lambda: jail._template is not None and jail._template is not template)
    assert (await jail.call(ADD, "add", [2, 2])).value == 4


async def test_the_template_is_replaced_after_enough_forks_without_a_lost_call(
    jail: Jail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jail_module, "RECYCLE_AFTER", 20)
    first = jail._template
    assert first is not None
    slow = asyncio.create_task(jail.call("import time\ndef f():\n    time.sleep(1.5)\n    return 'slow'", "f"))
    for n in range(120):
        assert (await jail.call(ADD, "add", [n, 1])).value == n + 1
    await until(lambda: jail._template is not first)
    assert (await slow).value == "slow"
    await until(lambda: not is_alive(first.pid))


async def test_closing_ends_every_process_and_later_calls_are_refused() -> None:
    files = descriptors()
    jail = await Jail.start(spares=3)
    call = asyncio.create_task(jail.call(ENDLESS, "f"))
    await until(lambda: a_child_is_spinning(jail))
    assert jail._template is not None
    all_of_them = [jail._template.pid, *processes(jail)]
    await jail.close()
    assert (await call).status == "killed"
    await until(lambda: not any(map(is_alive, all_of_them)))
    assert descriptors() == files
    outcome = await jail.call(ADD, "add", [1, 1])
    assert (outcome.status, outcome.error) == ("refused", "the jail is closed")
    await jail.close()


async def test_a_module_that_does_not_exist_is_an_error_at_the_start() -> None:
    before = set(descendants(os.getpid()))
    with pytest.raises(ValueError, match="no_such_module"):
        await Jail.start(preload=["no_such_module"])
    await until(lambda: set(descendants(os.getpid())) <= before)


async def test_a_jail_without_spares_works() -> None:
    jail = await Jail.start(spares=0)
    assert [o.value for o in await jail.call_many(ADD, "add", [[1, 2], [3, 4]])] == [3, 7]
    await jail.close()


async def test_numpy_can_be_preloaded_and_its_random_numbers_differ() -> None:
    numpy = pytest.importorskip("numpy")
    site = str(Path(numpy.__file__).parents[1])
    jail = await Jail.start(preload=["numpy", "numpy.random", "numpy.linalg"], sys_path=[site])
    source = "import numpy\ndef f(a):\n    return [numpy.linalg.det(numpy.array(a)).item(), numpy.random.random()]"
    outcomes = [await jail.call(source, "f", [[[2.0, 0.0], [0.0, 3.0]]]) for _ in range(3)]
    await jail.close()
    values = [o.value for o in outcomes if isinstance(o.value, list)]
    assert [round(value[0], 9) for value in values] == [6.0, 6.0, 6.0], outcomes
    assert len({value[1] for value in values}) == 3
