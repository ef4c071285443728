"""`kurultai session`: a chain of thought in the council's working memory, kept on the log."""

from typing import Any, Final

import click
import msgspec

from actors.cognition.memory.actor import KIND
from messages.cognition import session as sessions
from messages.cognition.session import Attended, Done, Operation, View
from messages.kernel.control import Level
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_table, note, output_option, say
from runtime.cli.tasks.following import require_thawed, see_through

LIMIT_S: Final = 30.0
"""Longest wait for a change. *chosen*: one takes milliseconds; a frozen council keeps it waiting"""
KINDS: Final = ("evidence", "concept", "hypothesis")
"""What may be remembered. *derived*: messages.cognition.session.Remember"""

rests_option: Final = click.option(
    "--rests-on", "rests_on", multiple=True, metavar="ITEM", help="An item that it rests on; may be given again."
)
weight_option: Final = click.option(
    "--importance", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="From 0 to 1."
)
name_option: Final = click.option("--item", metavar="NAME", help="A name of your own for the item.")


@click.group(cls=Group)
def session() -> None:
    """A chain of thought on the log: open a session, remember, conclude, check, recall."""


@session.command()
@click.argument("name", metavar="SESSION")
@click.option("--goal", required=True, help="What it is about; relevance is measured against it.")
@output_option
@click.pass_obj
def start(invocation: Invocation, name: str, goal: str, output: str) -> None:
    """Open SESSION, or give it another goal."""
    _tell(_do(invocation, name, sessions.Start(goal=goal)), output, f"{name} is open")


@session.command()
@output_option
@click.pass_obj
def ls(invocation: Invocation, output: str) -> None:
    """The sessions that are held, the one used last at the end."""
    found = invocation.run(_find(invocation, None)).sessions
    if output == "json":
        emit_json(found)
        return
    rows = [(one.session, f"{one.coherence:.0%}", f"{one.used:,} of {one.capacity:,}", one.goal) for one in found]
    emit_table(("SESSION", "COHERENCE", "TOKENS", "GOAL"), rows)


@session.command()
@click.argument("name", metavar="SESSION")
@output_option
@click.pass_obj
def show(invocation: Invocation, name: str, output: str) -> None:
    """SESSION as it stands: its items by attention, and what does not hold together."""
    view = _the(invocation, name)
    if output == "json":
        emit_json(view)
        return
    note(f"goal: {view.goal}" + (f"; attention is on {view.focus}" if view.focus else ""))
    note(f"{view.used:,} of {view.capacity:,} tokens, coherence {view.coherence:.0%}")
    emit_table(("ITEM", "KIND", "STATE", "ATTENTION", "RESTS ON", "TEXT"), [_row(one) for one in view.items])
    _findings(view)


@session.command()
@click.argument("name", metavar="SESSION")
@click.argument("text")
@click.option("--kind", type=click.Choice(KINDS), default="evidence", show_default=True)
@click.option("--pinned", is_flag=True, help="Never set it aside.")
@weight_option
@rests_option
@name_option
@output_option
@click.pass_obj
def remember(invocation: Invocation, /, name: str, item: str | None, output: str, **more: Any) -> None:
    """Hold TEXT in mind in SESSION; it is checked against all that is held."""
    _tell(_do(invocation, name, _made(sessions.Remember, name=item, **more)), output)


@session.command()
@click.argument("name", metavar="SESSION")
@click.argument("text")
@weight_option
@rests_option
@name_option
@output_option
@click.pass_obj
def conclude(invocation: Invocation, /, name: str, item: str | None, output: str, **more: Any) -> None:
    """Add TEXT as a step to the chain; one that contradicts the evidence is taken back."""
    _tell(_do(invocation, name, _made(sessions.Conclude, name=item, **more)), output)


@session.command()
@click.argument("name", metavar="SESSION")
@click.argument("text")
@output_option
@click.pass_obj
def focus(invocation: Invocation, name: str, text: str, output: str) -> None:
    """Turn the attention of SESSION to TEXT."""
    _tell(_do(invocation, name, _made(sessions.Focus, text=text)), output, f"the attention of {name} is on it")


