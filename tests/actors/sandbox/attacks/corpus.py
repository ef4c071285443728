"""The corpus of escapes and abuses: what each attack would reach without walls, and what it comes to behind them."""

import contextlib
import errno
import os
import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from actors.sandbox.answers import request_of
from actors.sandbox.birth import Plan, Unfit
from actors.sandbox.exchange import perform
from actors.sandbox.outcome import MIB, Limits, Outcome
from actors.sandbox.preload import DEFAULT_PRELOAD
from actors.sandbox.template import Template
from actors.sandbox.walls.namespaces import NOBODY

FOLDER: Final = Path(__file__).parent
"""Where the corpus lies. *derived*"""

THROUGH: Final = "through"
"""What an attack comes to that reached its aim. *chosen*"""

ALONE: Final = {
    "none": Plan(DEFAULT_PRELOAD, (), 0, namespaces=False, landlock=False, seccomp=False),
    "namespaces": Plan(DEFAULT_PRELOAD, (), 0, namespaces=True, landlock=False, seccomp=False),
    "landlock": Plan(DEFAULT_PRELOAD, (), 0, namespaces=False, landlock=True, seccomp=False),
    "seccomp": Plan(DEFAULT_PRELOAD, (), 0, namespaces=False, landlock=False, seccomp=True),
}
"""Jails with one of the kernel's layers each, and one with none; limits, deadline and a fresh process are in all."""

MARK: Final = "KURULTAI_MARK_OF_THE_HOST"
"""What is in the host's memory and environment, and must not be in a child's; attacks get it backwards. *chosen*"""

PRELUDE: Final = """
import _thread, ctypes, errno, fcntl, mmap, os, resource, select, socket, struct, sys
from actors.sandbox.walls.numbers import number_of
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
LIBC.shmat.restype = ctypes.c_void_p
OTHERS = {"memfd_secret": (447, 447), "personality": (135, 92), "pkey_mprotect": (329, 288), "shmget": (29, 194),
          "shmctl": (31, 195), "msgget": (68, 186), "msgctl": (71, 187), "sethostname": (170, 161), "splice": (275, 76),
          "vmsplice": (278, 75), "move_pages": (279, 239), "arch_prctl": (158, None), "timer_create": (222, 107),
          "mlockall": (151, 230), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "ioprio_set": (251, 30),
          "sched_setscheduler": (144, 119), "statx": (332, 291), "openat2": (437, 437), "inotify_init1": (294, 26),
          "mknodat": (259, 33), "shutdown": (48, 210)}
def raw(number, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    answer = LIBC.syscall(ctypes.c_long(number), *words)
    if answer == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer
def call(name, *arguments):
    other = OTHERS.get(name)
    return raw(other[os.uname().machine == "aarch64"] if other else number_of(name), *arguments)
def say(frame):
    os.write(3, struct.pack("<I", len(frame)) + frame)
    os._exit(0)
"""
"""What every attack has at hand: system calls by name, and a frame on the line to the host."""


