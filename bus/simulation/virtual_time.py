"""An event loop whose clock jumps to the next timer: hours pass in milliseconds, and the same way each time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, TypeVar

EPOCH_S: Final = 1_767_225_600.0
"""Where simulated time begins: 2026-01-01T00:00:00Z, in seconds since 1970. *chosen*"""

T = TypeVar("T")


class Deadlock(RuntimeError):
    """Everything waits and no timer is set: nothing would ever happen again."""


class _JumpingSelector(selectors.BaseSelector):
    """Holds the loop's own wake-up socket, never looks at it, and lets the time pass that the loop wants to wait."""

    def __init__(self, jump: Callable[[float | None], None]) -> None:
        self._jump = jump
        self._keys: dict[int, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return self._keys[number]

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self._jump(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs what is ready; when nothing is, it is at once as late as the next timer says."""

    def __init__(self) -> None:
        self._elapsed_s = 0.0
        super().__init__(_JumpingSelector(self._jump))

    def time(self) -> float:
        """Seconds since the loop was made, none of which were waited for."""
        return self._elapsed_s

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        """The function has run at once, since a thread would bring back real time."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def _jump(self, timeout_s: float | None) -> None:
        if timeout_s is None:
            raise Deadlock("everything waits and no timer is set")
        self._elapsed_s += timeout_s


def clock() -> float:
    """Seconds since 1970 in simulated time."""
    return EPOCH_S + asyncio.get_running_loop().time()


def run(story: Coroutine[Any, Any, T]) -> T:
    """What the story returns, told on a loop of its own with virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)
