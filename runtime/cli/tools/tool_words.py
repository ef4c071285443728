"""What the words of a `kurultai tool` command mean: arguments, a version, a tool that there is."""

import difflib
from collections.abc import Mapping
from typing import Any

import click
import msgspec

from messages.base import Identifier, Json, Name, SemanticVersion
from messages.tools import tool as tools
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.invocation import Invocation


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


def named_of(given: tuple[str, ...]) -> dict[str, Json]:
    """The named arguments; ends the command when they can't be told."""
    found: dict[str, Json] = {}
    for word in given:
        if word.lstrip().startswith("{"):
            try:
                found |= msgspec.json.decode(word, type=dict[str, Any])
            except msgspec.DecodeError as error:
                mend = "write a JSON object such as '{\"n\": 3}', or n=3"
                raise click.BadParameter(f"{error}; {mend}", param_hint="--named") from error
            continue
        key, equals, text = word.partition("=")
        if not equals:
            raise click.BadParameter(f"{word!r} has no '='; write {word}=VALUE", param_hint="--named")
        found[key.strip()] = _value(text)
    return found


def version_of(wanted: str | None) -> dict[str, Any]:
    """The version as the task names it, by its number or as a semantic version."""
    if wanted is None:
        return {}
    if wanted.isdecimal() and int(wanted) >= 1:
        return {"version": int(wanted)}
    try:
        return {"semver": msgspec.convert(wanted, SemanticVersion)}
    except msgspec.ValidationError:
        text = f"{wanted!r} is no version; write a number such as 2, or a semantic version such as 1.0.1"
        raise click.BadParameter(text, param_hint="--version") from None


def agent_of(name: str | None) -> str | None:
    """The agent's name; ends the command when it can't be one."""
    try:
        return msgspec.convert(name, Identifier | None)
    except msgspec.ValidationError:
        raise click.BadParameter(
            f"{name!r} can't be an agent; write temujin, for example", param_hint="--agent"
        ) from None


def _value(word: str) -> Any:
    try:
        return msgspec.json.decode(word)
    except msgspec.DecodeError:
        return word


async def the_tool(invocation: Invocation, name: str) -> tools.Entry:
    """The tool as it stands; ends the command when there is none of this name."""
    try:
        msgspec.convert(name, Name)
    except msgspec.ValidationError as error:
        raise Ended(Exit.NOT_FOUND, f"{name!r} can't be the name of a tool: {error}") from error
    async with await invocation.client("publisher") as client:
        found = (await client.query(tools.Find(name=name), tools.Entries)).tools
        if found:
            return found[0]
        known = [listing.name for listing in (await client.query(tools.Discover(limit=1_000), tools.Discovered)).tools]
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known[:20]) or 'none'}"
    raise Ended(Exit.NOT_FOUND, f"no tool {name!r}; {hint}")


def the_version(entry: tools.Entry, wanted: Mapping[str, Any]) -> tools.Past | None:
    """The version that is meant, None without one; ends the command when there is no such version."""
    number, semver = wanted.get("version"), wanted.get("semver")
    if number is None and semver is None:
        return None
    found = [past for past in entry.history if number in (None, past.version) and semver in (None, past.semver)]
    if not found:
        there = ", ".join(f"{past.version} ({past.semver})" for past in entry.history)
        raise Ended(Exit.NOT_FOUND, f"{entry.spec.name} has no version {semver or number}; there are {there}")
    return found[0]
