"""The values actor keeps the seven weights, and changes one only by a mutation that was tried and approved.

What the measurements speak for is checked, tried in the sandbox and proposed to the gate; once approved it is in force,
with a window in which it is taken back if the objective falls. It never changes what anybody else holds: whoever uses
the weights hears of them.
"""

import hashlib
from typing import Annotated, Final

import msgspec

from actors.autonomy import acting
from actors.autonomy.values import coherence, drift, precheck, trial
from actors.autonomy.values import evidence as measured
from actors.autonomy.values.evidence import Row, Suggestion
from actors.autonomy.values.simplex import BASELINE, DIMENSIONS, moved, normalised
from messages.autonomy import activation, foundation, goal, mirror, stability, value
from messages.base import encode
from messages.gate import change, evidence
from messages.gate.change import Dossier
from messages.gate.evidence import Dimension
from messages.kernel.control import Level, Mode
from runtime.actor import Actor, Emits
from runtime.acts import WITHOUT_PROPOSAL

ROWS: Final = 40
"""Cycles of autonomy in the window: 200 cycles. *derived*: one in five"""
EVERY: Final = 5
"""Cycles of the foundation in one of autonomy. *cited*: specification of autonomy, introduction"""
WINDOW: Final = 500
"""Cycles in which a mutation may be rolled back. *cited*: specification of autonomy, section 3"""
KEPT: Final = 100
"""Changes of the weights that are remembered. *chosen*: more than 6,000 cycles at the fastest rate allowed"""
WORSE: Final = 0.03
"""A fall of the objective that takes a mutation back. *derived*: as much as a trial may show"""
SETTLED: Final = 10
"""Cycles of autonomy whose mean objective is held against that before a mutation. *chosen*: single values swing"""
AGAIN: Final = 20
"""Cycles after which a dimension may be suggested again. *cited*: specification of autonomy, section 2, cooldown"""
SERVES: Final[dict[evidence.Origin, Dimension]] = {
    "gap_filling": "growth",
    "opportunity_driven": "efficiency",
    "purpose_derived": "purpose_fidelity",
    "exploratory": "exploration",
    "survival_driven": "stability",
    "value_aligned": "purpose_fidelity",
}
"""The value that goals of an origin serve. *chosen*"""


class Pending(msgspec.Struct):
    """A mutation that passed its trial and is on its way through the gate."""

    trial: str
    dimension: Dimension
    before: dict[Dimension, float]
    after: dict[Dimension, float]


class Applied(msgspec.Struct):
    """A change of the weights, with the objective before it."""

    cycle: int
    dimension: Dimension | None
    before: dict[Dimension, float]
    after: dict[Dimension, float]
    objective: float | None = None
    reason: str = ""
    settled: bool = False
    """Its window has passed, or it was taken back."""


class Tally(msgspec.Struct):
    """What the cycles since the last row held."""

    well: int = 0
    tried: int = 0
    effort: dict[str, float] = {}


