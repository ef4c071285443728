"""Möngke looks up what may serve for a goal, and says which of it he would take and why.

He asks the librarian and judges the answer; he never runs anything.
"""

from typing import Annotated

import msgspec

from messages import learning, library
from messages.control import Level
from messages.learning import Option
from runtime.actor import Actor, Emits


class Mongke(Actor):
    """Every research command is answered with options, best first, and a recommendation."""

    level = Level.FOUNDATION

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        options: Annotated[int, msgspec.Meta(ge=1, le=50)] = 12
        """Most callables that are asked for."""
        relevant: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
        """Callables that score below this share of the best are left out."""

    settings: Settings

    def on_research(self, m: learning.Research) -> Emits[library.Search]:
        yield library.Search(task=m.task, goal=m.goal, limit=self.settings.options)

    def on_found(self, m: library.Found) -> Emits[learning.Researched]:
        ranked = sorted(m.options, key=lambda option: (-option.score, option.path))
        floor = ranked[0].score * self.settings.relevant if ranked else 0.0
        kept = tuple(option for option in ranked if option.score >= floor)
        yield learning.Researched(task=m.task, options=kept, recommendation=_recommendation(kept))


def _recommendation(options: tuple[Option, ...]) -> str:
    if not options:
        return "nothing in the library fits the goal; the examples alone must lead"
    best = options[0]
    others = ", ".join(option.path for option in options[1:4])
    return f"{best.path}: {best.justification}" + (f"; then {others}" if others else "")
