"""Trials: which there are, and what they are worth."""

from typing import Any

import msgspec
import pytest

from actors.tools.validation.suite import BadSuite
from actors.tools.validation.trials import INVENTED, Trial, trials_for, trials_of
from actors.tools.validation.verdict import judge
from messages.task import Case, Constraints, Example, Note
from messages.tools.learning import Validate
from messages.tools.sandbox import Result

EXAMPLES = tuple(Example(args=(n,), result=n) for n in range(3))
RIGHT = Result(status="returned")


def returned(*values: object) -> list[Result]:
    return [Result(status="returned", value=value) for value in values]


def all_right(trials: tuple[Trial, ...]) -> list[Result]:
    return returned(*(trial.args[0] if trial.kind in ("edge", "wrong-type") else trial.expected for trial in trials))


def outcome(case: Case, result: Result) -> tuple[str, str]:
    trials = trials_of((), (case,))
    found = judge(trials, [result]).outcomes[0]
    return found.outcome, found.detail


@pytest.mark.parametrize("examples", [EXAMPLES, (Example(args=(), result=1),) * 3, EXAMPLES * 20])
def test_there_are_at_least_ten_and_every_example_is_among_them(examples: tuple[Example, ...]) -> None:
    trials = trials_of(examples)
    assert len(trials) >= 10
    assert [trial.args for trial in trials if trial.kind == "example"] == [example.args for example in examples]
    assert len({trial.name for trial in trials}) == len(trials)


def test_edges_and_wrong_types_come_last_since_one_that_kills_the_process_takes_the_rest_along() -> None:
    kinds = [trial.kind for trial in trials_of(EXAMPLES)]
    assert kinds.index("edge") > max(place for place, kind in enumerate(kinds) if kind in ("example", "repeat"))
    assert kinds[-1] == "wrong-type"


def test_mastery_is_the_share_passed_with_critical_tests_counted_twice() -> None:
    trials = trials_of(EXAMPLES)
    right = all_right(trials)
    total = 2 * 3 + (len(trials) - 3)
    assert judge(trials, right).mastery == 1.0
    example_wrong = [Result(status="raised", error="ValueError: no"), *right[1:]]
    again = [trial for trial in trials if trial.kind == "repeat" and trial.example == 0]
    verdict = judge(trials, example_wrong)
    assert verdict.mastery == pytest.approx((total - 2 - len(again)) / total)
    assert verdict.critical == 1
    edge = [trial.kind for trial in trials].index("edge")
    edge_wrong = [*right[:edge], Result(status="killed"), *right[edge + 1 :]]
    assert judge(trials, edge_wrong).mastery == pytest.approx((total - 1) / total)


@pytest.mark.parametrize("status", ["raised", "timeout", "memory", "flood"])
def test_a_call_that_the_judge_invented_may_end_with_an_error_or_at_its_limit(status: str) -> None:
    trials = trials_of(EXAMPLES)
    ended = [
        Result(status=status, error="too much") if trial.kind in INVENTED else right
        for trial, right in zip(trials, all_right(trials), strict=True)
    ]
    verdict = judge(trials, ended)
    assert (verdict.mastery, verdict.critical, verdict.wrong) == (1.0, 0, 0)
    assert bool(verdict.halted) == (status != "raised")


def test_what_ended_at_a_limit_is_told_with_its_arguments_in_short() -> None:
    trials = trials_of((Example(args=("ab",), result="ab"),) * 3)
    results = [Result(status="timeout", error="no answer") for _ in trials]
    halted = judge(trials, results).halted
    assert '[""]: timeout: no answer' in halted
    assert len(halted) == 5
    assert max(map(len, halted)) <= 300


@pytest.mark.parametrize("status", ["killed", "protocol"])
def test_a_call_that_breaks_its_process_fails_whoever_invented_it(status: str) -> None:
    trials = trials_of(EXAMPLES)
    broken = [Result(status=status) if trial.kind == "edge" else right
              for trial, right in zip(trials, all_right(trials), strict=True)]  # fmt: skip
    assert judge(trials, broken).critical == len([trial for trial in trials if trial.kind == "edge"])
    assert judge(trials, broken).wrong == 0


def test_examples_and_tests_that_fail_are_counted_apart_from_what_the_judge_made() -> None:
    trials = trials_of(EXAMPLES, (Case(name="t", args=(9,), result=9),))
    right = [9 if trial.kind == "test" else known.value for trial, known in zip(trials, all_right(trials), strict=True)]
    assert judge(trials, returned(*right)).wrong == 0
    test = [trial.kind for trial in trials].index("test")
    assert judge(trials, returned(*right[:test], 0, *right[test + 1 :])).wrong == 1
    mutating = [msgspec.structs.replace(result, mutated=True) for result in returned(*right)]
    assert judge(trials, mutating).wrong == 0


