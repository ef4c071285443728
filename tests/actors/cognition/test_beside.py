"""Computation in a child process: its result, its refusal, its death, and that nothing of it outlives the caller."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.cognition.beside import beside
from runtime.errors import Transient
from tests.pace import patience

HERE = "tests.actors.cognition.computations"


async def test_the_result_of_the_function_comes_back() -> None:
    assert await beside(f"{HERE}:doubled", {"of": [1, 2.5]}, limit_s=patience(20)) == [2, 5.0]


async def test_what_the_function_refuses_is_refused_in_its_own_words() -> None:
    with pytest.raises(ValueError, match="no numbers: 3 words"):
        await beside(f"{HERE}:refusing", 3, limit_s=patience(20))


async def test_a_child_that_dies_is_worth_another_try() -> None:
    with pytest.raises(Transient, match="ended with -9"):
        await beside(f"{HERE}:dying", None, limit_s=patience(20))


async def test_what_takes_too_long_is_killed_with_what_it_started(tmp_path: Path) -> None:
    place = tmp_path / "pids"
    with pytest.raises(TimeoutError):
        await beside(f"{HERE}:endless", str(place), limit_s=patience(3))
    await asyncio.to_thread(gone, place)


async def test_a_caller_that_is_cancelled_leaves_no_child(tmp_path: Path) -> None:
    place = tmp_path / "pids"
    running = asyncio.create_task(beside(f"{HERE}:endless", str(place), limit_s=patience(60)))
    await asyncio.to_thread(wait_for, lambda: numbers(place))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.to_thread(gone, place)


def test_a_caller_that_is_killed_leaves_no_child(tmp_path: Path) -> None:
    place = tmp_path / "pids"
    code = (
        "import asyncio; from actors.cognition.beside import beside; "
        f"asyncio.run(beside('{HERE}:endless', {str(place)!r}, limit_s=60))"
    )
    caller = subprocess.Popen([sys.executable, "-c", code])
    wait_for(lambda: numbers(place))
    caller.kill()
    caller.wait()
    gone(place)


def gone(place: Path) -> None:
    """Each process whose number the file holds has ended."""
    wait_for(lambda: not any(map(lives, numbers(place))))


def numbers(place: Path) -> list[int]:
    """The two numbers of processes that the file holds, once it does."""
    found = place.read_text().split() if place.exists() else []
    return [int(number) for number in found] if len(found) == 2 else []


def lives(pid: int) -> bool:
    """The process runs, and is no corpse."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def wait_for(holds: Callable[[], object]) -> None:
    """It holds, within a limit."""
    until = time.monotonic() + patience(20)
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)
