"""The herald puts the scribe's signed heads where the operator wants them, away from the log that they tell of.

A log that was cut off or set back to an older copy proves itself; only a head that was kept elsewhere shows it. The
herald judges nothing and alters nothing. A head that a place does not take is not sent again: the next one, ten seconds
later, covers all that it covered.
"""

from pathlib import Path
from typing import Annotated, Final

import msgspec

from messages.kernel.audit import Checkpoint, Unpublished
from messages.kernel.control import Level
from runtime.actor import Worker, Works
from runtime.audit.publishing import FilePlace, HttpPlace, NatsPlace, Place, Places

REASON_CHARS: Final = 500
"""Most of a reason that is told. *chosen*"""


class Herald(Worker):
    """Each head is in every place that is configured, or it is said which did not take it."""

    level = Level.GUARD
    concurrency = 16
    idempotent = True

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        heads_file: str = ""
        """A file to which each head is appended; on another disk, since a restored backup takes its neighbours along.
        `kurultai up` and `doctor` hold the log against it."""
        heads_url: Annotated[str, msgspec.Meta(pattern=r"^(https?://.+)?$", max_length=2_000)] = ""
        """An address that takes each head as the body of a POST."""
        heads_nats: str = ""
        """A NATS server, not the log's own, with a stream that listens on `heads_subject`."""
        heads_subject: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]+$", max_length=200)] = "kurultai.heads"
        """The subject there."""
        heads_key: str = ""
        """File of the nkey to sign in there with, made if it is not there; without it no key is used."""

    settings: Settings

    async def open(self) -> None:
        self._places = Places(tuple(_places(self.settings)))
        self._silent: set[str] = set()
        """Places that failed and were told of: a place that is away for a day is told of once."""

    async def on_checkpoint(self, m: Checkpoint) -> Works[Unpublished]:
        failures = await self._places.put(m)
        if failures is None:
            return
        known, self._silent = self._silent, set(failures)
        for place, reason in failures.items():
            if place not in known:
                yield Unpublished(last=m.last, place=place[:REASON_CHARS], reason=reason[:REASON_CHARS])

    async def close(self) -> None:
        await self._places.close()


def _places(settings: Herald.Settings) -> list[Place]:
    found: list[Place] = []
    if settings.heads_file:
        found.append(FilePlace(Path(settings.heads_file).expanduser()))
    if settings.heads_url:
        found.append(HttpPlace(settings.heads_url))
    if settings.heads_nats:
        key = Path(settings.heads_key).expanduser() if settings.heads_key else None
        found.append(NatsPlace(settings.heads_nats, settings.heads_subject, key))
    return found
