"""A zone runs once: whoever starts it again is told where it runs, on whatever host."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actors.roster import ROSTER
from bus.names import Names
from bus.simulation.log import SimulatedLog
from runtime.cli.console.exits import Exit, ended_by
from runtime.cli.health.status import whereabouts, zones_in
from runtime.errors import Taken
from runtime.hosting.tenancy import Tenant
from runtime.testing import CALM, run
from runtime.topology import INSTANCES, SUPERVISOR, grants_of

NAMES = Names()
SHARED = tuple(zone.name for zone in ROSTER.zones if zone.shareable)
Claim = Callable[..., Awaitable[Tenant]]


def told(story: Callable[[Claim], Awaitable[None]]) -> None:
    """The story, with a way to claim zones as one more supervisor of the council."""

    async def whole() -> None:
        log = SimulatedLog(0, NAMES, grants_of(ROSTER, NAMES), CALM)

        async def claim(*zones: str) -> Tenant:
            tenant = Tenant(log.connect(SUPERVISOR), NAMES, zones, SHARED)
            await tenant.claim()
            return tenant

        await story(claim)

    run(whole())


@pytest.mark.parametrize("zone", [zone.name for zone in ROSTER.zones if zone.name not in SHARED])
def test_a_zone_that_runs_is_refused_to_the_next_with_its_place(zone: str) -> None:
    async def story(claim: Claim) -> None:
        await claim(*(each.name for each in ROSTER.zones))
        with pytest.raises(Taken, match=rf"the zone {zone} runs already, on .* \(process \d+\).*End that one"):
            await claim(zone)

    told(story)


def test_other_zones_of_the_same_council_start_beside_it() -> None:
    async def story(claim: Claim) -> None:
        await claim("guard")
        await claim("council")
        await claim("sandbox")
        with pytest.raises(Taken, match=r"the zone (guard|council) runs already"):
            await claim("guard", "council")

    told(story)


def test_of_two_who_claim_at_the_same_moment_exactly_one_gets_the_zone() -> None:
    async def story(claim: Claim) -> None:
        for number in range(20):
            ends = await asyncio.gather(*(claim(f"z{number}") for _ in range(3)), return_exceptions=True)
            assert [isinstance(end, Tenant) for end in ends].count(True) == 1
            assert [isinstance(end, Taken) for end in ends].count(True) == 2

    told(story)


def test_of_the_council_s_zones_only_the_sandbox_is_shared() -> None:
    assert SHARED == ("sandbox",)


def test_each_that_shares_a_zone_has_a_slot_of_its_own_and_only_the_first_is_alone() -> None:
    async def story(claim: Claim) -> None:
        first = await claim("guard", "council", "sandbox")
        assert first.alone
        others = [await claim("sandbox"), *await asyncio.gather(claim("sandbox"), claim("sandbox"))]
        assert sorted(tenant.slot for tenant in (first, *others)) == [0, 1, 2, 3]
        assert not any(tenant.alone for tenant in (first, *others))

    told(story)


def test_a_zone_is_shared_by_no_more_than_there_are_slots() -> None:
    async def story(claim: Claim) -> None:
        for _ in range(INSTANCES):
            await claim("sandbox")
        with pytest.raises(Taken, match=f"the zone sandbox runs {INSTANCES} times already"):
            await claim("sandbox")

    told(story)


def test_a_zone_that_is_taken_ends_the_command_as_a_conflict() -> None:
    ended = ended_by(Taken("the zone guard runs already"))
    assert ended is not None
    assert ended.exit_code == Exit.CONFLICT


def test_status_tells_where_each_zone_runs_also_when_it_runs_twice() -> None:
    gauges = [
        {"zone": "guard", "host": "a", "pid": 1},
        {"zone": "guard", "host": "a", "pid": 1},
        {"zone": "sandbox", "host": "b", "pid": 7},
        {"zone": "sandbox", "host": "a", "pid": 9},
        {"zones": ["guard"], "host": "a", "pid": 0, "id": "x", "holds": True},
    ]
    lines = list(whereabouts(zones_in(gauges)))
    assert lines == ["zone guard: a (process 1)", "zone sandbox: a (process 9), b (process 7)"]
