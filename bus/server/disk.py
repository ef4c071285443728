"""Room for the log: what a data directory must have at the start, and the words for when it has none."""

import os
import shutil
from pathlib import Path
from typing import Final

from bus.server.errors import ServerTrouble, ServerUnwell

RESERVE_BYTES: Final = 16 * 1024 * 1024
"""What must be free at the start: a disk that fills under a running server ends all writing until it is restarted,
so it is better said before. *chosen*"""


def prepare(directory: Path) -> None:
    """The directory exists, is ours alone and can be written; else ServerTrouble says why not."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = directory / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise ServerTrouble(
            f"The data directory cannot be written: {error.strerror}",
            where=str(directory),
            mend="Give this user the right to write there, or choose another data directory",
        ) from error


def require_room(directory: Path) -> None:
    """Returns only when the log could grow; the server's own limit, three quarters of the disk, comes later."""
    free = shutil.disk_usage(directory).free
    if free < RESERVE_BYTES:
        raise disk_full(directory, f"{free} bytes are free, and {RESERVE_BYTES} are kept in reserve")


def disk_full(directory: Path, why: str) -> ServerUnwell:
    """The refusal for a log that can take no more."""
    return ServerUnwell(
        f"The log has no room left: {why}",
        where=str(directory),
        mend="Free space on this disk or raise the log's limit, then start again; nothing acknowledged is lost",
    )
