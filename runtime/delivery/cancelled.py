"""Which tasks were cancelled, as far as it matters for what is still to be worked on."""

import contextlib
from typing import Final

import msgspec

from bus.log import Record
from messages import task as tasks

CANCELLED_KEPT: Final = 1_000
"""Cancelled tasks whose late commands are still known as such. *chosen*"""


class Named(msgspec.Struct):
    """What of an input tells whose it is."""

    task: str = ""


class Cancelled:
    """The tasks that were cancelled last."""

    def __init__(self) -> None:
        self._tasks: dict[str, None] = {}

    def hear(self, record: Record) -> None:
        """The task is cancelled, if the record can be read."""
        with contextlib.suppress(msgspec.DecodeError):
            self._tasks[msgspec.json.decode(record.data, type=tasks.Cancelled).task] = None
        if len(self._tasks) > CANCELLED_KEPT:
            del self._tasks[next(iter(self._tasks))]

    def covers(self, record: Record) -> bool:
        """The input names a task that was cancelled; what its headers say comes from strangers."""
        if not self._tasks:
            return False
        try:
            return msgspec.json.decode(record.data, type=Named).task in self._tasks
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return False
