"""A signed order to the autonomy level or about it, and what it came to."""

from collections.abc import Awaitable
from typing import Any

from messages.base import Command, Event
from messages.kernel.control import Level, Mode
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import data_of, note
from runtime.cli.control.look import glance, unless_unseen
from runtime.client.client import Client
from runtime.client.orders import answer_to


async def looked_and_ordered(
    invocation: Invocation,
    look: Awaitable[Any],
    message: Command,
    answer: type[Event],
    told: str,
    *,
    dry_run: bool,
    while_frozen: bool = True,
) -> dict[str, Any]:
    """What came of the order, once there was a look at what there is; a dry run ends after the look."""
    await glance(look, dry_run=dry_run)
    if dry_run:
        note(f"would order: {told}; nothing was ordered")
        return {"ordered": False}
    seq, _ = await ordered(invocation, message, answer, while_frozen=while_frozen)
    note(told)
    return {"ordered": True, "seq": seq}


async def ordered(
    invocation: Invocation, message: Command, answer: type[Event], *, while_frozen: bool
) -> tuple[int, dict[str, Any]]:
    """The place of the order and the event that answers it; ends the command when it is not obeyed.

    `while_frozen` says that the order is obeyed although autonomy is frozen.
    """
    async with await invocation.client("operator") as client:
        if not while_frozen:
            await require_unfrozen(client)
        seq, identity = await client.order(message)
        found: dict[str, Any] = data_of(await answer_to(client, seq, identity, answer))
        return seq, found


async def require_unfrozen(client: Client) -> None:
    """The autonomy level hears orders; ends the command when it is frozen."""
    modes = await unless_unseen(client.modes())
    found = modes[Level.AUTONOMY] if modes is not None else None
    if found is not None and found[1].mode is Mode.FROZEN:
        mend = "`kurultai thaw --reason WHY` lets it go on"
        raise Ended(Exit.FROZEN, f"autonomy is frozen since {found[0]}: {found[1].reason}. Nothing was ordered; {mend}")
