"""Group commit: while one commit is under way, what is decided meanwhile gathers for the next."""

import asyncio
from collections import deque
from collections.abc import Callable

from bus.errors import Stale
from bus.log import MAX_COMMIT, Connection, Draft, Fence, Record

Group = tuple[list[Draft], Record | None]
"""What was decided at one time, which lands whole or not at all, and the input that is handled by it."""


class Committer:
    """At most one commit is under way; inputs are acknowledged when all that was decided on them is on the log."""

    def __init__(self, connection: Connection, changed: Callable[[], None]) -> None:
        self.said = 0
        """Place of the last record that was committed."""
        self._connection = connection
        self._changed = changed
        self._groups: deque[Group] = deque()
        self._gathered = 0
        self._fence: Fence | None = None
        self._flight: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """No more should be decided until a commit has come back."""
        return self._gathered >= MAX_COMMIT // 2 and self._flight is not None

    @property
    def under_way(self) -> bool:
        """A commit was begun and has not come back."""
        return self._flight is not None

    @property
    def gathered(self) -> bool:
        """Something was decided whose commit has not begun; acknowledgements alone don't count."""
        return self._gathered > 0

    @property
    def idle(self) -> bool:
        """Nothing is gathered and nothing under way."""
        return self._flight is None and not self._groups

    def add(self, drafts: list[Draft], fence: Fence | None, handled: Record | None) -> None:
        """The drafts go into the next commit, and `handled` is acknowledged after it; raises Stale on mixed fences."""
        if drafts:
            if self._gathered and fence != self._fence:
                raise Stale("the mode changed between two decisions of one commit")
            self._fence = fence
            self._gathered += len(drafts)
        if drafts or handled is not None:
            self._groups.append((drafts, handled))

    def settle(self) -> None:
        """A commit that came back is accounted for; raises what it raised."""
        if self._flight is not None and self._flight.done():
            flight, self._flight = self._flight, None
            flight.result()

    def begin(self) -> None:
        """What has gathered is under way, unless another commit is."""
        if self._groups and self._flight is None:
            drafts, handled = self._next()
            self._flight = asyncio.create_task(self._commit(drafts, self._fence, handled))
            self._flight.add_done_callback(lambda _: self._changed())

    async def drop(self) -> None:
        """Nothing gathered will be committed; a commit under way has ended, whichever way."""
        self._groups.clear()
        self._gathered = 0
        if self._flight is not None:
            flight, self._flight = self._flight, None
            await asyncio.wait((flight,))
            if not flight.cancelled():
                flight.exception()

    def _next(self) -> Group:
        """As many whole groups as one commit holds."""
        drafts: list[Draft] = []
        handled: Record | None = None
        while self._groups and len(drafts) + len(self._groups[0][0]) <= MAX_COMMIT:
            more, done = self._groups.popleft()
            drafts += more
            handled = done or handled
        self._gathered -= len(drafts)
        return drafts, handled

    async def _commit(self, drafts: list[Draft], fence: Fence | None, handled: Record | None) -> None:
        if drafts:
            self.said = await self._connection.commit(drafts, fence)
        if handled is not None:
            await self._connection.inbox.acknowledge(handled)
