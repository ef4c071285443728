"""The template's service: fork a child on order, kill it at its deadline, report how it ended."""

import os
import select
import signal
import socket
import time
from typing import Final

from actors.sandbox.inside import child
from actors.sandbox.inside.lockdown import Post
from actors.sandbox.walls.kernel import syscall
from actors.sandbox.walls.namespaces import NEW_PID
from actors.sandbox.wire import ARM, DEADLINE, END, FORK, NEVER_BORN, ON_ITS_OWN, ORDER, ORDERED, REPORT

WAKE_BYTES: Final = 512
"""How many wake-ups are read at once. *Chosen*: more than there are children."""


class _Living:
    """A child that has not been reaped."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.deadline = float("inf")
        self.why = ON_ITS_OWN


class Nursery:
    """All children of one template. They are named by number to the host, by process id here."""

    def __init__(self, control: socket.socket, post: Post) -> None:
        self._control = control
        self._post = post
        self._living: dict[int, _Living] = {}
        self._wake, waker = os.pipe()
        for end in (self._wake, waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)

    def serve(self) -> None:
        """The host has hung up."""
        while True:
            for descriptor, _ in self._poll.poll(self._wait_ms()):
                if descriptor == self._wake:
                    self._reap()
                elif not self._obey():
                    return
            self._expire()

    def _wait_ms(self) -> int | None:
        first = min((kid.deadline for kid in self._living.values()), default=float("inf"))
        return None if first == float("inf") else max(0, int((first - time.monotonic()) * 1000) + 1)

    def _obey(self) -> bool:
        """One order is carried out; False if there will be no more."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, ORDER.size, 1)
        except ConnectionError:
            return False
        if len(data) != ORDER.size:
            return False
        what, number, wall_ms = ORDER.unpack(data)
        if what == FORK:
            self._fork(number, descriptors[0])
        elif what == ARM:
            self._arm(number, wall_ms)
        elif what == END:
            self._end(number, ORDERED)
        return True

    def _fork(self, number: int, descriptor: int) -> None:
        try:
            pid = self._new_process()
        except OSError:
            self._control.send(REPORT.pack(number, 0, 0, 0, NEVER_BORN))
            pid = None
        if pid == 0:
            child.live(descriptor, self._post)
        os.close(descriptor)
        if pid is not None:
            self._living[pid] = _Living(number)

    def _new_process(self) -> int:
        """Zero in the child, which is pid 1 of a namespace of its own where there are namespaces."""
        if self._post.pid_namespace is None:
            return os.fork()
        syscall("unshare", NEW_PID)
        pid = -1
        try:
            pid = os.fork()
        finally:
            if pid != 0:
                syscall("setns", self._post.pid_namespace, NEW_PID)
        return pid

    def _arm(self, number: int, wall_ms: int) -> None:
        for kid in self._living.values():
            if kid.number == number:
                kid.deadline = time.monotonic() + wall_ms / 1000

    def _end(self, number: int, why: int) -> None:
        for pid, kid in self._living.items():
            if kid.number == number and kid.why == ON_ITS_OWN:
                kid.why = why
                kid.deadline = float("inf")
                os.kill(pid, signal.SIGKILL)  # not reaped yet, so the id is still this child's

    def _expire(self) -> None:
        now = time.monotonic()
        for kid in tuple(self._living.values()):
            if kid.deadline <= now:
                self._end(kid.number, DEADLINE)

    def _reap(self) -> None:
        os.read(self._wake, WAKE_BYTES)
        while self._living:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            kid = self._living.pop(pid, None)
            if kid is not None:
                cpu_us = int((usage.ru_utime + usage.ru_stime) * 1e6)
                self._control.send(REPORT.pack(kid.number, status, cpu_us, usage.ru_maxrss, kid.why))
