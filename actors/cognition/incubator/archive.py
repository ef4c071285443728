"""What was tried, so that it is not tried again unchanged: one line of JSON for each trial."""

from pathlib import Path
from typing import Final

import msgspec

from actors.cognition.incubator.trial import Verdict

SUFFIX: Final = ".tried.jsonl"
"""Beside the hypothesis's file. *chosen*"""


class Unreadable(ValueError):
    """A line of the archive that is none."""


def path_of(file: Path) -> Path:
    """Where the trials of a hypothesis's file are kept."""
    return file.with_name(file.name + SUFFIX)


def earlier(path: Path, fingerprint: str) -> Verdict | None:
    """The last trial of the same hypothesis. Raises Unreadable and OSError."""
    if not path.exists():
        return None
    found = None
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            verdict = msgspec.json.decode(line, type=Verdict)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreadable(f"{path}, line {number}: no trial ({error}); remove the line, or the file") from None
        if verdict.fingerprint == fingerprint:
            found = verdict
    return found


def keep(path: Path, verdict: Verdict) -> None:
    """The trial stands in the archive."""
    with open(path, "ab") as file:
        file.write(msgspec.json.encode(verdict) + b"\n")
