"""What was done in the council, as behaviours: the calls of clients, and what agents made of tasks.

One way to read the log, for the actor that folds it and for the command that reads it afresh.
"""

from typing import Final

import msgspec

from messages import task
from messages.base import Message, decode, type_name
from messages.tools import learning, tool

NOBODY: Final = "someone"
"""Who published a task of which it is not known. *chosen*"""
WORK: Final = (learning.Researched, learning.Attempted, learning.Practised, learning.Stumped, learning.Validated)
"""What agents say of a task as they work on it. *derived*: messages.tools.learning"""
VERDICTS: Final = (tool.Registered, tool.Rejected)
"""What the registry says of it. *derived*: messages.tools.tool"""
ENDS: Final = (task.Answered, task.Failed, task.Cancelled)
"""How a task ends. *derived*: messages.task"""
TOLD: Final = (task.Accepted, *WORK, *VERDICTS, *ENDS)
"""All that makes a behaviour, or tells how one came out. *derived*"""
KINDS: Final = {type_name(kind): kind for kind in TOLD}
"""By the name on the log. *derived*"""
OPEN: Final = 2_000
"""Most tasks whose end is waited for. *chosen*"""
MOST: Final = 15_000
"""Behaviours that are kept, the oldest forgotten. *derived*: with 40 bytes each they fit a record of the log"""
SLACK: Final = 1_000
"""Behaviours beyond that before the oldest are forgotten. *chosen*: it is done seldom"""
PERIOD_S: Final = 7 * 86_400.0
"""What is older is forgotten. *cited*: specification of cognition, section 3"""


class Entry(msgspec.Struct, array_like=True):
    """A behaviour whose outcome may still come."""

    time: float
    who: str
    what: str
    session: str = ""
    outcome: float | None = None


class Diary(msgspec.Struct):
    """The behaviours of the period."""

    entries: list[Entry] = []
    most: int | None = MOST
    """Entries that are kept; None keeps all."""
    open: dict[str, list[float | str]] = {}
    """By task: when and by whom what was begun whose outcome its end tells."""

    def hear(self, now: float, speaker: str, message: Message) -> None:
        """One message of those in `TOLD`."""
        match message:
            case task.Accepted():
                self._begin(now, message)
            case task.Answered():
                self._end(message.task, 1.0)
            case task.Failed():
                self._end(message.task, 0.0)
            case task.Cancelled():
                self._end(message.task, None)
            case _:
                self._add(Entry(now, speaker, type_name(type(message)), str(getattr(message, "task", ""))))

    def _begin(self, now: float, m: task.Accepted) -> None:
        body = m.body if isinstance(m.body, dict) else {}
        what = f"run {body.get('tool', '')}" if m.kind == "run" else m.kind
        self._add(Entry(now, m.client or NOBODY, what[:200]))
        self.open[m.task] = [now, m.client or NOBODY, what[:200]]
        while len(self.open) > OPEN:
            del self.open[next(iter(self.open))]

    def _end(self, name: str, outcome: float | None) -> None:
        begun = self.open.pop(name, None)
        if begun is None or outcome is None:
            return
        for entry in reversed(self.entries):
            if [entry.time, entry.who, entry.what] == begun:
                entry.outcome = outcome
                return
            if entry.time < float(begun[0]):
                return

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self.most is not None and len(self.entries) > self.most + SLACK:
            self.entries = self.entries[-self.most :]

    def period(self, now: float) -> list[Entry]:
        """The behaviours of the period that ends now."""
        return [one for one in self.entries if one.time >= now - PERIOD_S][-MOST:]

    def read(self, now: float, subject: str, data: bytes) -> None:
        """One record as it stands on the log; what tells no behaviour, or can't be read, is passed over."""
        tokens = subject.split(".")
        kind = KINDS.get(".".join(tokens[2:4])) if len(tokens) > len(("council", "word", "flow", "type")) else None
        if kind is None:
            return
        try:
            self.hear(now, tokens[4], decode(kind, data))
        except msgspec.MsgspecError:
            return
