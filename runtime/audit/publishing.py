"""Where heads are put: a file, an address that takes POST, a subject of another NATS server; each away from the log."""

import asyncio
from pathlib import Path
from typing import Final, Protocol

import msgspec

from bus.errors import LogError
from bus.keys import load_or_create
from bus.nats.link import Link
from messages.base import encode
from messages.kernel.audit import Checkpoint
from runtime.audit.heads import append

LIMIT_S: Final = 10.0
"""Longest that one head is on its way to one place. *chosen*: a head is due every ten seconds on a quiet log"""
MEDIA_TYPE: Final = "application/json"
"""What a POST says that it carries. *cited*: RFC 8259, section 11"""


class NotTaken(Exception):
    """The place did not take the head, for the reason given."""


class Place(Protocol):
    """One place for heads."""

    name: str

    async def put(self, head: Checkpoint) -> None:
        """The head is kept there; raises NotTaken."""

    async def close(self) -> None:
        """Nothing is held any more."""


class FilePlace:
    """A file that grows by a line for each head."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path

    async def put(self, head: Checkpoint) -> None:
        """The line is on the disk."""
        try:
            await asyncio.to_thread(append, self._path, head)
        except OSError as error:
            raise NotTaken(error.strerror or str(error)) from error

    async def close(self) -> None:
        """Nothing was held."""


class HttpPlace:
    """An address that answers a POST with success once it has kept the head."""

    def __init__(self, url: str) -> None:
        self.name = url
        self._url = url

    async def put(self, head: Checkpoint) -> None:
        """The address has answered with 2xx; a redirection is followed nowhere."""
        import httpx2

        try:
            async with httpx2.AsyncClient(timeout=LIMIT_S) as client:
                answer = await client.post(self._url, content=encode(head), headers={"content-type": MEDIA_TYPE})
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise NotTaken(f"{type(error).__name__}: {error}") from error
        if not answer.is_success:
            raise NotTaken(f"it answered {answer.status_code}")

    async def close(self) -> None:
        """Nothing was held."""


class NatsPlace:
    """A subject of a server that is not the log's, where a stream listens."""

    def __init__(self, url: str, subject: str, key: Path | None) -> None:
        self.name = f"{subject} at {url}"
        self._url = url
        self._subject = subject
        self._seed = load_or_create(key).seed if key is not None else None
        self._link: Link | None = None

    async def put(self, head: Checkpoint) -> None:
        """A stream has stored the head, and said where."""
        try:
            if self._link is None:
                link = Link("heads", "_INBOX_heads")
                await link.open(self._url, self._seed)
                self._link = link
            answer = await self._link.request(self._subject, encode(head))
            stored = msgspec.json.decode(answer.data, type=_Stored)
        except LogError as error:
            raise NotTaken(str(error)) from error
        except msgspec.DecodeError as error:
            raise NotTaken(f"no stream has stored it: {bytes(answer.data[:100])!r}") from error
        if stored.seq == 0:
            raise NotTaken(f"no stream has stored it: {bytes(answer.data[:200])!r}")

    async def close(self) -> None:
        """The connection is gone."""
        if self._link is not None:
            await self._link.client.close()


class _Stored(msgspec.Struct):
    """A stream's word that it has a message; `seq` is 0 in its refusal."""

    seq: int = 0


class Places:
    """All places for heads, each given the newest one, one at a time."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._places = places
        self._newest = 0
        self._turn = asyncio.Lock()

    async def put(self, head: Checkpoint) -> dict[str, str] | None:
        """Which place did not take the head, and why; None if a newer head waits behind it and goes instead."""
        self._newest = max(self._newest, head.last)
        async with self._turn:
            if head.last < self._newest:
                return None
            told = {place.name: await _put(place, head) for place in self._places}
        return {name: reason for name, reason in told.items() if reason is not None}

    async def close(self) -> None:
        """Nothing is held any more."""
        for place in self._places:
            await place.close()


async def _put(place: Place, head: Checkpoint) -> str | None:
    """Why the place did not take the head; None if it did."""
    try:
        async with asyncio.timeout(LIMIT_S):
            await place.put(head)
    except NotTaken as error:
        return str(error)
    except TimeoutError:
        return f"it did not take the head within {LIMIT_S:.0f} s"
    return None
