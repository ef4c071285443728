"""`kurultai goal`: the goals that the council sets itself, with their figures, and signed orders about them."""

from typing import Any, Final

import click

from messages.autonomy import goal as goals
from messages.base import Command, Event
from runtime.cli.autonomy.ordered import looked_and_ordered
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer, dry_option, reason_option
from runtime.cli.console.output import emit_json, emit_table, note, output_option

UNDER_WAY: Final = ("sandboxed", "proposed", "in force")
"""States of goals that have not ended. *derived*: messages.autonomy.goal.State"""


@click.group(cls=Group)
def goal() -> None:
    """Goals that the council sets itself: list, show, revoke, forbid, allow."""


@goal.command()
@click.option("--all", "every", is_flag=True, help="Goals that ended, too.")
@output_option
@click.pass_obj
def ls(invocation: Invocation, every: bool, output: str) -> None:
    """The goals under way; with --all also those that ended."""
    found = invocation.run(_find(invocation, None))
    shown = [one for one in found.goals if every or one.state in UNDER_WAY]
    if output == "json":
        emit_json({"goals": shown, "forbidden": found.forbidden, "missing": found.missing})
        return
    emit_table(("GOAL", "STATE", "ORIGIN", "SUBJECT", "SINCE", "WHAT FOR"), [_row(one) for one in shown])
    if found.forbidden:
        note(f"forbidden: {', '.join(found.forbidden)}")
    if found.missing:
        note(f"no goal is judged yet: it is not known {found.missing}")
    elif not shown:
        note("no goal is under way" if not every else "the council has set itself no goal yet")


@goal.command()
@click.argument("name", metavar="GOAL")
@output_option
@click.pass_obj
def show(invocation: Invocation, name: str, output: str) -> None:
    """One goal, with the five figures that it was judged by."""
    found = invocation.run(_find(invocation, name))
    if not found.goals:
        raise Ended(Exit.NOT_FOUND, f"no goal {name!r} is remembered; `kurultai goal ls --all` lists them")
    one = found.goals[0]
    if output == "json":
        emit_json(one)
        return
    note(f"{one.goal}: {one.intent.told}")
    note(f"{one.state} since cycle {one.since}" + (f": {one.reason}" if one.reason else ""))
    emit_table(("CHECK", "FIGURE", "RESULT"), _checks(one.figures))
    if one.task is not None:
        note(f"its work: kurultai task show {one.task}")


@goal.command()
@click.argument("name", metavar="GOAL")
@reason_option
@dry_option
@output_option
@click.pass_obj
def revoke(invocation: Invocation, name: str, reason: str, dry_run: bool, output: str) -> None:
    """Order that GOAL end, and its work be cancelled."""
    told = f"the goal {name} ends, and its work is cancelled"
    _order(invocation, goals.Revoke(goal=name, reason=reason), goals.Ended, told, dry_run, output, restricts=True)


@goal.command()
@click.argument("what", metavar="ORIGIN_OR_SUBJECT")
@reason_option
@dry_option
@output_option
@click.pass_obj
def forbid(invocation: Invocation, what: str, reason: str, dry_run: bool, output: str) -> None:
    """Order that no goal of this origin, or about this subject, be made any more."""
    told = f"no goal of {what} is made any more"
    _order(invocation, goals.Forbid(what=what, reason=reason), goals.Forbidden, told, dry_run, output, restricts=True)


@goal.command()
@click.argument("what", metavar="ORIGIN_OR_SUBJECT")
@reason_option
@dry_option
@output_option
@click.pass_obj
def allow(invocation: Invocation, what: str, reason: str, dry_run: bool, output: str) -> None:
    """Order that what was forbidden may be made a goal again."""
    told = f"goals of {what} may be made again"
    _order(invocation, goals.Allow(what=what, reason=reason), goals.Allowed, told, dry_run, output, restricts=False)


def _order(
    invocation: Invocation,
    message: Command,
    answered: type[Event],
    told: str,
    dry_run: bool,
    output: str,
    *,
    restricts: bool,
) -> None:
    look = _find(invocation, None)
    done = looked_and_ordered(invocation, look, message, answered, told, dry_run=dry_run, while_frozen=restricts)
    answer(invocation.run(done), output)


def _row(one: goals.View) -> tuple[object, ...]:
    return (one.goal, one.state, one.intent.origin, one.intent.subject, one.since, one.intent.told)


def _checks(figures: goals.Figures) -> list[tuple[Any, ...]]:
    values = {
        "purpose": figures.purpose,
        "value": figures.value,
        "feasibility": figures.feasibility,
        "viability": figures.viability,
        "stability": figures.radius,
    }
    rows = [(name, _figure(value), figures.results.get(name)) for name, value in values.items()]  # type: ignore[call-overload]
    return [*rows, ("novelty", _figure(figures.novelty), None)]


def _figure(value: float | None) -> str:
    if value is None:
        return "not enough data"
    return "no end" if value >= 1_000_000 else f"{value:.2f}"


async def _find(invocation: Invocation, name: str | None) -> goals.Views:
    async with await invocation.client("publisher") as client:
        return await client.query(goals.Find(goal=name), goals.Views)
