"""`kurultai learn`: a tool is learnt from examples, before one's eyes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec

from messages.tools.tool import Doubt, unsettled
from runtime.cli.console.document import read_document
from runtime.cli.console.groups import Command
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import emit_json, emit_text, note, output_option
from runtime.cli.tasks.following import Progress, Show, require_thawed, see_through
from runtime.cli.tasks.form import checked, kind_named
from runtime.envelope import stamp
from runtime.visible import behind, in_line, set_off


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--timeout", "timeout_s", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Wait no longer.")
@click.option("--dry-run", is_flag=True, help="Check the task and publish nothing.")
@output_option
@click.pass_obj
def learn(invocation: Invocation, file: str, timeout_s: float | None, dry_run: bool, output: str) -> None:
    """Have a tool learnt from the examples in FILE (JSON or TOML, - for standard input), and watch it happen."""
    task = checked(read_document(file), kind_named(invocation.roster(), "learn"), file)
    if dry_run:
        note(f"{file} is good; nothing was published")
        return
    result = invocation.run(_learn(invocation, task, timeout_s))
    if output == "json":
        emit_json(result)
        return
    emit_text(words(result))


async def _learn(invocation: Invocation, task: dict[str, Any], timeout_s: float | None) -> Any:
    await require_thawed(invocation, "; `kurultai task submit` leaves a task for later")
    async with await invocation.client("publisher") as client:
        with progress() as show:
            return await see_through(invocation, client, "learn", task, timeout_s, show)


def words(result: Any) -> str:
    """The answer to a learning task as it is shown: what was learnt, what is wrong with it, how it is called."""
    if not isinstance(result, dict) or "tool" not in result:
        return str(result)
    parameters = " ".join(str(name).upper() for name in result.get("parameters", ()))
    head = f"{result['tool']} version {result.get('version')} is learnt, with mastery {result.get('mastery', 0):.2f}"
    parts = (
        set_off(f"{head} ({result.get('origin')}){_missed(result)}"),
        set_off(_replaced(result)),
        set_off(_doubted(result)),
        set_off(_disabled(result)),
        str(result.get("source", "")).strip(),
        f"kurultai tool run {result['tool']} {parameters}".rstrip(),
    )
    return "\n\n".join(part for part in parts if part)


def _missed(result: dict[str, Any]) -> str:
    """The tests that it did not pass, with the reasons; a critical one would have kept it from being learnt."""
    missed = result.get("missed") or ()
    return f"; not passed: {'; '.join(map(str, missed))}" if missed else ""


def _replaced(result: dict[str, Any]) -> str:
    """What was wrong with the candidate, where something else was learnt in its place."""
    fault = result.get("replaced")
    return f"The candidate was replaced, since it failed: {fault}" if fault else ""


def _doubted(result: dict[str, Any]) -> str:
    """What the examples leave open, and how to settle it."""
    told = unsettled(msgspec.convert(result.get("doubts") or (), tuple[Doubt, ...]))
    return f"{told[:1].upper()}{told[1:]}"


def _disabled(result: dict[str, Any]) -> str:
    """Why it can't be called all the same, and how it can."""
    reason, name = result.get("disabled"), result["tool"]
    if not reason:
        return ""
    return f"It can't be called: the tool is disabled ({reason}). To let it: kurultai tool enable {name} --reason WHY"


@contextmanager
def progress() -> Iterator[Show]:
    """A way to show the steps of a task: a live line on a terminal, plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: note(_line(step))
        return
    from rich.console import Console

    console = Console(file=behind(sys.stderr))
    with console.status("publishing") as status:

        def show(step: Progress) -> None:
            console.print(set_off(_line(step)), highlight=False, markup=False)
            status.update(in_line(step.step))

        yield show


def _line(step: Progress) -> str:
    when = stamp(step.time) if step.time else " " * len(stamp(0.0))
    return f"{when}  {step.task}  {step.step:<11} {step.note}".rstrip()
