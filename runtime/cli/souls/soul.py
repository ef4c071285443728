"""`kurultai soul`: what each agent is, how that came to be, and signed orders to change it."""

import difflib
import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from messages import soul as souls
from messages.base import Command as Order
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer, reason_option, words
from runtime.cli.console.output import data_of, dated, emit_json, emit_table, emit_text, note, output_option, without
from runtime.cli.control.approve import how_to_decide
from runtime.cli.control.look import glance, needed
from runtime.cli.souls.soul_outcome import Outcome
from runtime.cli.tasks.following import require_thawed
from runtime.client.orders import hearing
from runtime.envelope import name_in, stamp

OUTCOME_S: Final = 20.0
"""Longest wait for what an order came to. *chosen*: judging and writing take part of a second"""

LARGEST_BYTES: Final = 65_536
"""Most that a section's text may have. *derived*: messages.soul.Prose"""

LONGEST_NAME_CHARS: Final = 128
"""Longest name of a section. *derived*: messages.soul.Propose"""

dry_option: Final = click.option("--dry-run", is_flag=True, help="Show what would change, and order nothing.")


@click.group(cls=Group)
def soul() -> None:
    """What each agent is: list, show, propose a change, go back."""


@soul.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The agents' SOULs as they stand; `soul show AGENT` has the text of one."""
    found = invocation.run(_find(invocation, souls.Find()))
    if output == "json":
        emit_json(without("text", found))
        return
    head = ("AGENT", "VERSION", "SINCE", "SECTIONS", "WAITING", "DIGEST")
    emit_table(head, [_row(one) for one in found])


def _row(one: souls.Standing) -> tuple[object, ...]:
    since = stamp(one.history[-1].at) if one.history else None
    return (one.agent, one.version, since, len(one.sections), len(one.waiting), one.digest[:12])


@soul.command()
@click.argument("agent")
@click.option("--version", type=click.IntRange(min=1), help="Not what is in force but this one.")
@output_option
@click.pass_obj
def show(invocation: Invocation, agent: str, version: int | None, output: str) -> None:
    """The text of AGENT's SOUL."""
    if version is not None:
        applied = invocation.run(_old(invocation, agent, version))
        emit_json(applied) if output == "json" else emit_text(applied.text)
        return
    one = invocation.run(_the(invocation, agent))
    if output == "json":
        emit_json({**dated(one), "sections": without("text", one.sections)})
    else:
        emit_text(one.text)


@soul.command()
@click.argument("agent")
@output_option
@click.pass_obj
def history(invocation: Invocation, agent: str, output: str) -> None:
    """The versions of AGENT's SOUL, newest last, and what is under way."""
    one = invocation.run(_the(invocation, agent))
    if output == "json":
        emit_json({"versions": one.history, "waiting": one.waiting})
        return
    head = ("VERSION", "SINCE", "BY", "CHANGE", "DIGEST", "REASON")
    rows = [
        (past.version, stamp(past.at), past.author, past.change, past.digest[:12], _in_a_line(past))
        for past in one.history
    ]
    emit_table(head, rows)
    for awaited in one.waiting:
        note(f"{awaited.change} by {awaited.author}: {awaited.state}; {awaited.reason[:200]}")


def _in_a_line(past: souls.Past) -> str:
    back = f"back to version {past.restored}: " if past.restored else ""
    return f"{back}{' '.join(past.reason.split())}"[:80]


@soul.command()
@click.argument("agent")
@click.option(
    "--section",
    required=True,
    callback=words(LONGEST_NAME_CHARS),
    metavar="NAME",
    help="Whatever its case and spacing; a new one stands last.",
)
@click.option(
    "--file",
    "place",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="Its new text without heading; - is standard input.",
)
@click.option("--remove", is_flag=True, help="Take the section out instead.")
@reason_option
@dry_option
@output_option
@click.pass_obj
def propose(
    invocation: Invocation,
    agent: str,
    section: str,
    place: str | None,
    remove: bool,
    reason: str,
    dry_run: bool,
    output: str,
) -> None:
    """Order a change of one section of AGENT's SOUL; a risky one waits for `kurultai approve`."""
    if (place is None) is not remove:
        raise click.UsageError("give the section's new text with --file, or take it out with --remove")
    text = _text(place) if place is not None else None
    _answer(invocation.run(_propose(invocation, agent, section, text, reason, dry_run)), output)


@soul.command()
@click.argument("agent")
@click.argument("version", type=click.IntRange(min=1))
@reason_option
@dry_option
@output_option
@click.pass_obj
def restore(invocation: Invocation, agent: str, version: int, reason: str, dry_run: bool, output: str) -> None:
    """Order that AGENT's SOUL be again what it was in VERSION; the order is judged like any change."""
    _answer(invocation.run(_restore(invocation, agent, version, reason, dry_run)), output)


