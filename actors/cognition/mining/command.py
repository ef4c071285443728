"""`kurultai mine`: habits in a person's own log or in the council's, with figures, intervals and tests."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from actors.cognition.mining.telling import lines, paragraph, sentence
from messages.cognition import mining
from runtime.cli.autonomy.ordered import looked_and_ordered
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command, Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer, dry_option, reason_option
from runtime.cli.console.output import emit_json, emit_table, note, output_option, say

if TYPE_CHECKING:
    from actors.cognition.mining.mined import Mined
    from actors.cognition.mining.streams import Behaviour

LOG: Final = "log"
"""The command that a file name, or nothing, stands for. *chosen*"""
FEWEST: Final = 2
"""Least that `--least` may be. *derived*: what is done once is no habit"""


class FileOrCommand(Group):
    """A group whose first word may be a file: `mine FILE` is `mine log FILE`, and so is `mine` alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words, with the command put in where a file stands in its place."""
        asks_help = any(word in ctx.help_option_names for word in args)
        if not asks_help and not any(word in self.commands for word in args):
            args = [LOG, *args]
        return super().parse_args(ctx, args)


@click.group(cls=FileOrCommand)
def mine() -> None:
    """Habits in a log: what is done again and again in one order, more often than chance explains.

    `kurultai mine FILE` reads a CSV or JSON lines with the columns time, who, what and, where there are, session and
    outcome; no council need run. Without FILE it is the council's own log of the last seven days. `kurultai mine show
    PATTERN [FILE]` tells all of one pattern.
    """


@mine.command(LOG, cls=Command)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--known", type=click.Path(path_type=Path), help="An earlier result (-o json): what it holds is not new.")
@click.option("--least", default=5, type=click.IntRange(FEWEST), help="Fewest occurrences of a pattern; 5 by default.")
@output_option
@click.pass_obj
def log(invocation: Invocation, file: Path | None, known: Path | None, least: int, output: str) -> None:
    """The patterns of FILE, or of the council's own log."""
    found = _mined(invocation, file, known, least)
    if output == "json":
        emit_json(found)
        return
    for line in lines(found):
        say(line)
    if found.patterns:
        note(f"all of one pattern: kurultai mine show PATTERN {file or ''}".rstrip())


@mine.command(cls=Command)
@click.argument("pattern")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@output_option
@click.pass_obj
def show(invocation: Invocation, pattern: str, file: Path | None, output: str) -> None:
    """All that is known of PATTERN: of FILE, or of the council's catalogue."""
    catalogue = None if file is not None else invocation.run(_find(invocation))
    found = catalogue.patterns if catalogue is not None else _mined(invocation, file, None, 5).patterns
    one = next((each for each in found if each.pattern == pattern), None)
    if one is None:
        where = f"{file} has" if file is not None else "the council's catalogue has"
        names = ", ".join(each.pattern for each in found[:10]) or "none"
        raise Ended(Exit.NOT_FOUND, f"{where} no pattern {pattern!r}; there are: {names}")
    if output == "json":
        emit_json(one)
        return
    for line in paragraph(one):
        say(line)
    if catalogue is not None and pattern in catalogue.told:
        say(catalogue.told[pattern])


@mine.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The council's catalogue: patterns that searches have found, and chains of calls."""
    found = invocation.run(_find(invocation))
    if output == "json":
        emit_json(found)
        return
    rows: list[tuple[object, ...]] = [
        (one.pattern, one.verdict, one.count, f"{one.confidence:.2f}", sentence(one)) for one in found.patterns
    ]
    rows += [(one.pattern, "chain", one.count, "", " > ".join(one.tools)) for one in found.chains]
    emit_table(("PATTERN", "IS", "TIMES", "SURE", "WHAT"), rows)
    state = "a search is under way" if found.searching else f"{found.searches} searches so far"
    note(f"{state}; the next one sees {found.deeds} deeds")


@mine.command()
@reason_option
@dry_option
@output_option
@click.pass_obj
def search(invocation: Invocation, reason: str, dry_run: bool, output: str) -> None:
    """Order that the council look for patterns now."""
    done = looked_and_ordered(
        invocation,
        _find(invocation),
        mining.Search(reason=reason),
        mining.Begun,
        "a search begins; `kurultai mine ls` shows what it finds",
        dry_run=dry_run,
        while_frozen=False,
    )
    answer(invocation.run(done), output)


def _mined(invocation: Invocation, file: Path | None, known: Path | None, least: int) -> "Mined":
    from actors.cognition.mining.miner import Request, mine
    from actors.cognition.mining.reading import BadLog, read, read_known

    try:
        steps = read_known(known) if known is not None else ()
        behaviours = read(file) if file is not None else invocation.run(_of_council(invocation))
    except BadLog as error:
        raise Ended(Exit.USAGE, str(error)) from None
    except OSError as error:
        raise Ended(Exit.NOT_FOUND, f"{error.filename or file} can't be read: {error.strerror}") from None
    note(f"{file or 'the council'}: {len(behaviours)} events; looking for patterns")
    return mine(Request(tuple(behaviours), steps, least), progress=note)


async def _of_council(invocation: Invocation) -> "list[Behaviour]":
    """What was done in the council in the last seven days, read from its log."""
    from actors.cognition.mining.diary import PERIOD_S, Diary
    from actors.cognition.mining.streams import Behaviour

    diary = Diary(most=None)
    async with await invocation.client("auditor") as client:
        first = await client.since(time.time() - PERIOD_S)
        async for record in client.records(first):
            diary.read(record.time, record.subject, record.data)
    return [Behaviour(one.time, one.who, one.what, one.session, one.outcome) for one in diary.entries]


async def _find(invocation: Invocation) -> Any:
    async with await invocation.client("publisher") as client:
        return await client.query(mining.Find(), mining.Catalogue)
