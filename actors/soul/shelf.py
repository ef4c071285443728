"""The files of one agent's SOUL: the text in force, each version, and what was put aside.

`SOUL.md` is replaced as a whole or not at all. No link is followed, and nothing that was there is lost.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

import msgspec

from actors.soul.document import LARGEST_BYTES, Unreadable, digest_of, parse

FILE: Final = "SOUL.md"
"""The file that a person reads and may edit. *cited*: specification of acquisition, section 2"""
ASIDE: Final = "SOUL.md.rejected-"
"""What was found and is not in force, by number. *chosen*"""
SHIPPED: Final = Path(__file__).resolve().parents[1] / "agents" / "souls"
"""Where the texts that ship with the council stand. *derived* from this file's place"""


class Content(msgspec.Struct, frozen=True):
    """What a file holds: a text with its digest, or a fault."""

    text: str | None = None
    digest: str = ""
    fault: str = ""
    missing: bool = False


class Unverified(ValueError):
    """The file does not hold what was written to it."""


def shipped() -> dict[str, str]:
    """The texts that ship with the council, by agent."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.md"))}


class Shelf:
    """The directory of one agent."""

    def __init__(self, root: Path, agent: str) -> None:
        self.folder = root / agent
        self.file = self.folder / FILE
        self._history = self.folder / "history"

    @property
    def untouched(self) -> bool:
        """Nothing was ever kept here."""
        return not self._history.exists() and not os.path.lexists(self.file)

    def read(self) -> Content:
        """What the file holds; neither a link nor anything but a plain file is followed."""
        try:
            handle = os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return Content(fault=f"{self.file} is missing", missing=True)
        except OSError as error:
            why = "is a link; put the text itself there" if error.errno == errno.ELOOP else f"can't be read: {error}"
            return Content(fault=f"{self.file} {why}")
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return Content(fault=f"{self.file} is no plain file; put the text itself there")
        with os.fdopen(handle, "rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        if len(data) > LARGEST_BYTES:
            return Content(fault=f"{self.file} has more than {LARGEST_BYTES} bytes; shorten it")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            return Content(fault=f"{self.file} is not UTF-8 at byte {error.start}; save it as UTF-8")
        return Content(text, digest_of(text))

    def keep(self, version: int, text: str) -> None:
        """The version's text stands in the history."""
        self._prepare()
        path = self._history / f"{version:05}-{digest_of(text)[:12]}.md"
        if not path.exists():
            _write(path, text)

    def replace(self, text: str) -> str:
        """The file holds the text, which was read back; raises Unverified or OSError, and then it is as it was."""
        self._prepare()
        before = self.read()
        backup = self.folder / f"{FILE}.backup"
        if before.text is not None:
            _write(backup, before.text)
        try:
            _write(self.file, text)
            return self._verified(text)
        except (Unverified, OSError):
            if before.text is not None:
                _write(self.file, before.text)
            raise

    def set_aside(self) -> str:
        """What stands in the file's place is kept under another name too; returns it, empty if there was nothing."""
        if not os.path.lexists(self.file):
            return ""
        number = 1
        while os.path.lexists(aside := self.folder / f"{ASIDE}{number}"):
            if os.path.samestat(os.lstat(aside), os.lstat(self.file)):
                return str(aside)
            number += 1
        try:
            os.link(self.file, aside, follow_symlinks=False)
        except OSError:
            os.rename(self.file, aside)
        _sync(self.folder)
        return str(aside)

    def _verified(self, text: str) -> str:
        after = self.read()
        if after.text != text:
            raise Unverified(f"{self.file} does not hold what was written: {after.fault or 'another text'}")
        try:
            parse(text)
        except Unreadable as error:
            raise Unverified(f"{self.file} would be no SOUL: {error}") from error
        return text

    def _prepare(self) -> None:
        self._history.mkdir(parents=True, exist_ok=True, mode=0o700)


def _write(path: Path, text: str) -> None:
    """The file holds the text, whole and on the disk, or is as it was."""
    temporary = path.with_name(f"{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """The names in the directory are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
