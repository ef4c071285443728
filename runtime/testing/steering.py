"""Stops an actor with all its tasks where they stand, as SIGSTOP does to a process, and lets it go on later."""

import asyncio
import contextvars
from collections.abc import Coroutine, Generator
from typing import Any


class Valve:
    """While it is shut, no task that was made under it makes a step."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()

    @property
    def shut(self) -> bool:
        """Whether tasks stand."""
        return not self._open.is_set()

    def close(self) -> None:
        """All tasks under the valve stand from their next step on."""
        self._open.clear()

    def open(self) -> None:
        """The tasks go on."""
        self._open.set()

    def wait(self) -> Generator[Any, None, Any]:
        """Ends when the valve is open."""
        return self._open.wait().__await__()


VALVE: contextvars.ContextVar[Valve | None] = contextvars.ContextVar("valve", default=None)
"""The valve of the actor in whose tasks we are; its tasks' tasks inherit it."""


def task_factory(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    context: contextvars.Context | None = None,
) -> "asyncio.Task[Any]":
    """A task that stands whenever the valve in its context is shut."""
    valve = VALVE.get() if context is None else context.get(VALVE)
    if valve is None:
        return asyncio.Task(coroutine, loop=loop, context=context)
    task = asyncio.Task(_steered(coroutine, valve), loop=loop, context=context)
    task.add_done_callback(lambda _: coroutine.close())
    return task


async def _steered(coroutine: Any, valve: Valve) -> Any:
    return await _Steps(coroutine, valve)


class _Steps:
    """Awaits the coroutine step by step; an exception thrown in meanwhile is thrown when the valve is open."""

    def __init__(self, coroutine: Any, valve: Valve) -> None:
        self._coroutine = coroutine
        self._valve = valve

    def __await__(self) -> Generator[Any, None, Any]:
        thrown: BaseException | None = None
        try:
            while True:
                while self._valve.shut:
                    try:
                        yield from self._valve.wait()
                    except asyncio.CancelledError as error:
                        thrown = error
                try:
                    step = self._coroutine.send(None) if thrown is None else self._coroutine.throw(thrown)
                except StopIteration as end:
                    return end.value
                thrown = None
                try:
                    yield step
                except BaseException as error:
                    thrown = error
        finally:
            self._coroutine.close()
