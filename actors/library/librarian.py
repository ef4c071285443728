"""The librarian searches the index of callables, and a folder of documents if there is one.

Building the index takes part of a second, a question some milliseconds.
"""

import asyncio
from pathlib import Path
from typing import Final

import msgspec

from actors.library import documents, index
from actors.library.documents import SUMMARY_CHARS, Documents, Passage
from actors.library.index import Entry
from messages.kernel.control import Level
from messages.tools import library
from messages.tools.learning import Option
from runtime.actor import Worker, Works

DOCUMENTATION: Final = "https://docs.python.org/3/library/{page}.html#{path}"
"""Where the standard library is documented. *cited*: docs.python.org"""

PASSAGES: Final = 3
"""Most passages of documents among the options. *chosen*"""


class Librarian(Worker):
    """Every search is answered with what the index and the documents hold, best first."""

    level = Level.FOUNDATION
    concurrency = 2
    idempotent = True
    timeout_s = 10.0

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        documents: str = ""
        """A folder of Markdown and text files that research looks into, beside the standard library."""

        @property
        def folder(self) -> Path:
            """Where the documents are."""
            return Path(self.documents).expanduser()

        def __post_init__(self) -> None:
            if self.documents and not self.folder.is_dir():
                raise ValueError(f"documents: {self.documents!r} is no folder")

    settings: Settings

    def __init__(self, settings: msgspec.Struct | None = None) -> None:
        super().__init__(settings)
        self._documents = Documents(())

    async def open(self) -> None:
        await asyncio.to_thread(index.standard)
        if self.settings.documents:
            self._documents = await asyncio.to_thread(documents.read, self.settings.folder)

    async def on_search(self, m: library.Search) -> Works[library.Found]:
        callables = [_callable(entry) for entry in index.search(m.goal, m.limit)]
        passages = [_passage(passage, score) for passage, score in self._documents.best(m.goal, PASSAGES)]
        yield library.Found(task=m.task, options=(*callables, *passages))


def _callable(entry: Entry) -> Option:
    page = "stdtypes" if entry.module == "builtins" and "." in entry.name else "functions"
    page = page if entry.module == "builtins" else entry.module
    return Option(
        name=entry.name,
        module=entry.module,
        signature=entry.signature,
        summary=entry.summary,
        score=entry.score,
        justification=entry.justification,
        features=("standard library",),
        doc_url=DOCUMENTATION.format(page=page, path=entry.path),
    )


def _passage(passage: Passage, score: float) -> Option:
    return Option(
        name=passage.heading[:200],
        module=passage.place,
        signature="",
        summary=passage.text[:SUMMARY_CHARS],
        score=round(score, 3),
        justification=f"{passage.place} speaks of it under {passage.heading!r}"[:1_000],
        kind="document",
        doc_url=passage.place,
    )
