"""A forked child takes everything away from itself, in the one order that works."""

import contextlib
import os
import resource
import signal
from typing import Final, NamedTuple

from actors.sandbox.walls import bpf, calls, landlock, namespaces
from actors.sandbox.walls.kernel import die_with_parent, drop_capabilities

SOCKET: Final = 3
"""The child's only way out. *Chosen*: the first descriptor after the standard ones."""

RULESET: Final = 4
"""Where the ruleset waits until it is applied. *Chosen*: next to the socket."""

DESCRIPTORS: Final = 8
"""How many descriptors a child may have; it can make none. *Chosen*: the five it starts with, rounded up."""

FILES_DESCRIPTORS: Final = 64
"""How many a child with files may have. *Chosen*: more than an honest program keeps open."""

STACK_BYTES: Final = 8 << 20
"""The stack. *Cited*: Linux's own default, which Python's recursion limit is made for."""

NONE_AT_ALL: Final = ("CORE", "NPROC", "MSGQUEUE", "MEMLOCK", "NICE", "RTPRIO", "SIGPENDING")
"""Resources of which a child gets nothing. *Derived*: it computes."""


NICE: Final = 5
"""How much a child gives way to other processes. *Chosen*: a third of their share where the processor is wanted."""


class Post(NamedTuple):
    """What the template prepared for each child."""

    devnull: int
    ruleset: int | None
    pid_namespace: int | None
    seccomp: bool
    linux: bool
    address_space_bytes: int
    template_pid: int
    files: bool
    """The child gets a scratch directory, and the library to read."""
    masks: landlock.Masks | None
    """What Landlock handles here."""


def isolate(socket: int, post: Post) -> None:
    """The child has its socket and nothing else open, dies with the template and holds no capability or path."""
    os.setsid()
    _keep_only(socket, post)
    signal.set_wakeup_fd(-1, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    _limit("NOFILE", FILES_DESCRIPTORS if post.files else DESCRIPTORS)
    _limit("STACK", STACK_BYTES)
    for name in NONE_AT_ALL:
        _limit(name, 0)
    _give_way(NICE)
    if post.linux:
        _shed(post)


def seal(post: Post, memory_bytes: int, cpu_s: int, file_bytes: int, niceness: int) -> None:
    """The limits of this call hold, and the system calls are the child's few; nothing can be undone from here."""
    _limit("AS", post.address_space_bytes + memory_bytes)
    _limit("CPU", cpu_s)
    _limit("FSIZE", file_bytes)
    if niceness:
        _give_way(niceness)
    if post.seccomp:
        bpf.load(calls.child_filter(os.getpid()))


def _give_way(niceness: int) -> None:
    """The child stands back so far at least; who stands back further already may not come forward."""
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)


def _keep_only(socket: int, post: Post) -> None:
    os.dup2(socket, SOCKET)
    first_closed = SOCKET + 1
    if post.ruleset is not None:
        os.dup2(post.ruleset, RULESET)
        first_closed = RULESET + 1
    for standard in (0, 1, 2):
        os.dup2(post.devnull, standard)
    os.closerange(first_closed, os.sysconf("SC_OPEN_MAX"))


def _shed(post: Post) -> None:
    if os.getuid() == 0 and post.seccomp:
        raise PermissionError("a child must not be root")
    die_with_parent()
    if post.pid_namespace is None and os.getppid() != post.template_pid:
        raise ProcessLookupError("the template is gone already")
    if post.files:
        namespaces.make_scratch()
    drop_capabilities()
    if post.ruleset is not None and post.masks is not None:
        _shut_paths(post.files, post.masks)


def _shut_paths(files: bool, masks: landlock.Masks) -> None:
    """No path is open but, with files, the library to read and the scratch directory."""
    if files:
        rights = {namespaces.LIBRARY: landlock.LIBRARY_RIGHTS, namespaces.SCRATCH: landlock.SCRATCH_RIGHTS}
        landlock.restrict_to(masks, rights)
    else:
        landlock.restrict(RULESET)
    os.close(RULESET)


def _limit(name: str, value: int) -> None:
    """Soft and hard limit are the value, where this system knows the resource and allows no more already."""
    number = getattr(resource, f"RLIMIT_{name}", None)
    if number is None:
        return
    _, hard = resource.getrlimit(number)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(number, (allowed, allowed))
