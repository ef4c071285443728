"""The values actor: what it tries, proposes, brings into force and takes back, told in messages."""

import random
from collections.abc import Iterator

import msgspec
import pytest

from actors.autonomy.values import actor as values
from actors.autonomy.values.actor import Values
from actors.autonomy.values.simplex import BASELINE
from actors.dossiers import sealed
from messages.autonomy import activation, foundation, mirror, stability, value
from messages.base import Message
from messages.gate import change, evidence
from messages.gate.change import Condition, Dossier
from messages.kernel.control import Mode
from tests.actors.bench import Bench, only

IDENTITY = Condition(name="identity", value=0.97, bound=0.88, verdict="holds")


def cycles(first: int, count: int, gain: float = 1.0, seed: int = 3) -> Iterator[Message]:
    """Cycles of autonomy in which performance follows growth by `gain`, each with five of the foundation."""
    dice = random.Random(seed)
    performance = 0.5
    for number in range(first, first + count):
        growth = dice.uniform(0.1, 0.5)
        well = round(100 * performance)
        yield foundation.Observed(
            cycle=5 * number, calls=100, broken=100 - well, effort={"growth": growth, "safety": dice.uniform(0.1, 0.3)}
        )
        performance = min(1.0, max(0.0, performance + gain * (growth - 0.3) + dice.gauss(0, 0.02)))


def reported(*violated: str) -> stability.Reported:
    broken = tuple(Condition(name=name, value=9.0, bound=1.0, verdict="violated") for name in violated)
    return stability.Reported(cycle=5, verdict="stable", score=0.9, band="healthy", conditions=(IDENTITY, *broken))


def reflected(cycle: int, objective: float | None = 0.5, diversity: float | None = 0.8) -> mirror.Reflected:
    return mirror.Reflected(cycle=cycle, figures={}, objective=objective, diversity=diversity)


def ready(gain: float = 1.0) -> Bench:
    """A bench whose window speaks for growth."""
    bench = Bench(Values)
    for message in (reported(), *cycles(1, 40, gain)):
        bench.hears(message)
    return bench


def proposed(bench: Bench) -> Dossier:
    dossier: Dossier = only(bench.hears(reflected(200)), change.Proposed).dossier
    return dossier


def approved(dossier: Dossier, review: tuple[str, ...] = ()) -> change.Approved:
    return change.Approved(dossier=sealed(dossier, review), score=0.9)


def test_what_the_window_speaks_for_is_tried_and_proposed_with_its_figures() -> None:
    said = ready().hears(reflected(200))
    tried = only(said, value.Tried)
    assert tried.passed
    assert tried.dimension == "growth"
    assert tried.after["growth"] - tried.before["growth"] == pytest.approx(0.02)
    dossier = only(said, change.Proposed).dossier
    assert isinstance(dossier.content, evidence.Value)
    assert dossier.content.trial == tried.trial
    assert dossier.content.after == tried.after


def test_in_shadow_it_is_tried_and_not_proposed() -> None:
    said = ready().hears(reflected(200), mode=Mode.SHADOW)
    assert [type(message) for message in said] == [value.Tried]


def test_a_window_that_says_nothing_tries_nothing() -> None:
    assert ready(gain=0.0).hears(reflected(200)) == ()


@pytest.mark.parametrize("missing", ["diversity", "identity"])
def test_without_all_figures_nothing_is_tried(missing: str) -> None:
    bench = Bench(Values)
    for message in (*(() if missing == "identity" else (reported(),)), *cycles(1, 40)):
        bench.hears(message)
    assert bench.hears(reflected(200, diversity=None if missing == "diversity" else 0.8)) == ()


def test_a_trial_that_fails_is_said_and_not_proposed() -> None:
    bench = ready()
    bench.hears(reported("cascade"))
    said = bench.hears(reflected(200))
    assert [type(message) for message in said] == [value.Tried]
    assert "cascade" in only(said, value.Tried).reason


