"""How a task ended: the event that says so, whether it was heard or is told by the council's memory."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from bus.log import Record
from messages import task as tasks
from runtime.envelope import name_in

Ending = tasks.Answered | tasks.Failed | tasks.Cancelled | tasks.Refused

_KINDS: Final[dict[str, type[Ending]]] = {
    "task.Answered": tasks.Answered,
    "task.Failed": tasks.Failed,
    "task.Cancelled": tasks.Cancelled,
    "task.Refused": tasks.Refused,
}
_REMEMBERED: Final[dict[str, Callable[[str, Any], Ending]]] = {
    "answered": lambda task, outcome: tasks.Answered(task=task, result=outcome),
    "failed": lambda task, outcome: tasks.Failed(task=task, reason=str(outcome)),
    "cancelled": lambda task, outcome: tasks.Cancelled(task=task, reason=str(outcome)),
    "refused": lambda task, outcome: tasks.Refused(task=task, sequence=0, reason=str(outcome)),
}
ENDED: Final = frozenset(_REMEMBERED)
"""Phases in which a task has ended. *derived*: messages.task"""


def ending_of(record: Record) -> Ending | None:
    """The end of a task, if the record says one."""
    kind = _KINDS.get(name_in(record.subject))
    return msgspec.json.decode(record.data, type=kind) if kind is not None else None


def remembered(view: tasks.View) -> Ending | None:
    """The end of a task as the council remembers it; None while it goes on."""
    made = _REMEMBERED.get(view.phase)
    return made(view.task, view.outcome) if made is not None else None
