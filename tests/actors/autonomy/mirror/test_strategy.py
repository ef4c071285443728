"""The strategy that does best over all scenarios, and the guard's share of the effort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import strategy
from actors.autonomy.mirror.plan import planned
from actors.autonomy.mirror.purpose import BASELINE
from actors.autonomy.mirror.strategy import Assessment, Prospect
from messages.autonomy.mirror import Scenario
from tests.actors.autonomy.mirror import reference

SHARE = st.floats(0, 1)
SHARES = st.dictionaries(st.sampled_from(sorted(BASELINE)), SHARE, max_size=7).map(
    lambda found: dict.fromkeys(BASELINE, 0.0) | found
)


@given(st.lists(st.tuples(st.floats(0.05, 1), SHARE, SHARE), min_size=1, max_size=7), SHARE)
def test_the_score_is_that_of_the_specification(rows: list[tuple[float, float, float]], inertia: float) -> None:
    probabilities, values, bad = (list(column) for column in zip(*rows, strict=True))
    found = strategy.assess([Prospect(*row) for row in rows], inertia)
    assert found.score == pytest.approx(reference.strategy_score(probabilities, values, bad, inertia))


@pytest.mark.parametrize(("gap", "best"), [(0.049, "careful"), (0.051, "bold")])
def test_a_tie_goes_to_the_better_value_at_risk(gap: float, best: str) -> None:
    assert strategy.chosen({"bold": Assessment(0.7, 0.7, 0.1), "careful": Assessment(0.7 - gap, 0.6, 0.5)}) == best


@pytest.mark.parametrize(("tail", "at_risk"), [(0.04, 0.5), (0.06, 0.1)])
def test_the_value_at_risk_leaves_out_a_tail_of_five_percent(tail: float, at_risk: float) -> None:
    assert strategy.value_at_risk([Prospect(tail, 0.1, 0), Prospect(1 - tail, 0.5, 0)]) == at_risk


@given(SHARES)
def test_the_guard_keeps_a_tenth_of_any_sharing(shares: dict[str, float]) -> None:
    found = strategy.guarded(shares)
    assert sum(found.values()) == pytest.approx(1.0)
    assert found["stability"] + found["safety"] >= strategy.GUARD - 1e-9
    assert min(found.values()) >= 0.0


def test_what_guards_enough_is_left_as_it_is() -> None:
    assert strategy.guarded(BASELINE) == pytest.approx(BASELINE)
    assert strategy.guarded({"growth": 9.0, "safety": 0.0, "stability": 1.0}) == pytest.approx(
        {"growth": 0.9, "stability": 0.1, "safety": 0.0}
    )


def test_inertia_is_the_part_that_would_move() -> None:
    assert strategy.inertia({"a": 3.0, "b": 1.0}, {"a": 0.75, "b": 0.25}) == 0.0
    assert strategy.inertia({"a": 1.0}, {"a": 0.0, "b": 1.0}) == 1.0
    assert strategy.inertia({}, {"a": 1.0}) == 0.0


@given(SHARES, st.floats(-1, 1))
def test_prospects_are_shares(shares: dict[str, float], gain: float) -> None:
    found = strategy.prospect(strategy.guarded(shares), BASELINE, 0.5, gain)
    assert 0 <= found.value <= 1 + 1e-9
    assert 0 <= found.instability <= 1


def test_a_threat_makes_the_guard_worth_more_and_an_opportunity_growth() -> None:
    sharings = strategy.candidates(BASELINE, BASELINE)
    for gain, better in ((-0.5, "guard"), (0.5, "grow")):
        worth = {name: strategy.prospect(sharings[name], BASELINE, 1.0, gain).value for name in ("guard", "grow")}
        assert max(worth, key=lambda name: worth[name]) == better


def test_robustness_is_measured_against_the_best_of_each_scenario() -> None:
    own, other = [Prospect(0.5, 0.4, 0), Prospect(0.5, 0.5, 0)], [Prospect(0.5, 0.8, 0), Prospect(0.5, 0.1, 0)]
    assert strategy.robustness(own, [own, other]) == pytest.approx(0.75)


def scenarios(threat: float) -> tuple[Scenario, ...]:
    return (
        Scenario(name="baseline", probability=1 - threat),
        Scenario(name="disruption", probability=threat, kind="threat", gain=-0.5),
    )


def test_effort_away_from_the_charter_goes_back_and_a_threat_asks_for_the_guard() -> None:
    astray = {"exploration": 9.0, "agent_cooperation": 9.0}
    calm = planned(astray, BASELINE, BASELINE, scenarios(0.02))
    assert calm is not None
    assert calm.name in ("charter", "guard")
    threatened = planned(astray, BASELINE, BASELINE, scenarios(0.95))
    assert threatened is not None
    assert threatened.name == "guard"
    assert planned(dict(BASELINE), BASELINE, BASELINE, scenarios(0.02)).name in ("hold", "charter")  # type: ignore[union-attr]


def test_without_effort_or_scenarios_there_is_no_plan() -> None:
    assert planned({}, BASELINE, BASELINE, scenarios(0.1)) is None
    assert planned(dict(BASELINE), BASELINE, BASELINE, ()) is None
