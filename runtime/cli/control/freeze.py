"""`kurultai freeze` and `thaw`: signed orders, and what they came to; success is said when it is proved."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import click
import msgspec

from bus.log import Record
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import FREEZABLE, Level
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import any_reason_option, dry_option, reason_option
from runtime.cli.console.output import emit_json, note, output_option
from runtime.cli.control.look import needed
from runtime.client.client import Client
from runtime.client.orders import hearing
from runtime.client.settling import Settling, is_frozen, restrictions, settlings
from runtime.errors import Unanswered

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
        async with _proving(client, seq, identity, missing="no proof of the freeze") as records:
            expected = await settlings(client, await _not_frozen(client, levels, seq))
            async for record in records:
                _tell(record, expected)
                if all(settling.done for settling in expected.values()):
                    break
        return [settling.result for settling in expected.values()]


async def _not_frozen(client: Client, levels: tuple[Level, ...], before: int | None = None) -> tuple[Level, ...]:
    """Those of the levels that no freeze held, or none from before this place; the others are told."""
    modes = await client.modes()
    held = {
        level: now
        for level in levels
        if (now := modes[level]) is not None and is_frozen(now) and (before is None or now[0] < before)
    }
    for level, (since, said) in held.items():
        note(f"{level} is frozen already, since {since}: {said.reason}")
    return tuple(level for level in levels if level not in held)


def _tell(record: Record, expected: Mapping[Level, Settling]) -> None:
    """What the record says of the freeze, for people; a level is frozen when all supervisors' reports are in."""
    tokens = record.subject.split(".")
    if tokens[1] == "control" and tokens[2] in expected:
        found = msgspec.json.decode(record.data, type=control.Set)
        note(f"{found.level}: {found.mode} in force from {record.seq}; waiting for its actors")
    elif tokens[2:4] == ["actor", "Froze"]:
        froze = msgspec.json.decode(record.data, type=life.Froze)
        note(f"{froze.level}: {froze.actor} verified")
    elif tokens[2:4] == ["control", "Settled"]:
        settled = msgspec.json.decode(record.data, type=control.Settled)
        settling = expected.get(settled.level)
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
        identities = (identity for _, identity in orders)
        async with _proving(client, orders[0][0], *identities, missing="no thaw") as records:
            async for record in records:
                if (found := _thawed(record, fences)) is not None:
                    note(f"{found.level}: {found.mode} from {record.seq}")
                    thawed.append({"level": found.level, "mode": found.mode, "seq": record.seq, "epoch": found.epoch})
                if len(thawed) == len(fences):
                    break
        return thawed


def _thawed(record: Record, fences: Mapping[Level, int]) -> control.Set | None:
    """The control record that ends one of the freezes or restrictions, if the record is it."""
    tokens = record.subject.split(".")
    if tokens[1] != "control" or tokens[2] not in fences:
        return None
    found = msgspec.json.decode(record.data, type=control.Set)
    return None if control.is_held(found) else found


@asynccontextmanager
async def _proving(client: Client, seq: int, *orders: str, missing: str) -> AsyncIterator[AsyncIterator[Record]]:
    """What is said on the log from the order on; ends the command when what is waited for does not come in time."""
    try:
        async with hearing(client, seq, *orders, limit_s=SETTLE_S) as records:
            yield records
    except Unanswered:
        how = "nothing is proved; see `kurultai tap 'control.*'` and `kurultai status`"
        raise Ended(Exit.TIMEOUT, f"{missing} within {SETTLE_S:.0f} s: {how}") from None
