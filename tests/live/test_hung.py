"""Who can't stop is killed by the freeze, stays frozen, and comes to an end with what hung it after the thaw."""

import asyncio
from pathlib import Path

from messages.kernel import actor as life
from messages.kernel.control import Level
from tests.live.councils import RETRIES_S, Hung
from tests.live.driving import AGAIN_S, Drive, driven

STUCK_S = 2.0
FREEZE_LIMIT_S = 1.0


async def hang_both(drive: Drive) -> None:
    """The worker waits for ever in one process and the decider spins for ever in another."""
    await drive.publish("hang", {"id": "endless-hang", "endless": True}, "endless-hang")
    await drive.log.until(lambda: bool(drive.log.said(Hung)), "the worker hangs")
    await drive.publish("spin", {"endless": True}, "endless-spin")
    assert drive.council.supervisor is not None
    spinning = next(cell for cell in drive.council.supervisor.cells if cell.zone.name == "spinning")
    async with asyncio.timeout(10):
        while "spinner" not in spinning.look().inputs:  # noqa: ASYNC110
            await asyncio.sleep(AGAIN_S)


async def test_who_cannot_stop_is_killed_and_named_and_frozen_until_the_thaw(tmp_path: Path) -> None:
    async with driven(tmp_path, "tests.live.councils:HUNG", stuck_s=STUCK_S, freeze_limit_s=FREEZE_LIMIT_S) as drive:
        await hang_both(drive)
        before = {zone: drive.pid_of(zone) for zone in ("spinning", "hanging", "idle")}
        fence = await drive.freeze(Level.FOUNDATION)
        settled = await drive.settled(fence)
        assert set(settled.killed) == {"spinner", "hanger"}
        assert set(settled.verified) == {"idler", "dawdler"}
        assert FREEZE_LIMIT_S <= settled.took_s < FREEZE_LIMIT_S + 2

        await drive.log.until(
            lambda: {word.actor for word in drive.log.said(life.Froze, fence)} == {*settled.killed, *settled.verified},
            "those who were killed are back, and frozen",
        )
        after = {zone: drive.pid_of(zone) for zone in before}
        assert after["idle"] == before["idle"]
        assert after["spinning"] not in (None, before["spinning"])
        assert after["hanging"] not in (None, before["hanging"])

        neighbours = [f"{kind}-{number}" for kind in ("spin", "hang") for number in range(5)]
        for name in neighbours:
            await drive.publish(name[:4], {"id": name}, name)
        assert drive.log.ends == {}
        thaw = await drive.thaw(Level.FOUNDATION, fence)
        await drive.all_ended(neighbours)
        await drive.log.until(lambda: bool(drive.log.said(life.DeadLettered)), "what spins is given up")

        (letter,) = drive.log.said(life.DeadLettered)
        assert (letter.actor, letter.phase, letter.attempts) == ("spinner", "decide", len(RETRIES_S) + 1)
        assert "killed while it handled" in letter.error
        assert [faltered.attempt for faltered in drive.log.said(life.Faltered)] == [1, 2]
        (held,) = drive.log.said(life.Held)
        assert (held.actor, held.intent) == ("hanger", {"task": "endless-hang"})
        await drive.publish("spin", {}, "spin-last")
        await drive.publish("hang", {"id": "hang-last"}, "hang-last")
        await drive.all_ended(["spin-last", "hang-last"])
        assert set(drive.log.ends) == {*neighbours, "spin-last", "hang-last"}
        assert set(drive.log.ends.values()) == {1}
        proof = drive.log.proof(drive.council.settings.council)
        assert proof.holds
        assert [(frost.seq, frost.thaw) for frost in proof.frosts] == [(fence, thaw)]


async def test_who_spins_without_a_freeze_is_found_stuck_and_killed(tmp_path: Path) -> None:
    async with driven(tmp_path, "tests.live.councils:HUNG", stuck_s=STUCK_S) as drive:
        await drive.publish("spin", {"endless": True}, "endless-spin")
        await drive.publish("spin", {}, "spin-next")
        await drive.all_ended(["spin-next"])
        await drive.log.until(lambda: bool(drive.log.said(life.DeadLettered)), "what spins is given up")
        stuck = drive.log.said(life.Stuck)
        assert {word.actor for word in stuck} == {"spinner"}
        assert len(stuck) == len(RETRIES_S) + 1
        assert all(word.input == drive.log.said(life.DeadLettered)[0].input for word in stuck)
