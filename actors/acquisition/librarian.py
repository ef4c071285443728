"""The librarian searches the index of callables; building it takes part of a second, a question some milliseconds."""

import asyncio

from actors.acquisition.library import index
from messages import library
from messages.control import Level
from messages.learning import Option
from runtime.actor import Worker, Works


class Librarian(Worker):
    """Every search is answered with what the index holds, best first."""

    level = Level.FOUNDATION
    concurrency = 2
    idempotent = True
    timeout_s = 10.0

    async def open(self) -> None:
        await asyncio.to_thread(index.standard)

    async def on_search(self, m: library.Search) -> Works[library.Found]:
        found = index.search(m.goal, m.limit)
        options = tuple(
            Option(
                name=entry.name,
                module=entry.module,
                signature=entry.signature,
                summary=entry.summary,
                score=entry.score,
                justification=entry.justification,
            )
            for entry in found
        )
        yield library.Found(task=m.task, options=options)
