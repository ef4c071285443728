"""A zone of workers runs twice, each with a directory of its own, shares the calls, and outlives the kill of one."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from runtime.cli.console.exits import Exit
from runtime.client.client import Client
from runtime.delivery.blackbox import Blackbox
from runtime.directory.settings import Settings
from runtime.hosting.zone import LOOP
from tests.live.programs import Place, Program
from tests.pace import patience

CALLS = 40
SLOW = {
    "goal": "count up to a number",
    "name": "count",
    "examples": [{"args": [n], "result": n} for n in (1, 4, 10, 3)],
    "candidate": {
        "entry": "count",
        "source": "def count(n):\n    total = 0\n    for step in range(n):\n        total += 1\n    return total\n",
    },
}
STEPS = 3_000_000
"""So many make a call take some tenths of a second. *chosen*"""


class Shared:
    """A council whose sandbox runs apart from it, twice."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place = place
        self.folder = folder
        self.programs: list[Program] = [place.start("up", "--zone", "guard", "--zone", "council")]
        place.url = self.programs[0].line().strip()
        for name in ("one", "two"):
            self.programs.append(place.start("up", *self.words("sandbox", name)))
            self.programs[-1].line()

    def words(self, zone: str, name: str) -> tuple[str, ...]:
        """How a zone is started in a directory of its own."""
        keys = ("--keys", str(self.place.home / "keys"), "--url", self.place.url)
        return ("--zone", zone, *keys, "--data-dir", str(self.folder / name))

    def works(self, name: str) -> bool:
        """The process of this directory has something in hand."""
        box = Blackbox(self.folder / name / "run" / "sandbox.blackbox", ("sandbox", LOOP), create=False)
        return box.look("sandbox").step == "working"


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    shared = Shared(Place(tmp_path), tmp_path)
    try:
        yield shared
    finally:
        for program in reversed(shared.programs):
            program.end(signal.SIGINT)


async def calls(shared: Shared) -> list[object]:
    """The answers to all calls, during which one of the two was killed as soon as both were at work."""
    settings = Settings(data_dir=str(shared.place.home), url=shared.place.url)
    async with await Client.connect(settings, "publisher") as client:

        async def answered(number: int) -> object:
            body = {"tool": "count", "args": [STEPS + number], "timeout_s": 50.0}
            await client.publish_task("run", body, f"call-{number}")
            async for record in client.follow(f"call-{number}"):
                last = record
            return msgspec.json.decode(last.data).get("result", last.data)

        async with asyncio.TaskGroup() as group:
            under_way = [group.create_task(answered(number)) for number in range(CALLS)]
            while not (shared.works("one") and shared.works("two")):  # noqa: ASYNC110 - another process's memory
                await asyncio.sleep(0.01)
            shared.programs.pop().end(signal.SIGKILL)
        return [task.result() for task in under_way]


def test_two_of_one_zone_share_the_calls_and_all_are_answered_though_one_is_killed(shared: Shared) -> None:
    shared.place.good("learn", shared.place.file("count.json", SLOW))
    assert len(shared.place.data("status", "-o", "json")["zones"]["sandbox"]) == 2
    began = time.monotonic()
    assert asyncio.run(asyncio.wait_for(calls(shared), patience(80))) == [STEPS + number for number in range(CALLS)]
    print(f"{CALLS} calls in {time.monotonic() - began:.1f} s")
    refused = shared.place.shell("up", *shared.words("council", "three"))
    assert refused.returncode == Exit.CONFLICT
    assert "the zone council runs already, on " in refused.stderr
