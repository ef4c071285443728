"""Options of the commands that order something, and what their words must be."""

from collections.abc import Callable
from typing import Any, Final

import click

from runtime.cli.console.output import emit_json


def words(most_chars: int) -> Callable[[click.Context, click.Parameter, str], str]:
    """A check that a text is not blank, and no longer than the message takes."""

    def checked(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
        if not text.strip():
            raise click.BadParameter("it is empty; write at least a word")
        if len(text) > most_chars:
            raise click.BadParameter(f"it has {len(text)} characters; at most {most_chars} are taken")
        return text

    return checked


REASON_CHARS: Final = 20_000
"""Longest reason of an order. *derived*: messages.base.Text"""

reason_option: Final = click.option(
    "--reason", required=True, callback=words(REASON_CHARS), metavar="TEXT", help="Why; goes on the log."
)
NO_REASON: Final = "no reason was given"
"""What stands on the log for a blank reason. *chosen*"""


def _whatever(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    """The reason as far as it can stand on the log: a freeze never waits for better words."""
    return text[:REASON_CHARS] if text.strip() else NO_REASON


any_reason_option: Final = click.option(
    "--reason", required=True, callback=_whatever, metavar="TEXT", help="Why; goes on the log."
)
dry_option: Final = click.option("--dry-run", is_flag=True, help="Say what would be ordered, and order nothing.")


def answer(found: Any, output: str) -> None:
    """What an order came to, for a program; a person has been told already."""
    if output == "json":
        emit_json(found)
