"""`kurultai freeze` and `thaw`: signed orders, and what they came to; success is said when it is proved."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

import click
import msgspec

from bus.log import Record
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import any_reason_option, dry_option, reason_option
from runtime.cli.console.output import emit_json, note, output_option
from runtime.cli.control.look import needed
from runtime.client.client import Client

SETTLE_S: Final = 15.0
"""Longest wait for the proof; the supervisor needs its own limit of 2 s and the veto's decision. *chosen*"""

LEVELS: Final = [str(level) for level in FREEZABLE]
"""What can be frozen. *derived*"""
level_option: Final = click.option(
    "--level", "chosen", type=click.Choice(LEVELS), multiple=True, help="This level alone; may be given again."
)


@click.command(cls=Command)
@level_option
@any_reason_option
@dry_option
@output_option
@click.pass_obj
def freeze(invocation: Invocation, chosen: tuple[str, ...], reason: str, dry_run: bool, output: str) -> None:
    """Stop every level below the guard, or those named; ends when each actor has stopped or was killed."""
    found = invocation.run(_freeze(invocation, _levels(chosen), reason, dry_run))
    if not dry_run:
        levels = "".join(f" --level {level}" for level in chosen)
        note(f"to let it go on: {invocation.program()} thaw{levels} --reason WHY")
    if output == "json":
        emit_json(found)


@click.command(cls=Command)
@level_option
@reason_option
@dry_option
@output_option
@click.pass_obj
def thaw(invocation: Invocation, chosen: tuple[str, ...], reason: str, dry_run: bool, output: str) -> None:
    """Lift every freeze and other restriction, or those of the levels named; ends when the log says so."""
    found = invocation.run(_thaw(invocation, _levels(chosen), reason, dry_run))
    if output == "json":
        emit_json(found)


def _levels(chosen: Sequence[str]) -> tuple[Level, ...]:
    return tuple(Level(name) for name in dict.fromkeys(chosen)) or FREEZABLE


class Settling:
    """A freeze of one level on its way: each host's supervisor reports on its own actors."""

    def __init__(self, level: Level, expected: frozenset[str]) -> None:
        self.level = level
        self._expected = expected
        self._reports: list[control.Settled] = []

    def hear(self, report: control.Settled) -> None:
        """One supervisor says who has stopped, and who was killed."""
        self._reports.append(report)

    @property
    def done(self) -> bool:
        """Every actor of the level has stopped or was killed."""
        stopped = {name for report in self._reports for name in (*report.verified, *report.killed)}
        return bool(self._reports) and stopped >= self._expected

    @property
    def result(self) -> control.Settled:
        """All reports in one."""
        first = self._reports[0]
        return control.Settled(
            level=first.level,
            epoch=first.epoch,
            fence=first.fence,
            verified=tuple(sorted({name for report in self._reports for name in report.verified})),
            killed=tuple(sorted({name for report in self._reports for name in report.killed})),
            took_s=max(report.took_s for report in self._reports),
        )

    def words(self) -> str:
        """The result in a line."""
        found = self.result
        return (
            f"{found.level}: FROZEN since {found.fence}, {len(found.verified)} verified, "
            f"{len(found.killed)} killed, {found.took_s * 1000:.0f} ms"
        )


async def _freeze(
    invocation: Invocation, levels: tuple[Level, ...], reason: str, dry_run: bool
) -> list[control.Settled]:
    async with await invocation.client("operator") as client:
        if dry_run:
            wanted = await needed(_not_frozen(client, levels), "what is frozen")
            note(f"would freeze {', '.join(wanted) or 'nothing'}; nothing was ordered")
            return []
        # Nothing is read before this: whatever keeps reads waiting must not keep a freeze waiting.
        seq, identity = await client.order(order.Freeze(reason=reason, levels=levels, anew=False))
        note(f"ordered at {seq}; not frozen yet")
        async with _answers(client, seq, "no proof of the freeze") as records:
            wanted = await _not_frozen(client, levels, seq)
            settlings = {level: Settling(level, names) for level, names in (await _expected(client, wanted)).items()}
            async for record in records:
                _refuse_rejected(record, identity)
                _tell(record, settlings)
                if all(settling.done for settling in settlings.values()):
                    break
        return [settling.result for settling in settlings.values()]


async def _not_frozen(client: Client, levels: tuple[Level, ...], before: int | None = None) -> tuple[Level, ...]:
    """Those of the levels that no freeze held, or none from before this place; the others are told."""
    modes = await client.modes()
    held = {
        level: now
        for level in levels
        if (now := modes[level]) is not None and _frozen(now) and (before is None or now[0] < before)
    }
    for level, (since, said) in held.items():
        note(f"{level} is frozen already, since {since}: {said.reason}")
    return tuple(level for level in levels if level not in held)


def _frozen(found: tuple[int, control.Set] | None) -> bool:
    """The level is frozen until somebody thaws it; a freeze of the ladder ends by itself."""
    return found is not None and found[1].mode is Mode.FROZEN and control.is_held(found[1])


