"""Group commit: while one commit is under way, what is decided meanwhile gathers for the next."""

import asyncio
from collections.abc import Callable

from bus.errors import Stale
from bus.log import MAX_COMMIT, Connection, Draft, Fence, Record


class Committer:
    """At most one commit is under way; inputs are acknowledged when all that was decided on them is on the log."""

    def __init__(self, connection: Connection, changed: Callable[[], None]) -> None:
        self._connection = connection
        self._changed = changed
        self._drafts: list[Draft] = []
        self._handled: Record | None = None
        self._fence: Fence | None = None
        self._flight: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """No more should be decided until a commit has come back."""
        return len(self._drafts) >= MAX_COMMIT // 2 and self._flight is not None

    @property
    def idle(self) -> bool:
        """Nothing is gathered and nothing under way."""
        return self._flight is None and not self._drafts and self._handled is None

    def add(self, drafts: list[Draft], fence: Fence | None, handled: Record | None) -> None:
        """The drafts go into the next commit, and `handled` is acknowledged after it; raises Stale on mixed fences."""
        if drafts:
            if self._drafts and fence != self._fence:
                raise Stale("the mode changed between two decisions of one commit")
            self._fence = fence
            self._drafts += drafts
        self._handled = handled or self._handled

    def advance(self) -> None:
        """A commit that came back is accounted for, and the next one starts; raises what the last one raised."""
        if self._flight is not None:
            if not self._flight.done():
                return
            flight, self._flight = self._flight, None
            flight.result()
        if self._drafts or self._handled is not None:
            drafts, self._drafts = self._drafts[:MAX_COMMIT], self._drafts[MAX_COMMIT:]
            handled, self._handled = (None, self._handled) if self._drafts else (self._handled, None)
            self._flight = asyncio.create_task(self._commit(drafts, self._fence, handled))
            self._flight.add_done_callback(lambda _: self._changed())

    async def drop(self) -> None:
        """Nothing gathered will be committed; a commit under way has ended, whichever way."""
        self._drafts, self._handled = [], None
        if self._flight is not None:
            flight, self._flight = self._flight, None
            await asyncio.wait((flight,))
            flight.cancelled() or flight.exception()

    async def _commit(self, drafts: list[Draft], fence: Fence | None, handled: Record | None) -> None:
        if drafts:
            await self._connection.commit(drafts, fence)
        if handled is not None:
            await self._connection.inbox.acknowledge(handled)
