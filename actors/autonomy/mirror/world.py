"""The world model: how each dimension of the surroundings moves, what it will be, and which scenario comes true.

It folds over `foundation.Observed` and speaks once in every cycle of autonomy. It invents nothing: a dimension whose
window is not full, that is constant or has too many gaps, has no law and is named as missing. It decides nothing.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from actors.autonomy.mirror import depletion, foresight, scenarios
from actors.autonomy.mirror.figures import EVERY, possible, short
from messages.autonomy import foundation, mirror
from messages.kernel.control import Level
from runtime.actor import Actor, Emits

if TYPE_CHECKING:
    from actors.autonomy.mirror.outlook import Model

FORGET: Final = 20
"""Cycles after which a risk that is not foretold any more is forgotten. *chosen*"""
LEADS: Final = 20
"""Latest shortages whose forewarning is averaged. *chosen*"""
RECOVERED: Final = 0.02
"""A resource must be so far above its warning level before it can fall short again. *chosen*"""


class World(Actor):
    """Says what it expects, and how well it has expected so far."""

    level = Level.AUTONOMY

    class State(msgspec.Struct):
        cycle: int = 0
        said: int = 0
        """The cycle of the last report."""
        tracks: dict[str, list[float | None]] = {}
        """The window of each dimension, oldest first; None is a gap."""
        steps: dict[str, float] = {}
        """Distance of two possible values of the dimension, as it last was."""
        readings: dict[str, list[depletion.Reading]] = {}
        """The latest readings of each resource."""
        weights: dict[str, float] = msgspec.field(default_factory=scenarios.priors)
        """Probability of each scenario."""
        until: int = 0
        """The cycle that `expected` is for."""
        expected: dict[str, tuple[float, float]] = {}
        levels: list[tuple[float, ...]] = []
        """Hits of the forecasts of the window, a row for each report."""
        covered: list[float] = []
        warned: dict[str, tuple[int, int]] = {}
        """First and last cycle in which the shortage of a resource was foretold."""
        low: dict[str, None] = {}
        """Resources below their warning level."""
        leads: list[int] = []
        """By how many cycles the latest shortages were foretold."""
        left_out: int = 0
        regimes: dict[str, int] = {}
        """The cycle after which the present regime of a dimension began, if it has changed."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        cycles: Annotated[int, msgspec.Meta(ge=50, le=1_000)] = 200
        """Length of the window; no figure is given before it is full."""
        warning: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.3
        """A resource at or below this level is short; that should be foretold."""
        critical: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.1
        """The depletion forecast counts the cycles until a resource is here."""

    state: State
    settings: Settings

    def apply_observed(self, m: foundation.Observed) -> None:
        state = self.state
        if m.cycle <= state.cycle:
            return
        gap = min(m.cycle - state.cycle - 1, self.settings.cycles) if state.cycle else 0
        values, steps, state.left_out = _measured(m, state.left_out)
        length = max((len(track) for track in state.tracks.values()), default=0)
        for name in values:
            state.tracks.setdefault(name, [None] * length)
        for name, track in state.tracks.items():
            track += [None] * gap
            track.append(values.get(name))
            del track[: -self.settings.cycles]
        state.steps |= steps
        state.cycle = m.cycle
        for resource, reading in m.resources.items():
            self._take_reading(resource, reading)

    def _take_reading(self, resource: str, reading: foundation.Reading) -> None:
        """A resource that falls short has been foretold, by so many cycles, or has not."""
        state = self.state
        known = state.readings.setdefault(resource, [])
        known.append(depletion.Reading(reading.level, reading.used - reading.gained))
        del known[: -depletion.RECENT]
        if reading.level > self.settings.warning + RECOVERED:
            state.low.pop(resource, None)
        elif reading.level <= self.settings.warning and resource not in state.low:
            first, _ = state.warned.pop(resource, (state.cycle, 0))
            state.leads = [*state.leads, state.cycle - first][-LEADS:]
            state.low[resource] = None

    def on_observed(self, m: foundation.Observed) -> Emits[mirror.Foreseen | mirror.Shifted]:
        if m.cycle == self.state.cycle and m.cycle % EVERY == 0 and m.cycle > self.state.said:
            yield self._foreseen()
            yield from self._shifts()

    def _shifts(self) -> Iterator[mirror.Shifted]:
        """Dimensions that have changed their regime since they did so last."""
        from actors.autonomy.mirror import regime

        for name, track in self.state.tracks.items():
            first = self.state.cycle - len(track) + 1
            since = max(first, self.state.regimes.get(name, 0) + 1)
            known = [(first + place, value) for place, value in enumerate(track) if value is not None]
            recent = [(cycle, value) for cycle, value in known if cycle >= since]
            found = regime.changed([value for _, value in recent])
            if found is not None:
                yield mirror.Shifted(
                    cycle=self.state.cycle,
                    signal=name,
                    since=recent[-found.ago - 1][0],
                    kind=found.kind,
                    before=short(found.before),
                    after=short(found.after),
                )

    def apply_shifted(self, m: mirror.Shifted) -> None:
        self.state.regimes[m.signal] = m.since

    def apply_foreseen(self, m: mirror.Foreseen) -> None:
        state = self.state
        state.said, state.until = m.cycle, m.until
        state.expected = {name: (one.mean, one.sd) for name, one in m.expected.items()}
        if m.scenarios:
            state.weights = {one.name: one.probability for one in m.scenarios}
        if m.hits:
            rounds = self.settings.cycles // EVERY
            state.levels = [*state.levels, m.hits[:-1]][-rounds:]
            state.covered = [*state.covered, m.hits[-1]][-rounds:]
        for resource in m.risks:
            first, _ = state.warned.get(resource, (m.cycle, 0))
            state.warned[resource] = (first, m.cycle)
        state.warned = {name: span for name, span in state.warned.items() if m.cycle - span[1] <= FORGET}

    def _foreseen(self) -> mirror.Foreseen:
        state = self.state
        model = self._model()
        came = self._came()
        score = self._score(came)
        levels = [*state.levels, score.levels] if score is not None else state.levels
        covered = [*state.covered, score.covered] if score is not None else state.covered
        rounds = self.settings.cycles // EVERY
        found = foresight.foresight(levels[-rounds:], covered[-rounds:], rounds)
        horizons = depletion.horizons(state.readings, self.settings.critical)
        return mirror.Foreseen(
            cycle=state.cycle,
            until=state.cycle + EVERY,
            expected={name: mirror.Expected(mean=short(m), sd=short(sd)) for name, (m, sd) in model.expected.items()},
            scenarios=self._scenarios(model, came),
            links=tuple(
                mirror.Link(source=one.source, target=one.target, lag=one.lag, strength=short(one.strength))
                for one in model.links
            ),
            hits=tuple(short(part) for part in (*score.levels, score.covered)) if score is not None else (),
            uncertainty=short(model.uncertainty),
            exposure=short(model.exposure),
            depletion=short(min(horizons.values())) if horizons and self.full else None,
            risks=self._risks(),
            accuracy=short(found.accuracy) if found else None,
            calibration=short(found.calibration) if found else None,
            coverage=short(found.coverage) if found else None,
            foretold=short(sum(state.leads) / len(state.leads)) if state.leads else None,
            full=self.full,
            missing=tuple(model.missing),
            left_out=state.left_out,
        )

    @property
    def full(self) -> bool:
        """The window is full."""
        return any(len(track) >= self.settings.cycles for track in self.state.tracks.values())

    def _model(self) -> "Model":
        from actors.autonomy.mirror import outlook

        if not self.full:
            return outlook.Model()
        levels = [known[-1].level for known in self.state.readings.values()]
        return outlook.modelled(self.state.tracks, levels)

    def _came(self) -> dict[str, foresight.Value]:
        """What has come of the dimensions that were foretold for this cycle."""
        state = self.state
        if state.until != state.cycle:
            return {}
        last = {name: state.tracks[name][-1] for name in state.expected if name in state.tracks}
        return {name: foresight.Value(v, state.steps.get(name, 0.0)) for name, v in last.items() if v is not None}

    def _score(self, came: Mapping[str, foresight.Value]) -> foresight.Score | None:
        state = self.state
        return foresight.scored(
            [
                (
                    value,
                    foresight.Component(1.0, *state.expected[name]),
                    scenarios.mixture(state.weights, name, *state.expected[name]),
                )
                for name, value in came.items()
            ]
        )

    def _scenarios(self, model: "Model", came: Mapping[str, foresight.Value]) -> tuple[mirror.Scenario, ...]:
        if not model.outlooks:
            return ()
        state = self.state
        weights = scenarios.updated(state.weights, state.expected, came) if came else state.weights
        gains = scenarios.gains(model.outlooks)
        return tuple(
            mirror.Scenario(
                name=name,
                probability=short(weights[name]),
                kind=scenarios.kind_of(gains[name]),
                duration=model.duration,
                gain=short(gains[name]),
            )
            for name in scenarios.SCENARIOS
        )

    def _risks(self) -> dict[foundation.Resource, float]:
        """Resources that will be short soon, and are not yet."""
        ahead = depletion.horizons(self.state.readings, self.settings.warning)
        risks = {name: short(left) for name, left in ahead.items() if 0 < left < depletion.HEED}
        return msgspec.convert(risks, dict[foundation.Resource, float])


def _measured(m: foundation.Observed, left_out: int) -> tuple[dict[str, float | None], dict[str, float], int]:
    """The dimensions of one cycle, the distance of their possible values, and how many were left out so far."""
    found: dict[str, float | None] = {
        "arrivals": m.arrivals,
        "failures": m.failed / m.ended if 0 < m.ended >= m.failed else None,
        "latency": m.latency_s,
        "backlog": m.backlog,
        "lag": m.lag,
        **{resource: reading.level for resource, reading in m.resources.items()},
    }
    steps = {"arrivals": 1.0, "backlog": 1.0, "lag": 1.0, "failures": 1.0 / m.ended if m.ended else 0.0}
    values = {name: None if value is None or not possible(value) else float(value) for name, value in found.items()}
    absurd = sum(value is not None and not possible(value) for value in found.values()) + (m.failed > m.ended)
    return values, steps, left_out + absurd
