"""Whether a port is free, and if not, who has it."""

import errno
import os
import re
import socket
from pathlib import Path
from typing import Final

from bus.server.errors import ServerTrouble

_LISTENING: Final = "0A"
"""State of a listening socket in /proc/net/tcp. *cited*: Linux, Documentation/networking/proc_net_tcp.rst."""


def require_free(host: str, port: int) -> None:
    """Returns only when a server could listen there now; else ServerTrouble names the port and its holder."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _refused(host, port, error) from error


def port_holder(port: int) -> str | None:
    """`program (process 123)` that listens on the port, or None when the system does not tell us."""
    inodes = _listening_inodes(port)
    for pid in _pids() if inodes else []:
        if _open_sockets(pid) & inodes:
            return f"{_program(pid)} (process {pid})"
    return None


def _refused(host: str, port: int, error: OSError) -> ServerTrouble:
    where = f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        holder = port_holder(port) or "another program"
        return ServerTrouble(
            f"Port {port} is taken by {holder}", where=where, mend="Stop it, or set another port (0 takes a free one)"
        )
    return ServerTrouble(
        f"Port {port} cannot be listened on: {error.strerror}", where=where, mend="Set another host or port"
    )


def _listening_inodes(port: int) -> set[str]:
    """Inodes of the sockets that listen on the port; columns as in proc_net_tcp.rst."""
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else []:
            columns = line.split()
            if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                inodes.add(columns[9])
    return inodes


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _open_sockets(pid: int) -> set[str]:
    """Inodes of the process's sockets; none when it is another user's or has just ended."""
    inodes = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(entry))
            if found:
                inodes.add(found[1])
    except OSError:
        return inodes
    return inodes


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "a program"
