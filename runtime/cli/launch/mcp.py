"""`kurultai mcp`: what the council has learnt, as tools of any client of the Model Context Protocol."""

import asyncio
import importlib.util
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import note, say
from runtime.hosting.distribution import with_extra

if TYPE_CHECKING:
    from runtime.mcp.bridge import Bridge
    from runtime.mcp.place import Place

EXTRA: Final = ("mcp", "jsonschema", "starlette", "uvicorn")
"""Packages of the extra `mcp`. *derived*: pyproject.toml"""
TOKEN_VARIABLE: Final = "KURULTAI_MCP_TOKEN"
"""Where the token may stand, instead of a file. *chosen*"""


@click.command(cls=Command)
@click.option("--http", "place", metavar="[HOST:]PORT", help="Streamable HTTP instead of standard input and output.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    help=f"Holds the token of HTTP; or {TOKEN_VARIABLE}. Otherwise one is made and shown.",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST[:PORT]", help="Another name that HTTP is reached by."
)
@click.option(
    "--timeout",
    "limit_s",
    type=click.FloatRange(min=0.1, max=86_400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest that one call may take; it is cancelled then.",
)
@click.pass_obj
def mcp(
    invocation: Invocation, place: str | None, token_file: Path | None, hosts: tuple[str, ...], limit_s: float
) -> None:
    """Offer the council's tools to a client of the Model Context Protocol.

    What is learnt appears at once, what is disabled disappears; a call is a task like any other, on the log.
    """
    _require_extra()
    if place is None:
        if token_file is not None or hosts:
            raise click.UsageError("--token-file and --allow-host go with --http")
        invocation.run(_standard(invocation, limit_s))
    else:
        invocation.run(_http(invocation, limit_s, place, token_file, hosts))


def _require_extra() -> None:
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        raise Ended(Exit.FAILED, f"the package {missing[0]} is missing; it comes with {with_extra('mcp')}")


def _end_gently() -> None:
    """SIGTERM ends like Ctrl-C: calls in hand are cancelled on the log before the process is gone."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, signal.raise_signal, signal.SIGINT)


def _bridge(invocation: Invocation, limit_s: float) -> "Bridge":
    from runtime.mcp.bridge import Bridge

    return Bridge(invocation.settings(), limit_s)


async def _standard(invocation: Invocation, limit_s: float) -> None:
    from mcp.server.stdio import stdio_server

    from runtime.mcp.lines import Lines
    from runtime.mcp.parsing import Answering

    _end_gently()
    async with _bridge(invocation, limit_s) as bridge:
        lines: Any = Lines()
        async with stdio_server(stdin=lines) as (read, write):
            await bridge.server.run(Answering(read, write), write, bridge.server.create_initialization_options())


async def _http(
    invocation: Invocation, limit_s: float, text: str, token_file: Path | None, hosts: tuple[str, ...]
) -> None:
    from runtime.mcp.place import Place, new_token, place_of

    try:
        place = place_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--http") from error
    given = _token(place, token_file)

    from runtime.mcp.http import PATH, application, listen, serve

    async with _bridge(invocation, limit_s) as bridge:
        with listen(place) as at:
            place = Place(place.host, at.getsockname()[1])
            token = given or new_token()
            say(f"http://{f'[{place.host}]' if ':' in place.host else place.host}:{place.port}{PATH}")
            if given is None:
                note(f"token    {token}")
            await serve(application(bridge.server, token, place, hosts), at)


def _token(place: "Place", file: Path | None) -> str | None:
    """The token that was given; None if one is to be made, which does only where nobody else can come."""
    from runtime.mcp.place import checked, token_in

    if file is not None:
        return token_in(file)
    if text := os.environ.get(TOKEN_VARIABLE):
        return checked(text, TOKEN_VARIABLE)
    if not place.is_loopback:
        raise click.UsageError(
            f"{place.host} can be reached from other machines: give a token with --token-file or {TOKEN_VARIABLE}"
        )
    return None
