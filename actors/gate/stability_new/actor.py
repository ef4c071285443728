"""The stability checker measures how well the council is before anything in it is changed.

It judges no content: what it counts are crashes, dead letters and tools that broke, over a window of cycles. It decides
nothing; its figures go to the veto. A dossier that was screened in another form than it was proposed scores 0.
"""

import math
from typing import Annotated, Final

import msgspec

from actors.dossiers import proposed_digest
from messages.gate import change
from messages.gate.change import Condition
from messages.kernel import actor as life
from messages.kernel import clock
from messages.kernel.control import Level
from messages.tools import tool
from runtime.actor import Actor, Emits

BROKEN: Final = frozenset(("timeout", "memory", "killed", "flood", "protocol", "refused"))
"""Ends of a call that speak against the council and not against its arguments. *derived* from the sandbox's statuses"""

FEWEST_CALLS: Final = 5
"""Below so many calls in the window their share says nothing. *chosen*"""


UNDER_WAY: Final = 1_000
"""Most proposed changes that are remembered until they are assessed. *chosen*: far more than are ever under way"""


class Counts(msgspec.Struct):
    """What happened in one cycle."""

    crashes: int = 0
    dead: int = 0
    calls: int = 0
    broken: int = 0


class Stability(Actor):
    """Every proposed change is assessed: score and conditions, from the window as it stands."""

    level = Level.GUARD

    class State(msgspec.Struct):
        current: Counts = msgspec.field(default_factory=Counts)
        before: list[Counts] = []
        """The cycles before, oldest first; quiet ones count too."""
        proposed: dict[str, str] = {}
        """Digest of each dossier that was proposed and not assessed yet, by the name of the change."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        cycles: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 12
        """Length of the window; a minute at the metronome's default."""
        crashes: Annotated[int, msgspec.Meta(ge=1)] = 5
        """So many crashes of a process in the window leave no margin."""
        dead: Annotated[int, msgspec.Meta(ge=1)] = 5
        """So many dead letters in the window leave no margin."""
        broken: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
        """Such a share of calls that broke in the sandbox leaves no margin."""

    state: State
    settings: Settings

    def apply_ticked(self, m: clock.Ticked) -> None:
        state = self.state
        state.before = [*state.before, state.current][-(self.settings.cycles - 1) :] if self.settings.cycles > 1 else []
        state.current = Counts()

    def apply_crashed(self, m: life.Crashed) -> None:
        self.state.current.crashes += 1

    def apply_dead_lettered(self, m: life.DeadLettered) -> None:
        self.state.current.dead += 1

    def apply_returned(self, m: tool.Returned) -> None:
        self.state.current.calls += 1

    def apply_raised(self, m: tool.Raised) -> None:
        self.state.current.calls += 1 if m.status else 0
        self.state.current.broken += m.status in BROKEN and not m.misfed

    def apply_proposed(self, m: change.Proposed) -> None:
        proposed = self.state.proposed
        proposed[m.dossier.change] = proposed_digest(m.dossier)
        if len(proposed) > UNDER_WAY:
            del proposed[next(iter(proposed))]

    def on_screened(self, m: change.Screened) -> Emits[change.Assessed]:
        conditions = self._conditions()
        if self.state.proposed.get(m.dossier.change) != m.dossier.sealed:
            fault = "it was screened in another form than it was proposed"
            yield change.Assessed(dossier=m.dossier, score=0.0, conditions=conditions, fault=fault)
            return
        score = math.prod(map(_margin, conditions))
        yield change.Assessed(dossier=m.dossier, score=score, conditions=conditions)

    def apply_assessed(self, m: change.Assessed) -> None:
        self.state.proposed.pop(m.dossier.change, None)

    def _conditions(self) -> tuple[Condition, ...]:
        window = [*self.state.before, self.state.current]
        calls = sum(counts.calls for counts in window)
        broken = sum(counts.broken for counts in window)
        return (
            _condition("crashes", sum(counts.crashes for counts in window), self.settings.crashes),
            _condition("dead_letters", sum(counts.dead for counts in window), self.settings.dead),
            _condition("broken_calls", broken / calls if calls >= FEWEST_CALLS else 0.0, self.settings.broken),
        )


def _condition(name: str, value: float, bound: float) -> Condition:
    return Condition(name=name, value=value, bound=bound, verdict="holds" if value < bound else "violated")


def _margin(condition: Condition) -> float:
    """What is left below the bound, as a share of it: 1 untouched, 0 at the bound and beyond."""
    return max(0.0, 1.0 - condition.value / condition.bound)
