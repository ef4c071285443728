"""Room for the log: what a data directory still has, and the words for when it has none."""

import os
import shutil
from pathlib import Path
from typing import Final

from bus.server_errors import ServerUnavailable

RESERVE_BYTES: Final = 64 * 1024 * 1024
"""Room that the log leaves on its disk, so that a full log is a refusal of the server and not an error of the disk:
after a real one the server accepts nothing until it is restarted. *chosen*"""


def prepare(directory: Path) -> None:
    """The directory exists, is ours alone and can be written; else ServerUnavailable says why not."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = directory / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise ServerUnavailable(
            f"The data directory cannot be written: {error.strerror}",
            where=str(directory),
            mend="Give this user the right to write there, or choose another data directory",
        ) from error


def room_for_log(store_dir: Path, limit_bytes: int) -> int:
    """The most the log may take, old records included; ServerUnavailable when nothing more would fit.

    Left to itself the server takes three quarters of what is *free* at each start and counts what it holds already
    against it, so that a log of half a disk could be restarted once and then never written again.
    """
    free, held = shutil.disk_usage(store_dir).free, _held_bytes(store_dir)
    if free < RESERVE_BYTES:
        raise disk_full(store_dir, f"{free} bytes are free, and {RESERVE_BYTES} are kept in reserve")
    room = held + free - RESERVE_BYTES
    return min(room, limit_bytes) if limit_bytes else room


def disk_full(directory: Path, why: str) -> ServerUnavailable:
    """The refusal for a log that can take no more."""
    return ServerUnavailable(
        f"The log has no room left: {why}",
        where=str(directory),
        mend="Free space on this disk or raise the log's limit, then start again; nothing acknowledged is lost",
    )


def _held_bytes(directory: Path) -> int:
    total = 0
    for folder, _, files in os.walk(directory):
        for name in files:
            try:
                total += (Path(folder) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total
