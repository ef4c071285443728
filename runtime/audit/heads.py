"""Heads: the scribe's signed checkpoints, kept where the log is not, one a line; they show that a log was set back."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import msgspec

from messages.base import encode
from messages.kernel.audit import Checkpoint
from runtime.audit.checkpoint import is_signed
from runtime.audit.form import plain
from runtime.audit.freshness import Anchor

LONGEST_BYTES: Final = 1 << 20
"""No line of a file of heads is longer. *derived*: a checkpoint's leaves have 64 KB, and a message 1 MB"""
_HEAD: Final = msgspec.json.Decoder(Checkpoint)
"""Reads a line. *derived*"""


class Unusable(ValueError):
    """A line that is no head of this log; the text names the line and the file."""


def append(path: Path, checkpoint: Checkpoint) -> None:
    """The head is the file's last line, and on the disk; a line that a crash has cut short is ended before it."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        line = (b"\n" if torn else b"") + encode(checkpoint) + b"\n"
        if os.write(descriptor, line) != len(line):
            raise OSError(f"{path} took a part of a head only")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def heads_in(path: Path, keys: Collection[str]) -> Iterator[Checkpoint]:
    """The heads of the file in its order; raises Unusable or OSError.

    Lines that are cut short are passed over: a crash leaves them, and the head after them covers more.
    """
    with open(path, "rb") as file:
        number = 0
        while raw := file.readline(LONGEST_BYTES):
            number += 1
            try:
                found = plain(_HEAD, raw)
            except msgspec.ValidationError as error:
                raise Unusable(f"line {number} of {path} is no head: {error}") from error
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
            except ValueError as error:
                raise Unusable(f"line {number} of {path} is no head: {error}") from error
            if not any(is_signed(found, key) for key in keys):
                raise Unusable(f"the head in line {number} of {path} is not signed by the key")
            yield found


def newest(path: Path, keys: Collection[str]) -> Checkpoint | None:
    """The head that covers most; None if the file has none, or is not there; raises Unusable or OSError."""
    if not path.exists():
        return None
    return max(heads_in(path, keys), key=lambda head: head.last, default=None)


def anchors_in(path: Path, keys: Collection[str]) -> tuple[Anchor, ...]:
    """That the log has every head of the file; raises Unusable or OSError."""
    found = tuple(Anchor(head.last, head.head, f"the heads in {path}") for head in heads_in(path, keys))
    if not found:
        raise Unusable(f"{path} holds no head")
    return found
