"""How a command ends: a number for scripts, a sentence for people, never a traceback for a mistake."""

import enum
from pathlib import Path

import click

from bus.errors import Denied, Duplicate, LogError, UnsafeKey
from runtime.errors import BadRoster, BadSetting, BadSignature, NotObeyed, SetBack, Taken, Unanswered, Unsayable
from runtime.visible import set_off, visible


class Exit(enum.IntEnum):
    """What the number says; 124 and 130 are those of timeout(1) and of a shell at an interrupt."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    DENIED = 4
    CONFLICT = 5
    FROZEN = 6
    UNREACHABLE = 7
    UNPROVED = 8
    """Nothing is wrong with it, and nothing shows whose it is. *chosen*"""
    TIMEOUT = 124
    INTERRUPTED = 130


class Ended(click.ClickException):
    """The command ends here, with this number and this sentence on standard error; `below` are lines of their own."""

    def __init__(self, exit_code: Exit, message: str, below: str = "") -> None:
        super().__init__("\n".join((set_off(message), *filter(None, (visible(below),)))))
        self.exit_code = int(exit_code)  # type: ignore[misc]


def unwritable(error: OSError, out: Path) -> Ended:
    """The command ends since nothing can be written where --out leads."""
    reason = "it is no directory" if isinstance(error, FileExistsError) else error.strerror
    return Ended(Exit.FAILED, f"{error.filename or out} can't be written: {reason}; name another directory with --out")


KNOWN: dict[type[Exception], Exit] = {
    Denied: Exit.DENIED,
    UnsafeKey: Exit.DENIED,
    Duplicate: Exit.CONFLICT,
    Taken: Exit.CONFLICT,
    SetBack: Exit.CONFLICT,
    LogError: Exit.UNREACHABLE,
    BadSetting: Exit.USAGE,
    BadRoster: Exit.USAGE,
    BadSignature: Exit.USAGE,
    Unsayable: Exit.USAGE,
    NotObeyed: Exit.DENIED,
    Unanswered: Exit.TIMEOUT,
    TimeoutError: Exit.TIMEOUT,
    OSError: Exit.FAILED,
}
"""Errors that are no fault of this program, by how the command ends; the first that fits counts. *chosen*"""


def ended_by(error: Exception) -> Ended | None:
    """How a command ends that met this error; None for an error that nobody foresaw."""
    for kind, exit_code in KNOWN.items():
        if isinstance(error, kind):
            return Ended(exit_code, _words(error))
    return None


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__
