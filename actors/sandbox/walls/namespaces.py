"""Namespaces: a process that owns nothing, sees nobody, has no network and no files."""

import os
import re
import socket
from typing import Final, NoReturn

from actors.sandbox.walls.kernel import PR_SET_DUMPABLE, die_with_parent, prctl, syscall

NOBODY: Final = 65534
"""The user and group that own nothing. *Cited*: the kernel's overflowuid."""

NEW_MOUNT, NEW_CGROUP, NEW_UTS, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000
"""The flags of unshare. *Cited*: `linux/sched.h`."""

HOST_NAME: Final = "jail"
"""What the host is called inside. *Chosen*: its own name is nobody's business."""

READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
"""The flags of mount. *Cited*: `linux/mount.h`."""

MOUNT_POINT: Final = 4
"""Which word of a line of mountinfo is the place, with spaces and such in octal. *Cited*: proc_pid_mountinfo(5)."""

OCTAL: Final = re.compile(r"\\([0-7]{3})")
"""A letter that mountinfo does not write as it is. *Cited*: proc_pid_mountinfo(5)."""

DETACH: Final = 2
"""Unmount lazily. *Cited*: umount2(2)."""

ROOT_OPTIONS: Final = b"size=4k,nr_inodes=16,mode=555"
"""The new root holds a few empty directories. *Derived* from that."""

LIBRARY: Final = "/library"
"""Where the profile with files finds the standard library. *Chosen*: the host's own path is nobody's business."""

NOT_OF_THE_LIBRARY: Final = ("site-packages", "dist-packages")
"""What else lies in its directory: packages of the host's own, which may be private. *Cited*: `site`, and Debian's."""

SCRATCH: Final = "/scratch"
"""Where the profile with files may write. *Chosen*."""

SCRATCH_BYTES: Final = 128 << 20
"""What all files of one run may take, in memory. *Chosen*: one file of the largest size, and some more."""

SCRATCH_INODES: Final = 1024
"""How many files and directories one run may have. *Chosen*: an unpacked archive of a reasonable size."""

SCRATCH_OPTIONS: Final = f"size={SCRATCH_BYTES},nr_inodes={SCRATCH_INODES},mode=700".encode()
"""*Derived* from both."""


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
    socket.sethostname(HOST_NAME)
    inner = os.fork()
    if inner:
        _wait_out(inner)
    die_with_parent()


def bare_root() -> None:
    """The root directory is an empty, read-only tmpfs and nothing else is mounted."""
    _tmpfs("/tmp", ROOT_OPTIONS)
    _move_root()
    _read_only("/")
    if os.listdir("/"):
        raise OSError("the new root is not empty")


def root_with_library() -> None:
    """The root holds the library, which is the working directory now, and a place for scratch; all read-only.

    The library is found by the working directory since its path may lead through directories of another user.
    """
    _tmpfs("/tmp", ROOT_OPTIONS)
    for place in (LIBRARY, SCRATCH):
        os.mkdir(f"/tmp{place}")
    syscall("mount", b".", f"/tmp{LIBRARY}".encode(), None, BIND | RECURSIVE, None)
    for place in NOT_OF_THE_LIBRARY:
        if os.path.isdir(f"/tmp{LIBRARY}/{place}"):
            _tmpfs(f"/tmp{LIBRARY}/{place}", ROOT_OPTIONS)
    mounts = _mounts_below(f"/tmp{LIBRARY}")
    _move_root()
    for place in (*mounts, "/"):
        _read_only(place.removeprefix("/tmp"))


def make_scratch() -> None:
    """The working directory is an empty one of this process's own, gone when it ends."""
    syscall("unshare", NEW_MOUNT)
    _tmpfs(SCRATCH, SCRATCH_OPTIONS)
    os.chdir(SCRATCH)


def _tmpfs(place: str, options: bytes) -> None:
    syscall("mount", b"tmpfs", place.encode(), b"tmpfs", NO_SUID | NO_DEV | NO_EXEC, options)


def _mounts_below(place: str) -> list[str]:
    """Every mount at the place and below it: what holds for one does not hold for those on top of it."""
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
        points = [OCTAL.sub(_letter, line.split(" ")[MOUNT_POINT]) for line in file]
    return [point for point in points if point == place or point.startswith(f"{place}/")]


def _letter(found: re.Match[str]) -> str:
    return chr(int(found[1], 8))


def _move_root() -> None:
    """What is mounted on /tmp is the root, and the old one is gone."""
    os.mkdir("/tmp/old")
    syscall("pivot_root", b"/tmp", b"/tmp/old")
    os.chdir("/")
    syscall("umount2", b"/old", DETACH)
    os.rmdir("/old")


def _read_only(place: str) -> None:
    flags = BIND | REMOUNT | READ_ONLY | NO_SUID | NO_DEV | NO_EXEC
    syscall("mount", b"none", place.encode(), None, flags, None)


def _wait_out(inner: int) -> NoReturn:
    os.closerange(0, 3)  # or the host would not see the inner process hang up
    _, status = os.waitpid(inner, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
