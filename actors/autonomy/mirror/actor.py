"""The council's picture of itself: skills and gaps, strategy, purpose, objective, and whether it qualifies.

It folds over `foundation.Observed` and the events of tools, tasks, goals and values, and speaks when the world model
has spoken: once in every cycle of autonomy the figures, and the signals that are new. It changes nothing by itself.
The charter is kept here: an operator's signed order sets it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from actors.autonomy.mirror import agenda, capability, demand, goalstack, purpose, qualification, signals
from actors.autonomy.mirror.chronicle import Chronicle
from actors.autonomy.mirror.demand import Market
from actors.autonomy.mirror.figures import EVERY, short
from actors.autonomy.mirror.gaps import Gap
from actors.autonomy.mirror.novelty import Novelty
from actors.autonomy.mirror.plan import Plan, planned
from actors.autonomy.mirror.skills import Skills
from messages import task
from messages.autonomy import charter, foundation, goal, mirror, stability, value
from messages.gate.evidence import Dimension
from messages.kernel import order
from messages.kernel.control import Level
from messages.tools import tool
from runtime.actor import Actor, Emits
from runtime.orders import Orders

Answer = mirror.Reflected | mirror.Found
BUSY: Final = 1.5
"""The council is busy while its backlog is so many times its mean. *chosen*"""
SMOOTH: Final = 0.02
"""Weight of the last cycle in the mean backlog. *chosen*: a memory of 50 cycles"""


class Held(msgspec.Struct):
    """The charter in force."""

    direction: dict[str, float]
    told: str = ""
    reason: str = ""
    since: float | None = None


class Guard(msgspec.Struct):
    """What the stability checker last said."""

    identity: float | None = None
    rho: float | None = None
    lyapunov: float | None = None
    violated: list[str] = []


class Picture(NamedTuple):
    """All that a report is made of."""

    figures: dict[str, float | None]
    full: bool
    objective: float | None
    alignment: float | None
    plan: Plan | None
    pathologies: tuple[str, ...]
    weak: dict[str, tuple[str, ...]]


class Mirror(Actor):
    """Says how well the council knows and keeps itself, and which opportunities, gaps and drifts there are."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        cycle: int = 0
        said: int = 0
        backlog: float = 0.0
        busy: bool = False
        skills: Skills = msgspec.field(default_factory=Skills)
        market: Market = msgspec.field(default_factory=Market)
        novelty: Novelty = msgspec.field(default_factory=Novelty)
        chronicle: Chronicle = msgspec.field(default_factory=Chronicle)
        pursuits: dict[str, agenda.Pursuit] = {}
        values: dict[str, float] = msgspec.field(default_factory=lambda: dict(purpose.BASELINE))
        charter: Held | None = None
        guard: Guard = msgspec.field(default_factory=Guard)
        met: dict[str, int] = {}
        """Consecutive cycles for which the target of each figure has been met."""
        present: dict[str, signals.Signal] = {}
        """Signals that are there, by stream and subject."""
        told: dict[str, signals.Told] = {}
        """Those that were said."""
        strategy: str = "none"
        weak: dict[str, tuple[str, ...]] = {}
        orders: Orders = msgspec.field(default_factory=Orders)

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        operator_key: str = ""
        """Public key of the operator; without it every order is refused."""
        cycles: Annotated[int, msgspec.Meta(ge=50, le=1_000)] = 200
        """Length of the window."""
        direction: charter.Direction = msgspec.field(default_factory=dict)
        """The charter before an operator has adopted another: the weight of each value dimension, 1 in all."""

        def __post_init__(self) -> None:
            found = charter.contradiction_in(self.direction) if self.direction else None
            if found is not None:
                raise ValueError(f"{found.path}: {found.reason}; {found.mend}")

    state: State
    settings: Settings

    # What is measured.

    def apply_observed(self, m: foundation.Observed) -> None:
        state = self.state
        if m.cycle <= state.cycle:
            return
        state.cycle = m.cycle
        state.busy = m.backlog > BUSY * state.backlog and m.backlog > 1
        state.backlog = round((1 - SMOOTH) * state.backlog + SMOOTH * m.backlog, 4)
        state.chronicle.take(m, self.settings.cycles)
        state.skills.calibrate(m.cycle)
        for dimension, spent in m.effort.items():
            if spent > 0:
                agenda.progress(state.pursuits, dimension, m.cycle)

    def apply_reported(self, m: stability.Reported) -> None:
        found = {one.name: one for one in m.conditions}
        self.state.guard = Guard(
            found["identity"].value if "identity" in found else None,
            m.radius.value if m.radius is not None else None,
            found["lyapunov"].value if "lyapunov" in found else None,
            [one.name for one in m.conditions if one.verdict == "violated"],
        )

    # Skills, and who asks for them.

    def apply_registered(self, m: tool.Registered) -> None:
        state, spec = self.state, m.spec
        gone = state.skills.register(spec.name, spec.mastery, spec.domain, list(spec.requires), state.cycle)
        if gone is not None:
            state.novelty.forget(gone)
        state.novelty.know(spec.name, spec.domain, f"{spec.name} {spec.description}")
        state.chronicle.changed(state.cycle, reverted=False)
        if (known := state.market.demands.get(spec.name)) is not None:
            known.vain, known.strange = 0, False
        agenda.progress(state.pursuits, spec.name, state.cycle)

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        self._lose(m.name)

    def apply_disabled(self, m: tool.Disabled) -> None:
        self.state.skills.halt(m.name)

    def apply_enabled(self, m: tool.Enabled) -> None:
        self.state.skills.resume(m.name, self.state.cycle)

    def apply_tool_rolled_back(self, m: tool.RolledBack) -> None:
        self.state.chronicle.changed(self.state.cycle, reverted=True)

    def apply_returned(self, m: tool.Returned) -> None:
        self._need(m.tool, m.task)
        self.state.skills.execute(m.tool, None, self.state.busy, self.state.cycle)
        agenda.progress(self.state.pursuits, m.tool, self.state.cycle)

    def apply_raised(self, m: tool.Raised) -> None:
        if m.misfed:
            return
        known = m.tool in self.state.skills.known
        if m.status or not known:
            self._need(m.tool, m.task)
        if m.status:
            self.state.skills.execute(m.tool, None if m.rightly else m.status, self.state.busy, self.state.cycle)
        elif not known and m.tool in self.state.market.demands:
            self.state.market.demands[m.tool].vain += 1

    def apply_accepted(self, m: task.Accepted) -> None:
        wanted = _wanted(m)
        if wanted is None:
            return
        skill, goal_text = wanted
        state = self.state
        state.market.come(skill, self._lacking(skill), state.cycle)
        asked = state.market.ask(skill, state.cycle, m.task)
        if m.kind == "learn":
            asked.strange = state.novelty.meet(m.task, f"{skill} {goal_text}", state.skills.known)

    def apply_answered(self, m: task.Answered) -> None:
        self.state.novelty.end(m.task, learnt=True)
        self.state.market.leave(m.task)

    def apply_failed(self, m: task.Failed) -> None:
        state = self.state
        skill = state.market.asked_by(m.task)
        strange = state.novelty.end(m.task, learnt=False)
        if skill is not None and skill not in state.skills.known:
            state.market.demands[skill].vain += 1
            state.market.demands[skill].strange |= strange
        state.market.leave(m.task)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self.state.novelty.pending.pop(m.task, None)
        self.state.market.leave(m.task)

    def _lose(self, name: str) -> None:
        self.state.skills.lose(name)
        self.state.novelty.forget(name)

    def _need(self, skill: str, name: str) -> None:
        """The skill is asked for, unless by a task whose request is counted already."""
        market = self.state.market
        known = market.demands.get(skill)
        if known is None or name not in known.queued:
            market.come(skill, self._lacking(skill), self.state.cycle)
            market.ask(skill, self.state.cycle)

    def _lacking(self, skill: str) -> float:
        return demand.lacking(skill, self.state.skills.known, {})

    # Goals and values.

    def apply_begun(self, m: goal.Begun) -> None:
        state, intent = self.state, m.intent
        told = [one for key, one in state.told.items() if key.partition(":")[2] == intent.subject]
        gain = max((one.gain for one in told), default=0.0)
        cycle = max(m.cycle, state.cycle)
        state.pursuits[m.goal] = agenda.Pursuit(
            intent.origin, intent.subject, list(intent.skills), intent.tier, cycle, intent.duration, cycle, gain
        )
        if len(state.pursuits) > agenda.MOST:
            del state.pursuits[next(iter(state.pursuits))]

    def apply_ended(self, m: goal.Ended) -> None:
        if self.state.pursuits.pop(m.goal, None) is not None:
            self.state.chronicle.goal_ended(m.how == "completed")

    def apply_mutated(self, m: value.Mutated) -> None:
        self.state.values = _plain(m.after)
        self.state.chronicle.changed(self.state.cycle, reverted=False)

    def apply_reverted(self, m: value.Reverted) -> None:
        self.state.values = _plain(m.after)
        self.state.chronicle.changed(self.state.cycle, reverted=True)

    # The charter.

    def apply_adopt(self, m: charter.Adopt) -> None:
        self.state.orders.take(self.origin, self.now)

    def on_adopt(self, m: charter.Adopt) -> Emits[charter.Adopted | order.Rejected]:
        fault = self.state.orders.fault(self.settings.operator_key, self.origin)
        found = charter.contradiction_in(m.direction)
        if fault is None and found is not None:
            fault = f"{found.path}: {found.reason}; {found.mend}"
        if fault is not None:
            yield order.Rejected(order=self.origin.id, sequence=self.origin.seq, reason=fault)
        else:
            yield charter.Adopted(direction=m.direction, told=m.told, reason=m.reason, order=self.origin.id)

    def apply_adopted(self, m: charter.Adopted) -> None:
        self.state.charter = Held(_plain(m.direction), m.told, m.reason, self.now)

    def answer_show(self, m: charter.Show) -> charter.Charter:
        """The charter in force, with the effort of the window beside it."""
        held = self.state.charter or Held({})
        spent = self.state.chronicle.spent()
        return charter.Charter(
            direction=_dimensions(self.direction),
            told=held.told,
            since=held.since,
            reason=held.reason,
            effort=_dimensions({name: short(part) for name, part in purpose.shares(spent).items()}),
            alignment=short(purpose.alignment(self.direction, spent)),
            misaligned=tuple(_dimensions(purpose.misaligned(self.direction, spent))),
        )

    @property
    def direction(self) -> Mapping[str, float]:
        """Where the charter points."""
        if self.state.charter is not None:
            return self.state.charter.direction
        return _plain(self.settings.direction) or purpose.CHARTER

    # What is said.

    def apply_foreseen(self, m: mirror.Foreseen) -> None:
        state = self.state
        state.novelty.plant(m.cycle, state.skills.known)
        found = demand.gaps_of(state.market, state.skills.known, state.cycle, self.settings.cycles)
        state.market.foretell(found, self._lacking, state.cycle, self.settings.cycles)
        state.present = dict([*_opportunities(m), *self._lacks(found), *self._drifts()])

    def on_foreseen(self, m: mirror.Foreseen) -> Emits[Answer]:
        if m.cycle <= self.state.said:
            return
        yield self._reflected(m)
        for key in signals.fresh(self.state.present, self.state.told):
            yield _found(m.cycle, key, self.state.present[key])

    def apply_reflected(self, m: mirror.Reflected) -> None:
        state = self.state
        state.said = m.cycle
        state.met = {name: figure.cycles for name, figure in m.figures.items() if figure.cycles}
        state.strategy = m.strategy
        if m.weak is not None:
            state.weak = m.weak
        state.told = signals.remembered(state.told, state.present, m.cycle)

    def apply_found(self, m: mirror.Found) -> None:
        self.state.told[f"{m.stream}:{m.subject}"] = signals.Told(m.probability, m.gain, m.cycle)

    def _reflected(self, m: mirror.Foreseen) -> mirror.Reflected:
        state, picture = self.state, self._picture(m)
        name = picture.plan.name if picture.plan is not None else "none"
        shares = picture.plan.shares if picture.plan is not None and name != state.strategy else {}
        return mirror.Reflected(
            cycle=m.cycle,
            figures=self._figures(picture),
            objective=short(picture.objective),
            alignment=short(picture.alignment),
            uncertainty=m.uncertainty,
            calibration=short(picture.figures["mce"]),
            diversity=short(state.skills.diversity()),
            score=short(qualification.score(picture.figures)),
            qualified=qualification.qualified(picture.figures, picture.full),
            violated=tuple(state.guard.violated),
            pathologies=picture.pathologies,
            strategy=name,
            shares=_dimensions({dimension: short(share) for dimension, share in shares.items()}),
            weak=picture.weak if picture.weak != state.weak else None,
        )

    def _figures(self, picture: Picture) -> dict[str, mirror.Figure]:
        found: dict[str, mirror.Figure] = {}
        for name, criterion in {**qualification.CRITERIA, **qualification.REPORTED}.items():
            value_ = picture.figures[name]
            met = qualification.holds(criterion, value_, picture.full)
            cycles = self.state.met.get(name, 0) + EVERY if met else 0
            found[name] = mirror.Figure(value=short(value_), target=criterion.target, met=met, cycles=cycles)
        return found

    def _picture(self, m: mirror.Foreseen) -> Picture:
        state, chronicle = self.state, self.state.chronicle
        full = m.full and chronicle.is_full(self.settings.cycles)
        spent = chronicle.spent()
        plan = planned(spent, self.direction, state.values, m.scenarios) if full else None
        figures: dict[str, float | None] = {
            "accuracy": m.accuracy,
            "calibration": m.calibration,
            "coverage": m.coverage,
            "foretold": m.foretold,
            "mce": capability.mean_error(capability.matrix(state.skills.known).values()),
            "unknown_recall": state.novelty.recall(),
            "corrected_in": state.skills.corrected_in(state.cycle),
            "gap_prediction": state.market.prediction(),
            "completion": chronicle.completion() if full else None,
            "robustness": plan.robustness if plan is not None else None,
            "lyapunov": state.guard.lyapunov,
            "rho": state.guard.rho,
            "cluster": chronicle.cluster(),
            "reverts": chronicle.reverts(),
            "eu": m.uncertainty,
            "res": m.exposure,
            "rdf": m.depletion,
        }
        objective = chronicle.seof(state.skills.diversity(), state.guard.identity, state.values) if full else None
        alignment = purpose.alignment(self.direction, spent) if full else None
        return Picture(figures, full, objective, alignment, plan, self._pathologies(m), self._weak())

    def _weak(self) -> dict[str, tuple[str, ...]]:
        found = capability.weaknesses(self.state.skills.known)
        return {name: tuple(sorted(circumstances)) for name, circumstances in found.items()}

    def _pathologies(self, m: mirror.Foreseen) -> tuple[str, ...]:
        state = self.state
        if not state.pursuits:
            return ()
        threats = [one for one in m.scenarios if one.kind == "threat"]
        threat = (sum(one.probability for one in threats), max((one.duration for one in threats), default=EVERY))
        goals = agenda.stack(state.pursuits, state.skills.confidences(), self.direction, threat, state.cycle)
        found = goalstack.pathologies(goals, goalstack.priorities(goals, state.values), state.cycle)
        return tuple(f"{one.kind}:{one.act}:{one.subject}"[:128] for one in found)

    def _lacks(self, found: Mapping[str, Gap]) -> Iterator[tuple[str, signals.Signal]]:
        for name, gap in found.items():
            if gap.is_signal:
                known = self.state.market.demands[name]
                told = f"asked for {len(known.asked)} times lately, {known.vain} in vain, {len(known.queued)} waiting"
                told += "; of a domain that nobody knows" if known.strange else ""
                yield f"gap:{name}", signals.Signal(1.0, gap.magnitude, told, gap.needed_in)

    def _drifts(self) -> Iterator[tuple[str, signals.Signal]]:
        chronicle = self.state.chronicle
        if not chronicle.is_full(self.settings.cycles):
            return
        for name, got in purpose.misaligned(self.direction, chronicle.spent()).items():
            told = f"{name} got {got:.2f} of its due by the charter"
            yield f"purpose:{name}", signals.Signal(1.0, 1.0 - got, told)


