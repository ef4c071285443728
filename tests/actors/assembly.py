"""The whole council by hand: every message is carried to all who hear it, workers do their work, nothing else moves."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

import msgspec

from actors.gate.policy import Policy
from actors.roster import ROSTER
from messages.base import Message, Task
from messages.task import Cancelled
from runtime.actor import Actor, Member, Worker
from runtime.envelope import hearer_of
from tests.actors.bench import Bench

SETTINGS: dict[str, msgspec.Struct] = {"policy": Policy.Settings(attempts_per_day=1_000)}
"""Where the defaults would end the story."""

LIMIT = 2_000
"""More messages than any story here needs: beyond it something goes in circles."""


class Assembly:
    """Benches for the actors, one object for each worker; `said` is all that was ever said, in order."""

    def __init__(self, *, without: Iterable[str] = (), settings: Mapping[str, msgspec.Struct] | None = None) -> None:
        members = [member for member in ROSTER.members if member.name not in {"scribe", *without}]
        known = SETTINGS | dict(settings or {})
        self.benches = {member.name: Bench(member, known.get(member.name)) for member in members if _decides(member)}
        self.workers = {member.name: member(known.get(member.name)) for member in members if issubclass(member, Worker)}
        self.said: list[Message] = []
        self._cancelled: set[str] = set()

    async def __aenter__(self) -> "Assembly":
        for worker in self.workers.values():
            await worker.open()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for worker in self.workers.values():
            await worker.close()

    async def publish(self, task: Task, *, then: tuple[int, Task] | None = None) -> list[Message]:
        """All that is said until nobody has anything more to say; `then` is published after so many messages."""
        first = len(self.said)
        queue: deque[tuple[str, Message]] = deque(("intake", said) for said in self.benches["intake"].publishes(task))
        while queue:
            if then is not None and len(self.said) - first == then[0]:
                queue.extend(("intake", said) for said in self.benches["intake"].publishes(then[1]))
            speaker, message = queue.popleft()
            self.said.append(message)
            assert len(self.said) - first < LIMIT, "it goes in circles"
            for name, bench in self.benches.items():
                if type(message) in bench.actor.signature.hears and hearer_of(message) in (None, name):
                    said = bench.hears(message, identity=f"a-{len(self.said)}", speaker=speaker)
                    queue.extend((name, each) for each in said)
            if isinstance(message, Cancelled):
                self._cancelled.add(message.task)
            for name, worker in self.workers.items():
                queue.extend((name, each) for each in await self._done(worker, message))
        return self.said[first:]

    async def _done(self, worker: Worker, message: Message) -> list[Message]:
        """What the worker says; nothing for a task that is cancelled, as in a running council."""
        return [] if getattr(message, "task", None) in self._cancelled else await _said(worker, message)


async def _said(worker: Worker, message: Message) -> list[Message]:
    handler = worker.signature.handlers.get(type(message))
    if handler is None:
        return []
    works: Any = getattr(worker, handler)(message)
    return [said async for said in works]


def _decides(member: type[Member]) -> TypeGuard[type[Actor]]:
    return issubclass(member, Actor)
