"""Möngke looks up what may serve for a goal, and says which of it he would take and why.

He asks the librarian for callables and documents, the registry for tools, and the memory for experience. He judges what
they answer, and never runs anything.
"""

from typing import Annotated, Final

import msgspec

from messages import task
from messages.kernel.control import Level
from messages.tools import learning, library, memory, tool
from messages.tools.learning import Option
from runtime.actor import Actor, Emits

IN_HAND: Final = 1_000
"""Most researches in hand; the oldest is forgotten, since its owner has given it up long before. *chosen*"""


class Inquiry(msgspec.Struct):
    """A research under way: who has answered, and what."""

    options: tuple[Option, ...] | None = None
    tools: tuple[tool.Known, ...] | None = None
    advice: memory.Reminded | None = None

    @property
    def complete(self) -> bool:
        """All three have answered."""
        return self.options is not None and self.tools is not None and self.advice is not None


class Mongke(Actor):
    """Every research command is answered with options, best first, and a recommendation."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        inquiries: dict[str, Inquiry] = {}

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        options: Annotated[int, msgspec.Meta(ge=1, le=50)] = 12
        """Most callables that are asked for."""
        tools: Annotated[int, msgspec.Meta(ge=1, le=50)] = 5
        """Most registered tools that are asked for."""
        relevant: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
        """What scores below this share of the best of its kind is left out."""

    state: State
    settings: Settings

    def apply_research(self, m: learning.Research) -> None:
        self.state.inquiries.pop(m.task, None)
        self.state.inquiries[m.task] = Inquiry()
        if len(self.state.inquiries) > IN_HAND:
            del self.state.inquiries[next(iter(self.state.inquiries))]

    def on_research(self, m: learning.Research) -> Emits[library.Search | tool.Seek | memory.Remind]:
        yield library.Search(task=m.task, goal=m.goal, limit=self.settings.options)
        yield tool.Seek(task=m.task, goal=m.goal, limit=self.settings.tools, besides=m.name)
        yield memory.Remind(task=m.task, goal=m.goal)

    def apply_found(self, m: library.Found) -> None:
        if (inquiry := self.state.inquiries.get(m.task)) is not None:
            inquiry.options = m.options

    def on_found(self, m: library.Found) -> Emits[learning.Researched]:
        yield from self._researched(m.task)

    def apply_sought(self, m: tool.Sought) -> None:
        if (inquiry := self.state.inquiries.get(m.task)) is not None:
            inquiry.tools = m.tools

    def on_sought(self, m: tool.Sought) -> Emits[learning.Researched]:
        yield from self._researched(m.task)

    def apply_reminded(self, m: memory.Reminded) -> None:
        if (inquiry := self.state.inquiries.get(m.task)) is not None:
            inquiry.advice = m

    def on_reminded(self, m: memory.Reminded) -> Emits[learning.Researched]:
        yield from self._researched(m.task)

    def apply_researched(self, m: learning.Researched) -> None:
        self.state.inquiries.pop(m.task, None)

    def apply_task_failed(self, m: task.Failed) -> None:
        self.state.inquiries.pop(m.task, None)

    def apply_task_cancelled(self, m: task.Cancelled) -> None:
        self.state.inquiries.pop(m.task, None)

    def _researched(self, name: str) -> Emits[learning.Researched]:
        """The answer, once all have said what they know."""
        inquiry = self.state.inquiries.get(name)
        if inquiry is None or not inquiry.complete:
            return
        tools = inquiry.tools or ()
        found = self._relevant(inquiry.options or ())
        offered = self._relevant(tuple(map(_option, tools)))
        yield learning.Researched(
            task=name,
            options=(*offered, *found),
            recommendation=_recommendation(offered, found, inquiry.advice),
            tools=tuple(known for known in tools if known.name in {option.name for option in offered}),
        )

    def _relevant(self, options: tuple[Option, ...]) -> tuple[Option, ...]:
        ranked = sorted(options, key=lambda option: (-option.score, option.path))
        floor = ranked[0].score * self.settings.relevant if ranked else 0.0
        return tuple(option for option in ranked if option.score >= floor)


def _option(known: tool.Known) -> Option:
    """The tool as an option among others."""
    fared = f", and {known.reliability:.0%} of its calls came back" if known.reliability is not None else ""
    return Option(
        name=known.name,
        module="registry",
        signature=f"({', '.join(known.parameters)})",
        summary=known.description,
        score=known.score,
        justification=f"it was learnt for this: {known.description}{fared}"[:1_000],
        kind="tool",
        reliability=known.reliability,
        cost_usd=known.cost_usd,
        doc_url=known.doc_url,
    )


def _recommendation(offered: tuple[Option, ...], found: tuple[Option, ...], advice: memory.Reminded | None) -> str:
    known = f"experience: {advice.reason}; " if advice is not None and advice.advice != "learn" else ""
    if not found:
        return f"{known}nothing in the library fits the goal; the examples alone must lead"
    best = found[0]
    others = ", ".join(option.path for option in (*found[1:4], *offered[:1]))
    return f"{known}{best.path}: {best.justification}" + (f"; then {others}" if others else "")
