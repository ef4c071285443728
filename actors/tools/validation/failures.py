"""Failures on their way back to the developer: few, and small enough to travel."""

from collections.abc import Sequence
from typing import Final

from messages.base import encode
from messages.tools.learning import Failure

MOST: Final = 10
"""Most failures that travel. *chosen*: more examples of one mistake teach nothing"""

BYTES: Final = 100_000
"""Their most in bytes. *chosen*: with source and examples well below the log's 1 MiB a record"""


def fitting(failures: Sequence[Failure]) -> tuple[Failure, ...]:
    """The first few failures that together are small enough; one that is too large by itself is left out."""
    kept: list[Failure] = []
    room = BYTES
    for failure in failures:
        size = len(encode(failure))
        if size <= room and len(kept) < MOST:
            kept.append(failure)
            room -= size
    return tuple(kept)
