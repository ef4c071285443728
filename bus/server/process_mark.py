"""Which process a number stands for: numbers are given again, in a container at each start the same ones."""

import os
from pathlib import Path
from typing import Final

BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
"""Another with each start of the host, from which the starts of processes are counted. *cited*: random(4)"""
START_FIELD: Final = 22
"""When the process started, in clock ticks after the host did. *cited*: proc_pid_stat(5)"""


def mark_of(pid: int) -> str:
    """What no other process has, before or after; empty where the system does not tell it."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
        boot = BOOT.read_text().strip()
    except OSError:
        return ""
    fields = text[text.rindex(")") + 2 :].split()
    return f"{boot}-{fields[START_FIELD - 3]}"


def is_alive(pid: int, mark: str = "") -> bool:
    """The process runs, and is the one with this mark; without a mark, any of that number."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not mark or mark_of(pid) == mark
