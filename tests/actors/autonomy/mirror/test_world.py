"""The world model as an actor: it foresees worlds that it has not seen, and says what it does not know."""

import msgspec
import numpy as np
import pytest

from actors.autonomy.mirror.world import World
from messages.autonomy import foundation, mirror
from runtime.testing.given import Given, given
from tests.actors.autonomy.mirror.worlds import observed
from tests.actors.bench import Bench

HELD_OUT = range(7_000, 7_008)
"""Seeds that nobody looked at while the model was written."""


def reports(history: list[foundation.Observed], actor: Given | None = None) -> list[mirror.Foreseen]:
    actor = actor or given(World)
    return [said for m in history for said in actor.hears(m).messages if isinstance(said, mirror.Foreseen)]


@pytest.mark.parametrize("seed", HELD_OUT)
def test_worlds_that_it_does_not_know_are_foreseen(seed: int) -> None:
    last = reports(list(observed(seed, 900)))[-1]
    assert last.accuracy is not None
    assert last.calibration is not None
    assert last.coverage is not None
    assert last.accuracy >= 0.70
    assert last.calibration < 0.15
    assert last.coverage >= 0.85


def test_it_speaks_once_in_five_cycles_and_has_no_figure_before_its_window_is_full() -> None:
    said = reports(list(observed(1, 204)))
    assert [one.cycle for one in said] == list(range(5, 205, 5))
    early, full = said[-2], said[-1]
    assert not early.full
    figures = ("uncertainty", "exposure", "depletion", "accuracy", "calibration", "coverage")
    assert [getattr(early, name) for name in figures] == [None] * 6
    assert early.expected == {}
    assert full.full
    assert full.uncertainty is not None
    assert full.accuracy is None
    assert full.until == 205
    assert len(full.scenarios) == 5


def test_a_score_needs_a_window_of_forecasts_too() -> None:
    said = reports(list(observed(1, 400)))
    assert said[-2].accuracy is None
    assert said[-1].accuracy is not None
    assert said[-1].hits


def test_what_is_said_of_a_cycle_is_said_once_whoever_replays_it() -> None:
    actor = given(World)
    history = list(observed(1, 210))
    reports(history, actor)
    before = msgspec.json.encode(actor.actor.state)
    assert reports(history[100:], actor) == []
    assert msgspec.json.encode(actor.actor.state) == before


def test_impossible_measures_are_left_out_and_counted() -> None:
    actor = given(World)
    for m in observed(1, 20):
        actor.hears(m)
    for cycle, broken in ((21, {"latency_s": 1e30}), (22, {"ended": 1, "failed": 9}), (23, {"lag": 2 * 10**9})):
        actor.hears(foundation.Observed(cycle=cycle, **broken))  # type: ignore[arg-type]
    assert actor.actor.state.left_out == 3
    assert actor.actor.state.tracks["latency"][-3] is None
    assert actor.actor.state.tracks["failures"][-2] is None
    assert actor.actor.state.tracks["lag"][-1] is None


def test_a_pause_of_the_host_is_a_gap_and_a_forecast_that_came_due_in_it_is_not_judged() -> None:
    actor = given(World)
    history = list(observed(1, 260))
    said = reports([m for m in history if not 221 <= m.cycle <= 231], actor)
    assert actor.actor.state.tracks["compute"][-40:-29] == [None] * 11
    assert [one.cycle for one in said if one.hits] == [205, 210, 215, 220, 240, 245, 250, 255, 260]


def test_a_sensor_that_is_stuck_or_silent_is_named_and_has_no_forecast() -> None:
    stuck = {"lag": 7, "latency_s": None}
    last = reports(list(observed(1, 300, **stuck)))[-1]
    assert set(last.missing) == {"latency", "lag"}
    assert "lag" not in last.expected


def test_a_council_where_nothing_happens_has_no_figures_but_is_not_ill() -> None:
    said = reports([foundation.Observed(cycle=cycle) for cycle in range(1, 701)])
    last = said[-1]
    assert last.full
    assert (last.uncertainty, last.accuracy, last.coverage, last.scenarios) == (None, None, None, ())
    assert max(len(msgspec.json.encode(one)) for one in said) < 120


