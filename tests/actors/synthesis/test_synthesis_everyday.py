"""Steps that anybody would ask for first, from as few examples as anybody would give."""

from typing import Any

import pytest

from actors.synthesis.numbers.linear import lines
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.term import leaf, text

SMALL = Budget(seconds=20.0, candidates=120_000)


@pytest.mark.parametrize(
    ("goal", "pairs", "args", "result"),
    [
        ("fahrenheit to celsius", [(212, 100), (32, 0), (50, 10)], (68,), 20),
        ("fahrenheit to celsius, rounded to a whole number", [(212, 100), (32, 0), (70, 21)], (100,), 38),
        ("celsius to fahrenheit", [(100, 212), (0, 32), (37, 98.6)], (-40,), -40),
        ("feet and inches in centimetres, one decimal", [(5, 10, 177.8), (6, 0, 182.9), (5, 4, 162.6)], (6, 2), 188.0),
        (
            "remove duplicates, keep the first",
            [([3, 1, 3, 2, 1], [3, 1, 2]), ([1], [1]), (["a", "b", "a"], ["a", "b"])],
            ([5, 5, 5, 4],),
            [5, 4],
        ),
        (
            "remove duplicate records",
            [([{"a": 1}, {"a": 2}, {"a": 1}], [{"a": 1}, {"a": 2}]), ([{"b": 1}, {"b": 1}], [{"b": 1}])],
            ([{"c": 3}, {"c": 3}, {"c": 4}],),
            [{"c": 3}, {"c": 4}],
        ),
        (
            "what is in both lists",
            [([1, "a", 2], ["a", 2], ["a", 2]), ([1], [2], []), (["x", 3], [3, "y"], [3])],
            ([1, 2, 3], [3, 1]),
            [1, 3],
        ),
        (
            "how many words start with a capital",
            [("Ada and Bob", 2), ("none here", 0), ("Go Go go", 2)],
            ("One two Three Four",),
            3,
        ),
        (
            "group the words by their length",
            [(["a", "bb", "c"], {"1": ["a", "c"], "2": ["bb"]}), ([], {}), (["xyz"], {"3": ["xyz"]})],
            (["ab", "cd", "e"],),
            {"2": ["ab", "cd"], "1": ["e"]},
        ),
        (
            "names of the people by their year of birth",
            [
                (
                    [{"n": "A", "born": 1990}, {"n": "B", "born": 1991}, {"n": "C", "born": 1990}],
                    {"1990": ["A", "C"], "1991": ["B"]},
                ),
                ([{"n": "D", "born": 2000}], {"2000": ["D"]}),
                ([], {}),
            ],
            ([{"n": "E", "born": 1985}],),
            {"1985": ["E"]},
        ),
    ],
)
def test_it_is_found_and_right_on_what_was_held_out(
    goal: str, pairs: list[tuple[Any, ...]], args: tuple[Any, ...], result: Any
) -> None:
    answer = synthesise([Example(pair[:-1], pair[-1]) for pair in pairs], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    assert load(answer.source, "solve")(*args) == result


def test_a_scale_is_not_read_off_results_that_any_line_could_give() -> None:
    narrow = leaf("a", "int", (32, 33, 34), 1, 1)
    assert not any("* 5 / 9" in text(line) for line in lines(narrow, (0, 1, 1), 0))
    wide = leaf("a", "int", (32, 212, 70), 1, 1)
    assert "(a - 32) * 5 / 9" in [text(line) for line in lines(wide, (0, 100, 21), 0)]
    assert not any("* 5 / 9" in text(line) for line in lines(wide, (0, 100, 22), 0))
