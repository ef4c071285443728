"""`kurultai tool`: what has been learnt."""

from typing import Any, Final, get_args

import click
import msgspec

from messages import task
from messages.task import Category
from messages.tools import tool as tools
from messages.tools.deployment import Condition
from runtime.cli.console import complete
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, emit_text, note, output_option, say
from runtime.cli.tasks.following import Progress, require_thawed, see_through
from runtime.cli.tools import tool_orders
from runtime.cli.tools.tool_words import agent_of, arguments_of, named_of, the_tool, the_version, version_of
from runtime.envelope import stamp

CATEGORIES: Final[tuple[str, ...]] = get_args(Category)
"""*derived*: messages.task"""
STATUSES: Final[tuple[str, ...]] = get_args(tools.Status)
"""*derived*: messages.tools.tool"""


@click.group(cls=Group)
def tool() -> None:
    """What has been learnt: find, show, run, and take back."""


for command in (tool_orders.rollback, tool_orders.disable, tool_orders.enable, tool_orders.deprecate):
    tool.add_command(command)


@tool.command()
@click.option("--category", type=click.Choice(CATEGORIES), help="What it is for.")
@click.option("--status", type=click.Choice(STATUSES), help="How it stands.")
@click.option("--agent", help="Who made it.")
@click.option("--query", "text", default="", metavar="TEXT", help="Words; those that fit best come first.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True)
@output_option
@click.pass_obj
def ls(
    invocation: Invocation,
    category: Category | None,
    status: tools.Status | None,
    agent: str | None,
    text: str,
    limit: int,
    output: str,
) -> None:
    """The registered tools, or those that fit."""
    asked = tools.Discover(category=category, status=status, agent=agent_of(agent), text=text, limit=limit)
    found = invocation.run(_discover(invocation, asked))
    if output == "json":
        emit_json(found.tools)
        return
    head = ("TOOL", "VERSION", "PARAMETERS", "STATUS", "LEVEL", "CALLS", "FAILED", "DESCRIPTION")
    emit_table(head, [_row(listing) for listing in found.tools])
    if found.total > len(found.tools):
        note(f"{found.total - len(found.tools)} more; see --limit")


def _row(listing: tools.Listing) -> tuple[object, ...]:
    return (
        listing.name,
        listing.semver,
        ", ".join(listing.parameters),
        listing.status,
        listing.level,
        listing.calls,
        listing.failures,
        listing.description[:60],
    )


@tool.command()
@click.argument("name", shell_complete=complete.tools)
@output_option
@click.pass_obj
def show(invocation: Invocation, name: str, output: str) -> None:
    """All that the registry keeps of a tool."""
    entry = invocation.run(the_tool(invocation, name))
    if output == "json":
        emit_json(entry)
        return
    for line in (*_described(entry), *_versions(entry), ""):
        say(line)
    emit_text(entry.spec.source.strip())


def _described(entry: tools.Entry) -> list[str]:
    spec = entry.spec
    rows = (
        ("status", f"{spec.status}, level {entry.level}" + (f": {entry.note}" if entry.note else "")),
        ("category", f"{spec.category} (domain {spec.domain})"),
        ("learnt", f"by {spec.learned_by}, {spec.origin}, mastery {spec.mastery:.2f}"),
        ("calls", f"{entry.calls}, {entry.failures} failures; mean of this version {entry.mean_ms:.1f} ms"),
        ("risk", f"{spec.risk}{', given data about persons' if spec.pii else ''}, {spec.cost_usd:g} USD a call"),
        ("limit", f"{spec.timeout_s:g} s a call" if spec.timeout_s is not None else ""),
        ("safe range", "; ".join(map(_range, spec.ranges))),
        ("halted by", "; ".join(spec.halted)),
        ("not settled", tools.unsettled(spec.doubts)),
        ("requires", ", ".join(spec.requires)),
        ("secrets", ", ".join(spec.secrets)),
        ("capabilities", ", ".join(spec.capabilities)),
        ("documentation", spec.doc_url),
        ("returns", str(spec.returns.get("type", ""))),
        ("fingerprint", spec.fingerprint),
        ("sha256", spec.digest),
    )
    head = f"{spec.name}({', '.join(spec.parameters)})  version {entry.version} ({spec.semver}) of {entry.versions}"
    lines = [head, spec.description, *(f"  {title + ':':<15} {text}" for title, text in rows if text)]
    return [*lines, *(f"  {_parameter(parameter)}" for parameter in spec.takes)]


def _range(measured: tools.Range) -> str:
    """How far an argument was seen to grow, and what came beyond."""
    beyond = f" ({measured.beyond})" if measured.beyond else ""
    unit = f" {measured.unit}" * (measured.unit != "value")
    return f"{measured.parameter} up to {measured.up_to}{unit}{beyond}"


def _parameter(parameter: tools.Parameter) -> str:
    told = "" if parameter.required else f", by default {msgspec.json.encode(parameter.default).decode()}"
    text = f"  {parameter.description}" if parameter.description else ""
    return f"{parameter.name}: {parameter.type}{told}{text}"


def _versions(entry: tools.Entry) -> list[str]:
    lines = ["versions:"]
    for past in entry.history:
        mark = "*" if past.version == entry.version else " "
        figures = f"{past.calls} calls, {past.failures} failures, mean {past.mean_ms:.1f} ms"
        when = stamp(past.learned_at) if past.learned_at else ""
        line = f"{mark} {past.version} ({past.semver})  {past.level}  {figures}  {when}  {past.changelog}"
        lines += [f"  {line}".rstrip(), *(f"      {_condition(known)}" for known in past.conditions)]
        lines += [f"      {level} for {client} alone" for client, level in past.restricted.items()]
        lines += [f"      failed in calls of {', '.join(past.clients)}"] if past.clients else []
    return lines


def _condition(known: Condition) -> str:
    return f"fails when {known.text} ({known.failures} calls): {known.workaround}"


@tool.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", shell_complete=complete.tools)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]...")
@click.option("--args", "array", metavar="JSON", help="All arguments as one JSON array.")
@click.option("--named", multiple=True, metavar="NAME=VALUE|JSON", help="By name, one by one or as an object.")
@click.option("--version", "wanted", metavar="VERSION", help="Not the newest but this one: 2, or 1.0.1.")
@click.option("--trial", is_flag=True, help="Call it even if it is not trusted yet.")
@click.option("--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=60.0, metavar="SECONDS")
@output_option
@click.pass_obj
def run(
    invocation: Invocation,
    name: str,
    words: tuple[str, ...],
    array: str | None,
    named: tuple[str, ...],
    wanted: str | None,
    trial: bool,
    timeout_s: float,
    output: str,
) -> None:
    """Call a tool and print what it returns, as JSON whatever -o says.

    Each of ARGS, and each VALUE, is JSON if it can be, else text: 3 is a number, '"3"' and three are text.
    """
    wish: dict[str, Any] = {"tool": name, "args": arguments_of(words, array), **version_of(wanted)}
    wish |= {"named": named_of(named)} if named else {}
    wish |= {"trial": True} if trial else {}
    emit_json(invocation.run(_run(invocation, name, wish, timeout_s)))


@tool.command()
@click.argument("name", shell_complete=complete.tools)
@click.option("--version", "wanted", metavar="VERSION", help="Not the newest but this one: 2, or 1.0.1.")
@click.option("--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=120.0, metavar="SECONDS")
@output_option
@click.pass_obj
def recheck(invocation: Invocation, name: str, wanted: str | None, timeout_s: float, output: str) -> None:
    """Try a tool on its own examples again, and say how many still hold.

    An example that does not is counted as a failed call of that version.
    """
    answer = invocation.run(_recheck(invocation, name, version_of(wanted), timeout_s))
    try:
        found = msgspec.convert(answer, task.Checked)
    except msgspec.ValidationError as error:
        raise Ended(Exit.FAILED, f"the answer can't be read: {error}") from error
    if output == "json":
        emit_json(found)
    else:
        total = found.held + found.broken
        emit_text(f"{name}, version {found.version}: {found.held} of {total} examples hold")
    if found.broken:
        raise Ended(Exit.FAILED, f"{name} does not do any more what its examples show: {found.reason}")


async def _recheck(invocation: Invocation, name: str, wanted: dict[str, Any], timeout_s: float) -> Any:
    entry = await the_tool(invocation, name)
    past = the_version(entry, wanted)
    await require_thawed(invocation)
    wish: dict[str, Any] = {"tool": name} | ({"version": past.version} if past is not None else {})
    async with await invocation.client("publisher") as client:
        return await see_through(invocation, client, "recheck", wish, timeout_s, _show)


async def _discover(invocation: Invocation, asked: tools.Discover) -> tools.Discovered:
    async with await invocation.client("publisher") as client:
        return await client.query(asked, tools.Discovered)


async def _run(invocation: Invocation, name: str, wish: dict[str, Any], timeout_s: float) -> Any:
    entry = await the_tool(invocation, name)
    the_version(entry, wish)
    await require_thawed(invocation)
    async with await invocation.client("publisher") as client:
        return await see_through(invocation, client, "run", wish, timeout_s, _show)


def _show(step: Progress) -> None:
    """What the caller should know beside the result."""
    if step.step == "call" and step.note:
        note(step.note)
