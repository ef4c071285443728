"""`kurultai freeze` and `thaw`: signed orders, and what they came to; success is said when it is proved."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final

import click
import msgspec

from bus.log import Record
from messages import actor as life
from messages import control, order
from messages.control import FREEZABLE, Level, Mode
from runtime.cli.exits import Ended, Exit
from runtime.cli.groups import Command
from runtime.cli.invocation import Invocation
from runtime.cli.output import emit_json, note, output_option
from runtime.client import Client

SETTLE_S: Final = 15.0
"""Longest wait for the proof; the supervisor needs its own limit of 2 s and the veto's decision. *chosen*"""

LEVELS: Final = [str(level) for level in FREEZABLE]
"""What can be frozen. *derived*"""
level_option: Final = click.option(
    "--level", "chosen", type=click.Choice(LEVELS), multiple=True, help="This level alone; may be given again."
)
reason_option: Final = click.option("--reason", required=True, help="Why; goes on the log.")
dry_option: Final = click.option("--dry-run", is_flag=True, help="Say what would be ordered, and order nothing.")


@click.command(cls=Command)
@level_option
@reason_option
@dry_option
@output_option
@click.pass_obj
def freeze(invocation: Invocation, chosen: tuple[str, ...], reason: str, dry_run: bool, output: str) -> None:
    """Stop every level below the guard, or those named; ends when each actor has stopped or was killed."""
    found = invocation.run(_freeze(invocation, _levels(chosen), reason, dry_run))
    if output == "json":
        emit_json(found)


@click.command(cls=Command)
@level_option
@reason_option
@dry_option
@output_option
@click.pass_obj
def thaw(invocation: Invocation, chosen: tuple[str, ...], reason: str, dry_run: bool, output: str) -> None:
    """Let every frozen level go on, or those named; ends when the log says that they may."""
    found = invocation.run(_thaw(invocation, _levels(chosen), reason, dry_run))
    if output == "json":
        emit_json(found)


def _levels(chosen: Sequence[str]) -> tuple[Level, ...]:
    return tuple(Level(name) for name in dict.fromkeys(chosen)) or FREEZABLE


async def _freeze(
    invocation: Invocation, levels: tuple[Level, ...], reason: str, dry_run: bool
) -> list[control.Settled]:
    async with await invocation.client("operator") as client:
        modes = await client.modes()
        for level in levels:
            if (now := modes[level]) is not None and _frozen(now):
                note(f"{level} is frozen already, since {now[0]}: {now[1].reason}")
        wanted = tuple(level for level in levels if not _frozen(modes[level]))
        if dry_run:
            note(f"would freeze {', '.join(wanted) or 'nothing'}; nothing was ordered")
        if dry_run or not wanted:
            return []
        _, last = await client.bounds()
        seq, identity = await client.order(order.Freeze(reason=reason, levels=wanted))
        note(f"ordered at {seq}; not frozen yet")
        settled: list[control.Settled] = []
        async with _answers(client, last + 1, "no proof of the freeze") as records:
            async for record in records:
                _refuse_rejected(record, identity)
                _tell(record, wanted)
                if record.subject.split(".")[3:4] == ["Settled"]:
                    one = msgspec.json.decode(record.data, type=control.Settled)
                    settled += [one] if one.level in wanted else []
                if len(settled) == len(wanted):
                    break
        return settled


def _frozen(found: tuple[int, control.Set] | None) -> bool:
    return found is not None and found[1].mode is Mode.FROZEN


def _tell(record: Record, levels: Sequence[Level]) -> None:
    """What the record says of the freeze, for people."""
    tokens = record.subject.split(".")
    if tokens[1] == "control" and tokens[2] in levels:
        found = msgspec.json.decode(record.data, type=control.Set)
        note(f"{found.level}: {found.mode} in force from {record.seq}; waiting for its actors")
    elif tokens[3:4] == ["Froze"]:
        froze = msgspec.json.decode(record.data, type=life.Froze)
        note(f"{froze.level}: {froze.actor} verified")
    elif tokens[3:4] == ["Settled"]:
        settled = msgspec.json.decode(record.data, type=control.Settled)
        for actor in settled.killed:
            note(f"{settled.level}: {actor} killed")
        note(
            f"{settled.level}: FROZEN since {settled.fence}, {len(settled.verified)} verified, "
            f"{len(settled.killed)} killed, {settled.took_s * 1000:.0f} ms"
        )


async def _thaw(invocation: Invocation, levels: tuple[Level, ...], reason: str, dry_run: bool) -> list[dict[str, Any]]:
    async with await invocation.client("operator") as client:
        modes = await client.modes()
        fences = {level: now[0] for level in levels if (now := modes[level]) is not None and _frozen(now)}
        if dry_run or not fences:
            names = ", ".join(f"{level} (frozen since {fence})" for level, fence in fences.items())
            note(f"would thaw {names}; nothing was ordered" if names else "nothing is frozen")
            return []
        _, last = await client.bounds()
        orders = {
            (await client.order(order.Thaw(level=level, fence=fence, reason=reason)))[1]: level
            for level, fence in fences.items()
        }
        thawed: list[dict[str, Any]] = []
        async with _answers(client, last + 1, "no thaw") as records:
            async for record in records:
                _refuse_rejected(record, *orders)
                if (found := _thawed(record, fences)) is not None:
                    note(f"{found.level}: {found.mode} from {record.seq}")
                    thawed.append({"level": found.level, "mode": found.mode, "seq": record.seq, "epoch": found.epoch})
                if len(thawed) == len(fences):
                    break
        return thawed


def _thawed(record: Record, fences: Mapping[Level, int]) -> control.Set | None:
    """The control record that ends one of the freezes, if the record is it."""
    tokens = record.subject.split(".")
    if tokens[1] != "control" or tokens[2] not in fences:
        return None
    found = msgspec.json.decode(record.data, type=control.Set)
    return None if found.mode is Mode.FROZEN else found


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
