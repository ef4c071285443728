"""`kurultai charter`: what the council is for, as weights of the value dimensions; a signed order sets it."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import click
import msgspec

from messages.autonomy import charter as charters
from messages.base import Text
from messages.gate.evidence import Dimension
from runtime.cli.autonomy.ordered import ordered
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer, dry_option, reason_option
from runtime.cli.console.output import emit_json, emit_table, note, output_option
from runtime.cli.control.look import glance
from runtime.envelope import stamp

LARGEST_BYTES: Final = 32_768
"""Largest file of a charter. *derived*: a text of 20,000 characters and seven weights"""
FORM: Final = (
    'a charter is TOML: told = "in words", and below [direction] the weights, such as growth = 0.2; they sum to 1'
)


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a charter's file holds."""

    direction: Annotated[dict[Dimension, float], msgspec.Meta(min_length=1)]
    told: Text = ""


@click.group(cls=Group)
def charter() -> None:
    """What the council is for: show it, or set it by a signed order."""


@charter.command()
@output_option
@click.pass_obj
def show(invocation: Invocation, output: str) -> None:
    """The charter in force, and what part of its effort the council spent on each dimension."""
    found = invocation.run(_find(invocation))
    if output == "json":
        emit_json(found)
        return
    note(found.told or "the charter that ships with the council" if found.since is None else found.told)
    if found.since is not None:
        note(f"since {stamp(found.since)}: {found.reason}")
    emit_table(("DIMENSION", "CHARTER", "EFFORT", ""), [_row(name, found) for name in _names(found)])
    aligned = "no effort was seen yet" if found.alignment is None else f"alignment {found.alignment:.2f}"
    note(aligned)


def _names(found: charters.Charter) -> list[Dimension]:
    return sorted({*found.direction, *found.effort}, key=lambda name: -found.direction.get(name, 0.0))


def _row(name: Dimension, found: charters.Charter) -> tuple[object, ...]:
    effort = f"{found.effort.get(name, 0.0):.2f}" if found.effort else None
    return (name, f"{found.direction.get(name, 0.0):.2f}", effort, "neglected" if name in found.misaligned else None)


@charter.command("set")
@click.argument("place", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@reason_option
@dry_option
@output_option
@click.pass_obj
def set_(invocation: Invocation, place: str, reason: str, dry_run: bool, output: str) -> None:
    """Order that FILE be the charter; - is standard input."""
    read = read_charter(place)
    answer(invocation.run(_adopt(invocation, read, reason, dry_run)), output)


def read_charter(place: str) -> File:
    """The charter of the file; ends the command with path, reason and mend when it can't be one."""
    name = "standard input" if place == "-" else place
    data = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    if len(data) > LARGEST_BYTES:
        raise Ended(Exit.USAGE, f"{name} has {len(data)} bytes; a charter has at most {LARGEST_BYTES}")
    try:
        read = msgspec.toml.decode(data, type=File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Ended(Exit.USAGE, f"{name}: {error}; {FORM}") from error
    found = charters.contradiction_in(read.direction)
    if found is not None:
        raise Ended(Exit.USAGE, f"{name}: {found.path}: {found.reason}; {found.mend}")
    return read


async def _find(invocation: Invocation) -> charters.Charter:
    async with await invocation.client("publisher") as client:
        return await client.query(charters.Show(), charters.Charter)


async def _adopt(invocation: Invocation, read: File, reason: str, dry_run: bool) -> dict[str, Any]:
    now = await glance(_find(invocation), dry_run=dry_run)
    if now is not None:
        for name in sorted({*now.direction, *read.direction}):
            before, after = now.direction.get(name, 0.0), read.direction.get(name, 0.0)
            if before != after:
                note(f"{name}: {before:.2f} -> {after:.2f}")
    if dry_run:
        note("nothing was ordered")
        return {"ordered": False, "direction": read.direction}
    message = charters.Adopt(direction=read.direction, told=read.told, reason=reason)
    seq, _ = await ordered(invocation, message, charters.Adopted, while_frozen=False)
    note("the charter is in force")
    return {"ordered": True, "seq": seq, "direction": read.direction}
