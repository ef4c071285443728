"""What the options in front of, or behind, every command say: which council, reached how, with which keys."""

import os
import shlex
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from runtime.client.client import Client, Role
    from runtime.directory.settings import Settings
    from runtime.roster import Roster

ROSTER: Final = "actors.roster:ROSTER"
"""The council that is launched unless another is named. *chosen*"""
LOG_LEVELS: Final = ("warning", "info", "debug")
"""What the runtime says of itself on standard error, by the number of -v. *chosen*"""
PLACES: Final = ("data_dir", "keys")
"""Options that name a directory, which other processes must find too. *derived*"""

Result = TypeVar("Result")


class Invocation:
    """One call of the program."""

    def __init__(self) -> None:
        self.flags: dict[str, Any] = {}

    def settings(self, **more: Any) -> "Settings":
        """The settings in force, with flags over environment over files."""
        from runtime.directory.settings import load

        given = {name: value for name, value in self.flags.items() if name not in ("roster", "verbose")}
        return load({**given, **more})

    def program(self) -> str:
        """How the program is called again for the council that this call was for."""
        flags = {"--data-dir": "data_dir", "--council": "council", "--url": "url", "--keys": "keys"}
        told = [f" {flag} {shlex.quote(str(self.flags[name]))}" for flag, name in flags.items() if name in self.flags]
        return f"kurultai{''.join(told)}"

    def roster_place(self) -> str:
        """Where the roster stands: as the option says, as the running council says, or the default."""
        from runtime.directory.home import Home

        if self.flags.get("roster"):
            return str(self.flags["roster"])
        address = Home(self.settings()).address()
        return address.roster if address is not None else ROSTER

    def roster(self) -> "Roster":
        """The council's members and kinds of task."""
        from runtime.hosting.zone import load_roster

        return load_roster(self.roster_place())

    async def client(self, role: "Role") -> "Client":
        """A connection to the running council in this role."""
        from runtime.client.client import Client

        return await Client.connect(self.settings(), role)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of the work, with the runtime's own log on standard error."""
        import asyncio

        from runtime.hosting.logs import configure

        verbose = int(self.flags.get("verbose") or 0)
        wanted = LOG_LEVELS[min(verbose, len(LOG_LEVELS) - 1)]
        configure(level=wanted if verbose else os.environ.get("KURULTAI_LOG"))
        return asyncio.run(work)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if parameter.name is not None and value not in (None, 0):
        if parameter.name in PLACES:
            value = os.path.abspath(os.path.expanduser(value))
        context.ensure_object(Invocation).flags[parameter.name] = value


def options_of_all() -> list[click.Option]:
    """The options that every command takes, and shows in its help."""
    table = (
        (("--data-dir",), "DIR", "Log, keys and snapshots of the council."),
        (("--council",), "NAME", "Its name; first token of every subject."),
        (("--url",), "URL", "A server or cluster that runs already: nats://a:4222,nats://b:4222"),
        (("--keys",), "DIR", "Key files of the identities."),
        (("--as", "as_name"), "NAME", "The identity that `kurultai auth add` made."),
        (("--roster",), "MODULE:NAME", f"Who belongs to the council; {ROSTER} by default."),
    )
    texts = [
        click.Option(names, metavar=metavar, help=text, expose_value=False, is_eager=True, callback=_remember)
        for names, metavar, text in table
    ]
    verbose = click.Option(
        ("-v", "--verbose"),
        count=True,
        help="More of what the runtime does, on standard error; -vv for all of it.",
        expose_value=False,
        is_eager=True,
        callback=_remember,
    )
    return [*texts, verbose]
