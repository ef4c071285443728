"""`kurultai ceiling`: how far autonomy may climb; a signed order sets it."""

from typing import Any, Final

import click
import msgspec

from messages.autonomy import activation
from messages.base import type_name
from messages.kernel import order
from messages.kernel.control import Mode
from runtime.cli.autonomy.ordered import looked_and_ordered
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer, dry_option, reason_option
from runtime.cli.console.output import emit_json, note, output_option
from runtime.client.client import Client

MODES: Final = tuple(str(mode) for mode in Mode if mode is not Mode.FROZEN)
"""What may be a ceiling: to stop autonomy is a freeze. *derived*: actors.gate.veto"""


@click.group(cls=Group)
def ceiling() -> None:
    """How far autonomy may climb: show it, or set it by a signed order."""


@ceiling.command()
@output_option
@click.pass_obj
def show(invocation: Invocation, output: str) -> None:
    """The ceiling in force."""
    found = invocation.run(_show(invocation))
    if output == "json":
        emit_json(found)
        return
    set_by = f", set at {found['seq']}: {found['reason']}" if found["seq"] else ", as it is before anybody sets one"
    note(f"autonomy may climb to {found['mode']}{set_by}")


@ceiling.command("set")
@click.argument("mode", type=click.Choice(MODES))
@reason_option
@dry_option
@output_option
@click.pass_obj
def set_(invocation: Invocation, mode: str, reason: str, dry_run: bool, output: str) -> None:
    """Order that autonomy climb as far as MODE, and no further; a lower one takes hold at once."""
    message, told = order.SetCeiling(mode=Mode(mode), reason=reason), f"autonomy may climb to {mode}"
    look = _show(invocation)
    done = looked_and_ordered(invocation, look, message, activation.CeilingSet, told, dry_run=dry_run)
    answer(invocation.run(done), output)


@ceiling.command()
@click.argument("pattern")
@reason_option
@dry_option
@output_option
@click.pass_obj
def clear(invocation: Invocation, pattern: str, reason: str, dry_run: bool, output: str) -> None:
    """Order that decisions of PATTERN, barred after too many vetoes, may be judged again."""
    message, told = order.Clear(pattern=pattern, reason=reason), f"{pattern} may be judged again"
    look = _show(invocation)
    done = looked_and_ordered(invocation, look, message, activation.Cleared, told, dry_run=dry_run)
    answer(invocation.run(done), output)


async def _show(invocation: Invocation) -> dict[str, Any]:
    async with await invocation.client("auditor") as client:
        return await ceiling_of(client)


async def ceiling_of(client: Client) -> dict[str, Any]:
    """The ceiling as the log has it, with the place that set it; 0 if nobody has."""
    records = await client.latest(1, f"event.{type_name(activation.CeilingSet)}.*")
    if not records:
        return {"mode": str(Mode.ADVISORY), "seq": 0, "reason": ""}
    found = msgspec.json.decode(records[-1].data, type=activation.CeilingSet)
    return {"mode": str(found.mode), "seq": records[-1].seq, "reason": found.reason}
