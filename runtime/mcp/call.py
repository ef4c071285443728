"""One call of an MCP client: published as a task, followed to its end, and cancelled when nobody waits any more."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Final

import anyio
import msgspec

from bus.errors import LogError
from bus.log import Record
from messages import task as tasks
from messages.base import Json
from runtime.client.endings import Ending, ending_of
from runtime.mcp.line import Line

CANCEL_S: Final = 5.0
"""Longest that a cancel may take to reach the log. *chosen*: as long as a question may take"""
GRACE_S: Final = 1.0
"""Longer than the council's own limit: who is near the log should have the last word. *chosen*"""

Tell = Callable[[str], Awaitable[None]]


class NotDone(Exception):
    """The call has no result, for the reason given."""


async def call(line: Line, tool: str, arguments: Mapping[str, Json], limit_s: float, tell: Tell) -> Json:
    """What the tool returned; raises NotDone."""
    return await done(line, "run", {"tool": tool, "named": arguments, "timeout_s": limit_s}, limit_s, tell)


async def done(line: Line, kind: str, body: Mapping[str, Json], limit_s: float, tell: Tell) -> Json:
    """The result of a task of the kind; raises NotDone.

    A task that nobody waits for any more, as after a timeout, a freeze or its client's word, is cancelled.
    """
    if line.stopped.is_set():
        raise NotDone(f"{line.trouble}. Nothing was published")
    name = f"mcp-{uuid.uuid4().hex[:16]}"
    over = False
    try:
        await line.client.publish_task(kind, body, name)
        last = await _end(line, name, limit_s + GRACE_S, tell)
        over = True
    except LogError as error:
        raise NotDone(f"the task {name} could not be followed: {error}") from error
    finally:
        if not over:
            await _cancel(line, name)
    return _result(ending_of(last))


async def _end(line: Line, name: str, limit_s: float, tell: Tell) -> Record:
    following = asyncio.create_task(_follow(line, name, tell))
    stopped = asyncio.create_task(line.stopped.wait())
    try:
        await asyncio.wait((following, stopped), timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            return following.result()
        if stopped.done():
            raise NotDone(f"{line.trouble}. The task {name} is cancelled")
        raise NotDone(f"not done within {limit_s - GRACE_S:g} s. The task {name} is cancelled")
    finally:
        for waiting in (following, stopped):
            waiting.cancel()


async def _follow(line: Line, name: str, tell: Tell) -> Record:
    async with aclosing(line.client.follow(name)) as events:
        async for record in events:
            last = record
            await tell(_step(record))
    return last


def _step(record: Record) -> str:
    """What the event says, in a few words."""
    step = record.subject.split(".")[3]
    if step != "Progressed":
        return step.lower()
    told = msgspec.json.decode(record.data, type=tasks.Progressed)
    return f"{told.phase}: {told.note}" if told.note else told.phase


async def _cancel(line: Line, name: str) -> None:
    """The log holds that nobody wants the task, if it can be reached."""
    with anyio.move_on_after(CANCEL_S, shield=True), suppress(LogError):
        await line.client.publish_task("cancel", {"task": name, "reason": "its MCP client waits no longer"})


def _result(ending: Ending | None) -> Json:
    match ending:
        case tasks.Answered():
            return ending.result
        case tasks.Refused():
            raise NotDone(f"{ending.path}: {ending.reason}. {ending.mend}".rstrip(" ."))
        case tasks.Cancelled():
            raise NotDone(f"cancelled: {ending.reason}")
        case tasks.Failed():
            raise NotDone(ending.reason)
    raise NotDone("the log ended before the task did")
