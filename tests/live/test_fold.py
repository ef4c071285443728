"""An actor's state is the fold of the log and nothing else: a real council, stopped, compared, woken without memory."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.roster import ROSTER
from bus.accounts.accounts import covers
from bus.log import Record
from messages.kernel.control import Level
from runtime.actor import Actor
from runtime.delivery.fold import Snapshot, state_at
from runtime.delivery.snapshot import SnapshotFile
from runtime.directory.home import Home
from runtime.directory.settings import Settings, actor_settings
from runtime.testing.audits import folded
from runtime.topology import grant_of, types_heard
from tests.live.driving import Drive, driven
from tests.pace import patience

PLACE = "actors.roster:ROSTER"
SETTINGS: dict[str, Any] = {"metronome": {"interval_s": 3_600}}
"""No cycle begins by itself while the states are compared."""
DECIDERS = tuple(member for member in ROSTER.members if issubclass(member, Actor))
BUSY = {"intake", "kublai", "registry", "veto", "jochi", "temujin"}
"""Actors that a learning task leaves something in. *derived*: the flow of a learning task"""


def doubling(name: str) -> dict[str, Any]:
    """The wish for a tool that doubles a number."""
    examples = [{"args": [number], "result": 2 * number} for number in (0, 1, 5, -7, 12, 100)]
    return {"name": name, "goal": "double a number", "examples": examples}


async def learn_and_run(drive: Drive, stem: str) -> None:
    """Two tools are learnt amid a freeze, and each is called; one task is refused and one fails."""
    tools = [f"{stem}_{number}" for number in range(2)]
    for tool in tools:
        await drive.publish("learn", doubling(tool), f"learn-{tool}")
    fence = await drive.freeze(Level.FOUNDATION)
    await drive.settled(fence)
    await drive.thaw(Level.FOUNDATION, fence)
    await drive.all_ended([f"learn-{tool}" for tool in tools])
    for tool in (*tools, "unknown"):
        await drive.publish("run", {"tool": tool, "args": [21]}, f"run-{tool}-{stem}")
    await drive.publish("run", {"tool": 5}, f"wrong-{stem}")
    await drive.all_ended([f"run-{tool}-{stem}" for tool in tools] + [f"run-unknown-{stem}", f"wrong-{stem}"])


async def at_rest(drive: Drive) -> None:
    """Every decider has heard the last record that concerns it, as its gauges tell."""
    cursors: dict[str, int] = {}
    told = asyncio.Event()

    def hear(name: str, gauge: dict[str, Any]) -> None:
        cursors[name] = gauge.get("cursor", 0)
        told.set()

    await drive.auditor.gauges(hear)
    async with asyncio.timeout(patience(30)):
        while any(cursors.get(member.name, -1) < last_heard(member, drive.log.records) for member in DECIDERS):
            told.clear()
            await told.wait()


def last_heard(member: type[Actor], records: list[Record]) -> int:
    """Place of the last record that the member's inbox delivers."""
    hears = grant_of(member, Settings().names).hears
    return max((record.seq for record in records if any(covers(one, record.subject) for one in hears)), default=0)


class Stopped:
    """A council that was stopped: its log, and what each actor kept."""

    def __init__(self, home: Path, records: list[Record]) -> None:
        self.records = records
        self._settings = Settings(data_dir=str(home), actors=SETTINGS)
        self._home = Home(self._settings)
        self._configured = actor_settings(self._settings, ROSTER, self._home.provided)
        kept = {member.name: SnapshotFile(self._home.snapshots, member).load() for member in DECIDERS}
        self.kept: dict[str, Snapshot] = {name: snapshot for name, snapshot in kept.items() if snapshot is not None}

    def forget(self) -> None:
        """Nobody kept anything."""
        for file in self._home.snapshots.iterdir():
            file.unlink()

    def fresh(self, name: str) -> Actor:
        """The actor as if newly born."""
        member = next(member for member in DECIDERS if member.name == name)
        return member(self._configured[name])

    def folded_anew(self, name: str, records: list[Record]) -> Snapshot:
        """What a fold over the log gives for the actor, up to what it had heard and said last."""
        actor, kept = self.fresh(name), self.kept[name]
        types = types_heard(type(actor), ROSTER)
        mine = [
            record
            for record in records
            if record.seq <= kept.cursor or (record.seq <= kept.said and f".{name}" in record.subject)
        ]
        return folded(actor, types, self._settings.names, mine).snapshot()

    def state_at(self, name: str, seq: int) -> bytes:
        """The actor's state when everything up to this place had been handled."""
        actor = self.fresh(name)
        reads = grant_of(type(actor), self._settings.names).reads
        mine = (record for record in self.records if any(covers(one, record.subject) for one in reads))
        return msgspec.msgpack.encode(state_at(actor, types_heard(type(actor), ROSTER), mine, seq))


async def lived(home: Path, stem: str | None) -> Stopped:
    """The council has worked, if it was given something to do, was at rest, and is stopped."""
    async with driven(home, PLACE, sync_always=False, actors=SETTINGS) as drive:
        await drive.log.until(lambda: drive.log.last >= len(ROSTER.members), "all have started")
        if stem is not None:
            await learn_and_run(drive, stem)
        await at_rest(drive)
    return Stopped(home, drive.log.records)


async def four_lives(home: Path) -> list[Stopped]:
    lives = [await lived(home, "early"), await lived(home, None)]
    lives[-1].forget()
    return [*lives, await lived(home, None), await lived(home, "late")]


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> list[Stopped]:
    """Four lives of one council: with work, idle, idle without any memory, and with work again."""
    return asyncio.run(four_lives(tmp_path_factory.mktemp("fold")))


@pytest.mark.parametrize("life", range(4))
def test_what_each_actor_kept_is_the_fold_of_the_log(lives: list[Stopped], life: int) -> None:
    stopped, records = lives[life], lives[-1].records
    assert stopped.kept.keys() >= BUSY
    for name, kept in stopped.kept.items():
        if kept.said > records[-1].seq:
            continue  # said while the council ended, when nobody followed the log any more
        anew = stopped.folded_anew(name, records)
        assert (name, kept.state) == (name, anew.state)
        assert (name, kept.pending, kept.dead) == (name, anew.pending, anew.dead)


def test_who_wakes_without_any_memory_is_the_same_byte_for_byte(lives: list[Stopped]) -> None:
    _, with_memory, without, _ = lives
    same = {name for name, kept in without.kept.items() if with_memory.kept[name].cursor == kept.cursor}
    assert same >= BUSY - {"veto"}, "who heard nothing between the two lives can be compared"
    for name in same:
        assert (name, without.kept[name].state) == (name, with_memory.kept[name].state)


def test_the_state_at_an_earlier_place_is_that_of_the_actor_that_was_stopped_there(lives: list[Stopped]) -> None:
    early, later = lives[0], lives[-1]
    place = early.records[-1].seq
    assert len(later.records) > 1.5 * place
    for name, kept in early.kept.items():
        assert (name, later.state_at(name, max(place, kept.said))) == (name, kept.state)
    assert any(later.state_at(name, later.records[-1].seq) != kept.state for name, kept in early.kept.items())
