"""`kurultai why`: the tree of causes in which a message stands."""

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from typing import Any, Final

import click
import msgspec

from bus.log import Record
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import data_of, emit_json, output_option, plain, say
from runtime.client.client import Client
from runtime.envelope import INPUT, origin_of, stamp

WINDOW: Final = 2_000
"""Records looked through first when an id is searched from the log's end; the windows grow fourfold. *chosen*"""
NOTE_CHARS: Final = 90
"""Most of a message's data beside its name in the tree. *chosen*"""


@click.command(cls=Command)
@click.argument("name", metavar="MESSAGE_ID|SEQ|TASK")
@output_option
@click.pass_obj
def why(invocation: Invocation, name: str, output: str) -> None:
    """What led to a message, and all that came of the same cause, with times."""
    found, target = invocation.run(_why(invocation, name))
    if output == "json":
        emit_json([{**plain(record), "parent": parent_of(record)} for record in found])
        return
    for line in tree(found, target):
        say(line)


async def _why(invocation: Invocation, name: str) -> tuple[list[Record], int]:
    async with await invocation.client("auditor") as client:
        target = await client.record(int(name)) if name.isdigit() else None
        target = target or await _search(client, name)
        if target is None:
            raise Ended(Exit.NOT_FOUND, f"nothing on the log is named {name!r}: give a message id, a place, or a task")
        root = target
        while (parent := parent_of(root)) is not None:
            above = await client.record(parent)
            if above is None:
                break
            root = above
        return await _family(client, root), target.seq


async def _search(client: Client, name: str) -> Record | None:
    """The first record that bears the name, as its own id or as its task; the newest part of the log first."""
    first, last = await client.bounds()
    reach, end = WINDOW, last
    while end >= first:
        start = max(first, end - reach + 1)
        async with aclosing(client.records(start)) as records:
            async for record in records:
                if record.seq > end:
                    break
                if origin_of(record).id == name or _task_of(record) == name:
                    return record
        end, reach = start - 1, reach * 4
    return None


class _Named(msgspec.Struct):
    task: str | None = None
    id: str | None = None


def _task_of(record: Record) -> str | None:
    try:
        named = msgspec.json.decode(record.data, type=_Named)
    except msgspec.DecodeError:
        return None
    return named.id if record.subject.split(".")[1] == "task" else named.task


async def _family(client: Client, root: Record) -> list[Record]:
    """All that came of the root, in log order."""
    found: list[Record] = []
    known: set[int] = set()
    async for record in client.records(root.seq):
        if record.seq == root.seq or parent_of(record) in known:
            found.append(record)
            known.add(record.seq)
    return found


def parent_of(record: Record) -> int | None:
    """The place of the input on which the record was decided."""
    parent = record.headers.get(INPUT)
    return int(parent) if parent is not None and parent.isdigit() else None


def tree(records: Sequence[Record], target: int) -> Iterator[str]:
    """The records as a drawing: when, where, who, what; the one that was asked for is marked."""
    children: dict[int | None, list[Record]] = {}
    for record in records[1:]:
        children.setdefault(parent_of(record), []).append(record)
    root = records[0]
    yield f"{stamp(root.time)}  correlation {origin_of(root).correlation}"
    yield from _branch(root, root.time, target, children, "", "")


def _branch(
    record: Record, began: float, target: int, children: dict[int | None, list[Record]], lead: str, below: str
) -> Iterator[str]:
    mark = "  <--" if record.seq == target else ""
    yield f"{(record.time - began) * 1000:>9.1f} ms  {record.seq:>6}  {lead}{_said(record)}{mark}"
    offspring = children.get(record.seq, [])
    for place, child in enumerate(offspring, 1):
        last = place == len(offspring)
        twig, under = ("└─ ", "   ") if last else ("├─ ", "│  ")
        yield from _branch(child, began, target, children, below + twig, below + under)


def _said(record: Record) -> str:
    tokens = record.subject.split(".")
    if tokens[1] in ("task", "control"):
        name = ".".join(tokens[1:])
    else:
        name = f"{tokens[4]} {tokens[2]}.{tokens[3]}" if len(tokens) > 4 else ".".join(tokens[1:])
    return f"{name}  {_short(data_of(record))}".rstrip()


def _short(data: Any) -> str:
    telling = ("reason", "phase", "error", "note", "tool", "name", "goal", "score", "mastery", "result", "mode")
    if isinstance(data, dict):
        data = {name: data[name] for name in telling if data.get(name) not in (None, "")}
        if not data:
            return ""
    text = msgspec.json.encode(data).decode()
    return text if len(text) <= NOTE_CHARS else f"{text[: NOTE_CHARS - 1]}…"