class Values(Actor):
    """Says each trial with its figures, each change in force, and each class of drift that is reached."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        cycle: int = 0
        weights: dict[Dimension, float] = msgspec.field(default_factory=lambda: dict(BASELINE))
        kind: value.Drift = "nominal"
        tally: Tally = msgspec.field(default_factory=Tally)
        rows: list[Row] = []
        objectives: list[float] = []
        goals: dict[Dimension, list[int]] = {}
        """Cycles in which goals of the window began, by the dimension that they serve."""
        suggested: dict[Dimension, int] = {}
        """When a dimension was last tried."""
        slowed: dict[Dimension, int] = {}
        """Dimensions with an alert, and the cycle of it."""
        pending: dict[str, Pending] = {}
        applied: list[Applied] = []
        trials: int = 0
        violated: list[str] = []
        diversity: float | None = None
        identity: float | None = None
        """As last measured; without both nothing is tried."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        step: Annotated[float, msgspec.Meta(gt=0, le=precheck.LARGEST)] = measured.STEP
        """How far one mutation moves a weight."""

    state: State
    settings: Settings

    # What is measured.

    def apply_observed(self, m: foundation.Observed) -> None:
        state, tally = self.state, self.state.tally
        if m.cycle <= state.cycle:
            return
        state.cycle = m.cycle
        tally.tried += m.ended + m.calls
        tally.well += max(0, m.ended - m.failed) + max(0, m.calls - m.broken)
        for name, spent in m.effort.items():
            tally.effort[name] = tally.effort.get(name, 0.0) + spent
        if m.cycle % EVERY == 0:
            self._close(tally)

    def apply_reported(self, m: stability.Reported) -> None:
        self.state.violated = [one.name for one in m.conditions if one.verdict == "violated"]
        identity = next((one.value for one in m.conditions if one.name == "identity"), None)
        self.state.identity = identity if identity is not None else self.state.identity

    def apply_begun(self, m: goal.Begun) -> None:
        known = self.state.goals.setdefault(SERVES[m.intent.origin], [])
        known.append(m.cycle)
        del known[:-ROWS]

    def apply_reflected(self, m: mirror.Reflected) -> None:
        if m.objective is not None:
            self.state.objectives = [*self.state.objectives, m.objective][-ROWS:]
        self.state.diversity = m.diversity if m.diversity is not None else self.state.diversity

    def _close(self, tally: Tally) -> None:
        total = sum(tally.effort.values())
        if tally.tried and total > 0:
            shares = {name: round(spent / total, 6) for name, spent in tally.effort.items()}
            self.state.rows = [*self.state.rows, Row(round(tally.well / tally.tried, 6), shares)][-ROWS:]
        self.state.tally = Tally()

    # What is tried and proposed.

    def on_reflected(
        self, m: mirror.Reflected
    ) -> Emits[value.Tried | change.Proposed | value.Reverted | value.Drifted | value.Alerted]:
        yield from self._drifted(m.cycle)
        reason = self._taken_back(m.cycle)
        if reason:
            yield self._reverted(m.cycle, reason)
            return
        found = measured.suggestion(self.state.rows, DIMENSIONS)
        if found is None or self._rests(found.dimension, m.cycle) or self._fault(found, m.cycle):
            return
        if self.state.diversity is None or self.state.identity is None:
            return
        tried = self._tried(found, self.state.diversity, self.state.identity)
        yield tried
        if tried.passed and self.mode not in WITHOUT_PROPOSAL:
            yield change.Proposed(dossier=_dossier(f"v-{tried.trial}", tried))

    def apply_tried(self, m: value.Tried) -> None:
        self.state.trials += 1
        self.state.suggested[m.dimension] = self.state.cycle

    def apply_proposed(self, m: change.Proposed) -> None:
        content = m.dossier.content
        if isinstance(content, evidence.Value):
            self.state.pending[m.dossier.change] = Pending(
                content.trial, content.dimension, dict(content.before), dict(content.after)
            )

    def on_approved(self, m: change.Approved) -> Emits[value.Mutated | value.Lapsed | activation.Drawn]:
        pending = self.state.pending.get(m.dossier.change)
        if pending is None:
            return
        reason = acting.obstacle(self.mode, m.dossier)
        if not reason and pending.before != self.state.weights:
            reason = "the weights have changed since it was proposed"
        if not reason and self.mode is Mode.HALF:
            passed = acting.drawn(self.rng)
            yield activation.Drawn(cycle=self.state.cycle, change=m.dossier.change, passed=passed)
            reason = "" if passed else acting.AGAINST
        if reason:
            yield value.Lapsed(cycle=self.state.cycle, change=m.dossier.change, reason=reason)
            return
        yield value.Mutated(
            cycle=self.state.cycle,
            change=m.dossier.change,
            trial=pending.trial,
            dimension=pending.dimension,
            before=pending.before,
            after=pending.after,
            until=self.state.cycle + WINDOW,
        )

    def apply_lapsed(self, m: value.Lapsed) -> None:
        self.state.pending.pop(m.change, None)

    def apply_mutated(self, m: value.Mutated) -> None:
        state = self.state
        state.pending.pop(m.change, None)
        state.weights = dict(m.after)
        before = state.objectives[-SETTLED:]
        mean = sum(before) / len(before) if before else None
        state.applied = [*state.applied, Applied(m.cycle, m.dimension, dict(m.before), dict(m.after), mean)][-KEPT:]

    def apply_vetoed(self, m: change.Vetoed) -> None:
        self.state.pending.pop(m.dossier.change, None)

    def apply_refused(self, m: change.Refused) -> None:
        self.state.pending.pop(m.dossier.change, None)

    # What is taken back.

    def on_rolled_back(self, m: activation.RolledBack) -> Emits[value.Reverted]:
        if self.state.weights != self._checkpoint():
            yield self._reverted(self.state.cycle, f"autonomy is rolled back: {m.reason}"[:2_000])

    def apply_rolled_back(self, m: activation.RolledBack) -> None:
        self.state.pending.clear()

    def apply_reverted(self, m: value.Reverted) -> None:
        state = self.state
        state.weights = dict(m.after)
        state.pending.clear()
        for one in state.applied:
            one.settled = True
        back = Applied(m.cycle, None, dict(m.before), dict(m.after), reason=m.reason, settled=True)
        state.applied = [*state.applied, back][-KEPT:]

    def apply_drifted(self, m: value.Drifted) -> None:
        self.state.kind = m.kind

    def apply_alerted(self, m: value.Alerted) -> None:
        self.state.slowed[m.dimension] = m.cycle

    def _drifted(self, cycle: int) -> Emits[value.Drifted | value.Alerted]:
        """What is new of the drift. It is looked at in every cycle of autonomy, and so within five cycles of a change;
        the specification asks for every 50."""
        state = self.state
        amount = drift.drift(state.weights, BASELINE)
        kind = drift.kind_of(amount)
        if kind != state.kind:
            yield value.Drifted(cycle=cycle, drift=round(amount, 6), kind=kind)
        for name in DIMENSIONS:
            history = self._history(name)
            if name not in state.slowed and drift.lasts(history, cycle):
                yield value.Alerted(cycle=cycle, dimension=name, velocity=drift.velocity(history, cycle))

    def _taken_back(self, cycle: int) -> str:
        """Why the weights go back now; empty if they stay."""
        state = self.state
        if drift.kind_of(drift.drift(state.weights, BASELINE)) == "critical":
            return "the drift is critical"
        recent = state.objectives[-SETTLED:]
        for one in state.applied:
            fresh = not one.settled and one.cycle + SETTLED * EVERY <= cycle <= one.cycle + WINDOW
            if fresh and one.objective is not None and len(recent) == SETTLED:
                fall = one.objective - sum(recent) / SETTLED
                if fall > WORSE:
                    return (
                        f"the objective fell by {fall:.3f} since the mutation of {one.dimension} in cycle {one.cycle}"
                    )
        return ""

    def _checkpoint(self) -> dict[Dimension, float]:
        """The weights before the first change whose window has not passed."""
        fresh = [one for one in self.state.applied if not one.settled and self.state.cycle <= one.cycle + WINDOW]
        return dict(fresh[0].before) if fresh else self._stable()

    def _stable(self) -> dict[Dimension, float]:
        """The weights in force, or the baseline if these are critical themselves."""
        critical = drift.kind_of(drift.drift(self.state.weights, BASELINE)) == "critical"
        return dict(BASELINE) if critical else dict(self.state.weights)

    def _reverted(self, cycle: int, reason: str) -> value.Reverted:
        return value.Reverted(cycle=cycle, before=self.state.weights, after=self._checkpoint(), reason=reason)

    # How a mutation is found.

    def _rests(self, dimension: Dimension, cycle: int) -> bool:
        """The dimension was tried lately; twice as long where it keeps moving one way."""
        at = self.state.suggested.get(dimension)
        pause = AGAIN * (2 if dimension in self.state.slowed else 1)
        return at is not None and cycle - at < pause

    def _fault(self, found: Suggestion, cycle: int) -> str:
        state = self.state
        if state.kind in drift.FROZEN:
            return f"the drift is {state.kind}"
        drifted = abs(state.weights[found.dimension] - BASELINE[found.dimension])
        at = [one.cycle for one in state.applied if one.dimension is not None]
        return precheck.fault(self.settings.step, drifted, at, cycle, len(state.pending))

    def _tried(self, found: Suggestion, diversity: float, identity: float) -> value.Tried:
        state = self.state
        step = self.settings.step if found.step > 0 else -self.settings.step
        after = moved(state.weights, found.dimension, step)
        since = state.cycle - ROWS * EVERY
        goals = {name: sum(at > since for at in cycles) for name, cycles in state.goals.items()}
        scene = trial.Scene(diversity, identity, goals, state.violated)
        came = trial.run(state.rows, scene, state.weights, after, BASELINE, self.rng)
        return value.Tried(
            trial=f"t-{state.trials + 1}",
            dimension=found.dimension,
            before=normalised(state.weights),
            after=after,
            objective_change=round(came.objective_change, 6),
            goal_rate_change=round(came.goal_rate_change, 6),
            stable=came.stable,
            passed=not came.reason,
            reason=came.reason,
        )

    def _history(self, dimension: Dimension) -> list[tuple[int, float]]:
        applied = self.state.applied
        first = applied[0].before[dimension] if applied else self.state.weights[dimension]
        return [(-(10**9), first), *((one.cycle, one.after[dimension]) for one in applied)]

    def answer_show(self, m: value.Show) -> value.Shown:
        """The weights with their drift, coherence and history."""
        state = self.state
        amount = drift.drift(state.weights, BASELINE)
        return value.Shown(
            weights=state.weights,
            baseline=dict(BASELINE),
            drift=round(amount, 6),
            kind=drift.kind_of(amount),
            coherence=coherence.coherence(state.weights),
            pressure={
                f"{one}-{other}": part for (one, other), part in coherence.pressure(state.weights, BASELINE).items()
            },
            pending=tuple(state.pending),
            slowed=tuple(state.slowed),
            history=tuple(
                value.Entry(
                    cycle=one.cycle, dimension=one.dimension, before=one.before, after=one.after, reason=one.reason
                )
                for one in state.applied
            ),
        )


def _dossier(name: str, tried: value.Tried) -> Dossier:
    content = evidence.Value(
        dimension=tried.dimension,
        before=tried.before,
        after=tried.after,
        trial=tried.trial,
        objective_change=tried.objective_change,
        goal_rate_change=tried.goal_rate_change,
    )
    digest = hashlib.sha256(encode(content)).hexdigest()
    return Dossier(
        change=name, pattern=evidence.pattern_of(content), subject=tried.dimension, digest=digest, content=content
    )
