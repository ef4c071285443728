"""Snapshots in files: a cache of folds, never the truth."""

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec
import structlog

from runtime.actor import Actor
from runtime.fold import Snapshot

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
