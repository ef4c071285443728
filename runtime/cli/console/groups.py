"""Commands that are imported when they are called, and that take the options of all in any place."""

import difflib
import importlib
from collections.abc import Mapping
from typing import Any

import click

from runtime.cli.console.invocation import options_of_all


class Command(click.Command):
    """A command that takes the options of all, too."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options and those of all."""
        return [*super().get_params(ctx), *options_of_all()]


class Group(click.Group):
    """A command with commands below it; a misspelt one is answered with the nearest."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; raises UsageError with what comes near."""
        word = args[0]
        known = self.list_commands(ctx)
        if word not in known and not word.startswith("-"):
            near = difflib.get_close_matches(word, known, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else f" There are {', '.join(known)}."
            raise click.UsageError(f"No such command {word!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own options and those of all."""
        return [*super().get_params(ctx), *options_of_all()]


Group.group_class = Group


class LazyGroup(Group):
    """The program itself: its commands are `module:attribute` with a line of help each."""

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self._places = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which a newcomer needs them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._places.items()])
