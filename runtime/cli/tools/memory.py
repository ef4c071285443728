"""`kurultai memory`: how tools were learnt, how they fare, what is missing."""

import time
from collections.abc import Sequence
from typing import Final, TypeVar, get_args

import click
import msgspec

from messages.base import Name, Query
from messages.task import Domain
from messages.tools import memory as memories
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, note, output_option, say
from runtime.cli.tools import memory_tables as tables
from runtime.cli.tools.memory_export import export
from runtime.cli.tools.memory_tables import emit_section

Answer = TypeVar("Answer", bound=msgspec.Struct)
limit_option: Final = click.option(
    "--limit", type=click.IntRange(1, 500), default=100, show_default=True, help="Show no more than this."
)


@click.group(cls=Group)
def memory() -> None:
    """How tools were learnt, how they fare, what is missing."""


memory.add_command(export)


@memory.command()
@click.option("--domain", type=click.Choice(get_args(Domain)), help="Only this domain.")
@click.option("--agent", metavar="NAME", help="Only what this agent has learnt and can do.")
@limit_option
@output_option
@click.pass_obj
def ls(invocation: Invocation, domain: str | None, agent: str | None, limit: int, output: str) -> None:
    """The capabilities: those in use first, then those learnt lately, then the rest."""
    question = memories.Find(domain=domain, agent=agent, limit=limit, at=time.time())
    found = _ask(invocation, question, memories.Capabilities)
    if output == "json":
        emit_json(found.capabilities)
        return
    emit_table(*tables.capabilities(found.capabilities))
    _tell_rest(found)
    if not found.capabilities and agent is not None:
        everybody = _ask(invocation, memories.Find(limit=500), memories.Capabilities).capabilities
        known = ", ".join(sorted({each.agent for each in everybody if each.agent is not None})) or "nobody"
        note(f"{agent} has learnt nothing that stands; {known} has")


@memory.command()
@click.argument("name")
@output_option
@click.pass_obj
def show(invocation: Invocation, name: str, output: str) -> None:
    """All that is remembered of one capability: versions, learning, errors, the newest runs."""
    told = _ask(invocation, memories.Show(name=_name(name), at=time.time()), memories.Biography)
    if told.capability is None:
        raise _unknown(invocation, name)
    if output == "json":
        emit_json(told)
        return
    each = told.capability
    say(f"{each.name}  {each.status}, {each.tier}  {each.domain}")
    say(each.description)
    if each.agent is not None:
        say(f"version {each.version} by {each.agent}, mastery {each.mastery:.2f}, {each.proficiency}")
    say(f"{told.runs} runs, {told.successes} succeeded; needs {', '.join(each.requires) or 'nothing'}")
    emit_section("versions", tables.versions(told.versions))
    emit_section("learning", tables.learnings(told.learnings))
    emit_section("errors", tables.patterns(told.patterns))
    emit_section("runs", tables.runs(told.executions))


@memory.command()
@click.argument("name")
@output_option
@click.pass_obj
def requires(invocation: Invocation, name: str, output: str) -> None:
    """What a capability needs, and what that needs in turn; what comes first is needed first."""
    found = _ask(invocation, memories.Requires(name=_name(name)), memories.Prerequisites)
    if not found.known:
        raise _unknown(invocation, name)
    if output == "json":
        emit_json(found)
        return
    rows = [
        (each, "yes" if each in found.direct else "no", "no" if each in found.missing else "yes") for each in found.all
    ]
    emit_table(("CAPABILITY", "DIRECTLY", "STANDS"), rows)
    for circle in found.circles:
        note(f"these need each other: {', '.join(circle)}" if len(circle) > 1 else f"{circle[0]} needs itself")
    if not found.direct:
        note(f"{name} needs no other")


@memory.command()
@click.option(
    "--more-than", type=click.IntRange(min=0), default=5, show_default=True, help="Runs that tell nothing yet."
)
@limit_option
@output_option
@click.pass_obj
def rates(invocation: Invocation, more_than: int, limit: int, output: str) -> None:
    """How often calls succeed, of all that was run more than five times; all versions together."""
    question = memories.Rates(more_than=more_than, limit=limit, at=time.time())
    found = _ask(invocation, question, memories.Capabilities)
    if output == "json":
        emit_json(found.capabilities)
        return
    emit_table(*tables.rates(found.capabilities))
    _tell_rest(found)


@memory.command()
@limit_option
@output_option
@click.pass_obj
def gaps(invocation: Invocation, limit: int, output: str) -> None:
    """What was asked for and is not there, most wanted first: tasks that failed, calls of nothing."""
    found = _ask(invocation, memories.Gaps(limit=limit), memories.Shortage)
    if output == "json":
        emit_json(found)
        return
    emit_table(*tables.gaps(found.gaps))
    domains = [(each.domain, each.demand) for each in found.domains]
    emit_section("by domain", (("DOMAIN", "DEMAND"), domains))


@memory.command()
@click.argument("words", nargs=-1, required=True, metavar="TEXT")
@click.option(
    "--minimum", type=click.FloatRange(0, 1), default=0.7, show_default=True, help="Least share of successes."
)
@output_option
@click.pass_obj
def relevant(invocation: Invocation, words: tuple[str, ...], minimum: float, output: str) -> None:
    """What may serve a task given in words, and succeeds often enough; best first."""
    question = memories.Relevant(text=_text(words), minimum=minimum, at=time.time())
    found = _ask(invocation, question, memories.Matches).matches
    if output == "json":
        emit_json(found)
        return
    emit_table(*tables.matches(found))


@memory.command()
@click.argument("words", nargs=-1, required=True, metavar="TEXT")
@output_option
@click.pass_obj
def recall(invocation: Invocation, words: tuple[str, ...], output: str) -> None:
    """What experience says to a task given in words: use what there is, practise it first, or learn anew."""
    found = _ask(invocation, memories.Recall(text=_text(words), at=time.time()), memories.Recollection)
    if output == "json":
        emit_json(found)
        return
    say(f"{found.advice}: {found.reason}")
    emit_section("capabilities", tables.matches(found.matches))
    emit_section("errors seen more than once", tables.patterns(found.patterns))
    emit_section("runs of the last days", tables.runs(found.executions))


# What they share.


def _ask(invocation: Invocation, question: Query, answer: type[Answer]) -> Answer:
    async def ask() -> Answer:
        async with await invocation.client("publisher") as client:
            return await client.query(question, answer)

    return invocation.run(ask())


def _name(text: str) -> str:
    try:
        return msgspec.convert(text, Name)
    except msgspec.ValidationError as error:
        raise Ended(Exit.NOT_FOUND, f"{text!r} can't be the name of a capability: {error}") from error


def _text(words: Sequence[str]) -> str:
    try:
        return msgspec.convert(" ".join(words), memories.Wanted)
    except msgspec.ValidationError as error:
        raise click.BadParameter(str(error), param_hint="TEXT") from error


def _unknown(invocation: Invocation, name: str) -> Ended:
    known = _ask(invocation, memories.Find(limit=20), memories.Capabilities)
    names = ", ".join(each.name for each in known.capabilities) or "none"
    more = " and more" if known.total > len(known.capabilities) else ""
    return Ended(Exit.NOT_FOUND, f"nothing is remembered of {name!r}; there are {names}{more}")


def _tell_rest(found: memories.Capabilities) -> None:
    rest = found.total - len(found.capabilities)
    if rest:
        note(f"{rest} more; give a higher --limit")
