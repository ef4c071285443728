"""Every task ends once and nothing is done twice, while processes and the server are killed at random moments."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from messages import task
from messages.kernel import actor as life
from runtime.testing.audits import dead_and_answered, repetitions
from tests.live.councils import HELD, Began, Done, Entrusted, Once
from tests.live.driving import Drive, driven
from tests.live.test_fold import doubling

ZONES, SERVERS = 8, 3
RECORDS_PER_TASK = 5
"""Task, event, intent, result, end. *derived*: tests.live.councils"""


async def errands(home: Path, seed: int, count: int, *, sync_always: bool) -> Drive:
    """What is left of so many errands, half of which must not be begun twice, when everybody was killed meanwhile."""
    dice = random.Random(seed)
    names = [f"errand-{number}" for number in range(count)]
    told = {"ledger": str(home / "ledger")}
    actors = {"once": told, "again": told}
    async with driven(home, "tests.live.councils:ROSTER", sync_always=sync_always, actors=actors) as drive:
        publishing = asyncio.create_task(
            drive.publish_all("errand", {name: {"repeatable": dice.random() < 0.5} for name in names})
        )
        victims = await drive.kill_along(dice, ZONES, SERVERS, int(0.9 * RECORDS_PER_TASK * count))
        await publishing
        await drive.all_ended(names, limit_s=90)
        await everybody_is_born_again(drive, "errand", {})
    assert drive.log.said(life.Stuck) == []
    deaths = drive.log.said(life.Crashed)
    assert len(deaths) == ZONES + len(drive.council.roster.zones)
    assert victims.count("") == SERVERS
    assert dict(drive.log.ends) == dict.fromkeys(names, 1)
    check_said_once(drive)
    return drive


def check_said_once(drive: Drive) -> None:
    """No actor said a thing twice, or answered what it had given up; a publisher may have to ask twice."""
    said = [record for record in drive.log.records if record.subject.split(".")[1] != "task"]
    assert repetitions(said) == []
    assert dead_and_answered(said) == []


async def everybody_is_born_again(drive: Drive, kind: str, payload: Mapping[str, Any]) -> None:
    """Each zone was killed after the last end, its members have read the log anew, and one more such task has ended."""
    before = drive.log.last
    for zone in drive.council.roster.zones:
        await drive.kill_zone(zone.name)
    names = {member.name for member in drive.council.roster.members}
    await drive.log.until(
        lambda: {said.actor for said in drive.log.said(life.Started, before + 1)} == names, "all have started again"
    )
    await drive.publish(kind, payload, "last")
    await drive.all_ended(["last"])
    del drive.log.ends["last"]


def check_effects(drive: Drive, ledger: Path) -> None:
    """What must not be done twice was done once if it was answered, and at most once if nobody knows."""
    effects = Counter(ledger.read_text().split())
    entrusted = {said.task for said in drive.log.said(Entrusted)}
    held = {said.task for said in drive.log.said(task.Failed) if said.reason == HELD}
    answered = Counter(said.task for said in drive.log.said(task.Answered))
    done = Counter(said.task for said in drive.log.said(Done))
    began = Counter(said.task for said in drive.log.said(Began))
    assert done == answered
    assert held <= entrusted
    assert held.isdisjoint(answered)
    for name in entrusted:
        assert began[name] == 1, f"{name} was begun {began[name]} times"
        assert effects[name] == 1 or (name in held and effects[name] == 0), f"{name} had {effects[name]} effects"
    for name in answered:
        assert effects[name] >= 1, f"{name} was answered and not done"
    assert len(entrusted) > len(answered) / 4
    assert len(held) <= Once.concurrency * (ZONES + SERVERS), "more was interrupted than was in hand"
    print(f"{len(answered)} answered, {len(held)} held, {sum(effects.values()) - len(effects)} repeated where allowed")


@pytest.mark.parametrize("count", [1_500, pytest.param(5_000, marks=pytest.mark.soak)])
async def test_thousands_of_tasks_end_once_while_zones_and_server_are_killed(tmp_path: Path, count: int) -> None:
    drive = await errands(tmp_path, seed=1, count=count, sync_always=False)
    check_effects(drive, tmp_path / "ledger")


async def test_tasks_end_once_although_the_server_forgets_ids_after_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.install.DUPLICATE_WINDOW_S", 1)
    drive = await errands(tmp_path, seed=2, count=600, sync_always=True)
    check_effects(drive, tmp_path / "ledger")


async def test_tasks_of_the_real_council_end_once_while_zones_and_server_are_killed(tmp_path: Path) -> None:
    dice = random.Random(3)
    tools = [f"tool_{number}" for number in range(6)]
    calls: dict[str, dict[str, Any]] = {
        f"run-{tool}-{number}": {"tool": tool, "args": [number]} for tool in tools for number in range(4)
    }
    patient = {"stability": {"crashes": 100}}
    async with driven(tmp_path, "actors.roster:ROSTER", actors=patient) as drive:
        learning = asyncio.create_task(drive.publish_all("learn", {f"learn-{tool}": doubling(tool) for tool in tools}))
        await drive.log.until(lambda: bool(drive.log.said(task.Accepted)), "the work begins")
        for victim in dice.sample(["council", "sandbox", "guard", "", "council"], 5):
            await (drive.kill_zone(victim) if victim else drive.kill_server())
            seen = drive.log.last
            await drive.log.until(lambda seen=seen: drive.log.last > seen + 10, "the work goes on")  # type: ignore[misc]
        await learning
        await drive.all_ended([f"learn-{tool}" for tool in tools])
        calling = asyncio.create_task(drive.publish_all("run", calls))
        for victim in ("sandbox", "council"):
            seen = drive.log.last
            await drive.log.until(lambda seen=seen: drive.log.last > seen + 20, "the work goes on")  # type: ignore[misc]
            await drive.kill_zone(victim)
        await calling
        names = [*(f"learn-{tool}" for tool in tools), *calls]
        await drive.all_ended(names)
        await everybody_is_born_again(drive, "run", calls["run-tool_0-0"])
    assert dict(drive.log.ends) == dict.fromkeys(names, 1)
    check_said_once(drive)
    results = {said.task: said.result for said in drive.log.said(task.Answered)}
    learnt = [tool for tool in tools if f"learn-{tool}" in results]
    assert len(learnt) > len(tools) / 2, [said.reason for said in drive.log.said(task.Failed)]
    for name, call in calls.items():
        if call["tool"] in learnt:
            assert results[name] == 2 * call["args"][0]
    print(f"{len(learnt)} of {len(tools)} learnt, {len(results)} answered, {len(drive.log.said(life.Crashed))} crashes")


async def test_a_worker_that_was_killed_passes_over_what_it_has_done_and_takes_the_next(tmp_path: Path) -> None:
    async with driven(tmp_path, "tests.live.councils:HUNG") as drive:
        await drive.publish("dawdle", {"id": "slow", "for_s": 40}, "slow")
        quick = [f"quick-{number}" for number in range(8)]
        for name in quick:
            await drive.publish("dawdle", {"id": name}, name)
        await drive.all_ended(quick)
        before = drive.log.last
        await drive.kill_zone("idle")
        await drive.log.until(lambda: len(drive.log.said(life.Started, before + 1)) == 2, "both have started again")
        await drive.publish("dawdle", {"id": "next"}, "next")
        await drive.all_ended([*quick, "next"], limit_s=10)
        assert drive.log.ends == dict.fromkeys([*quick, "next"], 1)