def test_what_examples_only_hint_at_is_asked_of_a_guess_alone() -> None:
    cleaned = tuple(Example(args=(text,), result=text.strip()) for text in (" a ", "a", "b", "  c"))
    assert "relation" in {trial.kind for trial in trials_of(cleaned)}
    assert "relation" not in {trial.kind for trial in trials_of(cleaned, origin="candidate")}


def test_nothing_is_tried_beyond_what_the_publisher_declared() -> None:
    notes = {"n": Note(constraints=Constraints(minimum=0, maximum=500))}
    order = Validate(
        task="L", round=1, source="def f(n):\n    return n\n", entry="f", seen=EXAMPLES, unseen=(), notes=notes
    )
    tried = [trial.args[0] for trial in trials_for(order) if trial.kind == "edge"]
    assert 500 in tried
    assert all(0 <= number <= 500 for number in tried)


def test_a_truth_value_is_no_number_and_a_whole_float_is_one() -> None:
    trials = trials_of((Example(args=(1,), result=1),))
    assert judge(trials, returned(*[True] * len(trials))).critical == 1
    assert judge(trials, returned(*[1.0] * len(trials))).critical == 0


def test_large_examples_leave_little_room_for_the_rest() -> None:
    large = tuple(Example(args=("x" * 80_000, letter * 5_000), result=1) for letter in "abc")
    trials = trials_of(large)
    assert sum(len(str(trial.args)) for trial in trials) < 500_000
    assert len([trial for trial in trials if trial.kind == "example"]) == 3


def test_trials_without_results_are_errors() -> None:
    verdict = judge(trials_of(EXAMPLES), [])
    assert (verdict.mastery, verdict.critical) == (0.0, 3)
    assert {found.outcome for found in verdict.outcomes} == {"error"}


@pytest.mark.parametrize(
    ("more", "result", "word"),
    [
        ({"result": 4}, Result(status="returned", value=4), "passed"),
        ({"result": 4}, Result(status="returned", value=5), "failed"),
        ({"result": 4}, Result(status="raised", error="KeyError: 'a'"), "failed"),
        ({"result": 4}, Result(status="memory", error="too much"), "error"),
        ({"result": 4}, Result(status="timeout", error="no answer within 10 s"), "timed_out"),
        ({"result": 4, "timeout_s": 0.5}, Result(status="returned", value=4, wall_ms=700), "timed_out"),
        ({"raises": "ValueError"}, Result(status="raised", error="ValueError: no (line 2)"), "passed"),
        ({"raises": "ValueError"}, Result(status="raised", error="KeyError: no"), "failed"),
        ({"raises": "ValueError"}, Result(status="returned", value=None), "failed"),
    ],
)
def test_a_test_has_one_of_five_outcomes(more: dict[str, Any], result: Result, word: str) -> None:
    assert outcome(Case(name="t", args=(2,), **more), result)[0] == word


def test_a_test_whose_need_did_not_pass_is_skipped_and_says_so() -> None:
    cases = (Case(name="first", result=1), Case(name="second", result=2, needs=("first",)))
    found = judge(trials_of((), cases), returned(0, 2)).outcomes
    assert [(each.outcome, each.detail) for each in found] == [
        ("failed", "gives something else"),
        ("skipped", "first did not pass"),
    ]


def test_a_critical_test_that_fails_is_counted_as_such() -> None:
    cases = (Case(name="first", result=1, critical=True), Case(name="second", result=2))
    assert judge(trials_of((), cases), returned(0, 2)).critical == 1
    assert judge(trials_of((), cases), returned(1, 0)).critical == 0


def test_the_suite_comes_last_and_its_runner_says_what_came_of_each_test() -> None:
    order = Validate(
        task="L",
        round=1,
        source="",
        entry="f",
        seen=(),
        unseen=(),
        suite="def test_a(): ...\ndef test_b(): ...\ndef test_c(): ...\n",
    )
    trials = trials_for(order)
    assert [trial.args for trial in trials] == [("test_a", None), ("test_b", None), ("test_c", None)]
    found = judge(trials, returned(None, "failed: line 2: no", "skipped: not here")).outcomes
    assert [each.outcome for each in found] == ["passed", "failed", "skipped"]


def test_a_suite_that_can_not_be_read_is_told_with_its_line() -> None:
    order = Validate(task="L", round=1, source="", entry="f", seen=(), unseen=(), suite="def test_a(:\n")
    with pytest.raises(BadSuite, match="line 1"):
        trials_for(order)
