"""Programs of like cost: handed out where they answer otherwise close to the examples, and only there."""

from typing import Any

import pytest

from actors.synthesis.nearby import MOST, nearby
from actors.synthesis.problem import OTHERS, Budget, Example, Found, Tool
from actors.synthesis.rivals import BEYOND, like
from actors.synthesis.source import load
from actors.synthesis.synthesise import search, synthesise

SMALL = Budget(seconds=20.0, candidates=60_000)
OPEN = [([12.4], 12), ([3.2], 3), ([7.1], 7)]


def found(goal: str, calls: list[tuple[list[Any], Any]]) -> Found:
    answer = synthesise([Example(tuple(args), result) for args, result in calls], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    return answer


def test_programs_that_round_in_another_way_are_handed_out_beside_the_one_that_is_taken() -> None:
    answer = found("the whole euros of a price", OPEN)
    assert load(answer.source, "solve")(12.6) == 13
    assert {load(other, "solve")(12.6) for other in answer.others} == {12}


def test_a_part_of_the_program_that_could_be_made_in_another_way_makes_another_program() -> None:
    answer = found("label", [([12.4], "12 EUR"), ([3.2], "3 EUR"), ([7.1], "7 EUR")])
    assert load(answer.source, "solve")(12.6) == "13 EUR"
    assert {load(other, "solve")(12.6) for other in answer.others} == {"12 EUR"}


def test_a_program_that_no_term_of_the_bank_makes_is_handed_out_too() -> None:
    answer = found("is it big", [([90], True), ([80], True), ([40], False), ([30], False)])
    assert any(load(other, "solve")(-90) != load(answer.source, "solve")(-90) for other in answer.others)


@pytest.mark.parametrize(
    ("goal", "calls"),
    [
        ("the last word", [(["Ada King"], "King"), (["to be or not"], "not"), (["one"], "one")]),
        ("the price in whole euros", OPEN),
        ("number of words", [(["a bc"], 2), (["d"], 1), (["e f g"], 3)]),
    ],
)
def test_every_one_is_right_on_the_examples_and_differs_from_the_best_close_to_them(
    goal: str, calls: list[tuple[list[Any], Any]]
) -> None:
    answer = found(goal, calls)
    assert len(answer.others) <= OTHERS
    for other in answer.others:
        run, best = load(other, "solve"), load(answer.source, "solve")
        assert [run(*args) for args, _ in calls] == [result for _, result in calls]
        assert any(_end(run, args) != _end(best, args) for args in nearby([args for args, _ in calls]))


def _end(run: Any, args: tuple[Any, ...]) -> Any:
    try:
        return run(*args)
    except (LookupError, ValueError):
        return None


@pytest.mark.parametrize(
    ("goal", "calls"),
    [
        ("double it", [([1], 2), ([2], 4), ([5], 10)]),
        ("round down", [([12.9], 12), ([3.5], 3), ([-1.5], -2)]),
        ("number of words", [(["a bc"], 2), (["d"], 1), (["e  f g "], 3)]),
        ("upper case", [(["ab c"], "AB C"), (["x1"], "X1"), (["Qq "], "QQ ")]),
    ],
)
def test_examples_that_settle_it_leave_no_other_program(goal: str, calls: list[tuple[list[Any], Any]]) -> None:
    assert found(goal, calls).others == ()


def test_the_same_is_handed_out_each_time_and_travels_with_the_last_answer_alone() -> None:
    told: list[dict[str, Any]] = []
    request = {"goal": "whole euros", "examples": [{"args": args, "result": result} for args, result in OPEN]}
    first, second = search(request, tell=told.append), search(request)
    assert first["others"] == second["others"] != []
    assert [answer["others"] for answer in told] == [[] for _ in told] != []


def test_looking_for_them_takes_a_bounded_effort() -> None:
    assert found("double it", [([1], 2), ([2], 4), ([5], 10)]).figures.candidates <= 2 * BEYOND
    assert [like(cost) for cost in (1, 3, 8, 16, 24)] == [2, 4, 9, 18, 27]


def test_inputs_close_to_the_examples_are_the_same_each_time_and_none_of_them_is_an_example() -> None:
    rows = [["Ada King", 12.4, [1, 2]], ["x", 13.4, []]]
    changed = nearby(rows)
    assert changed == nearby(rows)
    assert len(changed) <= MOST
    assert len({repr(args) for args in changed}) == len(changed)
    assert ("Ada King", 12.5, [1, 2]) in changed
    assert ("ADA KING", 12.4, [1, 2]) in changed
    assert ("Ada King", 12.4, []) in changed
    assert not [args for args in changed if list(args) in rows]


def test_whole_numbers_stay_whole_and_truth_values_stay() -> None:
    assert nearby([[3, True, None]]) == ((4, True, None), (2, True, None), (0, True, None), (-3, True, None))


def test_a_field_of_a_record_is_changed_and_the_others_stay() -> None:
    assert ({"name": "ad", "age": 3},) not in nearby([[{"name": "ad", "age": 3}]])
    assert ({"name": "ad", "age": 4},) in nearby([[{"name": "ad", "age": 3}]])


def test_a_tool_is_not_called_with_what_nobody_showed() -> None:
    endless = "def halve(n):\n    while n not in (8, 6, 20):\n        pass\n    return n // 2\n"
    known = (Example((8,), 4), Example((6,), 3))
    tool = Tool("halve", endless, "halve", ("n",), known)
    shown = [Example((8,), "#4"), Example((6,), "#3"), Example((20,), "#10")]
    answer = synthesise(shown, goal="halve it", tools=[tool], budget=Budget(seconds=5.0, candidates=20_000))
    assert isinstance(answer, Found)
    assert "halve_tool(" in answer.source or "halve(" in answer.source
