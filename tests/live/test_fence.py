"""After a freeze no effect of the level stands on a real log until its thaw, under load, whenever either comes."""

import asyncio
import random
from pathlib import Path

import pytest

from messages.base import decode
from messages.kernel import control, order
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.testing.audits import dead_and_answered, fence_breaches, repetitions
from tests.live.councils import ROSTER
from tests.live.driving import Drive, driven

PER_S = 250
SEED = 20_260_101
ROUNDS = 4


async def load(drive: Drive, dice: random.Random, over_s: float) -> list[str]:
    """The ids of the tasks that were published, at random moments, for so long."""
    loop = asyncio.get_running_loop()
    end = due = loop.time()
    end += over_s
    names: list[str] = []
    async with asyncio.TaskGroup() as group:
        while due < end:
            due += dice.expovariate(PER_S)
            await asyncio.sleep(max(0.0, due - loop.time()))
            names.append(f"errand-{len(names)}")
            group.create_task(drive.publish("errand", {}, names[-1]))
    return names


async def freeze_and_thaw(drive: Drive, dice: random.Random, until: "asyncio.Task[list[str]]") -> None:
    """Levels are frozen and thawed, one or both, for spans from nothing to some hundred milliseconds."""
    while not until.done():
        await asyncio.sleep(dice.expovariate(1 / 0.4))
        levels = dice.choice(((Level.FOUNDATION,), (Level.AUTONOMY,), FREEZABLE))
        fences = [(level, await drive.freeze(level)) for level in levels]
        await asyncio.sleep(dice.choice((0.0, dice.expovariate(1 / 0.2))))
        for level, fence in fences:
            await drive.thaw(level, fence)


def check_settled(drive: Drive) -> tuple[int, int]:
    """How many freezes were complete before their thaw, and how many were overtaken by it; each has its word."""
    complete = overtaken = 0
    words = {word.fence: word for word in drive.log.said(control.Settled)}
    sets = [(record.seq, decode(control.Set, record.data)) for record in drive.log.found(control.Set)]
    assert len(words) == len(drive.log.said(control.Settled))
    for seq, said in sets:
        if said.mode is not Mode.FROZEN:
            continue
        word = words.pop(seq)
        members = {member.name for member in ROSTER.members if member.level is said.level}
        named = set(word.verified) | set(word.killed)
        thaw = next(at for at, later in sets if at > seq and later.level is said.level)
        at = next(r.seq for r in drive.log.found(control.Settled, seq) if decode(control.Settled, r.data).fence == seq)
        if at < thaw:
            assert named == members, word
            complete += 1
        else:
            assert named <= members
            assert word.killed == (), "actors were killed although the freeze was over"
            overtaken += 1
    assert not words
    return complete, overtaken


def unsettled(drive: Drive) -> set[int]:
    """Places of freezes of which nobody has said yet that they are complete."""
    frozen = {
        record.seq for record in drive.log.found(control.Set) if decode(control.Set, record.data).mode is Mode.FROZEN
    }
    return frozen - {word.fence for word in drive.log.said(control.Settled)}


async def storm(home: Path, over_s: float) -> None:
    dice = random.Random(SEED)
    told = {"ledger": str(home / "ledger")}
    actors = {"once": told, "again": told}
    async with driven(home, "tests.live.councils:ROSTER", sync_always=False, actors=actors) as drive:
        loading = asyncio.create_task(load(drive, dice, over_s))
        await freeze_and_thaw(drive, dice, loading)
        names = await loading
        await drive.all_ended(names, limit_s=60 + over_s)
        await drive.log.until(lambda: unsettled(drive) == set(), "each freeze is settled")
        records = drive.log.records
        proof = drive.log.proof(drive.council.settings.council)
        assert proof.holds, (proof.violations[:5], proof.faults[:5])
        assert fence_breaches(records) == []
        assert repetitions(records) == []
        assert dead_and_answered(records) == []
        assert dict(drive.log.ends) == dict.fromkeys(names, 1)
        assert len(names) > PER_S * over_s / 2
        complete, overtaken = check_settled(drive)
        print(f"{len(names)} tasks, {len(records)} records, {proof.freezes} freezes: {complete=} {overtaken=}")
        assert complete >= over_s / 3


async def test_no_effect_of_a_frozen_level_stands_between_freeze_and_thaw(tmp_path: Path) -> None:
    await storm(tmp_path, over_s=12.0)


async def test_a_freeze_that_comes_while_nobody_hears_it_is_completed_afterwards(tmp_path: Path) -> None:
    async with driven(tmp_path, "tests.live.councils:HUNG") as drive:
        supervising = drive.council.supervisor
        assert supervising is not None
        supervising._connection._link.client._transport.close()  # type: ignore[attr-defined]
        fence = await drive.freeze(Level.FOUNDATION)
        settled = await drive.settled(fence)
        assert set(settled.verified) == {"spinner", "hanger", "idler", "dawdler"}
        assert settled.killed == ()
        await drive.thaw(Level.FOUNDATION, fence)
        supervising._connection._link.client._transport.close()  # type: ignore[attr-defined]
        again = await drive.freeze(Level.FOUNDATION)
        await drive.settled(again)
        assert unsettled(drive) == set()
        assert len(drive.log.said(control.Settled)) == 2


async def test_each_freeze_is_complete_and_said_so_although_the_server_dies_over_it(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with driven(tmp_path, "tests.live.councils:HUNG") as drive:
        for round_number in range(ROUNDS):
            wish = asyncio.create_task(drive.operator.order(order.Freeze(levels=(Level.FOUNDATION,), reason="first")))
            await asyncio.sleep(dice.uniform(0.0, 0.01) * (round_number > 0))
            await drive.kill_server()
            await asyncio.gather(wish, return_exceptions=True)
            fence = await drive.freeze(Level.FOUNDATION)
            settled = await drive.settled(fence)
            assert settled.killed == ()
            await drive.thaw(Level.FOUNDATION, fence)
        await drive.log.until(lambda: unsettled(drive) == set(), "each freeze is settled")


@pytest.mark.soak
async def test_no_effect_of_a_frozen_level_stands_between_freeze_and_thaw_for_a_minute(tmp_path: Path) -> None:
    await storm(tmp_path, over_s=60.0)
