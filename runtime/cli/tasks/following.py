"""Publish one task and see it to its end."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bus.errors import LogError
from bus.log import Record
from messages import task as tasks
from messages.kernel.control import Level, Mode
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.console.invocation import Invocation
from runtime.cli.console.output import data_of, json_of, note
from runtime.cli.control.look import unless_unseen
from runtime.client.client import Client
from runtime.client.endings import Ending, ending_of


class Progress(msgspec.Struct, frozen=True):
    """One step of a task, in words."""

    task: str
    step: str
    note: str
    time: float


Show = Callable[[Progress], None]


async def frozen_reason(invocation: Invocation, level: Level = Level.FOUNDATION) -> str | None:
    """Why the level does nothing now, as far as this host may know and can see in time; None when it works."""
    try:
        client = await invocation.client("auditor")
    except LogError:
        return None
    async with client:
        modes = await unless_unseen(client.modes())
    found = modes[level] if modes is not None else None
    if found is None or found[1].mode is not Mode.FROZEN:
        return None
    who = "the council" if level is Level.FOUNDATION else str(level)
    return f"{who} is frozen since {found[0]}: {found[1].reason}"


async def require_thawed(
    invocation: Invocation, else_: str = "", *, nothing: str = "published", level: Level = Level.FOUNDATION
) -> None:
    """The level works on tasks and orders; ends the command when it is frozen."""
    reason = await frozen_reason(invocation, level)
    if reason is not None:
        raise Ended(Exit.FROZEN, f"{reason}. Nothing was {nothing}; `kurultai thaw --reason WHY` lets it go on{else_}")


async def see_through(
    invocation: Invocation, client: Client, kind: str, task: Mapping[str, Any], timeout_s: float | None, show: Show
) -> Any:
    """The result of the task, published now; ends the command if it is refused, fails, or takes too long."""
    seq, name = await client.publish_task(kind, task)
    show(Progress(name, "published", f"at {seq}", 0.0))
    try:
        async with asyncio.timeout(timeout_s):
            async for record in client.follow(name):
                show(_progress(name, record))
                last = record
    except asyncio.CancelledError:
        note(f"interrupted; the task goes on: kurultai task get {name}. To stop it: kurultai task cancel {name}")
        raise
    except TimeoutError:
        reason = await frozen_reason(invocation)
        if reason is not None:
            raise Ended(Exit.FROZEN, f"{reason}; the task {name} waits for the thaw") from None
        how = f"not done within {timeout_s} s; it goes on: kurultai task get {name}"
        raise Ended(Exit.TIMEOUT, how) from None
    return _outcome(ending_of(last))


def _progress(task: str, record: Record) -> Progress:
    step = record.subject.split(".")[3].lower()
    data = data_of(record)
    if step == "progressed":
        return Progress(task, data["phase"], data.get("note", ""), record.time)
    return Progress(task, step, "" if step == "answered" else data.get("reason", ""), record.time)


def _outcome(ending: Ending | None) -> Any:
    """The result; ends the command when the task ended without one."""
    match ending:
        case tasks.Answered():
            return ending.result
        case tasks.Refused():
            raise Ended(Exit.USAGE, f"refused: {ending.path}: {ending.reason}. {ending.mend}".strip())
        case tasks.Cancelled():
            raise Ended(Exit.FAILED, f"cancelled: {ending.reason}")
        case tasks.Failed():
            raise _failed(ending)
    raise Ended(Exit.UNREACHABLE, "the log ended before the task did")


def _failed(failed: tasks.Failed) -> Ended:
    evidence = failed.evidence
    below = "" if evidence is None else f"evidence: {json_of(evidence)}"
    return Ended(Exit.FAILED, f"failed: {failed.reason}", below)
