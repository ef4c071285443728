"""`kurultai tool rollback`, `disable`, `enable`, `deprecate`: an operator's signed orders about one tool."""

from collections.abc import Mapping
from typing import Any

import click

from messages.base import Command as Order
from messages.kernel import order
from messages.tools import tool as tools
from runtime.cli.console import complete
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer, dry_option, reason_option
from runtime.cli.console.output import note, output_option
from runtime.cli.control.look import glance, needed
from runtime.cli.tasks.following import frozen_reason, require_thawed
from runtime.cli.tools.tool_words import the_tool, the_version, version_of
from runtime.client.orders import answer_to

About = order.RollBack | order.Disable | order.Enable | order.Deprecate


@click.command(cls=Command)
@click.argument("name", shell_complete=complete.tools)
@click.option("--to", required=True, metavar="VERSION", help="The version that calls shall reach: 1, or 1.0.0.")
@reason_option
@dry_option
@output_option
@click.pass_obj
def rollback(invocation: Invocation, name: str, to: str, reason: str, dry_run: bool, output: str) -> None:
    """Let calls of NAME reach an older version again; the newer ones stay callable by number."""
    answer(invocation.run(_roll_back(invocation, name, version_of(to), reason, dry_run)), output)


@click.command(cls=Command)
@click.argument("name", shell_complete=complete.tools)
@reason_option
@dry_option
@output_option
@click.pass_obj
def disable(invocation: Invocation, name: str, reason: str, dry_run: bool, output: str) -> None:
    """Have no version of NAME called any more."""
    message = order.Disable(name=name, reason=reason)
    answer(invocation.run(_order(invocation, message, f"{name} is disabled", dry_run)), output)


@click.command(cls=Command)
@click.argument("name", shell_complete=complete.tools)
@reason_option
@dry_option
@output_option
@click.pass_obj
def enable(invocation: Invocation, name: str, reason: str, dry_run: bool, output: str) -> None:
    """Let NAME be called again as if it were new, whoever had stopped or deprecated it."""
    message = order.Enable(name=name, reason=reason)
    answer(invocation.run(_order(invocation, message, f"{name} is enabled", dry_run)), output)


@click.command(cls=Command)
@click.argument("name", shell_complete=complete.tools)
@click.option(
    "--replacement", metavar="TOOL", shell_complete=complete.tools, help="The tool to use instead; callers are told."
)
@reason_option
@dry_option
@output_option
@click.pass_obj
def deprecate(
    invocation: Invocation, name: str, replacement: str | None, reason: str, dry_run: bool, output: str
) -> None:
    """Keep NAME working, and tell each caller what replaces it."""
    message = order.Deprecate(name=name, reason=reason, replacement=replacement)
    answer(invocation.run(_order(invocation, message, f"{name} is deprecated", dry_run)), output)


async def _roll_back(
    invocation: Invocation, name: str, wanted: Mapping[str, Any], reason: str, dry_run: bool
) -> dict[str, Any]:
    look = _wanted(invocation, name, wanted)
    if "version" in wanted:
        past = await glance(look, dry_run=dry_run)
    else:
        past = await needed(look, "which version that is", "Name it by its number, and it is ordered all the same")
    number = past.version if past is not None else wanted["version"]
    told = f"{number} ({past.semver})" if past is not None else number
    message = order.RollBack(name=name, to=number, reason=reason)
    return await _order(invocation, message, f"{name} is version {told} again", dry_run)


async def _wanted(invocation: Invocation, name: str, wanted: Mapping[str, Any]) -> tools.Past:
    past = the_version(await the_tool(invocation, name), wanted)
    assert past is not None
    return past


async def _order(
    invocation: Invocation,
    message: About,
    done: str,
    dry_run: bool,
) -> dict[str, Any]:
    """The order is obeyed; ends the command when it is not, or when there is no such tool."""
    entry = await glance(_to_change(invocation, message), dry_run=dry_run)
    if entry is not None and dry_run:
        note(f"would order that {done}; it is {_now(entry)}. Nothing was ordered")
        return {"ordered": False, "name": message.name, "now": _now(entry)}
    if message.restricts and (reason := await frozen_reason(invocation)) is not None:
        async with await invocation.client("operator") as client:
            seq, _ = await client.order(message)
        later = f"from the first moment after the thaw, {done}"
        note(f"ordered at {seq}; {reason}. {later[:1].upper()}{later[1:]}")
        return {"ordered": True, "name": message.name, "seq": seq, "done": later}
    await require_thawed(invocation, nothing="ordered")
    async with await invocation.client("operator") as client:
        seq = (await answer_to(client, *await client.order(message))).seq
    note(done)
    if isinstance(message, order.Disable) and entry is not None and entry.copied_in:
        note(f"{', '.join(entry.copied_in)}: made of it, with a copy of its code, and still callable")
    return {"ordered": True, "name": message.name, "seq": seq, "done": done}


async def _to_change(invocation: Invocation, message: About) -> tools.Entry:
    """The tool as it stands; ends the command when the order names what there is not, or would change nothing."""
    entry = await the_tool(invocation, message.name)
    if isinstance(message, order.Deprecate) and message.replacement is not None:
        await the_tool(invocation, message.replacement)
    _require_change(entry, message)
    return entry


def _require_change(entry: tools.Entry, message: Order) -> None:
    """The order would change something; ends the command when all is already as it says."""
    match message:
        case order.Disable() if entry.spec.status == "disabled" and entry.note:
            already = f"is disabled already: {entry.note}"
        case order.Enable() if _is_free(entry):
            already = "is neither disabled nor deprecated nor restricted"
        case order.RollBack() if message.to == entry.version:
            already = f"is at version {entry.version} ({entry.spec.semver}) already"
        case _:
            return
    raise Ended(Exit.CONFLICT, f"{entry.spec.name} {already}; nothing was ordered")


def _is_free(entry: tools.Entry) -> bool:
    restricted = any(past.level != "full" for past in entry.history)
    return entry.spec.status not in ("disabled", "deprecated") and not restricted


def _now(entry: tools.Entry) -> str:
    spec = entry.spec
    return f"{spec.status}, version {entry.version} ({spec.semver}), level {entry.level}"
