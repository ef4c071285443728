"""Snapshots in files: a cache of folds, never the truth."""

import asyncio
import contextlib
import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec
import structlog

from runtime.actor import Actor
from runtime.delivery.fold import Fold, Snapshot

SNAPSHOT_EVERY: Final = 2_000
"""Inputs between two snapshots. *chosen*: reading them back takes about 0.1 s"""
PAUSE_FOR_SNAPSHOT: Final = 20_000
"""Inputs after which a busy actor waits for its commit, so that a snapshot can be taken. *chosen*: 1 s to read"""

log = structlog.get_logger()


class SnapshotFile:
    """One actor's snapshot; unreadable ones and those of another version of the state are ignored."""

    def __init__(self, folder: Path, actor: type[Actor]) -> None:
        self._path = folder / f"{actor.name}.snapshot"
        shape = repr(msgspec.json.schema(actor.State)) + repr(sorted(map(repr, actor.signature.appliers)))
        self._shape = hashlib.sha256(shape.encode()).digest()

    def load(self) -> Snapshot | None:
        """The last snapshot, if it fits the state as it is now."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return None
        shape, digest, body = data[:32], data[32:64], data[64:]
        if shape != self._shape or hashlib.sha256(body).digest() != digest:
            return None
        try:
            return msgspec.msgpack.decode(body, type=Snapshot)
        except msgspec.DecodeError:
            return None

    def save(self, snapshot: Snapshot) -> None:
        """The snapshot is on disk, whole, or the one before still is."""
        body = msgspec.msgpack.encode(snapshot)
        temporary = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(self._shape + hashlib.sha256(body).digest() + body)
            os.replace(temporary, self._path)
        except OSError as error:
            log.warning("no snapshot written; the next start reads more of the log", error=str(error))
            with contextlib.suppress(OSError):
                temporary.unlink()

    async def keep(self, snapshot: Snapshot) -> None:
        """As `save`, while the loop goes on."""
        await asyncio.to_thread(self.save, snapshot)


class Snapshots:
    """When an actor's snapshots are taken; one is written at a time, and nobody waits for it.

    *measured*: beside a program that writes and syncs, putting 3 KB in the place of a file took half a second on ext4,
    one time in a hundred. An actor that waited for that would hear of a freeze as late.
    """

    def __init__(self, file: SnapshotFile | None) -> None:
        self._file = file
        self._at = 0
        self._writing: asyncio.Task[None] | None = None

    def restore(self, fold: Fold) -> None:
        """The fold is where the last snapshot was taken, if there is one."""
        snapshot = self._file.load() if self._file is not None else None
        if snapshot is not None:
            fold.restore(snapshot)
        self._at = fold.cursor

    def due(self, fold: Fold) -> bool:
        """Enough was heard since the last one."""
        return self._ready and fold.cursor - self._at >= SNAPSHOT_EVERY

    def overdue(self, fold: Fold) -> bool:
        """So much was heard since the last one that it is worth a pause."""
        return self._ready and fold.cursor - self._at >= PAUSE_FOR_SNAPSHOT

    def take(self, fold: Fold) -> None:
        """The fold as it is now is on its way to the disk, if it has heard something since the last one."""
        if self._file is not None and self._ready and fold.cursor > self._at:
            self._writing = asyncio.create_task(self._file.keep(fold.snapshot()))
            self._at = fold.cursor

    async def written(self) -> None:
        """What was taken is on the disk."""
        if self._writing is not None:
            await self._writing

    @property
    def _ready(self) -> bool:
        return self._file is not None and (self._writing is None or self._writing.done())
