"""Who stops looking on is told that the task goes on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bus.log import Record
from runtime.cli.console.invocation import Invocation
from runtime.cli.tasks.following import see_through
from runtime.client.client import Client


class Endless:
    """A client whose task never ends."""

    def __init__(self) -> None:
        self.followed = asyncio.Event()

    async def publish_task(self, _kind: str, _task: Any) -> tuple[int, str]:
        return 1, "task-1"

    async def follow(self, _task: str) -> AsyncIterator[Record]:
        self.followed.set()
        await asyncio.Event().wait()
        yield Record(1, "", b"", {}, 0.0)


async def test_an_interrupt_tells_how_to_see_and_how_to_stop_the_task_that_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = Endless()
    seeing = asyncio.create_task(see_through(Invocation(), cast(Client, client), "learn", {}, 30.0, lambda _step: None))
    await client.followed.wait()
    seeing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await seeing
    said = capsys.readouterr().err
    assert "kurultai task get task-1" in said
    assert "kurultai task cancel task-1" in said
