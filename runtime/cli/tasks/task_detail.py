"""What a person should know of a task beside its phase: what it waits for, and what of it nobody knows."""

import msgspec

from bus.errors import LogError
from messages.gate import approval
from runtime.cli.console.invocation import Invocation
from runtime.cli.control.exhibits import Case, whole
from runtime.cli.control.held import Effect, effects


class Detail(msgspec.Struct, frozen=True):
    """As far as this host may know."""

    case: Case | None = None
    """The act that waits for a person."""
    held: tuple[Effect, ...] = ()


async def detail_of(invocation: Invocation, name: str) -> Detail:
    """All of it with the auditor's key; nothing without."""
    try:
        client = await invocation.client("auditor")
    except LogError:
        return Detail()
    async with client:
        waiting = (await client.query(approval.Find(), approval.Waiting)).acts
        act = next((each for each in waiting if each.task == name), None)
        case = await whole(client, act) if act is not None else None
        held = tuple(effect for effect in await effects(client) if effect.task == name)
    return Detail(case, held)
