"""The ladder says how far each level may go: the stage that autonomy has climbed to, and what holds it back now.

It sets no mode; the veto does, and never above the operator's ceiling. A figure that is missing or too old is not met.
A council begins in the check, computes in shadow, and climbs by itself as far as the ceiling lets it. What speaks
against it takes effect at once; what speaks for it, only after the cycles that the table names.
"""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from actors.gate.ladder import bars, criteria, limits
from actors.gate.ladder.criteria import STALE, WINDOWS, Criterion
from actors.gate.ladder.limits import Limit
from actors.gate.ladder.stages import LADDER, PROVEN, Trouble, fallen, next_up, under
from actors.gate.modes import CEILING, RANK
from actors.gate.verdicts import destabilises
from messages.autonomy import activation, mirror, stability, survival
from messages.autonomy.activation import Barred, Due, Moved, Stage
from messages.autonomy.stability import Band
from messages.gate import change
from messages.kernel import clock, control
from messages.kernel.control import FREEZABLE, Level, Mode, first_mode
from runtime.actor import Actor, Emits

EVERY: Final = 5
"""Autonomy runs once in so many cycles. *cited*: specification of autonomy, section 9.6 of its source"""
SHAKEN: Final = 2
"""So many violated invariants make the foundation advisory, and then half for a while. *cited*: as above, section 1"""
WHOLE: Final = {
    "hold": 100,
    "shadow": 500,
    "advisory": 200,
    "half": 200,
    "isolation": 100,
    "pathologies": WINDOWS["pathologies"],
    "uncertainty": WINDOWS["uncertainty"],
    "steady": WINDOWS["stability"],
}
"""The cycles of a ladder that is not shortened, by setting. *derived* from the tables"""


class Seen(msgspec.Struct, frozen=True):
    """A mode, and the epoch that it was in force or said under."""

    mode: Mode
    epoch: int = 0


