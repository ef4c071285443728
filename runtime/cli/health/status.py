"""`kurultai status`: who is there and what they do; and the state of one actor, now or at an earlier place."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import click
import msgspec

from bus.accounts.accounts import covers
from bus.log import Record
from messages.base import type_name
from messages.kernel import actor as life
from messages.kernel import health
from messages.kernel.control import Mode
from runtime.actor import Actor
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, emit_text, output_option, say
from runtime.cli.control.held import effects
from runtime.cli.health import autonomy, cognition
from runtime.client.client import Client
from runtime.delivery.fold import Fold
from runtime.directory.settings import actor_settings
from runtime.envelope import name_in
from runtime.topology import grant_of, types_heard
from runtime.visible import in_line

LISTEN_S: Final = 3.0
"""Longest wait for gauges, which each actor tells every 2 s. *derived*: runtime.hosting.zone.TELEMETRY_S"""
ROUND_S: Final = 2.2
"""Shortest wait: after it, each process of a zone that runs several times has told its gauge. *derived*: as above"""

RECENT_S: Final = 3_600.0
"""A failure before this is no news. *chosen*"""
MOST_FAILURES: Final = 100
"""Failures of a kind that are looked at, from the last. *chosen*"""
NO_KEYS: Final = {"operator_key": "", "key": ""}
"""What the launch would provide: a fold signs nothing and obeys nobody. *derived*: `Home.provided`"""


@click.command(cls=Command)
@click.argument("actor", required=False)
@click.option("--at", type=click.IntRange(min=0), metavar="SEQ", help="The state when the log ended here.")
@click.option("--cognition", "thought", is_flag=True, help="What working memory, habits and incubator hold, alone.")
@output_option
@click.pass_obj
def status(invocation: Invocation, actor: str | None, at: int | None, thought: bool, output: str) -> None:
    """The council at a glance; with ACTOR, its state as JSON, read from the log."""
    if thought:
        _cognition(invocation, output)
        return
    if actor is not None:
        emit_json(invocation.run(_state(invocation, actor, at)))
        return
    if at is not None:
        raise click.UsageError("--at needs an ACTOR whose state is wanted")
    found = invocation.run(_glance(invocation))
    if output == "json":
        emit_json(found)
        return
    head = ("ACTOR", "ZONE", "LEVEL", "MODE", "STEP", "INPUT", "CURSOR")
    emit_table(head, [[row[name.lower()] for name in head] for row in found["actors"]])
    for line in (*whereabouts(found["zones"]), *found["failures"]):
        say(line)
    for line in autonomy.lines(found["autonomy"]):
        emit_text(line)
    for line in remarks(found["levels"], found["health"]):
        emit_text(line)
    if found["held"]:
        say(f"effects that may or may not have happened: {len(found['held'])}; see `kurultai held ls`")


def _cognition(invocation: Invocation, output: str) -> None:
    found = invocation.run(_thoughts(invocation))
    if output == "json":
        emit_json(found)
        return
    for line in cognition.lines(found):
        emit_text(line)


async def _thoughts(invocation: Invocation) -> dict[str, Any]:
    async with await invocation.client("auditor") as client:
        return await cognition.glance(client)


def remarks(levels: Mapping[str, Mapping[str, Any]], reported: health.Reported | None) -> Iterator[str]:
    """What of the whole council a person should know: the levels that are not free, and its health if told."""
    for level, mode in levels.items():
        if mode["mode"] != Mode.FULL:
            told = f"{level} is {mode['mode']} since {mode['seq']}: {in_line(mode['reason'])}"
            yield told if mode.get("by") == "ladder" else f"{told}\n  lift it with  {lifting(level)}"
    if reported is not None:
        yield f"health: {reported.state}, {in_line(reported.reason)}"


def lifting(level: str) -> str:
    """The command that lets the level do again all that it may."""
    return f"kurultai thaw --level {level} --reason WHY"


async def _glance(invocation: Invocation) -> dict[str, Any]:
    async with await invocation.client("auditor") as client:
        members = await _members(client)
        gauges, zones = await _gauges(client, {member.name for member in members})
        modes = await client.modes()
        reports = [record async for record in client.records(1, "event.health.Reported.*")]
        kinds = (life.Faltered, life.DeadLettered)
        failed = [each for kind in kinds for each in await client.latest(MOST_FAILURES, f"event.{type_name(kind)}.*")]
        held = await effects(client)
        wants = await autonomy.glance(client)
        _, last = await client.bounds()
    levels = {
        level: {
            "seq": found[0],
            "mode": found[1].mode,
            "epoch": found[1].epoch,
            "reason": found[1].reason,
            "by": found[1].by,
        }
        for level, found in modes.items()
        if found is not None
    }
    return {
        "council": client.names.council,
        "url": client.settings.url,
        "last_seq": last,
        "levels": levels,
        "health": msgspec.json.decode(reports[-1].data, type=health.Reported) if reports else None,
        "autonomy": wants,
        "zones": zones_in(zones),
        "failures": failures(failed, time.time()),
        "held": [effect.plain() for effect in held],
        "actors": [_row(member, gauges.get(member.name)) for member in members],
    }


def _row(member: life.Member, gauge: dict[str, Any] | None) -> dict[str, Any]:
    said = gauge if gauge is not None else {"step": "silent"}
    return {
        "actor": member.name,
        "zone": member.zone,
        "level": member.level,
        "mode": said.get("mode"),
        "step": said.get("step"),
        "input": said.get("input"),
        "cursor": said.get("cursor"),
    }


def zones_in(told: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Where the processes of each zone are, from all gauges that were heard: a zone of workers may have several."""
    places = {(gauge["zone"], gauge["host"], gauge["pid"]) for gauge in told if "zone" in gauge and "host" in gauge}
    found: dict[str, list[dict[str, Any]]] = {}
    for zone, host, pid in sorted(places):
        found.setdefault(zone, []).append({"host": host, "pid": pid})
    return found


