"""The working memory holds sessions: what is in mind, what rests on what, and whether it holds together.

A task of the kind `think` changes a session in one decision and is answered by what came of each operation; questions
only look. It is a fold over the log, and so survives any restart. It never judges whether a statement is true: it tells
which of them can't both be. A decision costs part of a millisecond to some milliseconds with a full session.
"""

from typing import Final

import msgspec

from actors.cognition.memory.session import Change, Session
from actors.cognition.memory.thinking import Thinking, Unfit
from messages import task
from messages.cognition import session
from messages.kernel.control import Level
from runtime.actor import Actor, Emits

KIND: Final = "think"
"""*derived*: messages.cognition.session.Think"""
SESSIONS: Final = 100
"""Most sessions that are held; one more, and the one that was used longest ago is let go. *chosen*: a full one takes
some 100 KB"""
GONE: Final = 1_000
"""Names of sessions that were let go which are remembered, with the reason. *chosen*"""


class WorkingMemory(Actor):
    """Every task `think` is done or given up with a reason; no operation of one that is given up counts."""

    name = "working-memory"
    level = Level.AUTONOMY

    class State(msgspec.Struct):
        sessions: dict[str, Session] = {}
        """The one that was used last is the last."""
        gone: dict[str, str] = {}
        """Why each session that is not held any more is not."""

    state: State

    def on_accepted(self, m: task.Accepted) -> Emits[Change | task.Done | task.GaveUp]:
        if m.kind != KIND:
            return
        wish = msgspec.convert(m.body, session.Think)
        try:
            done = Thinking(wish, self.state.sessions.get(wish.session), m.client, self._missing(wish.session)).run()
        except Unfit as error:
            yield task.GaveUp(task=m.task, reason=str(error)[:2_000])
            return
        yield from done.events
        if wish.session not in self.state.sessions and len(self.state.sessions) >= SESSIONS:
            oldest = next(iter(self.state.sessions))
            yield session.Forgotten(session=oldest, reason=f"more than {SESSIONS} sessions, and it was unused longest")
        yield task.Done(task=m.task, result=msgspec.to_builtins(done.done))

    def apply_opened(self, m: session.Opened) -> None:
        self._fold(m)

    def apply_noted(self, m: session.Noted) -> None:
        self._fold(m)

    def apply_focused(self, m: session.Focused) -> None:
        self._fold(m)

    def apply_consolidated(self, m: session.Consolidated) -> None:
        self._fold(m)

    def apply_forgotten(self, m: session.Forgotten) -> None:
        if m.item is not None:
            self._fold(m)
            return
        self.state.sessions.pop(m.session, None)
        self.state.gone[m.session] = m.reason
        if len(self.state.gone) > GONE:
            del self.state.gone[next(iter(self.state.gone))]

    def _fold(self, m: Change) -> None:
        held = self.state.sessions.pop(m.session, None) or Session()
        held.fold(m)
        self.state.sessions[m.session] = held
        self.state.gone.pop(m.session, None)

    # Questions.

    def answer_show(self, m: session.Show) -> session.Views:
        if m.session is None:
            told = tuple(held.view(name, whole=False) for name, held in self.state.sessions.items())
            return session.Views(sessions=told)
        held = self.state.sessions.get(m.session)
        if held is None:
            return session.Views(sessions=(), missing=self._missing(m.session))
        return session.Views(sessions=(held.view(m.session, whole=True),))

    def answer_recall(self, m: session.Recall) -> session.Recalled:
        held = self.state.sessions.get(m.session)
        if held is None:
            return session.Recalled(missing=self._missing(m.session))
        return session.Recalled(items=held.recall(m.question, m.limit))

    def _missing(self, name: str) -> str:
        """Why there is no such session."""
        if name in self.state.gone:
            return f"the session {name!r} was forgotten: {self.state.gone[name]}"
        return f"there is no session {name!r}; `start` opens it"
