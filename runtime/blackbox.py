"""What each actor of a process is doing, in a file that outlives the process and is read without its help."""

import mmap
import os
import struct
import time
from pathlib import Path
from typing import Final

import msgspec

SLOT: Final = struct.Struct("<16sqd")
"""Step, input's sequence, start of the step (monotonic seconds, one clock for all processes of a host). *chosen*"""
WAITING, DECIDING, WORKING, COMMITTING, RECOVERING, FROZEN = (
    b"waiting", b"deciding", b"working", b"committing", b"recovering", b"frozen",
)  # fmt: skip


class Moment(msgspec.Struct, frozen=True):
    """What an actor is doing: the step, the input in hand (0 for none) and since when (monotonic seconds)."""

    step: str
    input: int
    since: float


class Blackbox:
    """A slot for each actor; writing one costs well under a microsecond and no system call.

    A new box is a new file: whoever looks into the old one keeps it whole, where cutting it short would kill them.
    """

    def __init__(self, path: Path, actors: tuple[str, ...], *, create: bool) -> None:
        self._index = {name: number * SLOT.size for number, name in enumerate(actors)}
        size = max(1, len(actors)) * SLOT.size
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_bytes(bytes(size))
            os.replace(fresh, path)
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), size)

    def note(self, actor: str, step: bytes, input_seq: int = 0) -> None:
        """The actor is in this step from now on; a freeze keeps the moment at which it began."""
        if step is FROZEN and self.look(actor).step == "frozen":
            return
        SLOT.pack_into(self._map, self._index[actor], step, input_seq, time.monotonic())

    def look(self, actor: str) -> Moment:
        """What the actor is doing, or was when its process ended."""
        step, seq, since = SLOT.unpack_from(self._map, self._index[actor])
        return Moment(step.rstrip(b"\0").decode(errors="replace"), seq, since)

    def close(self) -> None:
        """The file is let go."""
        self._map.close()
