"""Starts the nats-server program so that it cannot outlive its council, and ends it within a limit."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Final

BOUND_TO_PARENT: Final = (
    "import ctypes, os, signal, sys\n"
    "ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))\n"
    "if os.getppid() != int(sys.argv[1]): sys.exit(1)\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)
"""What becomes the program: it asks to be told of its parent's death (PR_SET_PDEATHSIG is 1), looks whether that came
already, and gives way. *cited*: prctl(2). A hook between fork and exec would be shorter and may hang where threads run.
"""

STOP_LIMIT_S: Final = 10.0
"""How long a clean stop may take before the server is killed. *chosen*: it takes milliseconds unless the disk hangs."""


INHERITED: Final = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LD_LIBRARY_PATH", "GOMAXPROCS", "GOMEMLIMIT", "GODEBUG")
"""What the server finds of this process's environment: no key of a model, and no other secret. *chosen*: what its
runtime and this Python, which starts it, read"""


async def launch(binary: Path, arguments: tuple[str, ...], output: Path, inherited: int) -> asyncio.subprocess.Process:
    """The running program, in its own session, its prints in `output`, with the descriptor of the lock.

    A terminal's interrupt does not reach it: the council stops it, in order. A council that is killed takes it along,
    on Linux; elsewhere the lock names it to the next council.
    """
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        return await asyncio.create_subprocess_exec(
            *_bound(),
            str(binary),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            pass_fds=(inherited,),
            env=_environment(),
            start_new_session=True,
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


async def find_fault(binary: Path, config: Path) -> str:
    """What the program itself says is wrong with a configuration file; empty when it would take it."""
    process = await asyncio.create_subprocess_exec(
        *(str(binary), "-t", "-c", str(config)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=_environment(),
    )
    said, _ = await process.communicate()
    return "" if process.returncode == 0 else said.decode(errors="replace").strip()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def _bound() -> tuple[str, ...]:
    if not sys.platform.startswith("linux"):
        return ()
    return (sys.executable, "-I", "-S", "-c", BOUND_TO_PARENT, str(os.getpid()))
