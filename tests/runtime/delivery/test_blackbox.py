"""A black box is read while it is written, and after who wrote it was killed at whichever point."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.delivery.blackbox import DECIDING, FROZEN, WAITING, WORKING, Blackbox, Moment

ACTORS = ("kublai", "jochi")


def box(folder: Path, *, create: bool = False) -> Blackbox:
    """The box of two actors."""
    return Blackbox(folder / "zone.blackbox", ACTORS, create=create)


def half_written(before: bytes, after: bytes) -> Iterator[bytes]:
    """The file at each point of a note, whether it was zeroed first or written over."""
    changed = [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    first, last = changed[0], changed[-1] + 1
    zeroed = before[:first] + bytes(last - first) + before[last:]
    for base in (before, zeroed):
        for place in range(first, last + 1):
            yield base[:first] + after[first:place] + base[place:]


@pytest.mark.parametrize("notes", range(1, 6))
def test_whatever_part_of_a_note_is_written_the_moment_is_the_one_before_or_the_one_after(
    tmp_path: Path, notes: int
) -> None:
    path = tmp_path / "zone.blackbox"
    writing = box(tmp_path, create=True)
    for number in range(notes):
        writing.note("jochi", (WAITING, DECIDING)[number % 2], number << 40)
    before, old = path.read_bytes(), writing.look("jochi")
    writing.note("jochi", WORKING, 2**62 - 1)
    after, new = path.read_bytes(), writing.look("jochi")
    assert old != new
    for content in half_written(before, after):
        path.write_bytes(content)
        reading = box(tmp_path)
        assert reading.look("jochi") in (old, new)
        assert reading.look("kublai") == Moment("", 0, 0.0)
        reading.close()


def test_the_last_note_is_the_one_that_is_seen_from_elsewhere(tmp_path: Path) -> None:
    writing, reading = box(tmp_path, create=True), box(tmp_path)
    for number in range(100):
        for actor in ACTORS:
            writing.note(actor, DECIDING, number)
            assert (reading.look(actor).step, reading.look(actor).input) == ("deciding", number)


def test_a_freeze_keeps_the_moment_at_which_it_began(tmp_path: Path) -> None:
    writing = box(tmp_path, create=True)
    writing.note("kublai", FROZEN)
    began = writing.look("kublai")
    writing.note("kublai", FROZEN)
    assert writing.look("kublai") == began
    writing.note("kublai", WAITING)
    writing.note("kublai", FROZEN)
    assert writing.look("kublai").since > began.since
