"""Heavy computation in a child process, so that no actor's loop waits for it and a freeze ends it at once.

The child is a fresh interpreter that imports the one module it needs. It takes its argument and gives its result as
msgpack. It runs at low priority, and is killed with whatever it started when the caller is cancelled, has died, or has
waited for as long as it would.
"""

import asyncio
import importlib
import os
import signal
import sys
import threading
import time
from typing import Any, Final

import msgspec

from runtime.errors import Transient

NICE: Final = 10
"""Priority of the child, in steps below the caller's. *chosen*: the council's own work goes first"""
FAILED: Final = 3
"""Exit code of a child whose function refused its argument. *chosen*: none that Python uses"""
LOOK_S: Final = 0.5
"""Between two looks of the child whether its caller still lives. *chosen*"""
AGAIN_S: Final = 5.0
"""Wait before an input whose child died is tried again. *chosen*: a machine short of memory has some again by then"""
TOLD_CHARS: Final = 2_000
"""Most characters of an error that are passed on. *chosen*"""


async def beside(function: str, argument: Any, *, limit_s: float) -> Any:
    """What the function gives for the argument, computed in a child process.

    `function` is `module:name`; argument and result are what msgpack holds. Raises ValueError with the function's own
    words if it raised ValueError, TimeoutError after `limit_s`, and Transient if the child died.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "actors.cognition.beside", function),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limit_s):
            result, told = await child.communicate(msgspec.msgpack.encode(argument))
    finally:
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)
            await child.wait()
    if child.returncode == FAILED:
        raise ValueError(told.decode(errors="replace")[-TOLD_CHARS:].strip())
    if child.returncode != 0:
        reason = told.decode(errors="replace")[-TOLD_CHARS:].strip()
        raise Transient(f"{function} ended with {child.returncode}: {reason}", AGAIN_S)
    return msgspec.msgpack.decode(result)


def main(function: str) -> int:
    """Compute the function once, from standard input to standard output; the exit code of the child."""
    os.nice(NICE)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    module, _, name = function.partition(":")
    argument = msgspec.msgpack.decode(sys.stdin.buffer.read())
    try:
        result = getattr(importlib.import_module(module), name)(argument)
    except ValueError as error:
        print(error, file=sys.stderr)
        return FAILED
    sys.stdout.buffer.write(msgspec.msgpack.encode(result))
    return 0


def _end_with(caller: int) -> None:
    """Kill this process and what it started once its caller is gone."""
    while os.getppid() == caller:
        time.sleep(LOOK_S)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
