"""What host, template and child say to each other, byte for byte; standard library only."""

import json
import struct
from typing import Final

ORDER: Final = struct.Struct("<cII")
"""Host to template: what to do, the child's number, its wall time in ms. *Chosen*: fixed, so never half read."""

FORK, ARM, END = b"F", b"A", b"E"
"""The orders: make a child of the descriptor sent along, start its clock, kill it. *Chosen*."""

REPORT: Final = struct.Struct("<IiQQB")
"""Template to host: child, wait status, CPU time in us, peak memory in KiB, why. *Chosen*."""

ON_ITS_OWN, DEADLINE, ORDERED, NEVER_BORN = 0, 1, 2, 3
"""Why a child ended: by itself, at its deadline, by order, or the fork failed. *Chosen*."""

LIMITS: Final = struct.Struct("<QQQQQQ")
"""Host to child, first: memory, CPU seconds, file, output and standard output, in bytes; niceness. *Chosen*."""

LENGTH: Final = struct.Struct("<I")
"""Precedes every piece of JSON, either way. *Chosen*."""

WALLS_STAND: Final = LENGTH.pack(0)
"""A child's first frame: locked in, and not yet told what to run. *Chosen*: no later frame is empty."""

FOUND: Final = "found"
"""The name of the host call by which a search tells its answer so far. *Chosen*."""

TEXT_CHARACTERS: Final = 2000
"""How much of an error's text is kept. *Chosen*: a screenful."""

NAME_CHARACTERS: Final = 80
"""How much of an error type's name is kept. *Chosen*: one line."""

REFUSED_EXIT: Final = 77
"""The exit code of a child that could not lock itself in. *Chosen*: no shell or Python error uses it."""

MEMORY_EXIT: Final = 76
"""The exit code of a child without the memory to say so. *Chosen*: beside the other."""

FLOOD_EXIT: Final = 78
"""The exit code of a child that printed without end. *Chosen*: beside the others."""

ENDLESS_CHARACTERS: Final = 1 << 21
"""Prints of one call beyond it end the child. *Chosen*: 32 times what is kept; a chatty tool stays well below it."""

WRITE_CHARACTERS: Final = 8
"""A shorter write counts as so many. *Chosen*: an empty line costs as much time as a short one."""


def to_text(value: object) -> str:
    """The value as compact JSON, the same text for the same value; raises TypeError or ValueError if it has none."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def packed(text: str) -> bytes:
    """The text behind its length; raises ValueError if it is not Unicode."""
    data = text.encode()
    return LENGTH.pack(len(data)) + data
