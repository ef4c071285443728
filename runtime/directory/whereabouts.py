"""What a council's directory knows of itself: where it was made, so that a copy is told from it."""

import os
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "place.json"
"""*chosen*"""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A directory on this host; a move leaves device and number as they are, a copy changes them."""

    device: int
    inode: int
    path: str
    port: int = 0
    """What the embedded server listened on last."""

    def is_at(self, other: "Place") -> bool:
        """Both are one directory, under whatever name."""
        return (self.device, self.inode) == (other.device, other.inode)


def place_of(folder: Path) -> Place:
    """Where the folder is; no place at all if there is none."""
    try:
        found = folder.stat()
    except OSError:
        return Place(device=-1, inode=-1, path=str(folder))
    return Place(device=found.st_dev, inode=found.st_ino, path=str(folder.resolve()))


def read_place(folder: Path) -> Place | None:
    """What was noted in the folder; None if nothing was, or nothing that can be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Place)
    except (OSError, msgspec.DecodeError):
        return None


def write_place(folder: Path, place: Place) -> None:
    """The place is noted in the folder, whole or not at all."""
    draft = folder / f"{FILE}.new"
    draft.write_bytes(msgspec.json.encode(place))
    os.replace(draft, folder / FILE)
