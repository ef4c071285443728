"""What the processes of a council on this host take: processor time and memory, from the system's own books.

Linux tells it in `/proc`, at 1-2 ms for the ten processes of a council; other systems through `ps`, at some 10 ms.
Processes on other hosts are not seen.
"""

import asyncio
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

import msgspec

PROC: Final = Path("/proc")
"""*cited*: proc(5)"""
CONTROL_GROUP: Final = Path("/sys/fs/cgroup/memory.max")
"""Where a container finds its limit. *cited*: cgroups(7)"""
MOST_PROCESSES: Final = 2_000
"""Beyond so many the reading is given up. *chosen*: far more than a council has, and never a loop without end"""
PS_LIMIT_S: Final = 5.0
"""Longest wait for `ps`. *chosen*: it takes some 10 ms"""


class Taken(msgspec.Struct, frozen=True):
    """What a process and all below it have taken."""

    cpu_s: float
    """Since the start of each, with that of their children that ended and were waited for."""
    memory_bytes: int
    """Held now, without what is shared through files."""
    processes: int


def root() -> int:
    """The process above all of the council: a zone leads a session of its own and is a child of that process."""
    return os.getppid() if os.getsid(0) == os.getpid() else os.getpid()


async def taken(pid: int) -> Taken:
    """What the process and all below it take; raises OSError, ValueError or TimeoutError if that can't be known."""
    if sys.platform == "linux":
        return _from_proc(pid)
    return await _from_ps(pid)


def host_memory_bytes() -> int:
    """What this host has, or what the container that this process is in may use, if that is less."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = CONTROL_GROUP.read_text().strip()
    except OSError:
        return whole
    return min(whole, int(limit)) if limit.isdigit() else whole


def host_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _from_proc(pid: int) -> Taken:
    tick_s, page = 1 / os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    cpu_s, memory, seen = 0.0, 0, set[int]()
    below = [pid]
    while below:
        each = below.pop()
        if each in seen:
            continue
        seen.add(each)
        if len(seen) > MOST_PROCESSES:
            raise ValueError(f"more than {MOST_PROCESSES} processes below {pid}")
        try:
            # The name stands in brackets and may hold anything; user, system and waited-for times are 14 to 17.
            fields = (PROC / f"{each}/stat").read_bytes().rpartition(b")")[2].split()
            resident, shared = map(int, (PROC / f"{each}/statm").read_bytes().split()[1:3])
            below += _children(each)
        except (FileNotFoundError, ProcessLookupError):
            if each == pid:
                raise
            continue
        cpu_s += sum(map(int, fields[11:15])) * tick_s
        memory += max(0, resident - shared) * page
    return Taken(cpu_s, memory, len(seen))


def _children(pid: int) -> list[int]:
    """The processes that any of its threads has started."""
    found: list[int] = []
    for thread in os.listdir(PROC / f"{pid}/task"):
        try:
            found += map(int, (PROC / f"{pid}/task/{thread}/children").read_bytes().split())
        except ProcessLookupError:
            continue
        except FileNotFoundError:
            if thread == str(pid):
                raise
    return found


async def _from_ps(pid: int) -> Taken:
    process = await asyncio.create_subprocess_exec(
        *("ps", "-A", "-o", "pid=,ppid=,time=,rss="), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PS_LIMIT_S):
            told, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return summed(told.decode(), pid)


def summed(told: str, pid: int) -> Taken:
    """What `ps` tells of the process and all below it; children that ended are not in its books."""
    rows: dict[int, tuple[float, int]] = {}
    below: dict[int, list[int]] = defaultdict(list)
    for line in told.splitlines():
        each, parent, spent, kilobytes = line.split()
        rows[int(each)] = (_seconds(spent), int(kilobytes) * 1024)
        below[int(parent)].append(int(each))
    if pid not in rows:
        raise ValueError(f"ps does not know the process {pid}")
    found, todo = set[int](), [pid]
    while todo:
        each_pid = todo.pop()
        if each_pid not in found:
            found.add(each_pid)
            todo += below[each_pid]
    return Taken(sum(rows[each][0] for each in found), sum(rows[each][1] for each in found), len(found))


def _seconds(clock: str) -> float:
    """From `[days-][hours:]minutes:seconds[.hundredths]`."""
    days, _, rest = clock.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + int(days or 0) * 86_400
