"""What `kurultai status` shows of autonomy: stage, ceiling, score and margins, drift, horizon, goals, values, trust."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from messages.autonomy import activation, goal, mirror, peer, stability, survival, value
from messages.base import Event, type_name
from runtime.cli.autonomy.ceiling import ceiling_of
from runtime.client.client import Client
from runtime.visible import in_line

UNKNOWN: Final = "not enough data"
"""What stands where nothing was measured, or not for long enough. *cited*: specification of autonomy, section 1"""
GOALS: Final = 100
"""Latest beginnings and ends of goals that are looked at. *chosen*: far more than are in force at once"""
SHIFTS: Final = 10
"""Latest changes of regime that are looked at. *chosen*"""
RECENT: Final = 200
"""Cycles for which a change of regime is news. *derived*: the window of actors.autonomy.mirror"""
BELIEFS: Final = 20
"""Latest beliefs that are looked at: several of each of five agents. *chosen*"""

E = TypeVar("E", bound=Event)


async def glance(client: Client) -> dict[str, Any]:
    """The latest of each, as plain data; None where nothing was said."""
    moved = await _last(client, activation.Moved)
    reported = await _last(client, stability.Reported)
    projected = await _last(client, survival.Projected)
    drifted = await _last(client, value.Drifted)
    reflected = await _last(client, mirror.Reflected)
    beliefs = {one.agent: one.band for one in await _latest(client, peer.Believed, BELIEFS)}
    return {
        "stage": moved.stage if moved is not None else "checking",
        "reason": moved.reason if moved is not None else "",
        "ceiling": (await ceiling_of(client))["mode"],
        "score": reported.score if reported is not None else None,
        "band": reported.band if reported is not None else None,
        "margins": dict(reported.margins) if reported is not None else {},
        "stability": reported.reason if reported is not None else "",
        "drift": drifted.drift if drifted is not None else 0.0,
        "drift_class": drifted.kind if drifted is not None else "nominal",
        "resources": projected.state if projected is not None else None,
        "horizon": projected.horizon if projected is not None else None,
        "bottleneck": projected.bottleneck if projected is not None else None,
        "objective": reflected.objective if reflected is not None else None,
        "qualified": reflected.qualified if reflected is not None else None,
        "shifts": await _shifts(client, reflected.cycle if reflected is not None else 0),
        "goals": await _goals(client),
        "trust": beliefs,
    }


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The same, for a person."""
    yield f"autonomy: {found['stage']}, ceiling {found['ceiling']}" + _behind(found["reason"])
    if found["score"] is None:
        yield f"stability: {UNKNOWN}" + _behind(found["stability"].removeprefix(f"{UNKNOWN}: "))
    else:
        told = ", ".join(f"{name} {margin:.2f}" for name, margin in found["margins"].items())
        yield f"stability: {found['score']:.2f} ({found['band']}); margins: {told}"
    yield f"resources: {_resources(found)}; drift {found['drift']:.2f} ({found['drift_class']})"
    goals = ", ".join(found["goals"]) or "none"
    trust = ", ".join(f"{agent} {band}" for agent, band in sorted(found["trust"].items())) or UNKNOWN
    yield f"goals: {goals}; trust: {trust}"

    for one in found["shifts"]:
        what = "" if one["kind"] == "level" else "spread of "
        levels = f"{one['before']:g} before, {one['after']:g} now"
        yield f"changed after cycle {one['since']}: {what}{one['signal']}, {levels}"


def _resources(found: Mapping[str, Any]) -> str:
    if found["resources"] is None:
        return UNKNOWN
    if found["horizon"] is None:
        return f"{found['resources']}, none is being depleted"
    return f"{found['resources']}, {found['bottleneck']} lasts {found['horizon']:.0f} cycles"


def _behind(reason: str) -> str:
    return f": {in_line(reason)}" if reason else ""


async def _shifts(client: Client, cycle: int) -> list[dict[str, Any]]:
    """The latest change of regime of each signal, as far as it is news."""
    latest = {one.signal: one for one in await _latest(client, mirror.Shifted, SHIFTS)}
    return [msgspec.to_builtins(one) for one in latest.values() if one.cycle >= cycle - RECENT]


async def _goals(client: Client) -> list[str]:
    """Names of the goals in force."""
    begun = {one.goal for one in await _latest(client, goal.Begun, GOALS)}
    return sorted(begun - {one.goal for one in await _latest(client, goal.Ended, GOALS)})


async def _last(client: Client, kind: type[E]) -> E | None:
    found = await _latest(client, kind, 1)
    return found[-1] if found else None


async def _latest(client: Client, kind: type[E], count: int) -> list[E]:
    records = await client.latest(count, f"event.{type_name(kind)}.*")
    return [msgspec.json.decode(record.data, type=kind) for record in records]