async def _expected(client: Client, levels: Sequence[Level]) -> dict[Level, frozenset[str]]:
    """The actors of each level that run, as the log knows them: a zone that was given up has nobody to stop."""
    convened = await client.latest(1, "event.actor.Convened.*")
    members = msgspec.json.decode(convened[-1].data, type=life.Convened).members if convened else ()
    since: dict[str, bool] = {}
    async for record in client.records(convened[-1].seq if convened else 1, "event.actor.*.*"):
        match record.subject.split(".")[3]:
            case "Down":
                since |= dict.fromkeys(msgspec.json.decode(record.data, type=life.Down).actors, False)
            case "Started":
                since[msgspec.json.decode(record.data, type=life.Started).actor] = True
    return {
        level: frozenset(member.name for member in members if member.level is level and since.get(member.name, True))
        for level in levels
    }


def _tell(record: Record, settlings: Mapping[Level, Settling]) -> None:
    """What the record says of the freeze, for people; a level is frozen when all supervisors' reports are in."""
    tokens = record.subject.split(".")
    if tokens[1] == "control" and tokens[2] in settlings:
        found = msgspec.json.decode(record.data, type=control.Set)
        note(f"{found.level}: {found.mode} in force from {record.seq}; waiting for its actors")
    elif tokens[2:4] == ["actor", "Froze"]:
        froze = msgspec.json.decode(record.data, type=life.Froze)
        note(f"{froze.level}: {froze.actor} verified")
    elif tokens[2:4] == ["control", "Settled"]:
        settled = msgspec.json.decode(record.data, type=control.Settled)
        settling = settlings.get(settled.level)
        if settling is None or settling.done:
            return
        for actor in settled.killed:
            note(f"{settled.level}: {actor} killed")
        settling.hear(settled)
        if settling.done:
            note(settling.words())


async def _thaw(invocation: Invocation, levels: tuple[Level, ...], reason: str, dry_run: bool) -> list[dict[str, Any]]:
    async with await invocation.client("operator") as client:
        mend = "A thaw names the place of each freeze, as the log has it: `kurultai doctor` looks what is wrong"
        modes = await needed(client.modes(), "what is frozen", mend)
        fences = restrictions(modes, levels)
        if dry_run or not fences:
            told = {level: now[1].mode for level, now in modes.items() if now is not None}
            names = ", ".join(f"{level} ({told[level]} since {fence})" for level, fence in fences.items())
            note(f"would thaw {names}; nothing was ordered" if names else "nothing is frozen or restricted")
            return []
        orders = [await client.order(order.Thaw(level=level, fence=at, reason=reason)) for level, at in fences.items()]
        thawed: list[dict[str, Any]] = []
        async with _answers(client, orders[0][0], "no thaw") as records:
            async for record in records:
                _refuse_rejected(record, *(identity for _, identity in orders))
                if (found := _thawed(record, fences)) is not None:
                    note(f"{found.level}: {found.mode} from {record.seq}")
                    thawed.append({"level": found.level, "mode": found.mode, "seq": record.seq, "epoch": found.epoch})
                if len(thawed) == len(fences):
                    break
        return thawed


def restrictions(modes: Mapping[Level, tuple[int, control.Set] | None], levels: Sequence[Level]) -> dict[Level, int]:
    """The place of the record by which each of the levels is held; none for a level that goes by the ladder."""
    return {level: now[0] for level in levels if (now := modes[level]) is not None and control.is_held(now[1])}


def _thawed(record: Record, fences: Mapping[Level, int]) -> control.Set | None:
    """The control record that ends one of the freezes or restrictions, if the record is it."""
    tokens = record.subject.split(".")
    if tokens[1] != "control" or tokens[2] not in fences:
        return None
    found = msgspec.json.decode(record.data, type=control.Set)
    return None if control.is_held(found) else found


@asynccontextmanager
async def _answers(client: Client, first: int, missing: str) -> AsyncIterator[AsyncIterator[Record]]:
    """What is said on the log from here on; ends the command when what is waited for does not come in time."""
    try:
        async with asyncio.timeout(SETTLE_S), aclosing(client.records(first, follow=True)) as records:
            yield records
    except TimeoutError:
        how = "nothing is proved; see `kurultai tap 'control.*'` and `kurultai status`"
        raise Ended(Exit.TIMEOUT, f"{missing} within {SETTLE_S:.0f} s: {how}") from None


def _refuse_rejected(record: Record, *orders: str) -> None:
    """Nothing, unless the record says that one of the orders was not obeyed."""
    if record.subject.split(".")[2:4] != ["order", "Rejected"]:
        return
    data = msgspec.json.decode(record.data)
    if data.get("order") in orders or record.headers.get("ce-causationid") in orders:
        raise Ended(Exit.DENIED, f"the order was not obeyed: {data.get('reason')}")
