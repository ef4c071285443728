"""The program as its user calls it: in a place of its own, within the test's process or as a process."""

import contextlib
import io
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from unittest import mock

import msgspec

from runtime.cli.console.exits import Exit
from runtime.cli.main import run
from tests.pace import patience

ROOT = Path(__file__).parents[2]
LIMIT_S = patience(30.0)
"""Longest wait for anything that a program does."""


class Done(msgspec.Struct, frozen=True):
    """What one call came to."""

    returncode: int
    stdout: str
    stderr: str


class Place:
    """Where one council runs, and how its user calls the program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.url = ""

    def environment(self, **more: str) -> dict[str, str]:
        """The user's: nothing of this host's settings."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("KURULTAI", "NATS_", "XDG_"))}
        own = {"PYTHONPATH": str(ROOT), "HOME": str(self.folder), "KURULTAI_DATA_DIR": str(self.home)}
        return {**kept, **own, **more}

    def start(self, *words: str) -> "Program":
        """The program runs, and its output can be read line by line."""
        return Program(
            subprocess.Popen(
                [sys.executable, "-m", "runtime.cli.main", *words],
                cwd=self.folder,
                env=self.environment(),
                text=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )

    def shell(self, *words: str, given: str = "", **more: str) -> Done:
        """What the program came to, as a process of its own; it never shows a traceback."""
        done = subprocess.run(
            [sys.executable, "-m", "runtime.cli.main", *words],
            cwd=self.folder,
            env=self.environment(**more),
            text=True,
            input=given,
            capture_output=True,
            timeout=LIMIT_S,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def run(self, *words: str, given: str = "") -> Done:
        """What the program came to within this process, which is faster; an error that it does not know is raised."""
        given_in, out, err = (io.TextIOWrapper(io.BytesIO(data)) for data in (given.encode(), b"", b""))
        with (
            mock.patch.dict(os.environ, self.environment(), clear=True),
            mock.patch.object(sys, "stdin", given_in),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(words)
        for stream in (out, err):
            stream.flush()
            stream.seek(0)
        return Done(code, out.read(), err.read())

    def good(self, *words: str, given: str = "") -> str:
        """What the program wrote to standard output, having succeeded."""
        done = self.run(*words, given=given)
        assert done.returncode == Exit.OK, done.stderr
        return done.stdout

    def data(self, *words: str, given: str = "") -> Any:
        """The JSON that the program wrote."""
        return json.loads(self.good(*words, given=given))

    def file(self, name: str, document: Any) -> str:
        """A file with this JSON."""
        (self.folder / name).write_text(json.dumps(document))
        return name


class Program:
    """A program that runs on, its output taken up as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._said: list[str] = []
        assert process.stdout is not None
        assert process.stderr is not None
        pairs = ((process.stdout, self._lines.put), (process.stderr, self._said.append))
        self._readers = [threading.Thread(target=_take_up, args=pair, daemon=True) for pair in pairs]
        for reader in self._readers:
            reader.start()

    def line(self) -> str:
        """The next line of its output; fails when none comes in time."""
        try:
            return self._lines.get(timeout=LIMIT_S)
        except queue.Empty:
            self._process.kill()
            raise AssertionError(f"nothing was written within {LIMIT_S} s: {self.end()[1]}") from None

    def end(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Exit code and standard error, once it has ended, after the signal if one is given."""
        if number is not None:
            self._process.send_signal(number)
        try:
            code = self._process.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        for reader in self._readers:
            reader.join(LIMIT_S)
        return code, "".join(self._said)


def _take_up(stream: IO[str], take: Callable[[str], None]) -> None:
    for line in stream:
        take(line)
