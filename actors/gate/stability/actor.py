"""The stability checker measures how well the council is before anything in it is changed.

It judges no content. Its figures are the health of the last cycles (crashes, dead letters, tools that broke) and the
five conditions on the state after the decision. It decides nothing; the figures go to the veto, and once in every cycle
of autonomy to all. A dossier that was screened in another form than it was proposed scores 0.

What was never measured is left out of a judgement on the foundation's own changes, so that a new council can learn; a
decision of autonomy that would rest on it is a fault, which the veto refuses.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from actors.autonomy.values.drift import drift
from actors.autonomy.values.simplex import BASELINE
from actors.dossiers import proposed_digest
from actors.gate.stability import conditions as five
from actors.gate.stability import invariants
from actors.gate.stability.picture import Picture, protected
from actors.gate.stability.score import band
from actors.gate.stability.window import FEWEST, kept, row_of
from messages import soul
from messages.autonomy import foundation, goal, mirror, stability, survival, value
from messages.gate import change, evidence
from messages.gate.change import Condition, Dossier
from messages.gate.evidence import Dimension
from messages.kernel import actor as life
from messages.kernel import clock
from messages.kernel.control import Level
from messages.tools import tool
from runtime.actor import Actor, Emits

BROKEN: Final = frozenset(("timeout", "memory", "killed", "flood", "protocol", "refused"))
"""Ends of a call that speak against the council and not against its arguments. *derived* from the sandbox's statuses"""

FEWEST_CALLS: Final = 5
"""Below so many calls in the window their share says nothing. *chosen*"""


EVERY: Final = 5
"""Cycles of the foundation in one of autonomy. *cited*: specification of autonomy, introduction"""
ROWS: Final = 40
"""Values of the Lyapunov function in a window of 200 cycles. *derived*"""
UNDER_WAY: Final = 1_000
"""Most proposed changes that are remembered until they are assessed. *chosen*: far more than are ever under way"""


class Counts(msgspec.Struct):
    """What happened in one cycle."""

    crashes: int = 0
    dead: int = 0
    calls: int = 0
    broken: int = 0


class Effect(msgspec.Struct):
    """What of the council's state a decision would change."""

    autonomous: bool = False
    """It is a goal, a value, code or a parameter: what only autonomy decides, and never without enough data."""
    personal: bool = False
    """A person wants it."""
    coupling: tuple[str, float] = ("goal", 0.0)
    sections: dict[str, str] = {}
    weights: dict[Dimension, float] = {}


class Claim(msgspec.Struct):
    """A proposal: what binds it, and what it would change."""

    digest: str
    effect: Effect


