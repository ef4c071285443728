"""Peers believes something of each agent that it has seen at work, and says so when a class or a band changes.

It knows no agent's inside: an agent is the speaker of what stands on the log. It orders nothing; delegation reads the
bands. Five agents are modelled, the council's own roles before those of a user. It costs some 0.1 ms for an act.
"""

from typing import Annotated, Final, TypeVar

import msgspec

from actors.autonomy.peers import interaction, strategy, table, trust
from actors.autonomy.peers.trust import Beta
from messages import task as tasks
from messages.autonomy import peer
from messages.autonomy.foundation import Observed
from messages.kernel import health
from messages.kernel.control import Level
from messages.tools import learning, tool
from runtime.actor import Actor, Emits

ROLES: Final = ("mongke", "temujin", "jochi", "ogedei")
"""Those whose place is kept. *derived*: the council's agents that do work"""
MOST: Final = 5
"""Agents that are modelled. *cited*: specification of autonomy, section 5"""
MAKING: Final = 1_000
"""Most tasks and tools of which it is known who made them; the oldest is forgotten. *chosen*"""
RECENT: Final = 100
"""Outcomes by which accuracy and calibration are measured. *chosen*"""
FEWEST: Final = 10
"""Below so many outcomes neither is told. *cited*: specification of autonomy, section 1: executions to rely on"""
EVEN: Final = 0.5
"""A success is foretold from this reliability on. *derived*"""
DIGITS: Final = 4
"""Of what is told. *chosen*"""


T = TypeVar("T")


class Guess(msgspec.Struct, frozen=True, array_like=True):
    """The reliability that was believed before an outcome, and the outcome."""

    foretold: float
    came: float


class Model(msgspec.Struct):
    """What is believed of one agent."""

    goals: list[list[float]] = []
    """Probability of each rationality with each goal; empty before the first act."""
    none: float = 0.0
    trust: float = trust.START
    beta: Beta = Beta()
    seen: int = 0
    """Outcomes so far."""
    went_well: int = 0
    guesses: list[Guess] = []
    work: dict[str, list[int]] = {}
    """By domain, how much of its work came out well, and how much there was."""
    kind: peer.Kind = "unknown"
    """As last told."""
    band: peer.Band | None = None
    """As last told; None before the first word."""


class Made(msgspec.Struct, frozen=True):
    """Who made something, and who judged it."""

    maker: str
    domain: str = "general"
    judge: str = ""


