"""The real council on a real server, measured: processes, log, a flood of tasks, a starved resource."""

import asyncio
import os
import signal
from pathlib import Path
from typing import get_args

from messages import task
from messages.autonomy.foundation import Observed, Resource, Sampled
from messages.kernel.actor import Crashed
from messages.kernel.clock import Ticked
from messages.kernel.control import Level
from tests.live.driving import Drive, driven

INTERVAL_S = 0.5
SETTINGS = {"metronome": {"interval_s": INTERVAL_S}}
ROSTER = "actors.roster:ROSTER"


def last(drive: Drive) -> int:
    return max((each.cycle for each in drive.log.said(Ticked)), default=0)


async def cycles(drive: Drive, number: int) -> None:
    def reached() -> bool:
        return any(each.cycle >= number for each in drive.log.said(Observed))

    await drive.log.until(reached, f"cycle {number}")


def cycle_at(drive: Drive, place: int) -> int:
    """The cycle that was under way at the place."""
    ticks = zip(drive.log.said(Ticked), drive.log.found(Ticked), strict=True)
    return max((tick.cycle for tick, record in ticks if record.seq < place), default=0)


async def test_each_cycle_of_a_real_council_is_measured_whole(tmp_path: Path) -> None:
    async with driven(tmp_path, ROSTER, actors=SETTINGS) as drive:
        await cycles(drive, last(drive) + 6)
        sampled, observed = drive.log.said(Sampled)[1:], drive.log.said(Observed)[1:]
    told = [each.cycle for each in observed]
    assert len(told) >= 3
    assert told == list(range(told[0], told[0] + len(told)))
    assert {*told} <= {each.cycle for each in sampled}
    assert all(each.missing == () for each in sampled)
    assert all(each.missing == () for each in observed)
    assert all(set(each.resources) == set(get_args(Resource)) for each in observed)
    sizes = [each.stored_bytes or 0 for each in sampled]
    assert sizes == sorted(set(sizes))
    assert all(0 < (each.memory or 0) < 1 for each in sampled)
    spent = [each.cpu_s or 0 for each in sampled]
    assert spent == sorted(spent)
    assert spent[-1] > spent[0] > 0


async def test_a_flood_of_tasks_is_seen_within_three_cycles(tmp_path: Path) -> None:
    async with driven(tmp_path, ROSTER, actors=SETTINGS) as drive:
        await cycles(drive, last(drive) + 2)
        names = [f"flood-{number}" for number in range(150)]
        await drive.publish_all("run", {name: {"tool": "nothing"} for name in names})
        await drive.log.until(lambda: len(drive.log.found(task.Accepted)) >= 150, "accepted")
        places = [record.seq for record in drive.log.found(task.Accepted)]
        first, final = cycle_at(drive, min(places)), cycle_at(drive, max(places))
        await cycles(drive, final + 3)
        seen = {each.cycle: each for each in drive.log.said(Observed)}
    assert sum(seen[cycle].arrivals for cycle in seen if first <= cycle <= first + 3) > 0
    assert sum(seen[cycle].arrivals for cycle in seen if first <= cycle <= final + 3) == 150
    assert sum(each.failed for each in seen.values()) > 0


async def test_a_council_over_its_memory_budget_is_seen_starved_at_once(tmp_path: Path) -> None:
    settings = {**SETTINGS, "gauge": {"memory_bytes": 64 << 20, "processors": 0.05}}
    async with driven(tmp_path, ROSTER, actors=settings) as drive:
        began = last(drive)
        await cycles(drive, began + 3)
        found = [each for each in drive.log.said(Observed) if each.cycle <= began + 3]
    assert found[-1].resources["memory"].level < 0.1


async def test_a_zone_that_is_killed_costs_the_error_budget_within_three_cycles(tmp_path: Path) -> None:
    async with driven(tmp_path, ROSTER, actors=SETTINGS) as drive:
        await cycles(drive, last(drive) + 2)
        pid, began = drive.pid_of("sandbox"), last(drive)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await drive.log.until(lambda: len(drive.log.said(Crashed)) == 1, "the crash")
        await cycles(drive, began + 4)
        found = [each for each in drive.log.said(Observed) if began <= each.cycle <= began + 4]
    assert sum(each.crashes for each in found) == 1
    assert min(each.resources["stability"].level for each in found) < 1.0


async def test_readers_that_are_frozen_are_no_lag(tmp_path: Path) -> None:
    async with driven(tmp_path, ROSTER, actors=SETTINGS) as drive:
        await cycles(drive, last(drive) + 2)
        fence = await drive.freeze(Level.FOUNDATION)
        await drive.publish_all("run", {f"waits-{number}": {"tool": "nothing"} for number in range(50)})
        await asyncio.sleep(3 * INTERVAL_S)
        frozen = drive.log.said(Sampled)[-1]
        await drive.thaw(Level.FOUNDATION, fence)
        await cycles(drive, last(drive) + 2)
    assert frozen.lag is not None
    assert frozen.lag < 50
