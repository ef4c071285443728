"""Standard input, line by line, for a program that must be able to end while it waits for the next."""

import asyncio
import concurrent.futures
import contextlib
import os
import sys
import threading
from typing import Final, Self

AHEAD: Final = 100
"""Lines that are read before they are asked for. *chosen*"""


class Lines:
    """Read by a thread that nobody waits for at the end, since a read can't be interrupted."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(AHEAD)
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, name="standard input", daemon=True).start()

    def __aiter__(self) -> Self:
        """Itself."""
        return self

    async def __anext__(self) -> str:
        """The next line that is not empty."""
        line = await self._queue.get()
        if line is None:
            raise StopAsyncIteration
        return line

    def _read(self) -> None:
        # A descriptor of its own: at the end of the program Python waits for the lock of sys.stdin.
        with (
            contextlib.suppress(RuntimeError, concurrent.futures.CancelledError),
            os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace") as stream,
        ):
            for line in stream:
                if line.strip():
                    self._put(line)
            self._put(None)

    def _put(self, line: str | None) -> None:
        asyncio.run_coroutine_threadsafe(self._queue.put(line), self._loop).result()
