"""Which system calls may be made: by the template, and by a child once it is locked."""

import errno
from typing import Final

from actors.sandbox.walls.bpf import ALLOW, EQUAL, KILL, LOAD, REFUSE, RETURN, Filter, low_word, step

HARMLESS: Final = (
    *("read", "write", "futex", "munmap", "brk", "mremap", "mincore"),
    *("rt_sigprocmask", "rt_sigaction", "rt_sigreturn", "sigaltstack", "close", "exit", "exit_group", "getrandom"),
    *("gettimeofday", "time", "nanosleep", "sched_yield"),
    *("getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "poll", "ppoll", "select", "pselect6"),
    *("restart_syscall", "getrusage", "times", "lseek", "readv", "writev", "rseq", "set_robust_list", "uname"),
    "getcpu",
)
"""What Python needs to compute, wait and end; none takes a path or makes a descriptor.

*Chosen*: the preloaded modules work under it, and nothing here reaches beyond the process."""

TEMPLATE_REFUSED_TO_CHILD: Final = (
    *("clone", "fork", "vfork", "wait4", "waitid", "sendmsg", "recvmsg", "sendto", "recvfrom", "setsid"),
    *("dup2", "dup3", "close_range", "setrlimit", "setpriority", "landlock_restrict_self"),
)
"""What forking and locking a child takes; learnt code may try it by accident and gets EPERM. *Derived*."""

TEMPLATE_KILLED_IN_CHILD: Final = ("unshare", "setns", "capset", "seccomp")
"""What forking and locking a child takes and no learnt function can want. *Derived*."""

FILES: Final = (
    *("open", "openat", "stat", "lstat", "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"),
    *("getdents64", "getcwd", "chdir", "fchdir", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "rename"),
    *("renameat", "renameat2", "truncate", "ftruncate", "pread64", "pwrite64", "fsync", "fdatasync", "readlink"),
    *("readlinkat", "dup", "umask", "fallocate", "statfs", "fstatfs", "sendfile", "copy_file_range", "fadvise64"),
    *("chmod", "fchmod", "fchmodat"),
)
"""What the profile with files may do on top: the mounts and Landlock decide on which paths.

*Chosen*: what `open`, `pathlib`, `shutil`, `tempfile` and `zipfile` take; no links, nodes, attributes or devices, and
no locks, which take no right to write and would reach whoever has the same file."""

HERE: Final = 0xFFFFFF9C
"""AT_FDCWD as the filter sees it: a path, and no descriptor that was there before. *Cited*: `linux/fcntl.h`."""

ATTRIBUTES: Final = ("getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr")
"""Calls that `shutil` makes and takes no for an answer, if it is the right no. *Derived* from its source."""

SCRATCH_MAKING: Final = ("mount", "landlock_create_ruleset", "landlock_add_rule")
"""What a child takes to make its scratch directory, before it is locked. *Derived*."""

HOSTILE: Final = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "mount", "umount2", "pivot_root", "chroot", "bpf"),
    *("perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key"),
    *("request_key", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("swapon", "swapoff", "open_by_handle_at", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "process_madvise"),
    *("process_mrelease", "fsopen", "fsmount", "move_mount", "open_tree", "mount_setattr", "iopl", "ioperm"),
    *("quotactl", "acct", "syslog", "settimeofday", "clock_settime", "adjtimex", "kcmp", "modify_ldt", "execve"),
    *("execveat", "setuid", "setgid", "setresuid", "setresgid", "setgroups"),
)
"""Calls whose attempt ends the process: nobody makes them by accident. *Chosen*."""

FCNTL_COMMANDS: Final = (0, 1, 2, 3, 1030)
"""DUPFD, GETFD, SETFD, GETFL, DUPFD_CLOEXEC. *Cited*: fcntl(2).

*Chosen*: SETFL would write on a file that all children have in common."""

OF_A_PROCESS: Final = 0x80000000
"""The bit of a clock's number that makes it the clock of a process or thread. *Cited*: clock_getcpuclockid(3)."""