@session.command()
@click.argument("name", metavar="SESSION")
@click.argument("question")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True)
@output_option
@click.pass_obj
def recall(invocation: Invocation, name: str, question: str, limit: int, output: str) -> None:
    """What SESSION holds that answers QUESTION best."""
    asked = _made(sessions.Recall, session=name, question=question, limit=limit)
    found: sessions.Recalled = invocation.run(_ask(invocation, asked, sessions.Recalled))
    if found.missing:
        raise Ended(Exit.NOT_FOUND, found.missing)
    if output == "json":
        emit_json(found.items)
        return
    for one in found.items:
        say(f"{one.item.name}: {one.item.text}")
    if not found.items:
        note("nothing is held")


@session.command()
@click.argument("name", metavar="SESSION")
@output_option
@click.pass_obj
def check(invocation: Invocation, name: str, output: str) -> None:
    """Whether all that SESSION holds fits together; ends with 1 if it does not."""
    view = _the(invocation, name)
    if output == "json":
        emit_json({"coherence": view.coherence, "findings": view.findings})
    else:
        _findings(view)
        back = [one.item for one in view.items if one.item.state == "backtracked"]
        for item in back:
            note(f"taken back: {item.name}: {item.text}: {item.reason}")
    note(f"coherence {view.coherence:.0%}" + ("" if view.findings else "; all that is held fits together"))
    if view.findings:
        raise click.exceptions.Exit(int(Exit.FAILED))


@session.command()
@click.argument("name", metavar="SESSION")
@click.argument("item", required=False)
@output_option
@click.pass_obj
def forget(invocation: Invocation, name: str, item: str | None, output: str) -> None:
    """Let go of ITEM, or of the whole SESSION."""
    done = _do(invocation, name, _made(sessions.Forget, item=item))
    if output == "json":
        emit_json(done)
    else:
        note(f"{item or name} is forgotten; the log keeps it")


def _made(kind: Any, /, **values: Any) -> Any:
    """The message; ends the command when a value is out of its bounds."""
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise Ended(Exit.USAGE, str(error)) from error


def _do(invocation: Invocation, name: str, operation: Operation) -> Done:
    """What came of the operation; ends the command when it could not be done."""
    return invocation.run(_done(invocation, name, operation))


async def _done(invocation: Invocation, name: str, operation: Operation) -> Done:
    await require_thawed(invocation, level=Level.AUTONOMY)
    body = {"session": name, "operations": [msgspec.to_builtins(operation)]}
    async with await invocation.client("publisher") as client:
        result = await see_through(invocation, client, KIND, body, LIMIT_S, lambda _step: None)
    try:
        return msgspec.convert(result, list[Done])[-1]
    except (msgspec.ValidationError, IndexError) as error:
        raise Ended(Exit.FAILED, f"the answer is none of the working memory's: {error}") from error


async def _ask(invocation: Invocation, question: Any, answer: Any) -> Any:
    async with await invocation.client("publisher") as client:
        return await client.query(question, answer)


async def _find(invocation: Invocation, name: str | None) -> sessions.Views:
    found: sessions.Views = await _ask(invocation, _made(sessions.Show, session=name), sessions.Views)
    return found


def _the(invocation: Invocation, name: str) -> View:
    found = invocation.run(_find(invocation, name))
    if not found.sessions:
        raise Ended(Exit.NOT_FOUND, found.missing)
    return found.sessions[0]


def _tell(done: Done, output: str, told: str = "") -> None:
    if output == "json":
        emit_json(done)
        return
    said = told or f"{done.item} is {done.state}" + (f": {done.reason}" if done.reason else "")
    note(f"{said}; coherence {done.coherence:.0%}, {done.used:,} tokens")


def _row(one: Attended) -> tuple[object, ...]:
    item = one.item
    return (item.name, item.kind, item.state, f"{one.attention:.2f}", " ".join(item.rests_on) or None, item.text)


def _findings(view: View) -> None:
    for finding in view.findings:
        note(f"{finding.kind}: {', '.join(finding.items)}: {finding.reason}")
