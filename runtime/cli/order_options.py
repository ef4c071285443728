"""Options of the commands that order something, and what their words must be."""

from typing import Any, Final

import click


class Words(click.ParamType):
    """A text that is not blank, and no longer than the message takes."""

    name = "text"

    def __init__(self, most_chars: int) -> None:
        self._most_chars = most_chars

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; ends the command when an actor could make nothing of it."""
        text = str(value)
        if not text.strip():
            self.fail("it is empty; write at least a word", param, ctx)
        if len(text) > self._most_chars:
            self.fail(f"it has {len(text)} characters; at most {self._most_chars} are taken", param, ctx)
        return text


REASON_CHARS: Final = 20_000
"""Longest reason of an order. *derived*: messages.base.Text"""

reason_option: Final = click.option(
    "--reason", required=True, type=Words(REASON_CHARS), metavar="TEXT", help="Why; goes on the log."
)
dry_option: Final = click.option("--dry-run", is_flag=True, help="Say what would be ordered, and order nothing.")
