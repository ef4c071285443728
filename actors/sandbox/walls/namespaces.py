"""Namespaces: a process that owns nothing, sees nobody, has no network and no files."""

import os
from typing import Final, NoReturn

from actors.sandbox.walls.kernel import PR_SET_DUMPABLE, die_with_parent, prctl, syscall

NOBODY: Final = 65534
"""The user and group that own nothing. *Cited*: the kernel's overflowuid."""

NEW_MOUNT, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000
"""The flags of unshare. *Cited*: `linux/sched.h`."""

READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
"""The flags of mount. *Cited*: `linux/mount.h`."""

DETACH: Final = 2
"""Unmount lazily. *Cited*: umount2(2)."""

ROOT_OPTIONS: Final = b"size=4k,nr_inodes=16,mode=555"
"""The new root holds one empty directory for a moment. *Derived* from that."""


def give_up_root() -> None:
    """A process of root is nobody's; must come before the user namespace, which would else own root's files."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    prctl(PR_SET_DUMPABLE, 1)  # the change of user cleared it, and /proc/self/uid_map must be ours to write
    die_with_parent()  # it cleared this too


def enter() -> None:
    """This process is pid 1 in fresh namespaces, mapped to nobody; the one that called it only waits for its end."""
    uid, gid = os.getuid(), os.getgid()
    before = os.readlink("/proc/self/ns/net")
    syscall("unshare", NEW_USER | NEW_PID | NEW_MOUNT | NEW_NET | NEW_IPC | NEW_UTS | NEW_CGROUP)
    # a host may let this succeed and strip the capabilities: then one of the following fails
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{NOBODY} {uid} 1")
    _write("/proc/self/gid_map", f"{NOBODY} {gid} 1")
    if os.readlink("/proc/self/ns/net") == before:
        raise OSError("the kernel took the order for namespaces and made none")
    syscall("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    inner = os.fork()
    if inner:
        _wait_out(inner)
    die_with_parent()


def bare_root() -> None:
    """The root directory is an empty, read-only tmpfs and nothing else is mounted."""
    syscall("mount", b"tmpfs", b"/tmp", b"tmpfs", NO_SUID | NO_DEV | NO_EXEC, ROOT_OPTIONS)
    os.mkdir("/tmp/old")
    syscall("pivot_root", b"/tmp", b"/tmp/old")
    os.chdir("/")
    syscall("umount2", b"/old", DETACH)
    os.rmdir("/old")
    syscall("mount", b"none", b"/", None, BIND | REMOUNT | READ_ONLY | NO_SUID | NO_DEV | NO_EXEC, None)
    if os.listdir("/"):
        raise OSError("the new root is not empty")


def _wait_out(inner: int) -> NoReturn:
    os.closerange(0, 3)  # or the host would not see the inner process hang up
    _, status = os.waitpid(inner, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
