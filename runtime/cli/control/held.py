"""`kurultai held`: effects outside the log of which nobody knows whether they happened, and a person's word on them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import click
import msgspec

from bus.log import Record
from messages.kernel import actor as life
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import data_of, emit_json, emit_table, note, output_option, plain
from runtime.cli.control.look import glance
from runtime.cli.tasks.following import require_thawed
from runtime.client.client import Client
from runtime.client.orders import answer_to
from runtime.envelope import origin_of, stamp

WORDS: Final[dict[str, life.Word]] = {"happened": "happened", "did-not": "did_not", "again": "again"}
"""What a person may say, as it is written in a shell. *derived*: messages.kernel.actor.Word"""
INTENT_CHARS: Final = 60
"""Most of an announcement in a line of the list; `held show` gives all of it. *chosen*"""


class Effect(msgspec.Struct, frozen=True):
    """An effect that waits for a person's word."""

    record: Record
    held: life.Held

    @property
    def task(self) -> str:
        """The task that it was done for, as far as the log tells."""
        intent = self.held.intent
        named = intent.get("task") if isinstance(intent, dict) else None
        return str(named or origin_of(self.record).correlation)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        told: dict[str, Any] = msgspec.to_builtins(self.held)
        return {"seq": self.record.seq, "time": stamp(self.record.time), "task": self.task, **told}


@click.group(cls=Group)
def held() -> None:
    """Effects that may or may not have happened: list, show, resolve."""


@held.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The effects on which nobody has given his word."""
    found = invocation.run(_listed(invocation))
    if output == "json":
        emit_json([effect.plain() for effect in found])
        return
    if not found:
        note("nothing is held")
    emit_table(("SINCE", "WORKER", "INPUT", "TASK", "ANNOUNCED"), [_row(effect) for effect in found])


def _row(effect: Effect) -> tuple[object, ...]:
    intent = msgspec.json.encode(effect.held.intent).decode()[:INTENT_CHARS]
    return (stamp(effect.record.time), effect.held.actor, effect.held.input, effect.task, intent)


@held.command()
@click.argument("worker")
@click.argument("seq", type=click.IntRange(min=1))
@output_option
@click.pass_obj
def show(invocation: Invocation, worker: str, seq: int, output: str) -> None:
    """What WORKER had announced for the input at SEQ, and the input itself."""
    effect, record = invocation.run(_shown(invocation, worker, seq))
    if output == "json":
        emit_json({**effect.plain(), "record": plain(record)})
        return
    emit_json({"announced": effect.held.intent, "input": plain(record)})
    note(how_to_resolve(effect.held))


@held.command()
@click.argument("worker")
@click.argument("seq", type=click.IntRange(min=1))
@click.argument("word", type=click.Choice(list(WORDS)))
@click.option("--reason", default="", metavar="TEXT", help="How you know; goes on the log.")
@click.option("--dry-run", is_flag=True, help="Say what would be ordered, and order nothing.")
@output_option
@click.pass_obj
def resolve(invocation: Invocation, worker: str, seq: int, word: str, reason: str, dry_run: bool, output: str) -> None:
    """Say what became of the effect that WORKER holds for the input at SEQ.

    happened: it happened, and nothing more is done. did-not: it did not, and what was reserved for it is free again.
    again: it did not, or doing it twice does no harm; the worker does it again.
    """
    message = life.Resolve(actor=worker, input=seq, word=WORDS[word], reason=reason)
    resolved = invocation.run(_resolve(invocation, message, dry_run))
    if output == "json":
        emit_json(resolved)


def how_to_resolve(effect: life.Held) -> str:
    """The command that ends it."""
    return f"kurultai held resolve {effect.actor} {effect.input} {'|'.join(WORDS)}"


async def effects(client: Client) -> list[Effect]:
    """What is held, without that on which a word was given after it."""
    helds = [record async for record in client.records(1, "event.actor.Held.*")]
    words = [record async for record in client.records(1, "command.actor.Resolve.>")] if helds else []
    return list(_open(helds, words))


def _open(helds: Iterable[Record], words: Iterable[Record]) -> Iterator[Effect]:
    given: dict[tuple[str, int], int] = {}
    for record in words:
        word = msgspec.json.decode(record.data, type=life.Resolve)
        given[word.actor, word.input] = record.seq
    for record in helds:
        told = msgspec.json.decode(record.data, type=life.Held)
        if given.get((told.actor, told.input), 0) < record.seq:
            yield Effect(record, told)


async def _listed(invocation: Invocation) -> list[Effect]:
    async with await invocation.client("auditor") as client:
        return await effects(client)


async def _the(client: Client, worker: str, seq: int) -> Effect:
    """The effect; ends the command when none is held there."""
    for effect in await effects(client):
        if (effect.held.actor, effect.held.input) == (worker, seq):
            return effect
    raise Ended(Exit.NOT_FOUND, f"nothing is held by {worker} for the input {seq}; `kurultai held ls` lists what is")


async def _shown(invocation: Invocation, worker: str, seq: int) -> tuple[Effect, Record]:
    async with await invocation.client("auditor") as client:
        effect = await _the(client, worker, seq)
        record = await client.record(seq)
    if record is None:
        raise Ended(Exit.NOT_FOUND, f"nothing stands at {seq} on the log")
    return effect, record


async def _resolve(invocation: Invocation, message: life.Resolve, dry_run: bool) -> Any:
    """The worker has taken the word; ends the command when it does not count."""
    async with await invocation.client("operator") as client:
        effect = await glance(_the(client, message.actor, message.input), dry_run=dry_run)
        if effect is not None and dry_run:
            note(f"would order {message.word!r} for {message.actor} {message.input}; nothing was ordered")
            return {**effect.plain(), "ordered": False}
        await require_thawed(invocation, nothing="ordered")
        seq, identity = await client.order(message)
        record = await answer_to(client, seq, identity, life.Resolved)
    if fault := data_of(record).get("fault"):
        raise Ended(Exit.CONFLICT, f"the word does not count: {fault}")
    note(f"{message.actor} {message.input}: {message.word.replace('_', ' ')}")
    return {**data_of(record), "seq": record.seq}
