"""What one connection listens to without an inbox: broadcasts of new records, telemetry, and questions to it."""

import asyncio
import contextvars
import random
from collections.abc import Awaitable, Callable
from functools import partial

from bus.accounts.accounts import covers
from bus.log import Record
from bus.quota import TOO_MANY, Quota
from bus.simulation.faults import Faults
from bus.simulation.link import SimulatedLink
from bus.simulation.store import Row


class Listeners:
    """The server's knowledge of a connection's subscriptions; all of them live as long as the connection."""

    def __init__(self, link: SimulatedLink, dice: random.Random, faults: Faults) -> None:
        self.watches: list[tuple[str, Callable[[Record], None]]] = []
        self.observers: list[tuple[str, Callable[[str, bytes], None]]] = []
        self._link = link
        self._dice = dice
        self._faults = faults
        self._answers: dict[str, tuple[Callable[[bytes], Awaitable[bytes]], contextvars.Context]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._quota = Quota()

    def broadcast(self, row: Row) -> None:
        """The new row is on its way to each watch that it concerns: late, twice or not at all if the dice say so."""
        for subject, hear in self.watches if self._link.up else ():
            if not covers(subject, row.subject) or self._link.falls(self._faults.lost_broadcast):
                continue
            late = self._link.falls(self._faults.late_broadcast)
            (self._link.back.send_late if late else self._link.back.send)(partial(hear, row.record()))
            if self._link.falls(self._faults.repeated):
                self._link.back.send_late(partial(hear, row.record()))

    def telemetry(self, subject: str, data: bytes) -> None:
        """Telemetry is on its way to each observer of the subject."""
        for pattern, hear in self.observers if self._link.up else ():
            if covers(pattern, subject):
                self._link.back.send(partial(hear, subject, data))

    def serve(self, subject: str, answer: Callable[[bytes], Awaitable[bytes]]) -> None:
        """Questions on the subject are answered, in the context of whoever calls this."""
        self._answers[subject] = (answer, contextvars.copy_context())

    def question(self, subject: str, data: bytes, reply: Callable[[bytes], None]) -> bool:
        """A question is on its way, if somebody here answers it and the link is there."""
        if subject not in self._answers or not self._link.up:
            return False
        self._link.back.send(partial(self._take, subject, data, reply))
        return True

    def close(self) -> None:
        """Nothing is listened to any more, and no answer is being worked on."""
        self.watches.clear()
        self.observers.clear()
        self._answers.clear()
        for task in self._tasks:
            task.cancel()

    def _take(self, subject: str, data: bytes, reply: Callable[[bytes], None]) -> None:
        if not self._quota.admits(asyncio.get_running_loop().time()):
            if self._link.up:
                self._link.there.send(partial(reply, TOO_MANY))
            return
        answer, context = self._answers[subject]
        responding = self._respond(answer, data, reply)
        task = asyncio.get_running_loop().create_task(responding, context=context)
        self._tasks.add(task)
        self._quota.in_hand += 1
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._quota.in_hand -= 1

    async def _respond(
        self, answer: Callable[[bytes], Awaitable[bytes]], data: bytes, reply: Callable[[bytes], None]
    ) -> None:
        answered = await answer(data)
        if self._link.up:
            self._link.there.send(partial(reply, answered))