ADVICE: Final = (0, 1, 2, 3, 4, 8, 14, 15)
"""Order of access, DONTNEED, FREE and huge pages. *Cited*: madvise(2).

*Chosen*: what allocators say; MERGEABLE would show who else has the same page."""

PRCTL_OPTIONS: Final = (15, 16, 0x53564D41)
"""SET_NAME, GET_NAME, SET_VMA, which allocators use to label memory. *Cited*: `linux/prctl.h`."""

FUTEX_PRIVATE: Final = 128
"""The bit of a futex that only threads of one process meet at. *Cited*: futex(2).

*Chosen*: locks of Python and the C library have it; without it whoever maps the same page can be signalled."""

PROT_EXEC: Final = 4
"""The bit that makes memory executable. *Cited*: mmap(2)."""

PERMISSION: Final = REFUSE | errno.EPERM
ABSENT: Final = REFUSE | errno.ENOSYS
UNSUPPORTED: Final = REFUSE | errno.EOPNOTSUPP
NO_TERMINAL: Final = REFUSE | errno.ENOTTY
"""The refusals. *Derived* from errno(3)."""


def template_filter(files: bool = False) -> bytes:
    """Everything a child may do and what the template needs to make one; all else is EPERM or death."""
    rules = Filter(default=PERMISSION)
    if files:
        rules.decide((*FILES, *SCRATCH_MAKING), ALLOW).decide(ATTRIBUTES, UNSUPPORTED)
        rules.allow_values("utimensat", 0, (HERE,), PERMISSION)
        rules.decide(("ioctl",), NO_TERMINAL)  # Python asks a new file whether it is one, and heeds no other no
    rules.decide(HARMLESS, ALLOW)
    rules.allow_without_bits("mmap", 2, PROT_EXEC, PERMISSION).allow_without_bits("mprotect", 2, PROT_EXEC, PERMISSION)
    rules.allow_values("fcntl", 1, FCNTL_COMMANDS, PERMISSION).allow_values("madvise", 2, ADVICE, PERMISSION)
    for clock_call in ("clock_gettime", "clock_getres", "clock_nanosleep"):
        rules.allow_without_bits(clock_call, 0, OF_A_PROCESS, PERMISSION)
    rules.decide(("clone3",), ABSENT)  # the C library falls back to clone
    rules.decide(("kill", "tgkill", "prlimit64", "prctl", "sched_getaffinity"), ALLOW)
    rules.decide((*TEMPLATE_REFUSED_TO_CHILD, *TEMPLATE_KILLED_IN_CHILD), ALLOW)
    return rules.decide(HOSTILE, KILL).program()


def child_filter(own_pid: int) -> bytes:
    """Takes from a child what only the template may do; the strictest of both filters decides."""
    rules = Filter(default=ALLOW)
    rules.allow_values("kill", 0, (own_pid,), PERMISSION).allow_values("tgkill", 0, (own_pid,), PERMISSION)
    rules.allow_values("prctl", 0, PRCTL_OPTIONS, PERMISSION)
    rules.allow_values("sched_getaffinity", 0, (0, own_pid), PERMISSION)
    rules.examine("prlimit64", _own_limits_read_only(own_pid))
    rules.allow_with_bits("futex", 1, FUTEX_PRIVATE, PERMISSION)
    rules.decide(TEMPLATE_REFUSED_TO_CHILD, PERMISSION)
    return rules.decide((*TEMPLATE_KILLED_IN_CHILD, *SCRATCH_MAKING), KILL).program()


def _own_limits_read_only(own_pid: int) -> list[bytes]:
    """Allowed for pid 0 or its own with no new limit: prlimit of another process of the same user is an attack."""
    return [
        step(LOAD, low_word(0)),
        step(EQUAL, 0, 1, 0),
        step(EQUAL, own_pid, 0, 5),
        step(LOAD, low_word(2)),
        step(EQUAL, 0, 0, 3),
        step(LOAD, low_word(2) + 4),
        step(EQUAL, 0, 0, 1),
        step(RETURN, ALLOW),
        step(RETURN, PERMISSION),
    ]
