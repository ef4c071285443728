"""Whether a council lives in a directory: a lock that the kernel drops with the process, however it ends."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final

from bus.server.process_mark import is_alive

LOOKS: Final = 5
"""How often a lock that is held is looked at again: another who looks holds it for a moment too. *chosen*"""
LOOK_S: Final = 0.005
"""Pause between two looks. *chosen*"""


class Presence:
    """Held by each council of the directory, shared, since several may run zones of one roster from it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """This process is present; returns whether it is the only one, as far as the file system can tell."""
        if self._descriptor is not None:
            return False
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            alone = not _is_held(self._descriptor)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        except OSError:
            return True
        return alone

    def give_up(self) -> None:
        """This process is present no more; the file stays, or two might lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def seen(self, pid: int, mark: str) -> bool:
        """Some process is present; where files can't be locked, the one of this number and mark is."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            return _is_held(descriptor)
        except OSError:
            return is_alive(pid, mark)
        finally:
            os.close(descriptor)


def _is_held(descriptor: int) -> bool:
    """Someone else holds the lock; if not, it is held by us. Raises OSError where there are no locks."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_S)
        else:
            return False
    return True
