"""`kurultai task`: publish tasks, and see what has become of them."""

from typing import Any

import click

from messages import task as tasks
from runtime.cli.console import complete
from runtime.cli.console.document import read_document
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.groups import Group
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.order_options import answer
from runtime.cli.console.output import dated, emit_json, emit_table, emit_text, note, output_option, say, without
from runtime.cli.control.approve import how_to_decide
from runtime.cli.control.exhibits import lines_of
from runtime.cli.control.held import how_to_resolve
from runtime.cli.control.look import glance
from runtime.cli.tasks.following import frozen_reason, require_thawed, see_through
from runtime.cli.tasks.form import checked, kind_named
from runtime.cli.tasks.learn import progress
from runtime.cli.tasks.task_detail import Detail, detail_of
from runtime.client.endings import ENDED
from runtime.envelope import stamp


@click.group(cls=Group)
def task() -> None:
    """Publish tasks; list, show and cancel them."""


@task.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--kind", default="learn", show_default=True, help="What kind of task the file holds.")
@click.option("--id", "identity", metavar="ID", help="Your own name for it; a second task of the name is refused.")
@click.option("--wait", is_flag=True, help="Stay until it has ended, and give its result.")
@click.option("--timeout", "timeout_s", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Wait no longer.")
@click.option("--dry-run", is_flag=True, help="Check the task and publish nothing.")
@output_option
@click.pass_obj
def submit(
    invocation: Invocation,
    file: str,
    kind: str,
    identity: str | None,
    wait: bool,
    timeout_s: float | None,
    dry_run: bool,
    output: str,
) -> None:
    """Publish the task in FILE (JSON or TOML, - for standard input); its id goes to standard output."""
    document = read_document(file)
    if identity is not None and isinstance(document, dict):
        document["id"] = identity
    body = checked(document, kind_named(invocation.roster(), kind), file)
    if dry_run:
        note(f"{file} is good; nothing was published")
    elif wait:
        emit_json(invocation.run(_submit_and_wait(invocation, kind, body, timeout_s)))
    else:
        seq, name = invocation.run(_submit(invocation, kind, body))
        if output == "json":
            emit_json({"task": name, "seq": seq})
        else:
            say(name)


async def _submit(invocation: Invocation, kind: str, body: dict[str, Any]) -> tuple[int, str]:
    reason = await frozen_reason(invocation)
    if reason is not None:
        note(f"{reason}; the task waits for the thaw")
    async with await invocation.client("publisher") as client:
        return await client.publish_task(kind, body)


async def _submit_and_wait(invocation: Invocation, kind: str, body: dict[str, Any], timeout_s: float | None) -> Any:
    await require_thawed(invocation, "; without --wait a task is left for later")
    async with await invocation.client("publisher") as client:
        with progress() as show:
            return await see_through(invocation, client, kind, body, timeout_s, show)


@task.command()
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="The newest so many.")
@output_option
@click.pass_obj
def ls(invocation: Invocation, limit: int, output: str) -> None:
    """The tasks that the council remembers, newest last; `task get ID` has the outcome of one."""
    views = invocation.run(_find(invocation, tasks.Find(limit=limit)))
    if output == "json":
        emit_json(without("outcome", views))
        return
    rows = [(stamp(view.accepted_at), view.task, view.kind, view.phase) for view in views]
    emit_table(("ACCEPTED", "TASK", "KIND", "PHASE"), rows)


@task.command()
@click.argument("name", metavar="ID", shell_complete=complete.tasks)
@output_option
@click.pass_obj
def get(invocation: Invocation, name: str, output: str) -> None:
    """One task, with its outcome if it has ended, and with what it waits for."""
    view = invocation.run(_get(invocation, name))
    detail = invocation.run(detail_of(invocation, name))
    if output == "json":
        emit_json({**dated(view), **_json(detail)})
        return
    say(f"{view.task}  {view.kind}  {view.phase}  accepted {stamp(view.accepted_at)}")
    if view.phase in ENDED:
        emit_json(view.outcome)
    for line in lines_of(detail.case) if detail.case is not None else ():
        emit_text(line)
    if detail.case is not None:
        emit_text(how_to_decide(detail.case.requested, invocation))
    for effect in detail.held:
        note(f"an effect of it may or may not have happened: {how_to_resolve(effect.held)}")


def _json(detail: Detail) -> dict[str, Any]:
    """What of it there is."""
    case, held = detail.case, [effect.plain() for effect in detail.held]
    told = {"approval": {**dated(case.requested), "judged": case.judged}} if case is not None else {}
    return {**told, **({"held": held} if held else {})}


async def _find(invocation: Invocation, question: tasks.Find) -> tuple[tasks.View, ...]:
    async with await invocation.client("publisher") as client:
        return (await client.query(question, tasks.Views)).tasks


async def _get(invocation: Invocation, name: str) -> tasks.View:
    found = await _find(invocation, tasks.Find(task=name))
    if not found:
        raise Ended(Exit.NOT_FOUND, f"no task {name!r} that the council remembers; `kurultai why {name}` reads the log")
    return found[0]


@task.command()
@click.argument("name", metavar="ID", shell_complete=complete.tasks)
@click.option("--reason", default="cancelled by its publisher", help="Goes on the log.")
@click.option("--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=30.0, metavar="SECONDS")
@click.option("--dry-run", is_flag=True, help="Say whether it could be cancelled, and change nothing.")
@output_option
@click.pass_obj
def cancel(invocation: Invocation, name: str, reason: str, timeout_s: float, dry_run: bool, output: str) -> None:
    """Stop a task; what it did is undone."""
    now = invocation.run(_cancel(invocation, name, reason, timeout_s, dry_run))
    note(f"{name} {now}")
    answer({"task": name, "cancelled": not dry_run, "now": now}, output)


async def _cancel(invocation: Invocation, name: str, reason: str, timeout_s: float, dry_run: bool) -> str:
    """What is so now; a frozen council is told too, and cancels when it may go on."""
    view = await glance(_get(invocation, name), dry_run=dry_run)
    if view is not None and view.phase in ENDED:
        raise Ended(Exit.CONFLICT, f"the task {name} is {view.phase} already")
    if dry_run:
        return "can be cancelled; nothing was changed"
    frozen = await frozen_reason(invocation)
    async with await invocation.client("publisher") as client:
        body = {"task": name, "reason": reason}
        if frozen is not None:
            await client.publish_task("cancel", body)
            return f"will be cancelled with the thaw; {frozen}"
        await see_through(invocation, client, "cancel", body, timeout_s, lambda _step: None)
    return "is cancelled"
