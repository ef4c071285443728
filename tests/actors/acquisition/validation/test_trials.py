"""Trials: which there are, and what they are worth."""

import pytest

from actors.acquisition.validation.trials import judge, trials_of
from messages.sandbox import Result
from messages.task import Example

EXAMPLES = tuple(Example(args=(n,), result=n) for n in range(3))


@pytest.mark.parametrize("examples", [EXAMPLES, (Example(args=(), result=1),) * 3, EXAMPLES * 20])
def test_there_are_at_least_ten_and_every_example_is_among_them(examples: tuple[Example, ...]) -> None:
    trials = trials_of(examples)
    assert len(trials) >= 10
    assert [trial.args for trial in trials if trial.kind == "example"] == [example.args for example in examples]


def test_edges_come_last_since_one_that_kills_the_process_takes_the_rest_along() -> None:
    kinds = [trial.kind for trial in trials_of(EXAMPLES)]
    assert kinds.index("edge") > max(place for place, kind in enumerate(kinds) if kind != "edge")


def test_mastery_is_the_share_passed_with_examples_counted_twice() -> None:
    trials = trials_of(EXAMPLES)
    edges = [trial for trial in trials if trial.kind == "edge"]
    right = [Result(status="returned", value=trial.args[0]) for trial in trials]
    total = 2 * 3 + (len(trials) - 3)
    assert judge(EXAMPLES, trials, right).mastery == 1.0
    example_wrong = [Result(status="raised"), *right[1:]]
    again = [trial for trial in trials if trial.kind == "repeat" and trial.example == 0]
    verdict = judge(EXAMPLES, trials, example_wrong)
    assert verdict.mastery == pytest.approx((total - 2 - len(again)) / total)
    assert verdict.critical == 1
    edge_wrong = [*right[: -len(edges)], Result(status="timeout"), *right[len(trials) - len(edges) + 1 :]]
    assert judge(EXAMPLES, trials, edge_wrong).mastery == pytest.approx((total - 1) / total)


def test_a_truth_value_is_no_number_and_a_whole_float_is_one() -> None:
    examples = (Example(args=(1,), result=1),)
    trials = trials_of(examples)
    assert judge(examples, trials, [Result(status="returned", value=True)] * len(trials)).critical == 1
    assert judge(examples, trials, [Result(status="returned", value=1.0)] * len(trials)).critical == 0


def test_large_examples_leave_little_room_for_the_rest() -> None:
    large = tuple(Example(args=("x" * 80_000, letter * 5_000), result=1) for letter in "abc")
    trials = trials_of(large)
    assert sum(len(str(trial.args)) for trial in trials) < 500_000
    assert len([trial for trial in trials if trial.kind == "example"]) == 3
