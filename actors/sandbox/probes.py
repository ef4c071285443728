"""Attacks that must fail, made through the very path that learnt code takes; a wall that only says yes is found so."""

import asyncio
import os
from pathlib import Path
from typing import Final, NamedTuple

from actors.sandbox.answers import request_of
from actors.sandbox.exchange import perform
from actors.sandbox.outcome import Limits, Outcome, Profile, Status
from actors.sandbox.template import Template
from actors.sandbox.walls.namespaces import LIBRARY, SCRATCH_BYTES, SCRATCH_INODES

PROBE_LIMITS: Final = Limits(wall_s=5.0, file_bytes=1 << 10)
"""Limits of a probe that must be refused at once. *Chosen*."""

SHORT: Final = Limits(wall_s=0.15)
"""Limits of the probe that never ends. *Chosen*: some ms would do, a busy host needs more."""

LATE_MS: Final = 1500.0
"""When the endless probe must be dead at the latest. *Chosen*: ten times its time, for a busy host."""

REFUSALS: Final = """
import _thread, ctypes, mmap, os, resource, socket

def attack(host_pid, home):
    mark = "/tmp/kurultai-probe"
    libc = ctypes.CDLL(None, use_errno=True)
    def say(act):
        try:
            return "leak: " + repr(act())[:60]
        except BaseException as error:
            return "refused: " + type(error).__name__ + " " + str(getattr(error, "errno", ""))
    def native(name, *args):
        answer = getattr(libc, name)(*args)
        if answer == -1:
            raise OSError(ctypes.get_errno(), name)
        return answer
    return {
        "read a system file": say(lambda: open("/etc/passwd").read(5)),
        "list the home directory": say(lambda: os.listdir(home)),
        "write to /tmp": say(lambda: [open(mark, "w").close(), os.unlink(mark)]),
        "stat the home directory": say(lambda: os.stat(home).st_ino),
        "open a TCP socket": say(socket.socket),
        "open a unix socket": say(lambda: socket.socket(socket.AF_UNIX)),
        "open a vsock": say(lambda: socket.socket(40, 1)),
        "make a socket pair": say(socket.socketpair),
        "fork": say(lambda: os.fork() or os._exit(0)),
        "start a thread": say(lambda: _thread.start_new_thread(lambda: None, ())),
        "signal the host": say(lambda: os.kill(host_pid, 0)),
        "signal everyone": say(lambda: os.kill(-1, 0)),
        "ask for the host's limits": say(lambda: resource.prlimit(host_pid, resource.RLIMIT_NOFILE)),
        "raise its own limit": say(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1))),
        "map executable memory": say(lambda: mmap.mmap(-1, 4096, prot=7)),
        "make a memory file": say(lambda: os.memfd_create("x")),
        "watch files": say(lambda: native("inotify_init1", 0)),
        "make shared memory": say(lambda: libc.shmctl(native("shmget", 0, 4096, 0o1600), 0, None)),
    }
"""
"""Attacks that a refusal answers; one that gets through does no harm. *Derived* from what single layers leave open."""

SCRATCH: Final = """
import os

def attack(library, most_bytes, most_files):
    def say(act):
        try:
            return "leak: " + repr(act())[:60]
        except OSError as error:
            return "refused: " + type(error).__name__ + " " + str(error.errno)
    def litter():
        for number in range(most_files + 1):
            open(f"litter-{number}", "x").close()
    found = "leak: found " + str(os.listdir()[:3]) if os.listdir() else "empty"
    with open("note", "w") as file:
        file.write("kept")
    room = os.statvfs(".")
    size = room.f_blocks * room.f_frsize
    return {
        "find what another call left": found,
        "keep a file": "works" if open("note").read() == "kept" else "leak: it was not kept",
        "write to the library": say(lambda: open(os.path.join(library, "probe"), "w").close()),
        "write beside the scratch directory": say(lambda: open("/probe", "w").close()),
        "more room than is due": f"leak: {size} bytes" if size > most_bytes else f"{size} bytes",
        "more files than are due": say(litter),
    }
"""
"""What must hold of the scratch directory. *Derived* from its quota."""

