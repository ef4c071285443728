"""Snapshots are written beside the loop: a disk that takes its time holds up no actor."""

import asyncio
import os
import threading
from pathlib import Path

import msgspec

from messages.base import Event, Task
from runtime.actor import Actor, Emits
from runtime.delivery.fold import Fold
from runtime.delivery.snapshot import PAUSE_FOR_SNAPSHOT, SnapshotFile, Snapshots
from tests.pace import patience

LIMIT_S = patience(5.0)
"""The disk is free after this, so that who waits for it is found out and does not hang."""


class Drop(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more."""


class Dropped(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It was counted."""

    for_people = True


class Counter(Actor):
    """Counts."""

    class State(msgspec.Struct):
        count: int = 0

    def on_drop(self, _m: Drop) -> Emits[Dropped]:
        return iter(())


def heard(count: int) -> Fold:
    """A fold that has heard so much."""
    fold = Fold(Counter(), {})
    fold.cursor = fold.actor.state.count = count
    return fold


def restored(file: SnapshotFile) -> Fold:
    """A new fold after what is on the disk."""
    fold = Fold(Counter(), {})
    Snapshots(file).restore(fold)
    return fold


async def test_while_the_disk_keeps_one_waiting_the_loop_turns_and_no_other_is_begun(tmp_path: Path) -> None:
    stuck = tmp_path / "counter.new"
    os.mkfifo(stuck)
    file = SnapshotFile(tmp_path, Counter)
    snapshots = Snapshots(file)
    free = threading.Timer(LIMIT_S, lambda: os.open(stuck, os.O_RDONLY | os.O_NONBLOCK))
    free.start()
    snapshots.take(heard(3))
    written = asyncio.create_task(snapshots.written())
    for _ in range(100):
        await asyncio.sleep(0)
    snapshots.take(heard(4))
    assert not written.done()
    assert not snapshots.due(heard(2 * PAUSE_FOR_SNAPSHOT))
    assert not snapshots.overdue(heard(2 * PAUSE_FOR_SNAPSHOT))
    reader = os.open(stuck, os.O_RDONLY | os.O_NONBLOCK)
    await written
    os.close(reader)
    free.cancel()
    assert snapshots.overdue(heard(2 * PAUSE_FOR_SNAPSHOT))
    (tmp_path / "counter.snapshot").unlink()
    snapshots.take(heard(5))
    await snapshots.written()
    assert restored(file).cursor == restored(file).actor.state.count == 5


async def test_nothing_new_is_nothing_to_write(tmp_path: Path) -> None:
    snapshots = Snapshots(SnapshotFile(tmp_path, Counter))
    snapshots.take(heard(0))
    await snapshots.written()
    assert os.listdir(tmp_path) == []


def test_without_a_file_none_is_ever_due() -> None:
    snapshots = Snapshots(None)
    assert not snapshots.due(heard(2 * PAUSE_FOR_SNAPSHOT))
    assert not snapshots.overdue(heard(2 * PAUSE_FOR_SNAPSHOT))
