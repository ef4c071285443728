"""A SOUL as it is shown to who asks."""

from typing import Final, Literal

from actors.soul.book import Book
from actors.soul.document import Section, digest_of, key, parse
from messages import soul

STATES: Final[dict[str, Literal["queued", "waits for a person", "being applied"]]] = {
    "queued": "queued",
    "parked": "waits for a person",
    "flying": "being applied",
}
"""Where a change is, in words. *derived*: actors.soul.book.Pending"""


def standing(agent: str, book: Book, question: soul.Find) -> soul.Standing:
    """The SOUL of the agent, as much of it as was asked for."""
    whole = question.agent is not None
    wanted = key(question.section) if question.section is not None else None
    sections = [section for section in parse(book.text).sections if wanted in (None, key(section.name))]
    return soul.Standing(
        agent=agent,
        version=book.version,
        digest=book.digest,
        sections=tuple(_part(section, with_text=whole and wanted is not None) for section in sections),
        text=book.text if whole and wanted is None else "",
        history=tuple(book.history) if whole and wanted is None else tuple(book.history[-1:]),
        waiting=tuple(
            soul.Awaited(
                change=name, author=pending.change.author, reason=pending.change.reason, state=STATES[pending.place]
            )
            for name, pending in book.pending.items()
        ),
    )


def _part(section: Section, *, with_text: bool) -> soul.Part:
    return soul.Part(name=section.name, digest=digest_of(section.text), text=section.text if with_text else "")