class Stability(Actor):
    """Every proposed change is assessed: score and conditions, from the window as it stands."""

    level = Level.GUARD

    class State(msgspec.Struct):
        current: Counts = msgspec.field(default_factory=Counts)
        before: list[Counts] = []
        """The cycles before, oldest first; quiet ones count too."""
        proposed: dict[str, Claim] = {}
        """What was proposed and is not assessed yet, by the name of the change."""
        assessed: dict[str, Effect] = {}
        """What was assessed, until it comes into force or is forgotten."""
        picture: Picture = msgspec.field(default_factory=Picture)
        said: int = 0
        """The cycle of the last report."""

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
        proposed[m.dossier.change] = Claim(proposed_digest(m.dossier), _effect(m.dossier))
        if len(proposed) > UNDER_WAY:
            del proposed[next(iter(proposed))]

    def on_screened(self, m: change.Screened) -> Emits[change.Assessed]:
        claim = self.state.proposed.get(m.dossier.change)
        if claim is None or claim.digest != m.dossier.sealed:
            fault = "it was screened in another form than it was proposed"
            yield change.Assessed(dossier=m.dossier, score=0.0, conditions=self._conditions(), fault=fault)
            return
        effect = claim.effect
        bound = five.RADIUS if effect.autonomous else five.FOUNDATION_RADIUS
        state = self._after(effect)
        found = five.conditions(state, bound)
        missing = five.unknown(state, bound) if effect.autonomous else ""
        margins = (
            five.margins(found).values() if effect.autonomous else [0.0 for one in found if one.verdict == "violated"]
        )
        yield change.Assessed(
            dossier=m.dossier,
            score=math.prod((*map(_margin, self._conditions()), *margins)),
            conditions=(*self._conditions(), *found),
            fault=f"not enough data: {missing}" if missing else "",
        )

    def apply_assessed(self, m: change.Assessed) -> None:
        claim = self.state.proposed.pop(m.dossier.change, None)
        if claim is not None and not m.fault:
            self.state.assessed[m.dossier.change] = claim.effect
            if len(self.state.assessed) > UNDER_WAY:
                del self.state.assessed[next(iter(self.state.assessed))]

    def _after(self, effect: Effect) -> five.State:
        """The state once the decision is in force."""
        picture = self.state.picture
        sections = dict(picture.now) | effect.sections if effect.sections else None
        return picture.state(self._radius(effect.coupling), sections, effect.weights or None)

    # What the council is like by itself.

    def apply_observed(self, m: foundation.Observed) -> None:
        picture = self.state.picture
        picture.rows = kept(picture.rows, row_of(m, drift(picture.weights, BASELINE)))

    def on_observed(self, m: foundation.Observed) -> Emits[stability.Reported]:
        if m.cycle % EVERY == 0 and m.cycle > self.state.said:
            yield self._reported(m.cycle)

    def apply_reported(self, m: stability.Reported) -> None:
        state, picture = self.state, self.state.picture
        state.said = m.cycle
        if m.score is not None and picture.uncertainty is not None and picture.alignment is not None:
            found = invariants.lyapunov(m.score, picture.uncertainty, picture.identity(), picture.alignment)
            picture.function = [*picture.function, round(found, 6)][-ROWS:]

    def apply_projected(self, m: survival.Projected) -> None:
        self.state.picture.projected = m

    def apply_reflected(self, m: mirror.Reflected) -> None:
        self.state.picture.alignment, self.state.picture.uncertainty = m.alignment, m.uncertainty

    def apply_mutated(self, m: value.Mutated) -> None:
        self.state.picture.weights = dict(m.after)

    def apply_reverted(self, m: value.Reverted) -> None:
        self.state.picture.weights = dict(m.after)

    def apply_begun(self, m: goal.Begun) -> None:
        self.state.picture.goals[m.goal] = m.share

    def apply_ended(self, m: goal.Ended) -> None:
        self.state.picture.goals.pop(m.goal, None)

    def apply_applied(self, m: soul.Applied) -> None:
        effect = self.state.assessed.pop(m.change, None)
        self.state.picture.take_soul(m.agent, m.text, rebased=effect is not None and effect.personal)

    def apply_registered(self, m: tool.Registered) -> None:
        self.state.picture.take_tool(m.spec.name)

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        """A version whose learning was cancelled never was a capability of the council."""
        self.state.picture.core.pop(m.name, None)

    def apply_disabled(self, m: tool.Disabled) -> None:
        """What a person took away is no loss of identity; a tool that was stopped otherwise is."""
        if m.obeyed is not None:
            self.state.picture.core.pop(m.name, None)
        elif m.name in self.state.picture.core:
            self.state.picture.core[m.name] = False

    def apply_enabled(self, m: tool.Enabled) -> None:
        self.state.picture.take_tool(m.name)

    def _reported(self, cycle: int) -> stability.Reported:
        picture = self.state.picture
        radius = self._radius()
        state = picture.state(radius)
        found = five.conditions(state, five.RADIUS)
        margins = five.margins(found)
        missing = _missing(state)
        value_ = math.prod(margins.values()) if not missing else None
        said = tuple(self._invariants())
        violated = [one.name for one in (*found, *said) if one.verdict == "violated"]
        return stability.Reported(
            cycle=cycle,
            verdict=_verdict(radius),
            score=round(value_, 6) if value_ is not None else None,
            band=band(value_) if value_ is not None else None,
            radius=_told(radius, len(picture.rows)),
            conditions=(*found, *said),
            margins=margins,
            reason=f"not enough data: {missing}" if missing else f"violated: {', '.join(violated)}" if violated else "",
        )

    def _invariants(self) -> Iterator[Condition]:
        """Invariants of the verifier that are none of the five conditions."""
        picture = self.state.picture
        steady = invariants.settled(picture.function)
        if steady is not None:
            yield _at_least("lyapunov", steady, invariants.STEADY)
        if picture.uncertainty is not None:
            yield _condition("uncertainty", round(picture.uncertainty, 6), invariants.UNCERTAINTY)

    def _radius(self, *more: tuple[str, float]) -> tuple[float, float, float] | None:
        """The spectral radius with what is in force, and with what is given besides; numpy is loaded at the first."""
        from actors.gate.stability import dynamics

        picture = self.state.picture
        couplings = [dynamics.Coupling("goal", share) for share in picture.goals.values()]
        couplings += [dynamics.Coupling(kind, strength) for kind, strength in more if strength]
        seed = picture.rows[-1].cycle if picture.rows else 0
        found = dynamics.estimate(picture.rows, couplings, seed)
        if found is None:
            return None
        value_, low, high = (round(part, 6) for part in found.found)
        return value_, low, high

    # Health.

    def _conditions(self) -> tuple[Condition, ...]:
        window = [*self.state.before, self.state.current]
        calls = sum(counts.calls for counts in window)
        broken = sum(counts.broken for counts in window)
        return (
            _condition("crashes", sum(counts.crashes for counts in window), self.settings.crashes),
            _condition("dead_letters", sum(counts.dead for counts in window), self.settings.dead),
            _condition("broken_calls", broken / calls if calls >= FEWEST_CALLS else 0.0, self.settings.broken),
        )


