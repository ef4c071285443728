"""`kurultai dead`: inputs that could not be handled, and the order to try again."""

from typing import Any

import click
import msgspec

from bus.log import Record
from messages.kernel import actor as life
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, emit_text, note, output_option, plain, say
from runtime.cli.control.look import glance
from runtime.client.client import Client
from runtime.envelope import stamp


@click.group(cls=Group)
def dead() -> None:
    """Inputs that could not be handled: list, show, replay."""


@dead.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The dead inputs that nobody has ordered to be tried again since."""
    found = invocation.run(_listed(invocation))
    if output == "json":
        emit_json([{"seq": record.seq, "time": stamp(record.time), **_plain(letter)} for record, letter in found])
        return
    head = ("DIED", "ACTOR", "INPUT", "PHASE", "TRIES", "SUBJECT", "ERROR")
    emit_table(head, [_row(record, letter) for record, letter in found])


def _plain(letter: life.DeadLettered) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(letter)
    return found


def _row(record: Record, letter: life.DeadLettered) -> tuple[object, ...]:
    error = " ".join(letter.error.split())[:80]
    return (stamp(record.time), letter.actor, letter.input, letter.phase, letter.attempts, letter.subject, error)


@dead.command()
@click.argument("seq", type=click.IntRange(min=1))
@output_option
@click.pass_obj
def show(invocation: Invocation, seq: int, output: str) -> None:
    """The dead input that stands at SEQ, and why each actor gave it up."""
    record, letters = invocation.run(_shown(invocation, seq))
    if output == "json":
        emit_json({"input": plain(record), "letters": letters})
        return
    emit_json(plain(record))
    for letter in letters:
        emit_text("")
        told = f"{letter.actor} gave it up in {letter.phase} after {letter.attempts}: {letter.error}"
        say(f"{told}\n{letter.traceback.rstrip()}")


@dead.command()
@click.argument("actor")
@click.argument("seq", type=click.IntRange(min=1))
@click.option("--dry-run", is_flag=True, help="Say what would be ordered, and order nothing.")
@output_option
@click.pass_obj
def replay(invocation: Invocation, actor: str, seq: int, dry_run: bool, output: str) -> None:
    """Order ACTOR to handle the dead input at SEQ again; the order's place goes to standard output."""
    at = invocation.run(_replay(invocation, actor, seq, dry_run))
    if output == "json":
        emit_json({"ordered": at is not None, "actor": actor, "input": seq, "seq": at})
        return
    if at is None:
        note(f"would order {actor} to handle {seq} again; nothing was ordered")
        return
    say(str(at))
    note(f"ordered; `kurultai why {at}` shows what comes of it")


async def _letters(client: Client) -> list[tuple[Record, life.DeadLettered]]:
    """The dead, without those that were ordered to be tried again after they died."""
    letters = [
        (record, msgspec.json.decode(record.data, type=life.DeadLettered))
        async for record in client.records(1, "event.actor.DeadLettered.*")
    ]
    tried: dict[tuple[str, int], int] = {}
    async for record in client.records(1, "command.actor.Replay.>"):
        order = msgspec.json.decode(record.data, type=life.Replay)
        tried[order.actor, order.input] = record.seq
    return [(record, letter) for record, letter in letters if tried.get((letter.actor, letter.input), 0) < record.seq]


async def _listed(invocation: Invocation) -> list[tuple[Record, life.DeadLettered]]:
    async with await invocation.client("auditor") as client:
        return await _letters(client)


async def _shown(invocation: Invocation, seq: int) -> tuple[Record, list[life.DeadLettered]]:
    async with await invocation.client("auditor") as client:
        letters = [letter for _, letter in await _letters(client) if letter.input == seq]
        record = await client.record(seq)
    if record is None or not letters:
        raise Ended(Exit.NOT_FOUND, f"no dead input at {seq}; `kurultai dead ls` lists them")
    return record, letters


async def _require_dead(client: Client, actor: str, seq: int) -> None:
    """Nothing, unless there is no such dead input: that ends the command."""
    if not any((letter.actor, letter.input) == (actor, seq) for _, letter in await _letters(client)):
        raise Ended(Exit.NOT_FOUND, f"no dead input of {actor} at {seq}; `kurultai dead ls` lists them")


async def _replay(invocation: Invocation, actor: str, seq: int, dry_run: bool) -> int | None:
    async with await invocation.client("operator") as client:
        await glance(_require_dead(client, actor, seq), dry_run=dry_run)
        if dry_run:
            return None
        at, _ = await client.order(life.Replay(actor=actor, input=seq))
        return at
