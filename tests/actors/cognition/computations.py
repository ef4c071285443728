"""What the child processes of the tests compute."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def doubled(argument: dict[str, list[float]]) -> list[float]:
    """Twice each number."""
    return [2 * number for number in argument["of"]]


def refusing(argument: int) -> Any:
    """Raises ValueError."""
    raise ValueError(f"no numbers: {argument} words")


def dying(_argument: None) -> None:
    """Die as by want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def endless(place: str) -> None:
    """Start a process, write both numbers into the file, and go on for ever."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(place).write_text(f"{os.getpid()}\n{other.pid}\n")
    time.sleep(600)