def _effect(dossier: Dossier) -> Effect:
    content = dossier.content
    match content:
        case evidence.Goal():
            return Effect(autonomous=True, coupling=("goal", content.share))
        case evidence.Value():
            step = abs(content.after.get(content.dimension, 0.0) - content.before.get(content.dimension, 0.0))
            return Effect(autonomous=True, coupling=("mutation", step), weights=dict(content.after))
        case evidence.Code() | evidence.Parameter():
            return Effect(autonomous=True)
        case evidence.Soul():
            personal = content.author in ("operator", "person")
            # What a person changes is no loss of identity once it has passed the gate: it moves the baseline.
            return Effect(personal=personal, sections={} if personal else protected(content.agent, content.after))
        case _:
            return Effect()


def _missing(state: five.State) -> str:
    """What is not known for a score. A radius that may lie on either side of its bound is no figure to act on: it keeps
    decisions of autonomy from being made, and takes nothing back that was."""
    if state.radius is None:
        return f"the spectral radius needs {FEWEST} cycles in which something varies"
    return five.unknown(state, five.RADIUS)


def _verdict(radius: tuple[float, float, float] | None) -> stability.Verdict:
    if radius is None:
        return "not enough data"
    _, low, high = radius
    if high < five.RADIUS:
        return "stable"
    return "unstable" if low >= five.RADIUS else "undetermined"


def _told(radius: tuple[float, float, float] | None, cycles: int) -> stability.Radius | None:
    if radius is None:
        return None
    value_, low, high = radius
    return stability.Radius(value=value_, low=low, high=high, cycles=cycles)


def _at_least(name: str, value_: float, bound: float) -> Condition:
    verdict: Literal["holds", "violated"] = "holds" if value_ >= bound else "violated"
    return Condition(name=name, value=value_, bound=bound, verdict=verdict)


def _condition(name: str, value: float, bound: float) -> Condition:
    return Condition(name=name, value=value, bound=bound, verdict="holds" if value < bound else "violated")


def _margin(condition: Condition) -> float:
    """What is left below the bound, as a share of it: 1 untouched, 0 at the bound and beyond."""
    return max(0.0, 1.0 - condition.value / condition.bound)
