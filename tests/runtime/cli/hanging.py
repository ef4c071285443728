"""A council that takes orders and answers nothing else."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from bus.names import Names
from messages.base import Command
from runtime.cli.console.invocation import Invocation

LIMIT_S = 20.0
"""Longest that a command may take here, where its own limits are parts of a second."""


class Hanging:
    """A client whose reads never come back."""

    names = Names()

    def __init__(self) -> None:
        self.ordered: list[Any] = []
        self.published: list[tuple[str, Any]] = []

    async def __aenter__(self) -> "Hanging":
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def order(self, message: Command) -> tuple[int, str]:
        self.ordered.append(message)
        return 7, "operator-1"

    async def publish_task(self, kind: str, payload: Any) -> tuple[int, str]:
        self.published.append((kind, payload))
        return 7, "publisher-1"

    async def query(self, *_: object) -> None:
        await asyncio.Event().wait()

    modes = bounds = latest = record = since = query

    def records(self, *_: object, **__: object) -> AsyncIterator[None]:
        return self._nothing()

    follow = records

    async def _nothing(self) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield


class Called(Invocation):
    """A call of the program whose council does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = Hanging()

    async def client(self, role: object) -> Hanging:  # type: ignore[override]
        return self.reached

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """The result of the work; a command that hangs fails."""

        async def limited() -> Any:
            try:
                async with asyncio.timeout(LIMIT_S):
                    return await work
            except TimeoutError as error:
                raise AssertionError("the command hangs") from error

        return asyncio.run(limited())
