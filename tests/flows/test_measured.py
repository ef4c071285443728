"""The council as it is measured and believed: gauge, observer, survival and peers on one simulated log."""

import asyncio

from actors.autonomy.peers.actor import Peers
from actors.autonomy.resources.actor import Survival
from actors.gate.gauge import Gauge
from actors.gate.metronome import Metronome
from actors.gate.observer.actor import Observer
from messages import task
from messages.autonomy.foundation import Observed, Sampled
from messages.autonomy.peer import Believed
from messages.autonomy.survival import Projected
from messages.base import Task
from messages.kernel.clock import Ticked
from runtime.actor import Actor, Emits, Works
from runtime.roster import Child
from runtime.testing import STORM, Universe, run


class Chore(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that the user's own actor does, or not."""

    well: bool = True


class Clerk(Actor):
    """Accepts what comes, and says how it ended."""

    name = "clerk"

    def on_chore(self, m: Chore) -> Emits[task.Accepted]:
        yield task.Accepted(task=f"t-{self.origin.seq}", kind="chore", body={"well": m.well})

    def on_done(self, m: task.Done) -> Emits[task.Answered]:
        yield task.Answered(task=m.task, result=m.result)

    def on_gave_up(self, m: task.GaveUp) -> Emits[task.Failed]:
        yield task.Failed(task=m.task, reason=m.reason)


class Farmer(Actor):
    """Does what it can."""

    name = "farmer"

    def on_accepted(self, m: task.Accepted) -> Emits[task.Done | task.GaveUp]:
        yield task.Done(task=m.task, result=1) if m.body["well"] else task.GaveUp(task=m.task, reason="it broke")


class Leaking(Gauge):
    """The real gauge, on a host whose memory goes; what else it reads is taken as it comes."""

    name = "gauge"
    leak = 0.0
    silent_from = 10**9

    async def on_ticked(self, m: Ticked) -> Works[Sampled]:
        if m.cycle >= self.silent_from:
            await asyncio.sleep(3_600)
        found = await self.look()
        lag = max((left for name, left in found.behind.items() if name != self.name), default=0)
        memory = min(1.0, 0.1 + self.leak * m.cycle)
        yield Sampled(cycle=m.cycle, cpu=0.2, memory=memory, lag=lag, stored_bytes=found.stored_bytes)


def gauge_that(leak: float, silent_from: int = 10**9) -> type[Leaking]:
    return type("Gauge", (Leaking,), {"name": "gauge", "leak": leak, "silent_from": silent_from, "timeout_s": 4_000.0})


SECOND = Child(Metronome, Metronome.Settings(interval_s=1.0))


def council(gauge: type[Leaking]) -> list[object]:
    return [SECOND, gauge, Observer, Survival, Peers, Clerk, Farmer]


async def cycles(universe: Universe, number: int) -> None:
    await universe.until(lambda: universe.said(Ticked)[-1:] and universe.said(Ticked)[-1].cycle >= number, 3_600.0)


def test_every_cycle_has_one_account_and_a_leak_leads_through_the_states() -> None:
    async def story() -> Universe:
        async with Universe(council(gauge_that(0.005)), kinds=(Chore,), seed=3) as universe:  # type: ignore[arg-type]
            await cycles(universe, 150)
        return universe

    universe = run(story())
    observed = [each.cycle for each in universe.said(Observed)]
    assert observed == sorted(set(observed))
    assert observed == [each.cycle for each in universe.said(Ticked)][: len(observed)]
    states = [each.state for each in universe.said(Projected)]
    assert set(states) >= {"warning", "critical"}
    assert universe.said(Projected)[-1].bottleneck == "memory"
    assert universe.said(Projected)[-1].surprises == 0


def test_a_flood_of_tasks_is_seen_within_three_cycles() -> None:
    async def story() -> tuple[Universe, int]:
        async with Universe(council(gauge_that(0.0)), kinds=(Chore,), seed=4) as universe:  # type: ignore[arg-type]
            await cycles(universe, 10)
            began = universe.said(Ticked)[-1].cycle
            for number in range(200):
                await universe.publish_task(Chore(well=number % 4 != 0), identity=f"c-{number}")
            await cycles(universe, began + 10)
        return universe, began

    universe, began = run(story())
    seen = {each.cycle: each for each in universe.said(Observed)}
    assert sum(seen[cycle].arrivals for cycle in range(began, began + 4)) == 200
    assert sum(each.ended for each in seen.values()) == 200
    assert sum(each.failed for each in seen.values()) == 50
    assert [each.agent for each in universe.said(Believed)].count("farmer") >= 1
    assert universe.said(Believed)[-1].agent == "farmer"


def test_a_gauge_that_falls_silent_leaves_no_cycle_without_an_account() -> None:
    async def story() -> Universe:
        gauge = gauge_that(0.0, silent_from=20)
        async with Universe(council(gauge), kinds=(Chore,), seed=5) as universe:  # type: ignore[arg-type]
            await cycles(universe, 40)
        return universe

    universe = run(story())
    told = {each.cycle: each.missing for each in universe.said(Observed)}
    assert set(told) >= set(range(1, 39))
    assert all("gauge" in told[cycle] for cycle in range(20, 39))
    assert all(told[cycle] == () for cycle in range(1, 20))


def test_the_measures_hold_in_a_storm() -> None:
    async def story(seed: int) -> Universe:
        members = council(gauge_that(0.001))
        async with Universe(members, kinds=(Chore,), seed=seed, faults=STORM) as universe:  # type: ignore[arg-type]
            for number in range(30):
                await universe.publish_task(Chore(well=number % 3 != 0), identity=f"c-{number}")
            await cycles(universe, 60)
        return universe

    for seed in range(6):
        universe = run(story(seed))
        observed = [each.cycle for each in universe.said(Observed)]
        assert observed == sorted(set(observed)), seed
        first = universe.said(Sampled)[0].cycle
        ticked = [each.cycle for each in universe.said(Ticked)]
        assert set(observed) >= {cycle for cycle in ticked[:-3] if cycle > first}, seed
        assert sum(each.arrivals for each in universe.said(Observed)) <= 30


def test_a_reader_that_stands_still_is_seen_as_lag() -> None:
    async def story() -> tuple[Universe, int]:
        async with Universe(council(gauge_that(0.0)), kinds=(Chore,), seed=6) as universe:  # type: ignore[arg-type]
            await cycles(universe, 5)
            universe.seats["farmer"].pause()
            for number in range(100):
                await universe.publish_task(Chore(), identity=f"c-{number}")
            began = universe.said(Ticked)[-1].cycle
            await cycles(universe, began + 5)
            universe.seats["farmer"].go_on()
            await cycles(universe, began + 20)
        return universe, began

    universe, began = run(story())
    lags = {each.cycle: each.lag for each in universe.said(Observed)}
    assert any((lags[cycle] or 0) >= 100 for cycle in range(began, began + 4))
    assert lags[began + 15] == 0
