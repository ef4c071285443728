"""Effects, counterfactuals, explanations and decisions in worlds where the truth is known."""

import msgspec
import numpy as np
import pytest

from actors.cognition.causal.asking import Answer, answer
from actors.cognition.causal.deciding import Objective, decide
from actors.cognition.causal.effects import Effects
from actors.cognition.causal.explaining import attributed, paths
from actors.cognition.causal.knowledge import Stated
from actors.cognition.causal.mechanisms import Mechanisms
from actors.cognition.causal.model import opened, saved
from actors.cognition.causal.question import question
from actors.cognition.causal.strength import canonical, mutual_information
from tests.actors.cognition.causal.worlds import kite, modelled, table

KITE = modelled(kite())


def ask(effects: Effects, text: str) -> Answer:
    return answer(question(text, effects.columns), text, effects)


def test_an_effect_is_not_the_association() -> None:
    found = Effects(KITE).change(2, (0.0, 1.0), 4)
    assert found.estimate == pytest.approx(0.84, abs=0.06)
    assert found.low < 0.84 < found.high
    assert found.identifiable
    rows = KITE.table.rows
    plain = np.polyfit(rows[:, 2], rows[:, 4], 1)[0]
    assert abs(plain - 0.84) > 0.2


def test_nothing_changes_what_comes_before() -> None:
    found = Effects(KITE).change(4, (0.0, 1.0), 2)
    assert found.low <= 0.0 <= found.high
    assert found.high - found.low < 0.15
    assert "the interval holds 0" in ask(Effects(KITE), "effect of y on x").sentences[1]


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    held = []
    for seed in range(60):
        found = Effects(modelled(kite(300, seed + 100), samples=0)).change(2, (0.0, 1.0), 4)
        held.append(found.low <= 0.84 <= found.high)
    assert 0.87 <= np.mean(held) <= 1.0
    wide = Effects(modelled(kite(300, 1), samples=0)).change(2, (0.0, 1.0), 4)
    assert wide.high - wide.low < 0.5


def test_the_interval_spans_every_graph_of_the_class() -> None:
    rng = np.random.default_rng(2)
    a = rng.normal(size=1_000)
    effects = Effects(modelled(table(np.column_stack([a, a + rng.normal(size=1_000)]), "ab")))
    found = effects.change(0, (0.0, 1.0), 1)
    assert not found.identifiable
    assert found.low <= 0.0
    assert found.high >= 1.0
    told = " ".join(ask(effects, "effect of a on b").sentences)
    assert "Not identifiable" in told
    assert "knowing the direction of b - a" in told


def test_a_bent_relation_is_answered_at_the_value_asked() -> None:
    rng = np.random.default_rng(6)
    x = rng.uniform(-2, 2, 4_000)
    y = np.maximum(x, 0) * 2 + rng.normal(size=4_000) * 0.3
    model = modelled(table(np.column_stack([x, y]), "xy"), Stated(required=(("x", "y"),)))
    assert model.edges[0].form == "nonlinear"
    effects = Effects(model)
    assert effects.mean(0, -1.5, 1).estimate == pytest.approx(0.0, abs=0.1)
    assert effects.mean(0, 1.5, 1).estimate == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(("made", "form"), [("step", "threshold"), ("line", "linear")])
def test_the_form_of_a_relation_is_told(made: str, form: str) -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=2_000)
    y = (2.0 * (x > 0.3) if made == "step" else 2 * x) + rng.normal(size=2_000) * 0.5
    assert modelled(table(np.column_stack([x, y]), "xy")).edges[0].form == form


def test_a_discrete_intervention_is_standardised_over_what_confounds_it() -> None:
    rng = np.random.default_rng(8)
    z = rng.integers(0, 2, 8_000)
    x = (rng.random(8_000) < np.where(z, 0.85, 0.15)).astype(int)
    y = (rng.random(8_000) < 0.1 + 0.2 * x + 0.5 * z).astype(int)
    stated = Stated(tiers=(("z",), ("x",), ("y",)))
    effects = Effects(modelled(table(np.column_stack([z, x, y]).astype(float), "zxy", 2), stated))
    found = effects.mean(1, 1.0, 2, 1)
    assert found.estimate == pytest.approx(0.55, abs=0.03)
    assert found.low < 0.55 < found.high
    assert y[x == 1].mean() > 0.65
    assert effects.change(1, (0.0, 1.0), 2, 1).estimate == pytest.approx(0.2, abs=0.04)


def test_a_number_is_standardised_over_categories() -> None:
    rng = np.random.default_rng(8)
    z = rng.integers(0, 2, 4_000)
    x = (rng.random(4_000) < np.where(z, 0.8, 0.2)).astype(int)
    y = np.where(x, 1.0 + z, 0.0) + 3 * z + rng.normal(size=4_000)
    columns = table(np.zeros((1, 2)), "zx", 2).columns + table(np.zeros((1, 1)), "y").columns
    read = msgspec.structs.replace(table(np.column_stack([z, x, y]), "zxy"), columns=columns)
    effects = Effects(modelled(read, Stated(tiers=(("z",), ("x",), ("y",)))))
    assert effects.mean(1, 1.0, 2).estimate == pytest.approx(3.0, abs=0.12)
    assert effects.change(1, (0.0, 1.0), 2).estimate == pytest.approx(1.5, abs=0.12)


