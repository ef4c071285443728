"""A look at what there is before an order is given: it may inform the order, and never keep it waiting."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from bus.errors import Busy, Unreachable
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.output import note

Found = TypeVar("Found")

LOOK_S: Final = 2.0
"""Longest look before an order that can be given without it. *chosen*: a look takes milliseconds; a person waits"""
NEEDED_S: Final = 10.0
"""Longest wait for what an order can't be made without. *derived*: longer than bus.nats.link.ANSWER_LIMIT_S"""


class Unseen(Exception):
    """What there is could not be seen in time; the text says why."""


async def glance(work: Awaitable[Found], *, dry_run: bool = False) -> Found | None:
    """What there is; None, and a note, if that can't be seen and the order is given all the same.

    A dry run gives no order, and ends there.
    """
    if dry_run:
        return await needed(work, "what there is")
    try:
        return await _seen(work, LOOK_S)
    except Unseen as error:
        note(f"what there is can't be seen: {error}; it is ordered all the same")
        return None


async def unless_unseen(work: Awaitable[Found]) -> Found | None:
    """What there is; None if that can't be seen in the time of a look."""
    try:
        return await _seen(work, LOOK_S)
    except Unseen:
        return None


async def needed(work: Awaitable[Found], what: str, mend: str = "") -> Found:
    """What the order can't be made without; ends the command when it can't be seen."""
    try:
        return await _seen(work, NEEDED_S)
    except Unseen as error:
        text = f"{what} can't be seen: {error}; nothing was ordered"
        raise Ended(Exit.UNREACHABLE, f"{text}. {mend}" if mend else text) from None


async def _seen(work: Awaitable[Found], limit_s: float) -> Found:
    try:
        async with asyncio.timeout(limit_s):
            return await work
    except TimeoutError:
        raise Unseen(f"the council does not answer within {limit_s:g} s") from None
    except (Busy, Unreachable) as error:
        raise Unseen(str(error)) from error
