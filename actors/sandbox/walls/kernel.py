"""System calls by name, and the few process-wide switches that are one call each."""

import ctypes
import errno
import os
import struct
from typing import Final

from actors.sandbox.walls.numbers import number_of

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_CAPBSET_DROP: Final = 24
PR_SET_NO_NEW_PRIVS: Final = 38
PR_CAP_AMBIENT: Final = 47
PR_CAP_AMBIENT_CLEAR_ALL: Final = 4
"""The options of prctl used here. *Cited*: `linux/prctl.h`."""

CAPABILITY_VERSION_3: Final = 0x20080522
"""The header of a 64-bit capset. *Cited*: `linux/capability.h`."""

CAPABILITIES: Final = 64
"""How many capability bits there can be. *Derived* from the 64-bit mask."""

SIGKILL: Final = 9
"""The signal that cannot be caught. *Cited*: signal(7)."""

_libc: Final = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def syscall(name: str, *arguments: int | bytes | None) -> int:
    """The call was made and did not fail; raises OSError with its errno otherwise."""
    number = number_of(name)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    answer: int = _libc.syscall(ctypes.c_long(number), *words)
    if answer == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)
    return answer


def prctl(option: int, value: int = 0) -> None:
    """The process-wide option has the value."""
    syscall("prctl", option, value, 0, 0, 0)


def die_with_parent() -> None:
    """The kernel kills this process once the thread that started it has ended; a change of user undoes this."""
    prctl(PR_SET_PDEATHSIG, SIGKILL)


def drop_bounding_set() -> None:
    """No later exec can gain a capability; silent where the process may not drop them."""
    for capability in range(CAPABILITIES):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # EINVAL beyond the kernel's last one, EPERM without CAP_SETPCAP: no_new_privs covers it
            return


def drop_capabilities() -> None:
    """This process holds no capability and inherits none to anyone."""
    prctl_clear_ambient()
    syscall("capset", struct.pack("Ii", CAPABILITY_VERSION_3, 0), bytes(24))


def prctl_clear_ambient() -> None:
    """The ambient set is empty."""
    syscall("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
