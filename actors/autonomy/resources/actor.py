"""Survival projects how long the council's resources last, says which state that is, and holds itself to what it said.

It restricts nothing: what each state allows goes out with the projection, and those who set modes, generate goals and
explore act by it. Nothing is said before a window is full. A resource that is not measured in a cycle has one entry
less, never a zero. It costs a tenth of a millisecond a cycle, and one record every five cycles or at a change of state.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from actors.autonomy.resources import cascade, hindsight, horizon
from actors.autonomy.resources.state import ALLOWANCES, classify
from messages.autonomy.foundation import Observed, Resource
from messages.autonomy.survival import Projected, Scenario
from messages.autonomy.survival import State as Situation
from messages.kernel.control import Level
from runtime.actor import Actor, Emits

EVERY: Final = 5
"""Cycles of the foundation to one of autonomy. *cited*: specification of autonomy, introduction"""
WARNINGS: Final[dict[Resource, float]] = {
    "compute": 0.30,
    "memory": 0.30,
    "observation": 0.50,
    "mutation": 0.20,
    "stability": 0.40,
}
"""Below this a resource takes others along. *chosen*: time to act is left above it; readers that lag by half of what
they may are no longer read for what happens now"""
CRITICALS: Final[dict[Resource, float]] = {
    "compute": 0.10,
    "memory": 0.10,
    "observation": 0.10,
    "mutation": 0.0,
    "stability": 0.10,
}
"""Below this a resource is exhausted. *chosen*: a tenth is what recovery itself takes; a day's budget of attempts and
money may be spent to its end without harm, so that alone its being spent counts"""
AHEAD: Final = 20
"""Cycles after which a projection is held against what came. *cited*: specification of autonomy, section 1: a risk is
to be foretold so early"""
KEPT: Final = 100
"""Errors of projections, and projections, that are kept. *chosen*: as long as the window"""
FELT: Final = 10
"""Cycles beyond its delay in which a loss downstream counts as what a shortage upstream has led to. *chosen*"""
DIGITS: Final = 4
"""Of horizons and levels as told. *chosen*"""

Flow = tuple[float, float]


class Wager(msgspec.Struct, frozen=True, array_like=True):
    """A level that was foretold for a cycle."""

    resource: Resource
    due: int
    level: float


class Survival(Actor):
    """The state of the council's resources is known from the log alone, and so is how well it was foretold."""

    level = Level.GUARD

    class State(msgspec.Struct):
        cycle: int = 0
        said: Situation | None = None
        """The state that was told last."""
        said_at: int = 0
        """The cycle in which it was."""
        flows: dict[Resource, list[Flow]] = {}
        """What each cycle of the window took and gave, oldest first."""
        levels: dict[Resource, float] = {}
        """As last measured."""
        wagers: list[Wager] = []
        errors: list[float] = []
        crises: dict[Resource, list[tuple[int, float]]] = {}
        """The horizons in the crisis scenario that were told, with their cycles."""
        surprises: int = 0
        exhaustions: int = 0
        short_since: dict[Resource, int] = {}
        """When a resource fell below its warning level; gone once it is above it."""
        foreseen_at: dict[Resource, int] = {}
        """When a loss of a resource was last told."""
        losses: int = 0
        foreseen: int = 0

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        window: Annotated[int, msgspec.Meta(ge=5, le=10_000)] = 100
        """Cycles over which consumption and replenishment are measured; nothing is projected before it is full."""

    state: State
    settings: Settings

    def apply_observed(self, m: Observed) -> None:
        if m.cycle <= self.state.cycle:
            return
        self.state.cycle = m.cycle
        before = dict(self.state.levels)
        for name, read in m.resources.items():
            flows = self.state.flows.setdefault(name, [])
            flows.append((read.used, read.gained))
            del flows[: -self.settings.window]
            self.state.levels[name] = read.level
        self._settle_wagers(m)
        self._note_exhaustions(m, before)
        self._note_shortages(m)

    def on_observed(self, m: Observed) -> Emits[Projected]:
        if m.cycle != self.state.cycle or m.cycle == self.state.said_at:
            return
        projected = self._projected(m.cycle)
        if projected is not None and (m.cycle % EVERY == 0 or projected.state != self.state.said):
            yield projected

    def apply_projected(self, m: Projected) -> None:
        state = self.state
        state.said, state.said_at = m.state, m.cycle
        for name in self._full():
            consumption, replenishment = horizon.rates(state.flows[name])
            level = hindsight.foretold(state.levels[name], consumption, replenishment, AHEAD)
            state.wagers.append(Wager(name, m.cycle + AHEAD, level))
            crisis = horizon.horizons(state.levels[name], CRITICALS[name], consumption, replenishment)["crisis"]
            if math.isfinite(crisis):
                state.crises.setdefault(name, []).append((m.cycle, round(crisis, DIGITS)))
                del state.crises[name][:-KEPT]
        state.foreseen_at |= dict.fromkeys(m.lost, m.cycle)

    def _projected(self, cycle: int) -> Projected | None:
        """The projection as the windows stand; None while none is full."""
        found = self._horizons()
        if not found:
            return None
        shortest = {scenario: horizon.shortest(each) for scenario, each in found.items()}
        cycles, bottleneck = shortest["baseline"]
        state, levels = classify(cycles), self.state.levels
        allowed = ALLOWANCES[state]
        lost = cascade.project(levels, WARNINGS)
        mean_error = hindsight.mean_error(self.state.errors)
        recall = hindsight.recall(self.state.foreseen, self.state.losses)
        return Projected(
            cycle=cycle,
            state=state,
            horizon=_told(cycles),
            bottleneck=bottleneck,
            levels={name: round(level, DIGITS) for name, level in levels.items()},
            horizons={scenario: _told(left) for scenario, (left, _) in shortest.items()},
            depth=cascade.depth(levels, WARNINGS),
            error=None if mean_error is None else round(mean_error, DIGITS),
            autonomy=allowed.autonomy,
            foundation=allowed.foundation,
            exploration=allowed.exploration,
            stability_effort=allowed.stability_effort,
            survival_goals=allowed.survival_goals,
            lost={name: round(amount, DIGITS) for name, amount in lost.items() if amount > cascade.FLOOR},
            exhausted=tuple(sorted(name for name in levels if self._is_exhausted(name, levels))),
            surprises=self.state.surprises,
            recall=None if recall is None else round(recall, DIGITS),
        )

    def _full(self) -> list[Resource]:
        return [name for name, flows in self.state.flows.items() if len(flows) >= self.settings.window]

    def _horizons(self) -> dict[Scenario, dict[Resource, float]]:
        """By scenario, the horizon of each resource whose window is full."""
        found: dict[Scenario, dict[Resource, float]] = {}
        for name in self._full():
            rates = horizon.rates(self.state.flows[name])
            for scenario, cycles in horizon.horizons(self.state.levels[name], CRITICALS[name], *rates).items():
                found.setdefault(scenario, {})[name] = cycles
        return found

    def _settle_wagers(self, m: Observed) -> None:
        """What was foretold for this cycle is held against it; what fell into a gap is dropped."""
        state = self.state
        due = [wager for wager in state.wagers if wager.due == m.cycle and wager.resource in m.resources]
        state.errors += [
            hindsight.error(wager.level, m.resources[wager.resource].level, CRITICALS[wager.resource]) for wager in due
        ]
        del state.errors[:-KEPT]
        state.wagers = [wager for wager in state.wagers if wager.due > m.cycle]

    def _note_exhaustions(self, m: Observed, before: Mapping[Resource, float]) -> None:
        state = self.state
        for name in m.resources:
            if self._is_exhausted(name, state.levels) and name in before and not self._is_exhausted(name, before):
                state.exhaustions += 1
                if name in self._full():
                    told = state.crises.get(name, [(0, math.inf)])
                    state.surprises += hindsight.is_surprise(told, m.cycle)

    def _is_exhausted(self, name: Resource, levels: Mapping[Resource, float]) -> bool:
        """Below its critical level, or spent to the end where that is 0."""
        return levels[name] < CRITICALS[name] or levels[name] <= 0.0

    def _note_shortages(self, m: Observed) -> None:
        """A resource that falls short soon after one that it depends on is a loss downstream; was it foreseen?"""
        state = self.state
        for name in m.resources:
            if state.levels[name] >= WARNINGS[name]:
                state.short_since.pop(name, None)
            elif name not in state.short_since:
                state.short_since[name] = m.cycle
                causes = [each for each in cascade.DEPENDENCIES if each.downstream == name and self._led(each, m.cycle)]
                if causes:
                    within = max(each.delay for each in causes) + FELT
                    state.losses += 1
                    state.foreseen += m.cycle - state.foreseen_at.get(name, -within) < within

    def _led(self, each: cascade.Dependency, cycle: int) -> bool:
        since = self.state.short_since.get(each.upstream)
        return since is not None and since < cycle <= since + each.delay + FELT


def _told(cycles: float) -> float | None:
    return round(cycles, DIGITS) if math.isfinite(cycles) else None
