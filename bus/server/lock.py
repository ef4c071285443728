"""One council for one data directory: an advisory lock that the system itself drops when its holders are gone."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final

import msgspec

from bus.server.errors import ServerTrouble
from bus.server.process_mark import is_alive, mark_of

HANDOVER_LIMIT_S: Final = 10.0
"""How long a dead council's server gets to finish. *chosen*: a clean stop takes well under a second."""

_POLL_S: Final = 0.05
"""Pause between two looks at the lock. *chosen*"""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds the lock, as written into the lock file for people and messages; the lock itself is the kernel's."""

    council_pid: int
    server_pid: int = 0
    council_mark: str = ""
    """What tells the council's process from another that got its number."""


class DataLock:
    """Held by the council and, inherited, by its server: so it is free exactly when both are gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """For the server to inherit; only while the lock is held."""
        if self._descriptor is None:
            raise ValueError(f"{self.path} is not locked")
        return self._descriptor

    def acquire(self) -> None:
        """The lock is ours, whatever an earlier council left behind; ServerTrouble names who lives and holds it."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        limit = time.monotonic() + HANDOVER_LIMIT_S
        while not _try_lock(descriptor):
            holder = _read(descriptor)
            if _lives(holder) or time.monotonic() > limit:
                os.close(descriptor)
                raise _held(self.path, holder)
            time.sleep(_POLL_S)
        self._descriptor = descriptor
        self.note(Holder(council_pid=os.getpid()))

    def note(self, holder: Holder) -> None:
        """The lock file names its holders."""
        marked = msgspec.structs.replace(holder, council_mark=mark_of(holder.council_pid))
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, msgspec.json.encode(marked), 0)

    def release(self) -> None:
        """Our share is given up; the file stays, since removing it would let two councils lock two files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(descriptor: int) -> Holder:
    try:
        return msgspec.json.decode(os.pread(descriptor, 4096, 0), type=Holder)
    except msgspec.DecodeError:
        return Holder(council_pid=0)


def _lives(holder: Holder) -> bool:
    return is_alive(holder.council_pid, holder.council_mark)


def _held(path: Path, holder: Holder) -> ServerTrouble:
    if _lives(holder):
        return ServerTrouble(
            f"Another council runs on this data, process {holder.council_pid}",
            where=str(path),
            mend="Stop it first, or choose another data directory",
        )
    return ServerTrouble(
        f"The server of a council that is gone still runs, process {holder.server_pid}",
        where=str(path),
        mend=f"End it: kill {holder.server_pid}",
    )