@soul.command()
@click.argument("agent")
@output_option
@click.pass_obj
def check(invocation: Invocation, agent: str, output: str) -> None:
    """Have AGENT's file looked at: an edit is taken in, put up for approval, or put aside with the reason."""
    _answer(invocation.run(_check(invocation, agent)), output)


def _answer(found: dict[str, Any], output: str) -> None:
    """What the order came to, with the commands that decide where a person is wanted."""
    if output == "text" and "decide" in found:
        click.echo(found["decide"])
    answer(found, output)


def _text(place: str) -> str:
    """The text of the file; ends the command when it can't be one."""
    name = "standard input" if place == "-" else place
    data = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    if len(data) > LARGEST_BYTES:
        raise Ended(Exit.USAGE, f"{name} has {len(data)} bytes; a SOUL has at most {LARGEST_BYTES}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Ended(Exit.USAGE, f"{name} is not UTF-8 at byte {error.start}; save it as UTF-8") from error


async def _find(invocation: Invocation, question: souls.Find) -> tuple[souls.Standing, ...]:
    async with await invocation.client("publisher") as client:
        return (await client.query(question, souls.Souls)).souls


async def _the(invocation: Invocation, agent: str, section: str | None = None) -> souls.Standing:
    """The SOUL of the agent; ends the command when there is none."""
    found = await _find(invocation, souls.Find())
    if agent not in {one.agent for one in found}:
        known = ", ".join(one.agent for one in found) or "none yet"
        raise Ended(Exit.NOT_FOUND, f"no agent {agent!r} has a SOUL; there are {known}")
    return (await _find(invocation, souls.Find(agent=agent, section=section)))[0]


async def _old(invocation: Invocation, agent: str, version: int) -> souls.Applied:
    """The version as it stands on the log; ends the command when there is none."""
    one = await _the(invocation, agent)
    found: souls.Applied | None = None
    async with await invocation.client("auditor") as client:
        async for record in client.records(1, "event.soul.Applied.*"):
            applied = msgspec.json.decode(record.data, type=souls.Applied)
            if (applied.agent, applied.version) == (agent, version):
                found = applied
    if found is None:
        raise Ended(Exit.NOT_FOUND, f"{agent} has no version {version}; the newest is {one.version}")
    return found


async def _propose(
    invocation: Invocation, agent: str, section: str, text: str | None, reason: str, dry_run: bool
) -> dict[str, Any]:
    one = await needed(_the(invocation, agent, section), "the text that it replaces")
    part = one.sections[0] if one.sections else None
    if text is None and part is None:
        raise Ended(Exit.NOT_FOUND, f"{agent} has no section {section!r}; `kurultai soul show {agent}` shows them")
    _show_difference(part.text if part is not None else "", text or "")
    if dry_run:
        note("nothing was ordered")
        return {"ordered": False, "agent": agent}
    base = part.digest if part is not None else ""
    name = part.name if part is not None else section
    return await _order(invocation, souls.Propose(agent=agent, section=name, text=text, base=base, reason=reason))


async def _restore(invocation: Invocation, agent: str, version: int, reason: str, dry_run: bool) -> dict[str, Any]:
    old = await needed(_old(invocation, agent, version), "the old text")
    one = await needed(_the(invocation, agent), "the text in force")
    if old.digest == one.digest:
        raise Ended(Exit.CONFLICT, f"the text of version {version} is in force already, as version {one.version}")
    _show_difference(one.text, old.text)
    if dry_run:
        note("nothing was ordered")
        return {"ordered": False, "agent": agent}
    return await _order(invocation, souls.Restore(agent=agent, version=version, text=old.text, reason=reason))


def _show_difference(before: str, after: str) -> None:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "in force", "proposed", lineterm="", n=1)
    for line in lines:
        note(line)


async def _check(invocation: Invocation, agent: str) -> dict[str, Any]:
    await glance(_the(invocation, agent))
    return await _order(invocation, souls.Check(agent=agent))


async def _order(invocation: Invocation, message: Order) -> dict[str, Any]:
    """The order stands on the log, and what it came to is told; ends the command when that is a refusal."""
    await require_thawed(invocation, nothing="ordered")
    async with await invocation.client("operator") as client:
        seq, identity = await client.order(message)
        outcome = Outcome(seq, mends=isinstance(message, souls.Check))
        async with hearing(client, seq, identity, limit_s=OUTCOME_S) as records:
            async for record in records:
                if outcome.hears(name_in(record.subject), data_of(record)):
                    break
    found = {"ordered": True, "seq": seq, **outcome.found}
    if outcome.requested is not None:
        found |= {"digest": outcome.requested.digest, "decide": how_to_decide(outcome.requested, invocation)}
    return found
