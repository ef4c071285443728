"""`kurultai tool`: what has been learnt."""

from typing import Any

import click
import msgspec

from messages import tool as tools
from messages.base import Name
from runtime.cli.exits import Ended, Exit
from runtime.cli.following import require_thawed, see_through
from runtime.cli.groups import Group
from runtime.cli.invocation import Invocation
from runtime.cli.output import emit_json, emit_table, output_option


@click.group(cls=Group)
def tool() -> None:
    """What has been learnt: list, show, run."""


@tool.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The registered tools."""
    found = invocation.run(_find(invocation, None))
    if output == "json":
        emit_json(found)
        return
    head = ("TOOL", "VERSION", "PARAMETERS", "MASTERY", "CALLS", "FAILURES", "DESCRIPTION")
    emit_table(head, [_row(entry) for entry in found])


def _row(entry: tools.Entry) -> tuple[object, ...]:
    spec = entry.spec
    parameters = ", ".join(spec.parameters)
    return (
        spec.name,
        entry.version,
        parameters,
        f"{spec.mastery:.2f}",
        entry.calls,
        entry.failures,
        spec.description.partition("\n")[0][:60],
    )


@tool.command()
@click.argument("name")
@output_option
@click.pass_obj
def show(invocation: Invocation, name: str, output: str) -> None:
    """All that the registry keeps of a tool."""
    entry = invocation.run(_the(invocation, name))
    if output == "json":
        emit_json(entry)
        return
    spec = entry.spec
    click.echo(f"{spec.name}({', '.join(spec.parameters)})  version {entry.version} of {entry.versions}")
    click.echo(f"{spec.description}\n{spec.domain}, {spec.origin}, mastery {spec.mastery:.2f}, sha256 {spec.digest}")
    click.echo(f"{entry.calls} calls, {entry.failures} failures\n\n{spec.source.strip()}")


@tool.command(context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]...")
@click.option("--args", "array", metavar="JSON", help="All arguments as one JSON array.")
@click.option("--version", type=click.IntRange(min=1), help="Not the newest but this one.")
@click.option("--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=60.0, metavar="SECONDS")
@click.pass_obj
def run(
    invocation: Invocation,
    name: str,
    words: tuple[str, ...],
    array: str | None,
    version: int | None,
    timeout_s: float,
) -> None:
    """Call a tool and print what it returns, as JSON.

    Each of ARGS is JSON if it can be, else text: 3 is a number, '"3"' and three are text.
    """
    arguments = arguments_of(words, array)
    emit_json(invocation.run(_run(invocation, name, arguments, version, timeout_s)))


def arguments_of(words: tuple[str, ...], array: str | None) -> list[Any]:
    """The arguments of the call; ends the command when they can't be told."""
    if array is None:
        return [_value(word) for word in words]
    if words:
        raise click.UsageError("give the arguments one by one, or as --args '[...]', not both")
    try:
        found = msgspec.json.decode(array, type=list[Any])
    except msgspec.DecodeError as error:
        raise click.BadParameter(f"{error}; write a JSON array such as '[1, \"two\"]'", param_hint="--args") from error
    return found


def _value(word: str) -> Any:
    try:
        return msgspec.json.decode(word)
    except msgspec.DecodeError:
        return word


async def _find(invocation: Invocation, name: str | None) -> tuple[tools.Entry, ...]:
    async with await invocation.client("publisher") as client:
        return (await client.query(tools.Find(name=name), tools.Entries)).tools


async def _the(invocation: Invocation, name: str) -> tools.Entry:
    try:
        msgspec.convert(name, Name)
    except msgspec.ValidationError as error:
        raise Ended(Exit.NOT_FOUND, f"{name!r} can't be the name of a tool: {error}") from error
    found = await _find(invocation, name)
    if not found:
        known = ", ".join(entry.spec.name for entry in await _find(invocation, None)) or "none"
        raise Ended(Exit.NOT_FOUND, f"no tool {name!r}; there are {known}")
    return found[0]


async def _run(invocation: Invocation, name: str, arguments: list[Any], version: int | None, timeout_s: float) -> Any:
    entry = await _the(invocation, name)
    if version is not None and version > entry.versions:
        raise Ended(Exit.NOT_FOUND, f"{name} has {entry.versions} versions; there is no version {version}")
    await require_thawed(invocation, "")
    task = {"tool": name, "args": arguments} | ({"version": version} if version is not None else {})
    async with await invocation.client("publisher") as client:
        return await see_through(invocation, client, "run", task, timeout_s, lambda _step: None)
