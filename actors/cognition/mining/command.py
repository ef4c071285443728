"""`kurultai mine`: habits in a person's own log or in the council's, with figures, intervals and tests."""

from pathlib import Path
from typing import Any, Final

import click

from actors.cognition.mining.telling import lines, paragraph
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command, Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, note, output_option, say

LOG: Final = "log"
"""The command that a file name, or nothing, stands for. *chosen*"""


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

    `kurultai mine FILE` reads a CSV or JSON lines with the columns time, who, what and, if there are, session and
    outcome. Without FILE it is the council's own log. `kurultai mine show PATTERN` tells all of one pattern.
    """


@mine.command(LOG, cls=Command)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--known", type=click.Path(path_type=Path), help="An earlier result (-o json): what it holds is not new.")
@click.option("--least", default=5, type=click.IntRange(2), help="Fewest occurrences of a pattern; 5 by default.")
@output_option
@click.pass_obj
def log(invocation: Invocation, file: Path | None, known: Path | None, least: int, output: str) -> None:
    """The patterns of FILE, or of the council's own log."""
    found = _mined(file, known, least)
    if output == "json":
        emit_json(found)
        return
    for line in lines(found):
        say(line)


@mine.command(cls=Command)
@click.argument("pattern")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@output_option
@click.pass_obj
def show(invocation: Invocation, pattern: str, file: Path | None, output: str) -> None:
    """All that is known of PATTERN: of FILE, or of the council's catalogue."""
    found: Any = _mined(file, None, 5).patterns if file is not None else _known(invocation)
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


def _mined(file: Path, known: Path | None, least: int) -> Any:
    from actors.cognition.mining.miner import Request, mine
    from actors.cognition.mining.reading import BadLog, read, read_known

    try:
        behaviours = read(file)
        steps = read_known(known) if known is not None else ()
    except BadLog as error:
        raise Ended(Exit.USAGE, str(error)) from None
    except OSError as error:
        raise Ended(Exit.NOT_FOUND, f"{error.filename or file} can't be read: {error.strerror}") from None
    note(f"{file}: {len(behaviours)} events; looking for patterns")
    return mine(Request(tuple(behaviours), steps, least), progress=note)