class Ladder(Actor):
    """Autonomy climbs step by step and falls at once."""

    level = Level.GUARD

    class State(msgspec.Struct):
        cycle: int = 0
        stage: Stage = "checking"
        since: int = 0
        """The cycle in which the stage began, or last began anew."""
        proven: bool = False
        """Before its last rollback autonomy had half authority or more, so that the way back is open to it."""
        cause: str = ""
        """Why everything was taken back last."""
        streaks: dict[Criterion, int] = {}
        """Since which cycle each criterion has held."""
        met_since: int | None = None
        """Since which cycle all of them have held for as long as they must."""
        reflected: int | None = None
        reported: int | None = None
        projected: int | None = None
        """When the foundation's figures, the stability report and the resources' state were heard last, by cycle."""
        violated: tuple[str, ...] = ()
        shaken: int | None = None
        """The last cycle in which two invariants or more were violated."""
        band: Band | None = None
        steady: bool = False
        resources: survival.State | None = None
        ceiling: Mode = CEILING
        modes: dict[Level, Seen] = {}
        """In force, as heard."""
        said: dict[Level, Seen] = {}
        """What was last said to be due."""
        rolling: bool = False
        """A rollback was asked for and is not on the log yet."""
        counts: bars.Counts = {}
        barred: dict[str, str] = {}

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """Each may be shortened for a development council; every move then says so."""

        hold: Annotated[int, msgspec.Meta(ge=1, le=100)] = WHOLE["hold"]
        """Cycles for which all criteria must hold together."""
        shadow: Annotated[int, msgspec.Meta(ge=1, le=500)] = WHOLE["shadow"]
        """Cycles in shadow."""
        advisory: Annotated[int, msgspec.Meta(ge=1, le=200)] = WHOLE["advisory"]
        """Cycles of advice, on the way up and on the way back."""
        half: Annotated[int, msgspec.Meta(ge=1, le=200)] = WHOLE["half"]
        """Cycles of half authority, on the way up and on the way back."""
        isolation: Annotated[int, msgspec.Meta(ge=1, le=100)] = WHOLE["isolation"]
        """Cycles of the foundation alone after a rollback."""
        pathologies: Annotated[int, msgspec.Meta(ge=0, le=500)] = WHOLE["pathologies"]
        """Cycles without a pathology of goals."""
        uncertainty: Annotated[int, msgspec.Meta(ge=0, le=500)] = WHOLE["uncertainty"]
        """Cycles in which the world model was certain enough."""
        steady: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = WHOLE["steady"]
        """Cycles without an instability."""

    state: State
    settings: Settings

    # What is heard of the council.

    def apply_ticked(self, m: clock.Ticked) -> None:
        state = self.state
        state.cycle = m.cycle
        if not self._is_fresh(state.reflected):
            state.streaks = {name: since for name, since in state.streaks.items() if name == "stability"}
        if not self._is_fresh(state.reported):
            state.streaks.pop("stability", None)
        if self._lacking():
            state.met_since = None
        elif state.met_since is None:
            state.met_since = m.cycle

    def apply_reflected(self, m: mirror.Reflected) -> None:
        state = self.state
        state.streaks = criteria.continued(state.streaks, criteria.met(criteria.figures_of(m)), state.cycle)
        state.reflected, state.violated = state.cycle, m.violated
        if len(m.violated) >= SHAKEN:
            state.shaken = state.cycle

    def apply_reported(self, m: stability.Reported) -> None:
        state = self.state
        state.band, state.steady, state.reported = m.band, criteria.steady(m), state.cycle
        state.streaks = criteria.continued(state.streaks, {"stability": state.steady}, state.cycle)
        if criteria.unstable(m):
            self._begin_anew_alone()

    def apply_projected(self, m: survival.Projected) -> None:
        self.state.resources, self.state.projected = m.state, self.state.cycle

    def apply_ceiling_set(self, m: activation.CeilingSet) -> None:
        self.state.ceiling = m.mode

    def apply_set(self, m: control.Set) -> None:
        self.state.modes[m.level] = Seen(m.mode, m.epoch)

    def apply_vetoed(self, m: change.Vetoed) -> None:
        state = self.state
        if m.level is Level.AUTONOMY and m.condition is not None:
            state.counts = bars.counted(state.counts, bars.key(m.dossier.pattern, m.condition), state.cycle)
        if destabilises(m):
            self._begin_anew_alone()

    def apply_rolled_back(self, m: activation.RolledBack) -> None:
        state = self.state
        state.rolling, state.cause = False, f"{m.trigger}: {m.condition}: {m.reason}"
        self._begin_anew_alone()

    def apply_cleared(self, m: activation.Cleared) -> None:
        self.state.counts = bars.cleared(self.state.counts, m.pattern)
        self.state.barred.pop(m.pattern, None)

    def _begin_anew_alone(self) -> None:
        """The cycles of the foundation alone are counted from here."""
        if self.state.stage == "isolated":
            self.state.since = self.state.cycle

    # What follows from it.

    def on_ticked(self, m: clock.Ticked) -> Emits[Moved | Due]:
        if m.cycle % EVERY:
            return
        lacking = self._lacking()
        if lacking and fallen(self.state.stage, "regression") != self.state.stage:
            yield from self._troubled("regression", f"not met any longer: {', '.join(lacking)}")
        else:
            yield from self._moved(*self._climbed())

    def on_reported(self, m: stability.Reported) -> Emits[Moved | Due]:
        if m.band == "critical" and self.state.stage != "isolated" and not self.state.rolling:
            first = next((known.name for known in m.conditions if known.verdict == "violated"), "score")
            yield self._due_of(Level.AUTONOMY, self.state.stage, trigger="stability", condition=first)
        elif criteria.unstable(m):
            yield from self._troubled("instability", f"unstable by itself: {m.reason or m.verdict}")
        else:
            yield from self._dues(self.state.stage)

    def on_projected(self, m: survival.Projected) -> Emits[Due]:
        yield from self._dues(self.state.stage)

    def on_reflected(self, m: mirror.Reflected) -> Emits[Due]:
        yield from self._dues(self.state.stage)

    def on_set(self, m: control.Set) -> Emits[Due]:
        yield from self._dues(self.state.stage)

    def on_ceiling_set(self, m: activation.CeilingSet) -> Emits[Moved | Due]:
        yield from self._moved(under(self.state.stage, m.mode), f"the ceiling is {m.mode} now: {m.reason}")

    def on_vetoed(self, m: change.Vetoed) -> Emits[Moved | Due | Barred]:
        if m.level is Level.AUTONOMY and m.condition is not None:
            yield from self._barred(m.dossier.pattern, m.condition)
        if destabilises(m):
            yield from self._troubled("instability", f"{m.dossier.pattern} was vetoed: {m.reason}")

    def on_rolled_back(self, m: activation.RolledBack) -> Emits[Moved | Due]:
        yield from self._troubled("rollback", f"taken back after {m.trigger}, {m.condition} being violated: {m.reason}")

    def apply_moved(self, m: Moved) -> None:
        state = self.state
        if m.stage == "isolated":
            state.proven = state.stage in PROVEN or (state.stage == "isolated" and state.proven)
        state.stage, state.since = m.stage, m.cycle
        if m.stage == "checking":
            state.met_since = None

    def apply_due_mode(self, m: Due) -> None:
        self.state.said[m.level] = Seen(m.mode, m.epoch)
        self.state.rolling = self.state.rolling or m.trigger is not None

    def apply_barred(self, m: Barred) -> None:
        self.state.barred[m.pattern] = m.condition

    def _barred(self, pattern: str, condition: str) -> Iterator[Barred]:
        state = self.state
        if pattern not in state.barred and bars.is_barred(state.counts, bars.key(pattern, condition), state.cycle):
            yield Barred(cycle=state.cycle, pattern=pattern, condition=condition)

    # Stages.

    def _troubled(self, trouble: Trouble, why: str) -> Iterator[Moved | Due]:
        yield from self._moved(under(fallen(self.state.stage, trouble), self.state.ceiling), why)

    def _climbed(self) -> tuple[Stage, str]:
        """The stage that is reached in this cycle, and why it may be."""
        state = self.state
        since = state.met_since if state.stage == "checking" else state.since
        if since is None:
            return state.stage, ""
        lasted = self._lasts(state.stage)
        stage = next_up(
            state.stage,
            lasted,
            since=since,
            cycle=state.cycle,
            proven=state.proven,
            steady=state.steady and self._is_fresh(state.reported),
            ceiling=state.ceiling,
        )
        if state.stage == "checking":
            return stage, f"all criteria have held for {lasted} cycles, since {since}"
        cause = f"; the cause was {state.cause}" if state.stage in ("isolated", "recovering", "halved") else ""
        return stage, f"{lasted} cycles of {state.stage} have passed since {since}{cause}"

    def _moved(self, stage: Stage, why: str) -> Iterator[Moved | Due]:
        if stage != self.state.stage:
            yield Moved(cycle=self.state.cycle, stage=stage, reason=f"{why}{self._shortened()}")
        yield from self._dues(stage)

    def _lasts(self, stage: Stage) -> int:
        lasting = self.settings
        shortened: dict[Stage, int] = {
            "checking": lasting.hold,
            "shadow": lasting.shadow,
            "advisory": lasting.advisory,
            "recovering": lasting.advisory,
            "half": lasting.half,
            "halved": lasting.half,
            "isolated": lasting.isolation,
        }
        return min(shortened.get(stage, 0), LADDER[stage].cycles)

    def _shortened(self) -> str:
        short = [f"{name} {now} of {whole}" for name, whole in WHOLE.items() if (now := self._setting(name)) < whole]
        return f" (a development council: {', '.join(short)} cycles)" if short else ""

    def _setting(self, name: str) -> int:
        return int(getattr(self.settings, name))

    def _lacking(self) -> tuple[Criterion, ...]:
        """The criteria that have not held for as long as they must."""
        lasting = self.settings
        windows: dict[Criterion, int] = {
            **WINDOWS,
            "pathologies": lasting.pathologies,
            "uncertainty": lasting.uncertainty,
            "stability": lasting.steady,
        }
        return criteria.lacking(self.state.streaks, self.state.cycle, windows)

    def _is_fresh(self, heard: int | None) -> bool:
        return heard is not None and self.state.cycle - heard <= STALE

    # Modes.

    def _dues(self, stage: Stage) -> Iterator[Due]:
        """What is due for each level, where that is news."""
        state = self.state
        for level in FREEZABLE:
            due = self._due_of(level, stage)
            said = state.said.get(level) or Seen(first_mode(level))
            seen = self._seen(level)
            if due.mode is not said.mode or (due.mode is not seen.mode and said.epoch != seen.epoch):
                yield due

    def _due_of(self, level: Level, stage: Stage, *, trigger: str | None = None, condition: str | None = None) -> Due:
        found = list(self._limits(level, stage))
        least = min(found, key=lambda limit: RANK[limit.mode])
        called = level is Level.FOUNDATION and least.mode is Mode.FROZEN
        return Due(
            cycle=self.state.cycle,
            level=level,
            mode=least.mode,
            reason="; ".join(limit.reason for limit in found if limit.mode is least.mode),
            epoch=self._seen(level).epoch,
            trigger=trigger,
            condition=condition,
            held=called,
        )

    def _limits(self, level: Level, stage: Stage) -> Iterator[Limit]:
        state = self.state
        yield limits.by_state(self._resources(), level)
        if level is Level.AUTONOMY:
            yield Limit(LADDER[stage].mode, f"the ladder is at {stage}")
            yield Limit(state.ceiling, f"the ceiling is {state.ceiling}")
            yield limits.by_band(state.band if self._is_fresh(state.reported) else None)
            return
        yield limits.by_violated(state.violated if self._is_fresh(state.reflected) else ())
        if state.shaken is not None and state.cycle - state.shaken < self.settings.half:
            yield Limit(Mode.HALF, f"{SHAKEN} invariants or more were violated until cycle {state.shaken}")

    def _resources(self) -> survival.State | None:
        """The state as it is known; who is frozen for it can't tell that it is over, and is asked after a while."""
        state = self.state
        if state.resources == "critical" and state.projected is not None:
            return "critical" if state.cycle - state.projected < self.settings.isolation else None
        return state.resources if self._is_fresh(state.projected) else None

    def _seen(self, level: Level) -> Seen:
        return self.state.modes.get(level) or Seen(first_mode(level))