def draining(seed: int, from_cycle: int = 300, loss: float = 0.004) -> list[foundation.Observed]:
    found = []
    for m in observed(seed, 460):
        level = 0.8 - loss * max(0, m.cycle - from_cycle)
        taken = loss if m.cycle > from_cycle else 0.0
        reading = foundation.Reading(level=max(0.0, level), used=taken)
        found.append(msgspec.structs.replace(m, resources={**m.resources, "memory": reading}))
    return found


@pytest.mark.parametrize("seed", HELD_OUT)
def test_a_shortage_is_foretold_twenty_cycles_ahead(seed: int) -> None:
    said = reports(draining(seed))
    short = next(one for one in said if one.foretold is not None)
    assert short.foretold is not None
    assert short.foretold >= 20
    before = [one for one in said if one.cycle <= short.cycle - 20]
    assert "memory" in before[-1].risks
    assert said[-1].depletion is not None
    assert said[-1].depletion < 100


def test_a_shortage_out_of_nothing_was_not_foretold() -> None:
    history = list(observed(1, 220))
    history += [
        msgspec.structs.replace(m, resources={**m.resources, "memory": foundation.Reading(level=0.1)})
        for m in list(observed(1, 230))[220:]
    ]
    last = reports(history)[-1]
    assert last.foretold is not None
    assert last.foretold < 5


def test_the_scenario_of_a_council_that_gets_better_becomes_probable() -> None:
    """Whoever does better than foretold, time after time, lives in the optimistic scenario."""
    actor = given(World)
    plain = reports(list(observed(1, 300)), actor)[-1]
    chances = {one.name: one.probability for one in plain.scenarios}
    best = chances["optimistic"]
    for step, m in enumerate(list(observed(1, 360))[300:], 1):
        expected = actor.actor.state.expected
        levels = {
            name: foundation.Reading(level=min(1.0, expected[name][0] + 1.2 * expected[name][1]))
            for name in m.resources
        }
        latency = max(0.0, expected["latency"][0] - 1.2 * expected["latency"][1])
        better = msgspec.structs.replace(m, resources=levels, latency_s=latency, backlog=0, failed=0, lag=0)
        for said in reports([better], actor):
            found = {one.name: one for one in said.scenarios}
            best = max(best, found["optimistic"].probability)
        if step % 5 == 0 and best > 0.30:
            break
    assert best > 0.30
    assert found["optimistic"].kind == "opportunistic"
    assert found["optimistic"].gain > 0.05


def test_a_link_between_dimensions_is_told() -> None:
    rng = np.random.default_rng(5)
    history, before = [], 0.0
    for m in observed(1, 250):
        load = float(rng.normal())
        readings = {
            "compute": foundation.Reading(level=min(1.0, max(0.0, 0.5 + 0.05 * load))),
            "memory": foundation.Reading(level=min(1.0, max(0.0, 0.5 + 0.05 * before + 0.02 * float(rng.normal())))),
        }
        before = load
        history.append(msgspec.structs.replace(m, resources=readings))
    strongest = reports(history)[-1].links[0]
    assert (strongest.source, strongest.target, strongest.lag) == ("compute", "memory", 1)
    assert 0.7 < strongest.strength < 1.1


def test_the_state_is_a_fold_and_stays_small() -> None:
    bench = Bench(World, history=list(observed(2, 260)))
    state = bench.state
    assert len(msgspec.msgpack.encode(state)) < 32_000
    again = list(observed(2, 900))[260:]
    actor = given(World)
    for m in [*observed(2, 260), *again]:
        actor.hears(m)
    assert len(msgspec.msgpack.encode(actor.actor.state)) < 32_000


def test_a_dimension_that_changes_its_regime_is_told_once_with_its_levels() -> None:
    actor, rng = given(World), np.random.default_rng(7)
    said: list[mirror.Shifted] = []
    for cycle in range(1, 401):
        latency = float(rng.normal(5.0 if cycle > 200 else 1.0, 0.2))
        m = foundation.Observed(cycle=cycle, latency_s=latency if cycle % 7 else None)
        said += [one for one in actor.hears(m).messages if isinstance(one, mirror.Shifted)]
    (shift,) = said
    assert (shift.signal, shift.kind) == ("latency", "level")
    assert shift.cycle <= 230
    assert abs(shift.since - 200) <= 2
    assert (shift.before, shift.after) == (pytest.approx(1.0, abs=0.2), pytest.approx(5.0, abs=0.4))
