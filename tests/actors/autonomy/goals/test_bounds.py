"""Similarity, rate, checks and chains: the tables of the specification at their bounds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.goals import checks, completion, rate, similarity
from actors.autonomy.goals.chains import OFTEN, Chains
from messages.autonomy.goal import Check, Intent, Tier
from messages.gate.evidence import Origin


def intent(
    skills: tuple[str, ...] = ("a",), tier: Tier = "tactical", origin: Origin = "gap_filling", subject: str = "s"
) -> Intent:
    return Intent(origin=origin, told="t", subject=subject, skills=skills, tier=tier)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (intent(), 1.0),
        (intent(tier="operational"), 0.875),
        (intent(tier="strategic"), 0.75),
        (intent(origin="exploratory"), 0.75),
        (intent(("a", "b")), 0.75),
        (intent(("b",), "strategic", "exploratory"), 0.0),
    ],
)
def test_similarity_weighs_skills_tier_and_origin(other: Intent, expected: float) -> None:
    assert similarity.similarity(intent(), other) == pytest.approx(expected)
    assert similarity.similarity(other, intent()) == pytest.approx(expected)


def test_novelty_is_what_the_most_similar_goal_leaves() -> None:
    assert similarity.novelty(intent(), []) == 1.0
    others = [intent(("b",), "strategic", "exploratory"), intent(tier="operational")]
    assert similarity.novelty(intent(), others) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("purpose", 0.4999, "fail"),
        ("purpose", 0.50, "marginal"),
        ("purpose", 0.5999, "marginal"),
        ("purpose", 0.60, "pass"),
        ("value", 0.5999, "fail"),
        ("value", 0.60, "marginal"),
        ("value", 0.6999, "marginal"),
        ("value", 0.70, "pass"),
        ("feasibility", 0.0499, "fail"),
        ("feasibility", 0.05, "marginal"),
        ("feasibility", 0.1499, "marginal"),
        ("feasibility", 0.15, "pass"),
        ("viability", 0.999, "fail"),
        ("viability", 1.0, "marginal"),
        ("viability", 1.499, "marginal"),
        ("viability", 1.5, "pass"),
    ],
)
def test_each_check_at_its_bounds(name: Check, value: float, result: str) -> None:
    assert checks.graded(name, value) == result


@pytest.mark.parametrize(
    ("radius", "violated", "result"),
    [
        (0.9499, False, "pass"),
        (0.95, False, "marginal"),
        (0.9799, False, "marginal"),
        (0.98, False, "fail"),
        (0.1, True, "fail"),
    ],
)
def test_the_check_of_stability_at_its_bounds(radius: float, violated: bool, result: str) -> None:
    assert checks.steadiness(radius, violated) == result


WEIGHTS = st.dictionaries(st.sampled_from("abcdefg"), st.floats(0.01, 1), min_size=7, max_size=7)


@given(WEIGHTS, WEIGHTS, st.floats(0, 1))
def test_value_alignment_is_that_of_the_specification(
    values: dict[str, float], serves: dict[str, float], share: float
) -> None:
    after = {name: (1 - share) * values[name] + share * serves[name] for name in values}
    moved = math.sqrt(sum((after[name] - values[name]) ** 2 for name in values))
    assert checks.kept(values, serves, share) == pytest.approx(
        1 - moved / math.sqrt(sum(v * v for v in values.values()))
    )
    assert checks.kept(values, serves, 0.0) == pytest.approx(1.0)


def test_without_depletion_viability_is_as_far_as_it_can_be_told() -> None:
    assert checks.viability(None, 100) == checks.FAR
    assert checks.viability(150.0, 100) == 1.5


@pytest.mark.parametrize(("recent", "fits"), [(4, True), (5, False)])
def test_five_goals_in_a_hundred_cycles_are_the_most(recent: int, fits: bool) -> None:
    assert (rate.fault([400] * recent, 400) == "") is fits


@pytest.mark.parametrize(("age", "counts"), [(99, True), (100, False)])
def test_goals_count_for_a_hundred_cycles(age: int, counts: bool) -> None:
    assert bool(rate.fault([400 - age] * 5, 400)) is counts


@pytest.mark.parametrize(("age", "cools"), [(0, True), (19, True), (20, False)])
def test_a_rejection_cools_for_twenty_cycles(age: int, cools: bool) -> None:
    assert rate.cools(400 - age, 400) is cools
    assert not rate.cools(None, 400)


@pytest.mark.parametrize(("sandboxed", "fits"), [(2, True), (3, False)])
def test_three_sandboxed_goals_are_the_most(sandboxed: int, fits: bool) -> None:
    assert (rate.crowded(sandboxed) == "") is fits


def called(chains: Chains, client: str, tool: str, value: object, result: object) -> None:
    task = f"{client}-{tool}-{value!r}"
    chains.begin(task, client, tool, (value,))
    chains.end(task, result)


def test_a_pair_is_frequent_once_it_was_chained_on_enough_arguments() -> None:
    chains = Chains()
    for number in range(OFTEN):
        assert not chains.frequent()
        called(chains, "ada", "clean", f"  name {number}", f"name {number}")
        called(chains, "ada", "title", f"name {number}", f"Name {number}")
    (examples,) = chains.frequent().values()
    assert examples[0].args == ("  name 0",)
    assert examples[0].result == "Name 0"


@pytest.mark.parametrize("value", [True, None, 3, -1000, "", "ab", []])
def test_values_that_anybody_may_have_by_chance_chain_nothing(value: object) -> None:
    chains = Chains()
    for number in range(2 * OFTEN):
        called(chains, "ada", "first", f"argument {number}", value)
        called(chains, "ada", "second", value, number)
    assert not chains.pairs


def test_the_same_arguments_again_are_no_further_example() -> None:
    chains = Chains()
    for _ in range(2 * OFTEN):
        called(chains, "ada", "clean", "  name", "name")
        called(chains, "ada", "title", "name", "Name")
    assert len(chains.pairs["clean title"]) == 1


def test_two_clients_make_no_chain_and_a_failure_ends_one() -> None:
    chains = Chains()
    called(chains, "ada", "clean", "  name", "name")
    called(chains, "bob", "title", "name", "Name")
    chains.begin("t", "ada", "other", ("x",))
    chains.drop("t")
    called(chains, "ada", "title", "name", "Name")
    assert not chains.pairs


def test_what_is_remembered_of_calls_is_bounded() -> None:
    chains = Chains()
    for number in range(1_000):
        called(chains, f"client-{number}", "clean", f"  name {number}", f"name {number}")
        chains.begin(f"open-{number}", f"client-{number}", "clean", ("x",))
    assert len(chains.last) <= 50
    assert len(chains.calls) <= 200


@pytest.mark.parametrize(
    ("origin", "registered", "calls", "tried", "done"),
    [
        ("gap_filling", False, 0, True, False),
        ("gap_filling", True, 0, False, True),
        ("opportunity_driven", True, 0, True, False),
        ("opportunity_driven", True, 1, True, True),
        ("exploratory", False, 0, False, False),
        ("exploratory", False, 0, True, True),
        ("purpose_derived", True, 9, True, False),
    ],
)
def test_a_goal_is_completed_by_what_was_measured(
    origin: Origin, registered: bool, calls: int, tried: bool, done: bool
) -> None:
    assert bool(completion.reached(origin, registered, calls, tried)) is done