class Attack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"expression": "try"}):
    """One attack of the corpus. `attack(host)` returns something true if it got through."""

    name: str
    seen: str
    """Where an attack of this kind was made, or which gap it uses."""
    wall: str
    """What stops it."""
    told: str | tuple[str, ...]
    """What it comes to behind all walls, in the words of `told`."""
    bare: str | tuple[str, ...] = THROUGH
    """What it comes to where none of the kernel's layers stands; only asked for what system calls do."""
    alone: tuple[Literal["namespaces", "landlock", "seccomp"], ...] = ()
    """Layers that stop it standing alone, if it gets through without any."""
    profile: Literal["pure", "files"] = "pure"
    machine: str = ""
    """The only machine on which it makes sense."""
    before: str = ""
    """What runs in an earlier call."""
    code: str = ""
    expression: str = ""
    """Instead of code: through if it can be evaluated at all or, if `plain`, if it is true."""
    plain: bool = False
    wall_s: float = 5.0
    cpu_s: int = 5
    memory_mb: int = 512

    @property
    def source(self) -> str:
        """The whole program."""
        if self.code:
            return PRELUDE + self.code
        aim = f"bool({self.expression})" if self.plain else f"[{self.expression}] and True"
        return f"{PRELUDE}def attack(host):\n    return {aim}\n"

    @property
    def limits(self) -> Limits:
        """What the attack may take."""
        return Limits(wall_s=self.wall_s, cpu_s=self.cpu_s, memory_bytes=self.memory_mb * MIB, file_bytes=MIB // 2)

    @property
    def of_the_kernel(self) -> bool:
        """Whether it is worth trying against single layers."""
        return self.profile == "pure" and self.wall == "system calls"

    @property
    def fits(self) -> bool:
        """Whether this machine has what it attacks."""
        return self.machine in ("", os.uname().machine)


class _Family(msgspec.Struct, forbid_unknown_fields=True):
    attack: list[Attack]


def load() -> dict[str, Attack]:
    """Every attack that fits this machine, by its name; raises ValueError if two share one."""
    found: dict[str, Attack] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for attack in msgspec.toml.decode(path.read_bytes(), type=_Family).attack:
            if attack.name in found:
                raise ValueError(f"{path.name}: two attacks are called {attack.name!r}")
            found[attack.name] = attack
    return {name: attack for name, attack in found.items() if attack.fits}


def told(outcome: Outcome) -> str:
    """What came of an attack, in a word: `through`, or by whose word it was stopped."""
    if outcome.status == "returned":
        return THROUGH if outcome.value else "nothing"
    error = outcome.error or ""
    if outcome.status == "raised":
        number = re.search(r"\[Errno (\d+)\]", error)
        kind = outcome.error_type or ""
        return (
            errno.errorcode[int(number[1])] if number and kind != "gaierror" else kind if len(kind) < 80 else "raised"
        )
    if outcome.status == "timeout":
        return "cpu" if "processor" in error else "deadline"
    if outcome.status == "killed":
        code = re.search(r"exit code (\d+)", error)
        return "SIGSYS" if "SIGSYS" in error else f"killed exit {code[1]}" if code else error
    return outcome.status


def among(said: str, expected: str | tuple[str, ...]) -> bool:
    """Whether it is what was expected, or one of that."""
    return said in ((expected,) if isinstance(expected, str) else expected)


async def attempt(template: Template, attack: Attack, host: dict[str, Any]) -> Outcome:
    """What the attack came to in this jail, after the call that prepares it."""
    if attack.before:
        await _perform(template, attack, PRELUDE + attack.before, host)
    return await _perform(template, attack, attack.source, host)


async def _perform(template: Template, attack: Attack, source: str, host: dict[str, Any]) -> Outcome:
    (outcome,) = await perform(template, request_of({"source": source}, "attack", [([host], {})]), attack.limits)
    return outcome


async def single_layers() -> dict[str, Template]:
    """A template for each layer that this host can give alone, and one without any."""
    found = {}
    for name, plan in ALONE.items():
        with contextlib.suppress(Unfit):
            found[name] = await Template.start(plan)
    return found


@contextlib.contextmanager
def bait() -> Iterator[dict[str, Any]]:
    """What there is to reach on this host: files, sockets of all kinds, and a process of the attacker's own user."""
    with tempfile.TemporaryDirectory(prefix="kurultai-bait-") as place, contextlib.ExitStack() as stack:
        _fill(Path(place))
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        abstract = f"kurultai-bait-{os.getpid()}"
        for address in (f"\0{abstract}", f"{place}/socket"):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(address)
            listener.listen(64)
        os.chmod(f"{place}/socket", 0o777)
        victim = stack.enter_context(_victim())
        stack.callback(victim.kill)
        ports = {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}
        os.environ[MARK] = MARK
        stack.callback(os.environ.pop, MARK)
        yield {
            "place": place,
            "secret": f"{place}/secret",
            "abstract": abstract,
            "victim": victim.pid,
            "kram": MARK[::-1],
            **ports,
        }


def _fill(place: Path) -> None:
    """A file that all may read, and a directory and a file that belong to the attacker's user."""
    place.joinpath("secret").write_text("of the host")
    own = place / "own"
    own.touch()
    place.chmod(0o777)
    if os.getuid() == 0:
        os.chown(place, NOBODY, NOBODY)
        os.chown(own, NOBODY, NOBODY)


def _victim() -> "subprocess.Popen[bytes]":
    """A process that has nothing to do with the jail, of the user that foreign code runs as."""
    command = ("/bin/sleep", "600")
    if os.getuid() != 0:
        return subprocess.Popen(command)
    return subprocess.Popen(command, user=NOBODY, group=NOBODY, extra_groups=())
