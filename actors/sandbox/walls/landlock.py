"""Landlock: a ruleset that grants nothing, so that every path and port it can name is refused."""

import errno
import os
import struct
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from actors.sandbox.walls.kernel import syscall

VERSION_QUERY: Final = 1
"""LANDLOCK_CREATE_RULESET_VERSION. *Cited*: `linux/landlock.h`."""

FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many file rights each ABI knows, from its first version on. *Cited*: landlock(7), table of ABI versions."""

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(1, 6))
MAKE_DIR, MAKE_REG, REFER, TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
"""The rights on files that are ever granted. *Cited*: `linux/landlock.h`."""

LIBRARY_RIGHTS: Final = READ_FILE | READ_DIR
"""What may be done with the library. *Chosen*."""

SCRATCH_RIGHTS: Final = LIBRARY_RIGHTS | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
"""What may be done with scratch files: no links, sockets, pipes, nodes or programs. *Chosen*."""

PATH_BENEATH: Final = 1
"""LANDLOCK_RULE_PATH_BENEATH. *Cited*: `linux/landlock.h`."""

NET_ABI: Final = 4
"""The first ABI with bind and connect on TCP. *Cited*: landlock(7)."""

NET_RIGHTS: Final = 0b11
"""Bind and connect. *Cited*: `linux/landlock.h`."""

SCOPE_ABI: Final = 6
"""The first ABI with scopes. *Cited*: landlock(7)."""

SCOPES: Final = (0b11, 0b01, 0)
"""Abstract sockets and signals, then abstract sockets only, then none.

*Chosen*: a kernel may advertise the ABI and refuse the second bit with EINVAL."""

DENIED, OPEN, REFUSED = 0, 1, 2
"""What the child that tries the ruleset found: no restriction to be had, one that does nothing, one that holds."""


class Masks(NamedTuple):
    """What one ruleset handles, and so refuses."""

    abi: int
    files: int
    net: int
    scoped: int

    def packed(self) -> bytes:
        """The kernel's `landlock_ruleset_attr`, as long as this ABI knows it."""
        if self.abi >= SCOPE_ABI:
            return struct.pack("QQQ", self.files, self.net, self.scoped)
        if self.abi >= NET_ABI:
            return struct.pack("QQ", self.files, self.net)
        return struct.pack("Q", self.files)


def abi() -> int:
    """The kernel's Landlock ABI; 0 where there is none or it is switched off."""
    try:
        return syscall("landlock_create_ruleset", None, 0, VERSION_QUERY)
    except OSError:
        return 0


def ruleset() -> tuple[int, Masks]:
    """A descriptor of the widest ruleset this kernel takes, and what it really handles; raises OSError if none."""
    for masks in _from_widest(abi()):
        attribute = masks.packed()
        try:
            return syscall("landlock_create_ruleset", attribute, len(attribute), 0), masks
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
    raise OSError(errno.ENOSYS, "Landlock is absent or switched off")


def grant(descriptor: int, masks: Masks, path: str, rights: int) -> None:
    """The ruleset grants what it handles of these rights below the path."""
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        syscall("landlock_add_rule", descriptor, PATH_BENEATH, struct.pack("<Qi", rights & masks.files, place), 0)
    finally:
        os.close(place)


def restrict_to(masks: Masks, rights_by_path: Mapping[str, int]) -> None:
    """This thread has these rights below these paths, and no other right that the masks handle."""
    attribute = masks.packed()
    descriptor = syscall("landlock_create_ruleset", attribute, len(attribute), 0)
    for path, rights in rights_by_path.items():
        grant(descriptor, masks, path, rights)
    restrict(descriptor)
    os.close(descriptor)


def restrict(descriptor: int) -> None:
    """This thread and its children are under the ruleset for ever; needs no_new_privs."""
    syscall("landlock_restrict_self", descriptor, 0)


def prove(descriptor: int) -> None:
    """A child under the ruleset was refused a directory; raises OSError if the kernel only pretends."""
    child = os.fork()
    if child == 0:
        os._exit(_try_directory(descriptor))
    _, status = os.waitpid(child, 0)
    exit_code = os.waitstatus_to_exitcode(status)
    if exit_code != REFUSED:
        raise OSError(errno.EPERM, "Landlock was accepted and refuses nothing" if exit_code else "Landlock is denied")


def _try_directory(descriptor: int) -> int:
    try:
        restrict(descriptor)
    except OSError:
        return DENIED
    try:
        os.listdir("/")
    except PermissionError:
        return REFUSED
    return OPEN


def _from_widest(advertised: int) -> Iterator[Masks]:
    for version in range(advertised, 0, -1):
        files = (1 << max(bits for first, bits in FILE_RIGHTS.items() if first <= version)) - 1
        net = NET_RIGHTS if version >= NET_ABI else 0
        for scoped in SCOPES if version >= SCOPE_ABI else (0,):
            yield Masks(version, files, net, scoped)
