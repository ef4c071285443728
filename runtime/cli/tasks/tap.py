"""`kurultai tap`: the log, from then to now and on, each record once and in order."""

import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import click

from bus.log import Record
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import cloud_event, emit_line, note, plain, say, text_line
from runtime.client.client import Client

UNITS_S: Final = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
"""Seconds of each unit of --since. *derived*"""
PATTERN: Final = re.compile(r"(?:[A-Za-z0-9_-]+|\*)(?:\.(?:[A-Za-z0-9_-]+|\*))*(?:\.>)?|>")
"""What may name subjects: tokens, `*` for one of them, `>` for the rest. *cited*: NATS documentation, "Subjects"."""

SHOW: Final[dict[str, Callable[[Record], None]]] = {
    "text": lambda record: say(text_line(record)),
    "jsonl": lambda record: emit_line(plain(record)),
    "cloudevents": lambda record: emit_line(cloud_event(record)),
}
"""How a record is shown. *chosen*"""


@click.command(cls=Command)
@click.argument("pattern", default=">")
@click.option("--since", metavar="DURATION", help="From so long ago: 90s, 15m, 1h, 2d.")
@click.option("--from-seq", type=click.IntRange(min=1), metavar="N", help="From this place on the log.")
@click.option("--last", type=click.IntRange(min=0), metavar="N", help="The last so many that match.")
@click.option("--follow/--no-follow", default=True, help="Stay for what is still to come; or end with the log.")
@click.option(
    "-o", "--output", type=click.Choice(list(SHOW)), default="text", help="Text, or one JSON document a line."
)
@click.pass_obj
def tap(
    invocation: Invocation,
    pattern: str,
    since: str | None,
    from_seq: int | None,
    last: int | None,
    follow: bool,
    output: str,
) -> None:
    """Follow the log: PATTERN is a subject below the council's name, such as 'event.task.>' or 'control.*'.

    Without --since, --from-seq or --last it begins with the last 20 records that match.
    """
    if sum(choice is not None for choice in (since, from_seq, last)) > 1:
        raise click.UsageError("--since, --from-seq and --last say where to begin; give one of them")
    if not PATTERN.fullmatch(pattern):
        raise click.BadParameter(f"{pattern!r} names no subjects; write it like 'event.task.>'", param_hint="PATTERN")
    seconds = seconds_of(since) if since is not None else None
    invocation.run(_tap(invocation, pattern, seconds, from_seq, last, follow, SHOW[output]))


def seconds_of(text: str) -> float:
    """The length of time that a text such as `15m` names."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no length of time; write 90s, 15m, 1h or 2d", param_hint="--since")
    return float(found[1]) * UNITS_S[found[2]]


async def _tap(
    invocation: Invocation,
    pattern: str,
    since_s: float | None,
    from_seq: int | None,
    last: int | None,
    follow: bool,
    show: Callable[[Record], None],
) -> None:
    async with await invocation.client("auditor") as client:
        pattern = _below(pattern, client)
        first, end = await client.bounds()
        start = from_seq
        if since_s is not None:
            start = await client.since(time.time() - since_s)
        if start is None:
            for record in await client.latest(20 if last is None else last, pattern):
                if record.seq <= end:
                    show(record)
            start = end + 1
        if start < first:
            note(f"the log begins at {first}")
        if start > end + 1 and not follow:
            raise Ended(Exit.NOT_FOUND, f"the log ends at {end}")
        await _show_all(client.records(start, pattern, follow=follow), show)


def _below(pattern: str, client: Client) -> str:
    """The pattern below the council's name, which a person may have written too."""
    return pattern.removeprefix(f"{client.names.council}.")


async def _show_all(records: AsyncIterator[Record], show: Callable[[Record], None]) -> None:
    async for record in records:
        show(record)
