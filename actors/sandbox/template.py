"""The host's end of one template process: have children forked, armed and killed, and hear how they ended."""

import asyncio
import contextlib
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from actors.sandbox.birth import Hello, Plan, introduce, launch
from actors.sandbox.wire import ARM, END, FORK, ORDER, REPORT

FAREWELL_S: Final = 2.0
"""How long a template may take to end when told to. *Chosen*: it only has to notice."""

REFILL_S: Final = 0.02
"""How long a new spare waits for the call to end first. *Measured*: forking beside a call adds 1.5 ms to it."""


class Report(NamedTuple):
    """How a child ended."""

    status: int
    cpu_us: int
    max_rss_kb: int
    why: int


class Child:
    """A locked child that waits for its request, or works on it."""

    def __init__(self, number: int, connection: socket.socket, ended: asyncio.Future[Report | None]) -> None:
        self.number = number
        self.connection = connection
        self.ended = ended


class Template:
    """One template process. When it dies, so do its children, and `on_death` is called once."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket, spares: int) -> None:
        self.hello = Hello()
        self.forked = 0
        self.on_death: Callable[[Template], None] | None = None
        self.dead = False
        self.reading = asyncio.Lock()
        """Held by whoever reads an answer of a child."""
        self._process = process
        self._control = control
        self._wanted_spares = spares
        self._spares: deque[Child] = deque()
        self._children: dict[int, Child] = {}
        self._unread = b""
        self._born_s = time.monotonic()

    @classmethod
    async def start(cls, plan: Plan) -> "Template":
        """A template that is ready to fork; raises Unfit, or ValueError if a module cannot be preloaded."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        try:
            with theirs:
                process = await launch(theirs)
        except BaseException:
            ours.close()
            raise
        self = cls(process, ours, plan.spares)
        try:
            self.hello = await introduce(ours, plan)
        except BaseException:
            await self.close()
            raise
        asyncio.get_running_loop().add_reader(ours, self._hear)
        self._refill()
        return self

    @property
    def pid(self) -> int:
        """The process that the host started."""
        return self._process.pid

    @property
    def age_s(self) -> float:
        """How long ago the process was started."""
        return time.monotonic() - self._born_s

    def take(self) -> Child:
        """A child of one's own; a dead template gives one whose end is known already."""
        while self._spares:
            child = self._spares.popleft()
            if not child.ended.done():
                break
            child.connection.close()
        else:
            child = self._fork()
        asyncio.get_running_loop().call_later(REFILL_S, self._refill)
        return child

    def arm(self, child: Child, wall_s: float) -> None:
        """The template kills the child after this time."""
        self._order(ARM, child.number, round(wall_s * 1000))

    def end(self, child: Child) -> None:
        """The child is dead within the kernel's pleasure, if it was not before."""
        if not child.ended.done():
            self._order(END, child.number)
        self._refill()

    async def drain(self) -> None:
        """No child is at work; new ones must not be taken meanwhile."""
        working = {child.ended for child in self._children.values() if child not in self._spares}
        if working:
            await asyncio.wait(working)

    def kill(self) -> None:
        """The template is dead at once, and its children with it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """No process of this template is left."""
        self._die()
        try:
            await asyncio.wait_for(self._process.wait(), FAREWELL_S)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def _fork(self) -> Child:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.forked += 1
        child = Child(self.forked, ours, asyncio.get_running_loop().create_future())
        self._children[child.number] = child
        with theirs:
            self._order(FORK, child.number, descriptors=(theirs.fileno(),))
        return child

    def _refill(self) -> None:
        while not self.dead and len(self._spares) < self._wanted_spares:
            self._spares.append(self._fork())

    def _order(self, what: bytes, number: int, wall_ms: int = 0, descriptors: tuple[int, ...] = ()) -> None:
        try:
            socket.send_fds(self._control, [ORDER.pack(what, number, wall_ms)], list(descriptors))
        except OSError:  # gone, or so far behind that its queue is full
            self._die()

    def _hear(self) -> None:
        try:
            data = self._control.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._die()
            return
        self._unread += data
        whole = len(self._unread) - len(self._unread) % REPORT.size
        for number, *report in REPORT.iter_unpack(self._unread[:whole]):
            self._settle(number, Report(*report))
        self._unread = self._unread[whole:]

    def _settle(self, number: int, report: Report | None) -> None:
        child = self._children.pop(number, None)
        if child is not None and not child.ended.done():
            child.ended.set_result(report)

    def _die(self) -> None:
        if not self.dead:
            self.dead = True
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            for spare in self._spares:
                spare.connection.close()
            self._spares.clear()
            if self.on_death is not None:
                self.on_death(self)
        for number in tuple(self._children):
            self._settle(number, None)
