"""What each actor of a process is doing, in a file that outlives the process and is read without its help."""

import mmap
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Final

import msgspec

MOMENT: Final = struct.Struct("<16sqd")
"""Step, input's sequence, start of the step (monotonic seconds, one clock for all processes of a host). *chosen*"""
CHECK: Final = struct.Struct("<I")
"""What shows that a moment is whole. *chosen*: its CRC-32, 0.3 microseconds"""
HALF: Final = MOMENT.size + CHECK.size
"""*derived*"""
SLOT: Final = 2 * HALF
"""Two moments, written in turn: one of them is whole at any time, also when the writer is killed. *derived*"""
LOOKS: Final = 3
"""How often a slot is read again whose two moments were both written meanwhile. *chosen*"""
WAITING, DECIDING, WORKING, RECOVERING, FROZEN = (
    b"waiting", b"deciding", b"working", b"recovering", b"frozen",
)  # fmt: skip


class Moment(msgspec.Struct, frozen=True):
    """What an actor is doing: the step, the input in hand (0 for none) and since when (monotonic seconds)."""

    step: str
    input: int
    since: float


class Blackbox:
    """A slot for each actor; writing one costs about a microsecond and no system call.

    A moment is not written in one piece: who looks in between would see a decision that began when the host did, and
    kill a healthy process for it. So it goes into the half of the slot that is not the last, with a check.

    A new box is a new file: whoever looks into the old one keeps it whole, where cutting it short would kill them.
    """

    def __init__(self, path: Path, actors: tuple[str, ...], *, create: bool) -> None:
        self._index = {name: number * SLOT for number, name in enumerate(actors)}
        self._next = dict.fromkeys(actors, 0)
        size = max(1, len(actors)) * SLOT
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
        moment = MOMENT.pack(step, input_seq, time.monotonic())
        half = self._next[actor]
        self._next[actor] = HALF - half
        place = self._index[actor] + half
        self._map[place : place + HALF] = moment + CHECK.pack(zlib.crc32(moment))

    def look(self, actor: str) -> Moment:
        """What the actor is doing, or was when its process ended; no step before its first note."""
        place = self._index[actor]
        for _ in range(LOOKS):
            halves = (self._map[place : place + HALF], self._map[place + HALF : place + SLOT])
            whole = [
                MOMENT.unpack_from(half)
                for half in halves
                if CHECK.pack(zlib.crc32(half[: MOMENT.size])) == half[MOMENT.size :]
            ]
            if whole:
                step, seq, since = max(whole, key=lambda moment: moment[2])
                return Moment(step.rstrip(b"\0").decode(errors="replace"), seq, since)
        return Moment("", 0, 0.0)

    def close(self) -> None:
        """The file is let go."""
        self._map.close()