class Peers(Actor):
    """Belief is a fold over acts and outcomes, the same for whoever reads the log."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        cycle: int = 0
        models: dict[str, Model] = {}
        domains: dict[str, str] = {}
        """The domain of each open task to learn."""
        makers: dict[str, Made] = {}
        """By the task, until it ends."""
        tools: dict[str, Made] = {}
        ill: dict[str, str] = {}
        """Zones that are down, or were and are not well yet, with who told of it."""
        changed: bool = False
        """An act or an outcome came since the last cycle."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        every: Annotated[int, msgspec.Meta(ge=5, le=1_000_000)] = 720
        """Every agent is told of after so many cycles, changed or not; 720 are an hour at the default interval."""

    state: State
    settings: Settings

    # What is said.

    def apply_observed(self, m: Observed) -> None:
        self.state.cycle = max(self.state.cycle, m.cycle)

    def on_observed(self, m: Observed) -> Emits[peer.Believed]:
        if m.cycle < self.state.cycle:
            return
        is_due = m.cycle % self.settings.every == 0
        if not is_due and not self.state.changed:
            return
        for name, model in self.state.models.items():
            belief = self._belief(name, model)
            if is_due or (belief.kind, belief.band) != (model.kind, model.band):
                yield self._believed(belief, m.cycle)

    def apply_believed(self, m: peer.Believed) -> None:
        model = self.state.models[m.agent]
        model.kind, model.band = m.kind, m.band

    def answer_find(self, m: peer.Find) -> peer.Beliefs:
        """What is believed of each agent, or of the one that is named."""
        named = {name: model for name, model in self.state.models.items() if m.agent in (None, name)}
        return peer.Beliefs(agents=tuple(self._belief(name, model) for name, model in named.items()))

    # What is seen.

    def apply_accepted(self, m: tasks.Accepted) -> None:
        domain = m.body.get("domain") if isinstance(m.body, dict) else None
        if m.kind == "learn":
            _keep(self.state.domains, m.task, str(domain or "general"))

    def apply_researched(self, m: learning.Researched) -> None:
        name, found = self.origin.speaker, bool(m.options or m.tools)
        self._acts(name, "looked_up" if found else "found_nothing")
        self._counts(name, found, "research")

    def apply_attempted(self, m: learning.Attempted) -> None:
        self._acts(m.agent, "practised")

    def apply_practised(self, m: learning.Practised) -> None:
        name = self.origin.speaker
        self._acts(name, "made")
        if m.task in self.state.domains:  # a task that is over is forgotten, also by work that comes late
            _keep(self.state.makers, m.task, Made(name, self.state.domains[m.task]))

    def apply_stumped(self, m: learning.Stumped) -> None:
        name = self.origin.speaker
        self._acts(name, "gave_up")
        self._counts(name, False, self.state.domains.get(m.task, "general"))

    def apply_validated(self, m: learning.Validated) -> None:
        is_right = not m.wrong and not m.critical
        self._acts(m.judge, "judged" if is_right else "rejected")
        made = self.state.makers.get(m.task)
        if made is not None:
            self._counts(made.maker, is_right, made.domain)
            self.state.makers[m.task] = Made(made.maker, made.domain, m.judge)

    def apply_registered(self, m: tool.Registered) -> None:
        made = self.state.makers.get(m.task)
        if made is not None:
            _keep(self.state.tools, m.spec.name, made)

    def apply_returned(self, m: tool.Returned) -> None:
        self._called(m.tool, True)

    def apply_raised(self, m: tool.Raised) -> None:
        if m.status and not m.misfed and not m.rightly:
            self._called(m.tool, False)

    def apply_reported(self, m: health.Reported) -> None:
        """A zone that is ill again before all is well was mended in vain; when all is well the watch has done well."""
        name, ill = self.origin.speaker, self.state.ill
        self._acts(name, "mended" if m.state == "impaired" and m.about in ill else "watched")
        if m.state == "well":
            ill.clear()
            self._counts(name, True, "watch")
        elif m.state == "ill":
            if m.about in ill:
                self._counts(name, False, "watch")
            _keep(ill, m.about, name)

    def apply_done(self, m: tasks.Done) -> None:
        name = self.origin.speaker
        self._acts(name, "delivered")
        self._counts(name, True, "own")

    def apply_gave_up(self, m: tasks.GaveUp) -> None:
        name = self.origin.speaker
        self._acts(name, "gave_up")
        self._counts(name, False, "own")

    def apply_answered(self, m: tasks.Answered) -> None:
        self._forget(m.task)

    def apply_failed(self, m: tasks.Failed) -> None:
        self._forget(m.task)

    def apply_cancelled(self, m: tasks.Cancelled) -> None:
        self._forget(m.task)

    def _forget(self, name: str) -> None:
        self.state.domains.pop(name, None)
        self.state.makers.pop(name, None)

    # What follows.

    def _model(self, name: str) -> Model | None:
        """The agent's model, made at its first act; None for one who has no place, such as an operator."""
        known = self.state.models.get(name)
        if known is not None:
            return known
        kept = sum(role not in self.state.models for role in ROLES)
        if name not in ROLES and (not name or name == "operator" or len(self.state.models) + kept >= MOST):
            return None
        self.state.models[name] = made = Model()
        return made

    def _acts(self, name: str, act: str) -> None:
        """The goal is inferred anew."""
        model = self._model(name)
        if model is None:
            return
        from actors.autonomy.peers import aims

        model.goals, model.none = aims.after(model.goals, model.none, act)
        self.state.changed = True

    def _called(self, name: str, well: bool) -> None:
        made = self.state.tools.get(name)
        if made is not None:
            for each in dict.fromkeys((made.maker, made.judge)):
                self._counts(each, well, made.domain)

    def _counts(self, name: str, well: bool, domain: str) -> None:
        """Trust and reliability follow the outcome."""
        model = self._model(name)
        if model is None:
            return
        came = float(well)
        model.guesses.append(Guess(round(model.beta.mean, DIGITS), came))
        del model.guesses[:-RECENT]
        model.trust, model.beta = trust.adapt(model.trust, came), trust.learn(model.beta, came)
        model.seen, model.went_well = model.seen + 1, model.went_well + well
        done = model.work.setdefault(domain, [0, 0])
        done[0], done[1] = done[0] + well, done[1] + 1
        self.state.changed = True

    def _belief(self, name: str, model: Model) -> peer.Belief:
        goal, certainty, alignment = _aim(model)
        rate = model.went_well / model.seen if model.seen else 0.0
        kind = strategy.classify(rate, alignment, model.seen)
        found = trust.band(model.trust)
        chances = (model.beta.mean, 1.0 - model.beta.mean)
        advice = interaction.recommend(kind, table.OWN_VALUE, table.THEIR_VALUE, chances, len(table.OWN) - 1)
        return peer.Belief(
            agent=name,
            kind=kind,
            trust=round(model.trust, DIGITS),
            band=found,
            stance=trust.STANCES[found],
            goal=goal,
            certainty=round(certainty, DIGITS),
            alignment=round(alignment, DIGITS),
            reliability=round(model.beta.mean, DIGITS),
            capability={domain: round(well / whole, DIGITS) for domain, (well, whole) in model.work.items()},
            accuracy=_accuracy(model.guesses),
            calibration=_calibration(model.guesses),
            advice=table.OWN[advice.action],
            seen=model.seen,
        )

    @staticmethod
    def _believed(belief: peer.Belief, cycle: int) -> peer.Believed:
        told = {name: getattr(belief, name) for name in peer.Believed.__struct_fields__ if name != "cycle"}
        return peer.Believed(cycle=cycle, **told)


def _aim(model: Model) -> tuple[str, float, float]:
    """The most probable goal with its probability, and the agreement with the council to be expected."""
    if not model.goals:
        return "unknown", 0.0, 0.0
    chances = [sum(column) for column in zip(*model.goals, strict=True)]
    certainty, goal = max(zip(chances, table.GOALS, strict=True))
    if model.none > certainty:
        return "unknown", model.none, table.alignment(chances)
    return goal, min(1.0, certainty), table.alignment(chances)


def _accuracy(guesses: list[Guess]) -> float | None:
    """Part of the outcomes that were foretold."""
    if len(guesses) < FEWEST:
        return None
    return round(sum((guess.foretold >= EVEN) == (guess.came >= EVEN) for guess in guesses) / len(guesses), DIGITS)


def _calibration(guesses: list[Guess]) -> float | None:
    """Distance of what was foretold on average from what came on average."""
    if len(guesses) < FEWEST:
        return None
    return round(abs(sum(guess.foretold - guess.came for guess in guesses)) / len(guesses), DIGITS)


def _keep(known: dict[str, T], name: str, what: T) -> None:
    """The newest are kept."""
    known.pop(name, None)
    known[name] = what
    if len(known) > MAKING:
        del known[next(iter(known))]
