"""The template's start: preload, then give up everything, then fork children on order until the host hangs up."""

import codecs
import contextlib
import fcntl
import gc
import importlib
import json
import os
import resource
import socket
import sys
import threading
import time
from typing import Any, Final

from actors.sandbox.inside.lockdown import Post
from actors.sandbox.inside.naming import hide_places
from actors.sandbox.inside.serve import Nursery
from actors.sandbox.walls import bpf, calls, landlock, namespaces
from actors.sandbox.walls.kernel import (
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    die_with_parent,
    drop_bounding_set,
    prctl,
)
from actors.sandbox.wire import LENGTH, packed, to_text

CONTROL: Final = 0
"""The descriptor of the control socket. *Chosen*: what a process is started with."""

FIRST_OWN_DESCRIPTOR: Final = 100
"""The template's own descriptors start here, out of the way of a child's five. *Chosen*."""

DESCRIPTORS: Final = 256
"""How many descriptors the template may have. *Chosen*: its own few, above `FIRST_OWN_DESCRIPTOR`."""

NEEDED: Final = ("_thread", "array", "ctypes", "mmap", "resource", "socket")
"""What the probes attack with, and `array`, which passing descriptors imports late. *Derived* from both."""

CODECS: Final = ("ascii", "cp1252", "hex", "idna", "iso8859-15", "latin-1", "punycode", "rot13", "utf-16", "utf-32")
"""Codecs loaded ahead, since a late one reads as missing. *Chosen*: those that text tools name."""

FIRST_TO_GO: Final = "1000"
"""The highest value of `oom_score_adj`, which children inherit. *Cited*: proc_pid_oom_score_adj(5)."""

ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Keeps numerical libraries from starting threads, with which no fork is safe. *Cited*: their manuals."""


def main() -> None:
    """The process has served until the host hung up, or has told the host why it cannot."""
    control = socket.socket(fileno=CONTROL)
    plan = json.loads(_read(control, LENGTH.unpack(_read(control, LENGTH.size))[0]))
    try:
        post, hello = _prepare(plan)
        nursery = Nursery(control, post)
        if plan["seccomp"]:
            bpf.load(calls.template_filter(plan["files"]))
    except Exception as error:  # the host must hear of any failure, and this process is of no more use
        kind = "preload" if isinstance(error, ImportError) else "unfit"
        control.sendall(packed(to_text({kind: f"{type(error).__name__}: {error}"[:500]})))
        return
    control.sendall(packed(to_text(hello)))
    nursery.serve()


def _prepare(plan: dict[str, Any]) -> tuple[Post, dict[str, Any]]:
    linux = sys.platform == "linux"
    if linux:
        die_with_parent()
        _be_the_first_to_go()
    _preload(plan["preload"], plan["sys_path"])
    _check_one_thread(linux)
    address_space_bytes = _address_space_bytes(linux)
    layers = ["rlimits"]
    if plan["files"]:
        os.chdir(os.path.dirname(os.__file__))
    if os.getuid() == 0:
        _stop_being_root(needed=plan["seccomp"])
    if os.getuid() != 0:
        layers.append("user")
    if plan["namespaces"]:
        namespaces.enter()
        layers.append("namespaces")
    pid_namespace = _high(os.open("/proc/self/ns/pid", os.O_RDONLY)) if plan["namespaces"] else None
    devnull = _high(os.open("/dev/null", os.O_RDWR))
    if plan["files"]:
        namespaces.root_with_library()
    elif plan["namespaces"]:
        namespaces.bare_root()
    if linux:
        _give_up_privileges()
    ruleset, masks = _ruleset() if plan["landlock"] else (None, None)
    layers += [name for name in ("landlock", "seccomp") if plan[name]]
    hide_places(sys.path)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
    post = Post(
        *(devnull, ruleset, pid_namespace, plan["seccomp"], linux, address_space_bytes, os.getpid()),
        files=plan["files"],
        masks=masks,
    )
    gc.collect()
    gc.disable()
    gc.freeze()
    return post, {"layers": layers, "landlock": masks._asdict() if masks else None}


def _preload(modules: list[str], sys_path: list[str]) -> None:
    """Every module and codec that a child can ever see is in memory, and the environment is empty."""
    sys.path += [entry for entry in sys_path if entry not in sys.path]
    os.environ.update(ONE_THREAD)
    for module in (*NEEDED, *modules):
        importlib.import_module(module)
    os.environ.clear()
    for codec in CODECS:
        codecs.lookup(codec)
    time.localtime()


def _be_the_first_to_go() -> None:
    """A host without memory ends this process and its children before any other."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write(FIRST_TO_GO)


def _check_one_thread(linux: bool) -> None:
    threads = len(os.listdir("/proc/self/task")) if linux else threading.active_count()
    if threads != 1:
        raise RuntimeError(f"the preloaded modules started threads ({threads}): forking would be unsafe")


def _stop_being_root(needed: bool) -> None:
    """The process is nobody's, also where that is the only wall that can be had."""
    try:
        namespaces.give_up_root()
    except PermissionError:  # a container may take from root even this
        if needed:
            raise


def _give_up_privileges() -> None:
    """No exec can gain anything, and nobody of the same user can look into this process or its children."""
    drop_bounding_set()
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def _ruleset() -> tuple[int, landlock.Masks]:
    descriptor, masks = landlock.ruleset()
    descriptor = _high(descriptor)
    landlock.prove(descriptor)
    return descriptor, masks


def _address_space_bytes(linux: bool) -> int:
    """What the preloaded template maps: a child's own memory comes on top of it."""
    if not linux:
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _high(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_OWN_DESCRIPTOR)
    os.close(descriptor)
    return moved


def _read(control: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        chunk = control.recv(size - len(data))
        if not chunk:
            raise SystemExit(0)
        data += chunk
    return bytes(data)