def _opportunities(m: mirror.Foreseen) -> Iterator[tuple[str, signals.Signal]]:
    for one in m.scenarios:
        if signals.is_opportunity(one.kind, one.probability, one.gain):
            told = f"the {one.name} scenario has probability {one.probability:.2f} and gains {one.gain:.2f}"
            yield f"environmental:{one.name}", signals.Signal(one.probability, one.gain, told)


def _found(cycle: int, key: str, signal: signals.Signal) -> mirror.Found:
    stream, _, subject = key.partition(":")
    return mirror.Found(
        cycle=cycle,
        stream=msgspec.convert(stream, mirror.Stream),
        subject=subject,
        probability=short(signal.probability),
        gain=short(signal.gain),
        needed_in=short(signal.needed_in),
        told=signal.told,
    )


def _wanted(m: task.Accepted) -> tuple[str, str] | None:
    """The skill that the task asks for, and its goal in words; None for a task that asks for none."""
    body = m.body if isinstance(m.body, dict) else {}
    name = body.get({"learn": "name", "run": "tool"}.get(m.kind, ""))
    return (name, str(body.get("goal", ""))) if isinstance(name, str) else None


def _plain(weights: Mapping[Dimension, float]) -> dict[str, float]:
    """The weights by their dimensions' names, for what does not care that these are literals."""
    return {str(name): weight for name, weight in weights.items()}


def _dimensions(found: Mapping[str, Any]) -> dict[Dimension, Any]:
    return msgspec.convert(dict(found), dict[Dimension, Any])