def whereabouts(zones: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """A line for each zone that runs."""
    for zone, places in zones.items():
        yield f"zone {zone}: " + ", ".join(f"{place['host']} (process {place['pid']})" for place in places)


def failures(records: Sequence[Record], now: float) -> list[str]:
    """What each actor failed at last, if it was lately: a bug of one's own is to be seen at once."""
    last: dict[str, str] = {}
    for record in sorted(records, key=lambda record: record.seq):
        if now - record.time > RECENT_S:
            continue
        if name_in(record.subject) == type_name(life.DeadLettered):
            dead = msgspec.json.decode(record.data, type=life.DeadLettered)
            end = f"given up after {dead.attempts}; `kurultai dead show {dead.input}` shows the traceback"
            last[dead.actor] = f"{dead.actor} failed at input {dead.input}: {dead.error}{_place(dead.traceback)}; {end}"
        else:
            told = msgspec.json.decode(record.data, type=life.Faltered)
            wait_s = told.retry_at - now
            end = f"tried again in {wait_s:.0f} s" if wait_s > 0 else "tried again since"
            where = _place(told.traceback) or ("" if told.attempt == 1 else f" (try {told.attempt})")
            last[told.actor] = f"{told.actor} failed at input {told.input}: {told.error}{where}; {end}"
    return list(last.values())


def _place(trace: str) -> str:
    """The last line of source that a traceback names."""
    lines = [line.strip() for line in trace.splitlines() if line.strip().startswith("File ")]
    return f" ({lines[-1]})" if lines else ""


async def _members(client: Client) -> tuple[life.Member, ...]:
    convened = [record async for record in client.records(1, "event.actor.Convened.*")]
    if not convened:
        raise Ended(Exit.NOT_FOUND, "the log knows of no council: nothing was launched on it yet")
    return msgspec.json.decode(convened[-1].data, type=life.Convened).members


async def _gauges(client: Client, names: set[str]) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The last gauge of each actor, as far as they are told in time; and every gauge of any of their processes."""
    heard: dict[str, dict[str, Any]] = {}
    told: list[dict[str, Any]] = []
    complete = asyncio.Event()

    def hear(name: str, gauge: dict[str, Any]) -> None:
        heard[name] = gauge
        told.append(gauge)
        if heard.keys() >= names:
            complete.set()

    await client.gauges(hear)
    shortest = asyncio.create_task(asyncio.sleep(ROUND_S))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LISTEN_S):
            await complete.wait()
            await shortest
    shortest.cancel()
    return heard, told


async def _state(invocation: Invocation, name: str, at: int | None) -> Any:
    """The actor's state as a fold of the log, made here: the actor itself is not asked."""
    settings, roster = invocation.settings(), invocation.roster()
    member = next((each for each in roster.members if each.name == name), None)
    if member is None:
        known = ", ".join(each.name for each in roster.members)
        raise Ended(Exit.NOT_FOUND, f"no actor {name!r}; there are {known}")
    if not issubclass(member, Actor):
        raise Ended(Exit.USAGE, f"{name} is a worker: it remembers nothing between two messages")
    async with await invocation.client("auditor") as client:
        _, last = await client.bounds()
        if at is not None and at > last:
            raise Ended(Exit.NOT_FOUND, f"the log ends at {last}")
        through = last if at is None else at
        readable = grant_of(member, client.names).reads
        fold = Fold(member(actor_settings(settings, roster, lambda _name: NO_KEYS)[name]), types_heard(member, roster))
        async for record in client.records(1):
            if record.seq > through:
                break
            if any(covers(subject, record.subject) for subject in readable):
                fold.replay(record)
        fold.finish(through)
    return {"actor": name, "at": through, "state": msgspec.to_builtins(fold.actor.state)}
