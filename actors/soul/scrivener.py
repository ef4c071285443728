"""The scrivener writes SOULs into their files, and says what it finds there; it judges nothing.

Its every effect may be made again: a file that holds what it should is left alone.
"""

import asyncio
from pathlib import Path

import msgspec

from actors.soul.document import digest_of
from actors.soul.shelf import Content, Shelf, Unverified, shipped
from messages import soul
from messages.kernel.control import Level
from runtime.actor import Worker, Works


class Scrivener(Worker):
    """Every text that is handed over stands in its file, or the file is as it was and the reason is said."""

    level = Level.FOUNDATION
    concurrency = 1
    idempotent = True
    timeout_s = 30.0

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        souls: str = ""
        """The directory of the agents' files; without it the texts stand on the log alone."""

    settings: Settings

    async def open(self) -> None:
        """The texts that ship stand in their files, where nothing stood before."""
        if self.settings.souls:
            await asyncio.to_thread(self._seed)

    async def on_look(self, m: soul.Look) -> Works[soul.Found]:
        content = await asyncio.to_thread(_content, self._shelf(m.agent), m)
        yield _found(m.agent, content, m.digest, m.asked)

    async def on_apply(self, m: soul.Apply) -> Works[soul.Writing | soul.Applied | soul.Found | soul.Failed]:
        shelf, after = self._shelf(m.agent), digest_of(m.text)
        if shelf is not None:
            content = await asyncio.to_thread(shelf.read)
            if content.digest not in (m.before, after):
                yield _found(m.agent, content, m.before)
                return
            yield soul.Writing(agent=m.agent, before=content.digest, after=after)
            try:
                await asyncio.to_thread(_write, shelf, content, m)
            except (OSError, Unverified) as error:
                yield soul.Failed(change=m.change, agent=m.agent, reason=str(error))
                return
        yield soul.Applied(change=m.change, agent=m.agent, version=m.version, digest=after, text=m.text)

    async def on_mend(self, m: soul.Mend) -> Works[soul.Writing | soul.Mended | soul.Found | soul.Failed]:
        shelf, text = self._shelf(m.agent), m.text if m.text is not None else shipped().get(m.agent)
        if text is None:
            reason = f"no SOUL ships for {m.agent}; write one into {shelf.file if shelf is not None else 'its file'}"
            yield soul.Failed(change=m.change, agent=m.agent, reason=reason)
            return
        digest, aside = digest_of(text), ""
        if shelf is not None:
            content = await asyncio.to_thread(shelf.read)
            if content.digest not in (m.found, digest):
                yield _found(m.agent, content, digest)
                return
            yield soul.Writing(agent=m.agent, before=content.digest, after=digest)
            try:
                aside = await asyncio.to_thread(_put_right, shelf, content, text)
            except (OSError, Unverified) as error:
                yield soul.Failed(change=m.change, agent=m.agent, reason=str(error))
                return
        yield soul.Mended(change=m.change, agent=m.agent, digest=digest, aside=aside, reason=m.reason)

    def _shelf(self, agent: str) -> Shelf | None:
        return Shelf(Path(self.settings.souls), agent) if self.settings.souls else None

    def _seed(self) -> None:
        for agent, text in shipped().items():
            shelf = self._shelf(agent)
            if shelf is not None and shelf.untouched:
                shelf.replace(text)


def _content(shelf: Shelf | None, m: soul.Look) -> Content:
    """What the file holds; before the first version a missing one is written as it ships."""
    ships = shipped().get(m.agent)
    if shelf is None:
        return Content(ships, digest_of(ships)) if ships is not None else Content(fault="is kept nowhere", missing=True)
    content = shelf.read()
    if not (content.missing and ships is not None and not m.digest):
        return content
    try:
        shelf.replace(ships)
    except (OSError, Unverified) as error:
        return Content(fault=f"can't be written: {error}")
    return shelf.read()


def _found(agent: str, content: Content, digest: str, asked: int = 0) -> soul.Found:
    if content.text is not None and content.digest == digest:
        return soul.Found(agent=agent, digest=digest, asked=asked)
    return soul.Found(agent=agent, digest=content.digest, text=content.text, fault=content.fault, asked=asked)


def _write(shelf: Shelf, content: Content, m: soul.Apply) -> None:
    """Version and file hold the text; raises OSError or Unverified, and then the file is as it was."""
    shelf.keep(m.version, m.text)
    if content.text != m.text:
        shelf.replace(m.text)


def _put_right(shelf: Shelf, content: Content, text: str) -> str:
    """The file holds the text; returns where what it held is kept, empty if that is nowhere."""
    if content.text == text:
        return ""
    aside = shelf.set_aside()
    shelf.replace(text)
    return aside
