"""What the server wrote about itself since it was last started, for the people who must mend something."""

import os
from pathlib import Path
from typing import Final

TAIL_LINES: Final = 12
"""How many of the last lines an error shows. *chosen*"""

TAIL_BYTES: Final = 64 * 1024
"""How much of a file's end is read at most. *chosen*"""


class ServerLog:
    """The server's log file and, before it is opened, what the program printed."""

    def __init__(self, path: Path, printed: Path) -> None:
        self.path = path
        self.printed = printed
        self._start = 0

    def begin(self) -> None:
        """What is in the log now belongs to an earlier run and is not shown any more; its file is ours alone."""
        os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600))
        self._start = self.path.stat().st_size
        self.printed.unlink(missing_ok=True)

    def tail(self, lines: int = TAIL_LINES) -> str:
        """The last lines of this run, the newest last."""
        text = _read(self.path, self._start) + _read(self.printed, 0)
        return "\n".join(text.splitlines()[-lines:])


def _read(path: Path, start: int) -> str:
    """The file's end from `start` on; from its beginning if it has been turned over since."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start if start <= size else 0, size - TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
