"""Goals, trust, class and interaction: at and around each boundary, against a reference, and to their figures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.peers import goals, interaction, strategy, table, trust
from benchmarks import peers as benchmark
from messages.autonomy.peer import Band, Kind, Stance
from tests.actors.autonomy.peers import reference

SHARES = st.floats(0, 1)
TRUSTS = st.floats(0.05, 0.95)


@pytest.mark.parametrize(
    ("score", "band", "stance"),
    [
        (0.95, "high", "cooperate"),
        (0.7501, "high", "cooperate"),
        (0.75, "high", "cooperate"),
        (0.7499, "moderate", "verify"),
        (0.4001, "moderate", "verify"),
        (0.40, "moderate", "verify"),
        (0.3999, "low", "discount"),
        (0.2001, "low", "discount"),
        (0.20, "low", "discount"),
        (0.1999, "minimal", "defend"),
        (0.05, "minimal", "defend"),
    ],
)
def test_the_band_at_and_around_each_boundary(score: float, band: Band, stance: Stance) -> None:
    assert trust.band(score) == band
    assert trust.STANCES[trust.band(score)] == stance


@given(TRUSTS, SHARES)
def test_trust_moves_as_the_reference_says_and_stays_in_its_bounds(score: float, reliability: float) -> None:
    found = trust.adapt(score, reliability)
    assert found == pytest.approx(reference.trust_after(score, reliability))
    assert 0.05 <= found <= 0.95


@given(st.floats(0.06, 0.94), st.floats(0.001, 0.5))
def test_trust_falls_faster_than_it_rises(score: float, by: float) -> None:
    risen = trust.adapt(score, min(1.0, score + by)) - score
    fallen = score - trust.adapt(score, max(0.0, score - by))
    if score + by <= 1 and score - by >= 0:
        assert fallen == pytest.approx(risen * 8 / 3, rel=1e-6) or trust.adapt(score, score - by) == trust.LEAST


@given(st.lists(st.booleans(), max_size=200))
def test_trust_never_leaves_its_bounds_whatever_comes(outcomes: list[bool]) -> None:
    score, known = trust.START, trust.Beta()
    for each in outcomes:
        score, known = trust.adapt(score, float(each)), trust.learn(known, float(each))
        assert trust.LEAST <= score <= trust.MOST
        assert 0 < known.mean < 1


def test_evidence_that_fades_is_worth_what_the_rate_says() -> None:
    known = trust.Beta()
    for _ in range(2_000):
        known = trust.learn(known, 1.0)
    assert known == (pytest.approx(1 + 1 / 0.03), pytest.approx(1.0))
    assert trust.learn(trust.Beta(5.0, 3.0), 0.0) == (pytest.approx(1 + 4 * 0.97), pytest.approx(1 + 2 * 0.97 + 1))


def test_the_beta_with_forgetting_is_better_calibrated_than_both_others_where_reliabilities_jump() -> None:
    found = benchmark.calibration(60)
    assert found.forgetting < 0.065
    assert found.asymmetric > 2.5 * found.forgetting
    assert found.plain > 1.8 * found.forgetting


@pytest.mark.parametrize(
    ("rate", "alignment", "seen", "kind"),
    [
        (0.71, 0.31, 10, "cooperative"),
        (0.70, 0.31, 10, "unknown"),
        (0.69, 0.31, 10, "unknown"),
        (0.71, 0.30, 10, "neutral"),
        (0.51, 0.30, 10, "neutral"),
        (0.51, 0.31, 10, "unknown"),
        (0.51, -0.30, 10, "neutral"),
        (0.51, -0.31, 10, "unknown"),
        (0.50, 0.0, 10, "unknown"),
        (0.49, 0.0, 10, "unknown"),
        (0.29, -0.31, 10, "competitive"),
        (0.30, -0.31, 10, "unknown"),
        (0.31, -0.31, 10, "unknown"),
        (0.29, -0.30, 10, "unknown"),
        (0.29, -0.29, 10, "unknown"),
        (0.9, 0.9, 9, "unknown"),
        (0.9, 0.9, 11, "cooperative"),
    ],
)
def test_the_class_at_and_around_each_boundary(rate: float, alignment: float, seen: int, kind: Kind) -> None:
    assert strategy.classify(rate, alignment, seen) == kind


OWN = ((3.0, -4.0), (2.0, 1.0), (1.5, 1.5), (0.0, 0.0))
THEIRS = ((9.0, 9.0), (-1.0, 0.5), (-1.0, -1.0), (0.0, 0.0))


@pytest.mark.parametrize(("kind", "action"), [("cooperative", 0), ("neutral", 3), ("competitive", 3), ("unknown", 3)])
def test_what_is_recommended_follows_the_class(kind: Kind, action: int) -> None:
    theirs = ((9.0, 9.0), (-1.0, 0.5), (-1.0, -1.0), (0.0, 0.0))
    own = ((-0.5, -4.0), (2.0, 1.0), (1.5, 1.5), (0.0, 0.0))
    assert interaction.recommend(kind, own, theirs, (0.5, 0.5), 3).action == action


@pytest.mark.parametrize(("least", "action"), [(-0.01, 1), (0.0, 0), (0.01, 0)])
def test_a_neutral_agent_is_left_at_least_nothing(least: float, action: int) -> None:
    found = interaction.recommend("neutral", ((5.0, 5.0), (1.0, 1.0)), ((least, least), (0.0, 0.0)), (0.5, 0.5), 1)
    assert found.action == action


def test_against_a_competitive_agent_the_worst_case_counts() -> None:
    found = interaction.recommend("competitive", ((9.0, -9.0), (1.0, 0.5)), ((0.0, 0.0), (0.0, 0.0)), (0.99, 0.01), 0)
    assert found.action == 1
    assert found.risk == pytest.approx(1.0 * 0.99 + 0.5 * 0.01 - 0.5)


@given(st.lists(st.tuples(*[st.floats(-9, 9)] * 4), min_size=1, max_size=5), SHARES)
def test_no_act_that_harms_is_ever_chosen_against_a_competitive_agent(
    rows: list[tuple[float, float, float, float]], chance: float
) -> None:
    own = ((0.0, 0.0), *((row[0], row[1]) for row in rows))
    theirs = ((0.0, 0.0), *((row[2], row[3]) for row in rows))
    found = interaction.recommend("competitive", own, theirs, (chance, 1 - chance), 0)
    assert min(theirs[found.action]) >= 0
    harmless = [min(own[action]) for action in range(len(own)) if min(theirs[action]) >= 0]
    assert min(own[found.action]) == max(harmless)


def test_matrices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one row for each own action"):
        interaction.recommend("unknown", ((1.0, 2.0),), ((1.0,),), (0.5, 0.5), 0)
    with pytest.raises(ValueError, match="one row for each own action"):
        interaction.recommend("unknown", ((1.0, 2.0),), ((1.0, 2.0),), (0.5, 0.5), 1)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), max_size=12), st.integers(0, 2**32 - 1))
def test_goals_are_inferred_as_the_reference_does(acts: list[tuple[int, int]], seed: int) -> None:
    utilities = np.random.default_rng(seed).normal(size=(4, 2, 3))
    chances, belief = goals.likelihoods(utilities), goals.prior(4)
    for situation, act in acts:
        belief = goals.update(belief, chances[situation, act], 3)
    expected = reference.goals_after(acts, utilities.tolist(), goals.RATIONALITY, goals.HAZARD, goals.NONE)
    assert [*goals.of_goals(belief), belief.none] == pytest.approx(expected)
    assert math.fsum([*goals.of_goals(belief), belief.none]) == pytest.approx(1.0)


def test_what_is_foretold_is_a_distribution_over_the_acts() -> None:
    chances = goals.likelihoods(np.random.default_rng(1).normal(size=(4, 2, 3)))
    found = goals.foretell(goals.prior(4), chances[0])
    assert found.shape == (3,)
    assert found.sum() == pytest.approx(1.0)


def test_utilities_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="by goal, situation and action"):
        goals.likelihoods(np.zeros((3, 4)))


def test_inference_reaches_its_figures() -> None:
    found = benchmark.inference(400)
    assert found.after_5 >= 0.85
    assert found.after_10 >= 0.95
    assert found.calibration <= 0.03
    assert found.delay <= 4


def test_without_a_hazard_a_change_of_goal_is_seen_late_or_never() -> None:
    utilities = np.zeros((2, 1, 2))
    utilities[0, 0, 0] = utilities[1, 0, 1] = 3.0
    chances = goals.likelihoods(utilities)

    def steps(hazard: float) -> int:
        belief = goals.prior(2)
        for _ in range(30):
            belief = goals.update(belief, chances[0, 0], 2, hazard)
        for step in range(1, 40):
            belief = goals.update(belief, chances[0, 1], 2, hazard)
            if goals.of_goals(belief)[1] > 0.5:
                return step
        return 40

    assert steps(goals.HAZARD) <= 4
    assert steps(0.0) > 10


def test_the_table_names_only_acts_and_dimensions_that_there_are() -> None:
    assert set(table.GOALS) == set(table.UTILITIES)
    assert all(set(worth) <= set(table.ACTS) for worth in table.UTILITIES.values())
    assert sum(table.COUNCIL.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("goal", "with_us"),
    [("serve", True), ("learn", True), ("protect", True), ("keep_up", True), ("hoard", False), ("obstruct", False)],
)
def test_each_goal_agrees_or_opposes_clearly_enough_for_a_class(goal: str, with_us: bool) -> None:
    agreement = table.agreement(goal)
    assert agreement > strategy.ALIGNED if with_us else agreement < -strategy.ALIGNED