NATIVE: Final = """
import ctypes
from actors.sandbox.walls.numbers import number_of
def attack(): return ctypes.CDLL(None).syscall(number_of({name!r}), 1, 0, None)
"""
"""A system call by its number on this machine. *Derived*."""

DEADLY: Final = {
    "run a program": "import os\ndef attack(): os.execv('/bin/true', ['true'])",
    "trace": "import ctypes\ndef attack(): return ctypes.CDLL(None).ptrace(0, 0, 0, 0)",
    "make a namespace": "import ctypes\ndef attack(): return ctypes.CDLL(None).unshare(0x10000000)",
    "become root": "import os\ndef attack(): os.setuid(0)",
    "open an io_uring": NATIVE.format(name="io_uring_setup"),
    "load a filter": NATIVE.format(name="seccomp"),
    "trace the kernel": NATIVE.format(name="bpf"),
}
"""Attacks that the kernel answers with death. *Derived* from `HOSTILE`."""


ENDLESS: Final = "def attack():\n while True: pass"
GREEDY: Final = f"def attack(): return len(bytearray({PROBE_LIMITS.memory_bytes * 2}))"
HONEST: Final = "def attack(a, b): return a + b"
"""What a deadline, a limit of memory, and nothing at all must stop. *Derived* from the limits of probes."""


class Findings(NamedTuple):
    """What each probe came to, and those that got through."""

    probes: dict[str, str]
    leaks: tuple[str, ...]


async def probe(template: Template, profile: Profile = "pure") -> Findings:
    """Every attack was tried, and honest code too; the one that never ends runs beside the others."""
    probes, endless = await asyncio.gather(_one_by_one(template, profile), _call(template, ENDLESS, limits=SHORT))
    late = endless.wall_ms > LATE_MS
    probes["run for ever"] = f"leak: {endless.wall_ms:.0f} ms" if late else _expect(endless, "timeout")
    return Findings(probes, tuple(f"{name}: {said}" for name, said in probes.items() if said.startswith("leak")))


async def _one_by_one(template: Template, profile: Profile) -> dict[str, str]:
    probes = await _answers(template, REFUSALS, os.getpid(), str(Path.home()))
    if profile == "files":
        for _ in range(2):  # the second finds what the first left
            probes |= await _answers(template, SCRATCH, LIBRARY, SCRATCH_BYTES, SCRATCH_INODES)
    for name, source in DEADLY.items():
        probes[name] = _expect(await _call(template, source), "killed", "SIGSYS")
    probes["take memory"] = _expect(await _call(template, GREEDY), "memory")
    honest = await _call(template, HONEST, 19, 23)
    probes["compute"] = "works" if honest.value == 42 else f"leak: {honest.status} {honest.error}"
    return probes


async def _answers(template: Template, source: str, *arguments: object) -> dict[str, str]:
    """What each attempt of the source came to."""
    outcome = await _call(template, source, *arguments)
    if outcome.status != "returned" or not isinstance(outcome.value, dict):
        return {"attacks": f"leak: the probe did not run: {outcome.status} {outcome.error}"}
    return {str(name): str(said) for name, said in outcome.value.items()}


async def _call(template: Template, source: str, *arguments: object, limits: Limits = PROBE_LIMITS) -> Outcome:
    (outcome,) = await perform(template, request_of({"source": source}, "attack", [(arguments, {})]), limits)
    return outcome


def _expect(outcome: Outcome, status: Status, text: str = "") -> str:
    if outcome.status == status and text in (outcome.error or ""):
        return f"{outcome.status}: {outcome.error}"
    return f"leak: expected {status} {text}, got {outcome.status} {outcome.error}"