def test_an_approved_mutation_is_in_force_with_its_window() -> None:
    bench = ready()
    dossier = proposed(bench)
    mutated = only(bench.hears(approved(dossier)), value.Mutated)
    assert mutated.until == 200 + 500
    assert mutated.change == dossier.change
    assert bench.state.weights == mutated.after
    assert bench.state.pending == {}


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.ADVISORY])
def test_where_autonomy_does_not_act_an_approval_lapses(mode: Mode) -> None:
    bench = ready()
    dossier = proposed(bench)
    assert mode in only(bench.hears(approved(dossier), mode=mode), value.Lapsed).reason
    assert bench.state.weights == dict(BASELINE)
    assert bench.state.pending == {}


def test_half_of_the_approvals_come_into_force_in_half_mode_by_a_draw_that_is_said() -> None:
    fell = []
    for number in range(60):
        bench = ready()
        dossier = proposed(bench)
        bench.now += number
        said = bench.hears(approved(dossier), mode=Mode.HALF)
        drawn = only(said, activation.Drawn)
        assert drawn.passed is any(isinstance(message, value.Mutated) for message in said)
        fell.append(drawn.passed)
    assert 15 < sum(fell) < 45


def test_a_mutation_whose_base_has_changed_lapses() -> None:
    bench = ready()
    dossier = proposed(bench)
    bench.actor.state.weights = {**BASELINE, "safety": 0.12, "stability": 0.18}
    assert "changed since" in only(bench.hears(approved(dossier)), value.Lapsed).reason


@pytest.mark.parametrize("verdict", [change.Vetoed, change.Refused])
def test_a_mutation_that_the_gate_refuses_is_forgotten(verdict: type[Message]) -> None:
    bench = ready()
    dossier = sealed(proposed(bench), ())
    more = {"policy_class": "standard"} if verdict is change.Refused else {}
    bench.hears(verdict(dossier=dossier, reason="no", **more))
    assert bench.actor.state.pending == {}
    assert bench.actor.state.weights == dict(BASELINE)


def test_a_roll_back_takes_the_mutation_of_its_window_back() -> None:
    bench = ready()
    bench.hears(approved(proposed(bench)))
    rolled = activation.RolledBack(cycle=210, trigger="c", condition="identity", reason="it fell")
    back = only(bench.hears(rolled), value.Reverted)
    assert back.after == dict(BASELINE)
    assert bench.state.weights == dict(BASELINE)
    assert bench.hears(rolled) == ()


def test_a_fall_of_the_objective_takes_it_back_once_it_has_lasted() -> None:
    bench = ready()
    bench.hears(reflected(190, diversity=None))
    bench.hears(approved(proposed(bench)))
    said: list[Message] = []
    for number in range(41, 60):
        for message in cycles(number, 1, gain=0.0):
            bench.hears(message)
        said += bench.hears(reflected(5 * number, objective=0.4))
    back = only(tuple(said), value.Reverted)
    assert back.cycle == 250
    assert "fell by" in back.reason


@pytest.mark.parametrize(("drift_of", "kind"), [(0.06, "moderate"), (0.13, "elevated"), (0.21, "critical")])
def test_each_class_of_drift_is_said_when_it_is_reached(drift_of: float, kind: str) -> None:
    bench = Bench(Values)
    after = {**BASELINE, "safety": 0.10 + drift_of, "growth": round(0.20 - min(drift_of, 0.2), 9)}
    after["stability"] = round(1 - sum(weight for name, weight in after.items() if name != "stability"), 9)
    moved = value.Mutated(
        cycle=5, change="c", trial="t", dimension="safety", before=dict(BASELINE), after=after, until=505
    )
    bench.actor.apply_mutated(moved)
    bench.hears(reported())
    said = bench.actor.on_reflected(reflected(10))
    found = list(said)
    assert only(tuple(found), value.Drifted).kind == kind
    assert any(isinstance(message, value.Reverted) for message in found) is (kind == "critical")


def test_the_weights_are_shown_with_their_history() -> None:
    bench = ready()
    bench.hears(approved(proposed(bench)))
    shown = bench.actor.answer_show(value.Show())
    assert shown.weights["growth"] == pytest.approx(0.22)
    assert [entry.dimension for entry in shown.history] == ["growth"]
    assert shown.kind == "nominal"
    assert msgspec.convert(msgspec.to_builtins(shown), value.Shown) == shown


def test_a_dimension_is_not_tried_again_at_once() -> None:
    bench = ready()
    bench.hears(approved(proposed(bench)))
    assert bench.hears(reflected(205)) == ()
    assert values.AGAIN == 20
