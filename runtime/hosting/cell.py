"""One zone's process, from outside: started, listened to, looked into, killed, started again."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import IO, Final

import msgspec

from runtime.delivery.blackbox import Blackbox
from runtime.directory.home import Home
from runtime.hosting.isolation import isolated
from runtime.hosting.zone import LOOP, Assignment, Word
from runtime.roster import Zone

RESTART_WAITS_S: Final = (0.05, 0.25, 1.0, 3.0)
"""Waits before a crashed zone is started again; the last is repeated. *chosen*"""
END_LIMIT_S: Final = 7.0
"""Longest wait for a zone to end when asked; longer than its own drain. *chosen*"""
PR_SET_PDEATHSIG: Final = 1
"""*cited*: prctl(2)"""


class Cell:
    """A zone's process and what is known of it."""

    def __init__(
        self, zone: Zone, roster_place: str, home: Home, log: IO[bytes] | None, environment: Mapping[str, str]
    ) -> None:
        self.zone = zone
        self.actors = tuple(child.member.name for child in zone.children)
        self.ready = asyncio.Event()
        self.down_for_good = asyncio.Event()
        self.restarts = 0
        self._roster_place = roster_place
        self._assignment: Assignment | None = None
        self._home = home
        self._log = log
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._waits = False
        self._crashes: deque[float] = deque()
        self._box: Blackbox | None = None
        self.on_word: Callable[[Word], None] = lambda _word: None

    @property
    def pid(self) -> int | None:
        """The process, if it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    @property
    def down(self) -> bool:
        """It crashed too often, and is not started again by itself."""
        return self.down_for_good.is_set()

    def assign(self, assignment: Assignment) -> None:
        """What the process will be told at its starts."""
        self._assignment = assignment

    async def prepare(self) -> None:
        """The process runs and reads its code, which takes longest; it waits for its assignment."""
        self.ready.clear()
        self.down_for_good.clear()
        self._box = None
        self._process = await asyncio.create_subprocess_exec(
            *isolated("runtime.hosting.zone", self._roster_place, roster=self._roster_place),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log,
            env=self._environment,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            start_new_session=True,
        )
        self._waits = True

    async def start(self, suspects: dict[str, int] | None = None) -> None:
        """The process has its assignment; `ready` is set once its actors have read the log."""
        if not self._waits or self.pid is None:
            await self.prepare()
        self._waits = False
        assert self._assignment is not None
        assert self._process is not None
        assert self._process.stdin is not None
        assignment = msgspec.structs.replace(self._assignment, suspects=suspects or {})
        self._process.stdin.write(msgspec.json.encode(assignment))
        self._process.stdin.close()

    async def wait(self) -> int:
        """The exit code, once the process has ended; its words are heard meanwhile."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        async for line in process.stdout:
            with contextlib.suppress(msgspec.DecodeError):
                word = msgspec.json.decode(line, type=Word)
                if word.ready:
                    self.ready.set()
                self.on_word(word)
        return await process.wait()

    def crashed(self) -> float | None:
        """How long to wait before the next start; None when it has crashed too often and stays down."""
        now = time.monotonic()
        self._crashes.append(now)
        while self._crashes and self._crashes[0] < now - self.zone.within_s:
            self._crashes.popleft()
        self.restarts += 1
        if len(self._crashes) > self.zone.max_restarts:
            self.down_for_good.set()
            return None
        return RESTART_WAITS_S[min(len(self._crashes), len(RESTART_WAITS_S)) - 1]

    def forgive(self) -> None:
        """Earlier crashes count no more."""
        self._crashes.clear()

    def kill(self) -> None:
        """The process is gone at once, whatever it does."""
        if (pid := self.pid) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def stop(self) -> None:
        """The process has ended: by itself if it does so in time."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(END_LIMIT_S):
                await process.wait()
        except TimeoutError:
            self.kill()
            await process.wait()

    def look(self) -> "Look":
        """What the process's actors are doing, whether it answers or not."""
        if self._box is None:
            try:
                self._box = Blackbox(self._home.blackbox(self.zone.name), (*self.actors, LOOP), create=False)
            except (OSError, ValueError):
                return Look(0.0, {}, {}, {})
        now = time.monotonic()
        moments = {actor: self._box.look(actor) for actor in self.actors}
        beat = self._box.look(LOOP)
        silent_s = now - beat.since if beat.step == "turning" else 0.0
        deciding = {name: moment for name, moment in moments.items() if moment.step == "deciding"}
        return Look(
            silent_s,
            {name: now - moment.since for name, moment in deciding.items()},
            {name: moment.input for name, moment in deciding.items() if moment.input},
            {name: moment.since for name, moment in moments.items() if moment.step == "frozen"},
        )


class Look(msgspec.Struct, frozen=True):
    """What the black box shows."""

    silent_s: float
    """How long the process's loop has not turned."""
    deciding_s: dict[str, float]
    """How long each actor in a decision has been in it."""
    inputs: dict[str, int]
    """The inputs they decide on."""
    frozen_since: dict[str, float]
    """Actors that have stopped for a freeze, and when (monotonic seconds)."""


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
