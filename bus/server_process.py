"""Starts the nats-server program so that it cannot outlive its council, and ends it within a limit."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
"""The prctl that has a signal sent to us when our parent dies. *cited*: prctl(2)."""

STOP_LIMIT_S: Final = 10.0
"""How long a clean stop may take before the server is killed. *chosen*: it takes milliseconds unless the disk hangs."""


async def launch(binary: Path, arguments: tuple[str, ...], output: Path, inherited: int) -> asyncio.subprocess.Process:
    """The running program, in its own process group, its prints in `output`, with the descriptor of the lock."""
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            str(binary),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            pass_fds=(inherited,),
            start_new_session=True,
            preexec_fn=_end_with_parent(),
        )
    finally:
        os.close(descriptor)


async def end(process: asyncio.subprocess.Process, limit_s: float = STOP_LIMIT_S) -> int:
    """The process is gone: cleanly if it obeys within the limit, else killed."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(limit_s):
            return await process.wait()
    except TimeoutError:
        process.kill()
        return await process.wait()


def _end_with_parent() -> Callable[[], None] | None:
    """To run in the child before the program: a council that is killed takes its server with it (Linux only).

    A terminal's interrupt does not reach the server, which has a session of its own: the council stops it, in order.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
