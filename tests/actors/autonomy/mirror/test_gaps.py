"""Gaps between what is asked for and what can be done, foretold and checked."""

import math
import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import demand, gaps
from actors.autonomy.mirror.capability import Skill
from actors.autonomy.mirror.demand import FEWEST, MOST, Demand, Market
from actors.autonomy.mirror.gaps import Gap


@given(st.lists(st.floats(0, 1), max_size=5))
def test_feasibility_is_the_product_of_the_confidences(confidences: list[float]) -> None:
    assert gaps.feasibility(confidences) == pytest.approx(math.prod(confidences))
    assert gaps.magnitude(confidences) == pytest.approx(1 - math.prod(confidences))


@pytest.mark.parametrize(
    ("magnitude", "needed", "signal"),
    [(0.25, 10, False), (0.26, 10, True), (0.26, 199.9, True), (0.26, 200, False), (0.9, 201, False)],
)
def test_a_gap_is_a_signal_at_its_bounds(magnitude: float, needed: float, signal: bool) -> None:
    assert Gap(magnitude, needed).is_signal is signal


def test_time_to_need_comes_from_the_queue_and_from_past_requests() -> None:
    assert gaps.needed_in(1, [400], 500, 200) == 0.0
    assert gaps.needed_in(0, [10, 310, 400], 500, 200) == pytest.approx(80.0)
    assert gaps.needed_in(0, [10], 500, 200) is None


def test_a_prediction_waits_three_mean_distances_and_at_least_twenty_cycles() -> None:
    assert gaps.due(100, 50.0) == 250
    assert gaps.due(100, 0.0) == 120


def test_a_change_halves_at_each_hop_and_is_weighed_along_the_way() -> None:
    dependants = {"a": ["b", "c"], "b": ["d"], "d": ["a"]}
    strength = {("a", "b"): 0.5, ("a", "c"): 1.0, ("b", "d"): 0.8, ("d", "a"): 1.0}
    found = gaps.propagated({"a": -0.4}, dependants, strength)
    assert found == pytest.approx({"b": -0.4 * 0.5 * 0.5, "c": -0.4 * 0.5, "d": -0.4 * 0.5 * 0.8 * 0.25})


def test_changes_of_several_skills_add_up_in_what_depends_on_all() -> None:
    found = gaps.propagated({"a": -0.4, "b": -0.2}, {"a": ["c"], "b": ["c"]}, {})
    assert found == pytest.approx({"c": -0.3})


def test_a_failing_skill_takes_its_dependants_along() -> None:
    skills = {
        "base": Skill(0.6, outcomes="1" * 15 + "e" * 15),
        "upper": Skill(0.9, requires=["base"]),
        "other": Skill(0.9),
    }
    assert demand.losses(skills) == pytest.approx({"upper": -0.5})
    assert demand.losses({"base": Skill(0.6, outcomes="1" * 30), "upper": Skill(0.9, requires=["base"])}) == {}
    assert demand.lacking("upper", skills, {"upper": -0.5}) == pytest.approx(1 - 0.4 * 0.6)


def test_what_is_learnt_right_now_is_no_gap_and_what_was_asked_for_in_vain_is() -> None:
    market = Market(demands={"new": Demand(asked=[90], queued={"t": None}), "vain": Demand(asked=[20, 90], vain=1)})
    assert demand.gaps_of(market, {}, 100, 200) == {"vain": Gap(1.0, 80.0)}


def test_a_shaky_tool_that_is_asked_for_is_a_gap_and_a_trusty_one_hardly() -> None:
    market = Market(
        demands={"shaky": Demand(asked=[90] * 4), "trusty": Demand(asked=[90] * 4), "old": Demand(asked=[1])}
    )
    skills = {"shaky": Skill(0.6), "trusty": Skill(0.9), "old": Skill(0.1)}
    found = demand.gaps_of(market, skills, 300, 250)
    assert found == {
        "shaky": Gap(pytest.approx(0.4), pytest.approx(250 / 4.5)),
        "trusty": Gap(pytest.approx(0.1), pytest.approx(250 / 4.5)),
    }
    assert found["shaky"].is_signal
    assert not found["trusty"].is_signal


def asked(*names: str, times: int = 20) -> Market:
    return Market(demands={name: Demand(asked=[100] * times) for name in names})


def test_predictions_come_true_fail_or_are_withdrawn() -> None:
    market = asked("comes", "filled", "never", "recovered", "forgotten")
    found = {name: Gap(0.5, 10.0) for name in market.demands}
    market.foretell(found, lambda _: 0.5, 100, 200)
    assert len(market.predictions) == 5
    market.come("comes", 0.5, 110)
    market.come("recovered", 0.1, 110)
    assert market.outcomes == [True, False]
    left = {"never": found["never"]}
    market.foretell(left, lambda name: 0.1 if name == "filled" else 0.5, 115, 200)
    assert market.outcomes == [True, False, False]
    market.foretell(left, lambda _: 0.5, 130, 200)
    assert len(market.outcomes) == 3
    market.foretell(left, lambda _: 0.5, 131, 200)
    assert market.outcomes == [True, False, False, False]
    assert market.prediction() == pytest.approx(1 / 4)


@pytest.mark.parametrize(("times", "foretold"), [(1, False), (2, True)])
def test_a_need_is_foretold_from_the_second_request_on(times: int, foretold: bool) -> None:
    market = asked("a", times=times)
    market.foretell({"a": Gap(0.5, 10.0)}, lambda _: 0.5, 100, 200)
    assert bool(market.predictions) is foretold


def test_a_need_that_comes_in_the_cycle_of_its_prediction_was_not_foretold() -> None:
    market = asked("a")
    market.foretell({"a": Gap(0.5, 10.0)}, lambda _: 0.5, 100, 200)
    market.come("a", 0.5, 100)
    assert market.outcomes == []


@pytest.mark.parametrize("number", [FEWEST - 1, FEWEST])
def test_few_outcomes_say_nothing(number: int) -> None:
    assert (Market(outcomes=[True] * number).prediction() is None) is (number < FEWEST)


def test_gaps_are_foretold_rightly_three_times_in_four_on_worlds_of_random_demand() -> None:
    shares = []
    for seed in range(20):
        rng = random.Random(seed)
        truth = {f"t{place}": (rng.uniform(0.02, 0.3), rng.uniform(0.3, 1.0)) for place in range(20)}
        skills = {name: Skill(success) for name, (_, success) in truth.items() if rng.random() < 0.8}
        market = Market()
        for cycle in range(1, 600):
            for name, (often, _) in truth.items():
                if rng.random() < often:
                    market.come(name, demand.lacking(name, skills, {}), cycle)
                    market.ask(name, cycle).vain += name not in skills
            if cycle % 5 == 0:
                found = demand.gaps_of(market, skills, cycle, 200)
                market.foretell(found, partial(demand.lacking, skills=skills, losses={}), cycle, 200)
        prediction = market.prediction()
        assert prediction is not None
        shares.append(prediction)
    assert min(shares) >= 0.75


def test_demand_is_remembered_within_bounds() -> None:
    market = Market()
    for place in range(MOST + 20):
        for task in range(60):
            market.ask(f"s{place}", place, f"t{place}-{task}")
    assert len(market.demands) == MOST
    assert max(len(one.asked) for one in market.demands.values()) == 50
    assert max(len(one.queued) for one in market.demands.values()) == 50
    assert market.asked_by(f"t{MOST}-59") == f"s{MOST}"
    market.leave(f"t{MOST}-59")
    assert market.asked_by(f"t{MOST}-59") is None
