"""Names that a shell completes: tools and tasks as the running council knows them, zones as the roster has them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import click

from runtime.cli.console.invocation import Invocation

LIMIT_S: Final = 1.0
"""Longest wait of somebody who has pressed the tab key. *chosen*"""
MOST: Final = 1_000
"""Most names that are asked for. *derived*: messages.tools.tool.Discover, messages.task.Find"""

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def _from_council(ask: Callable[[Invocation], Awaitable[Iterable[str]]]) -> Completer:
    """Names that the council gives; none when it can't be asked, since a shell shows no error."""

    def complete(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        invocation = context.find_object(Invocation) or Invocation()
        found: list[str] = []

        async def asked() -> None:
            async with asyncio.timeout(LIMIT_S):
                found.extend(await ask(invocation))

        with contextlib.suppress(Exception):
            asyncio.run(asked())
        return [name for name in found if name.startswith(begun)]

    return complete


async def _tools(invocation: Invocation) -> Iterable[str]:
    from messages.tools import tool

    async with await invocation.client("publisher") as client:
        return [each.name for each in (await client.query(tool.Discover(limit=MOST), tool.Discovered)).tools]


async def _tasks(invocation: Invocation) -> Iterable[str]:
    from messages import task

    async with await invocation.client("publisher") as client:
        return [each.task for each in reversed((await client.query(task.Find(limit=MOST), task.Views)).tasks)]


def zones(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Zones of the roster that is named or launched by default; no council need run."""
    from runtime.hosting.zone import load_roster

    invocation = context.find_object(Invocation) or Invocation()
    with contextlib.suppress(Exception):
        roster = load_roster(invocation.roster_place())
        return [zone.name for zone in roster.zones if zone.name.startswith(begun)]
    return []


tools: Final = _from_council(_tools)
"""Registered tools."""
tasks: Final = _from_council(_tasks)
"""Tasks that the council remembers, newest first."""