def test_a_counterfactual_category_keeps_what_was_seen() -> None:
    """Where setting x to what it was changes nothing, and where what was seen makes its own category likelier."""
    rng = np.random.default_rng(9)
    x = rng.integers(0, 2, 4_000)
    y = (rng.random(4_000) < np.where(x, 0.6, 0.5)).astype(int)
    stated = Stated(required=(("x", "y"),))
    mechanisms = Mechanisms(modelled(table(np.column_stack([x, y]).astype(float), "xy", 2), stated))
    same = mechanisms.counterfactual(np.array([0.0, 1.0]), ((0, 0.0),), 1, 1)
    assert same.estimate > 0.97
    other = mechanisms.counterfactual(np.array([0.0, 1.0]), ((0, 1.0),), 1, 1)
    assert other.estimate > 0.95
    unlike = mechanisms.counterfactual(np.array([0.0, 0.0]), ((0, 1.0),), 1, 1)
    assert 0.1 < unlike.estimate < 0.3


def test_two_interventions_at_once() -> None:
    found = Mechanisms(KITE).mean(((2, 2.0), (0, 1.0)), 4, None)
    assert found.estimate == pytest.approx(2 * 0.84 - 0.9, abs=0.12)


def test_a_counterfactual_keeps_the_noise_of_the_row() -> None:
    row = KITE.table.rows[15]
    mechanisms = Mechanisms(KITE)
    case, told = mechanisms.case(16, ())
    assert told == "row 16"
    found = mechanisms.counterfactual(case, ((2, row[2] + 1.0),), 4, None)
    assert found.estimate == pytest.approx(row[4] + 0.84, abs=0.06)
    same = mechanisms.counterfactual(case, ((2, row[2]),), 4, None)
    assert same.estimate == pytest.approx(row[4])
    with pytest.raises(ValueError, match="there is no row 9000"):
        mechanisms.case(9_000, ())


def test_paths_carry_the_whole_effect() -> None:
    found = paths(KITE, 4, 2)
    assert [each.nodes for each in found] == [("x", "m", "y")]
    assert found[0].effect == pytest.approx(0.84, abs=0.06)
    every = paths(KITE, 4, 0)
    assert sum(each.effect for each in every) == pytest.approx(0.8 * 0.84 - 0.9, abs=0.1)


def test_what_each_cause_adds_sums_to_the_outcome() -> None:
    row = KITE.table.rows[3]
    found = attributed(KITE, 4, row)
    assert sum(each.amount for each in found.contributions) == pytest.approx(found.seen - found.mean)
    added = {each.name: each.amount for each in found.contributions}
    assert added["w"] == pytest.approx(0.6 * 0.84 * row[1], abs=0.15)


def test_the_action_that_serves_the_weights_is_the_best() -> None:
    effects = Effects(KITE)
    actions = [(2, 2.0), (2, -2.0), (0, -1.0)]
    found = decide(effects, [Objective(outcome=4, weight=1.0)], actions, 0)
    assert [each.action for each in found.options] == ["x=2", "z=-1", "do nothing", "x=-2"]
    assert found.options[0].best > 0.95
    assert found.options[0].changes["y"][0] == pytest.approx(1.7, abs=0.2)
    both = decide(effects, [Objective(outcome=4, weight=1.0), Objective(outcome=3, weight=-3.0)], actions, 0)
    assert both.options[0].action == "x=-2"
    assert any("weight on" in each for each in both.turning)


def test_a_model_that_is_saved_answers_as_before() -> None:
    again = opened(saved(KITE))
    assert Effects(again).change(2, (0.0, 1.0), 4) == Effects(KITE).change(2, (0.0, 1.0), 4)
    with pytest.raises(ValueError, match="no model"):
        opened(b"{}")


@pytest.mark.parametrize(
    "text",
    ["y if x=2", "E[y | do(x=2)]", "what is y if we set x=2?", "do(x=2) y", "the mean y when X = 2", "y under do(x=2)"],
)
def test_one_question_in_many_words(text: str) -> None:
    asked = question(text, KITE.columns)
    assert (asked.sort, asked.outcome, asked.do) == ("do", 4, ((2, 2.0),))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("effect of q on y", "no variable is called 'q'"),
        ("y if x=abc", "a number is needed"),
        ("y if x=1e999", "a finite number is needed"),
        ("y if x=1 and x=2", "x is set twice"),
        ("effect of x on x", "about itself"),
        ("hello", "effect of X on Y"),
        ("y if x", "write NAME=VALUE"),
        ("x if x=1", "ask about another variable"),
    ],
)
def test_a_question_that_is_not_understood_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        ask(Effects(KITE), text)


def test_strengths_are_those_of_the_textbook() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=20_000)
    x, y = z + rng.normal(size=20_000), z + rng.normal(size=20_000)
    assert canonical(x[:, None], y[:, None]) == pytest.approx(0.5, abs=0.02)
    assert canonical(x[:, None], y[:, None], z[:, None]) == pytest.approx(0.0, abs=0.02)
    columns = table(np.zeros((1, 2)), "ab").columns
    told = mutual_information(x, y, (columns[0], columns[1]))
    assert told == pytest.approx(-0.5 * np.log(1 - 0.25), abs=0.03)
