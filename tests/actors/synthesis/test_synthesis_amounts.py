"""Numbers shown in two units or more, and the steps that are common in lists, shares and lines."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.synthesis.choices.predicate import question
from actors.synthesis.numbers.amounts import amounts
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.term import composed, leaf, text
from actors.synthesis.text.patterns import unwanted
from actors.synthesis.weighing import Weighing

SMALL = Budget(seconds=20.0, candidates=120_000)


def found(pairs: Sequence[tuple[Any, ...]], goal: str = "") -> Any:
    """The program for examples written as (argument, ..., result)."""
    answer = synthesise([Example(tuple(pair[:-1]), pair[-1]) for pair in pairs], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    return load(answer.source, "solve")


def words_of(minutes: int) -> str:
    """Minutes as hours and minutes, without what is nought."""
    pairs = ((minutes // 60, "hour"), (minutes % 60, "minute"))
    return ", ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in pairs if count)


@given(st.lists(st.integers(min_value=12, max_value=5_000), min_size=2, max_size=5, unique=True))
def test_two_numbers_in_one_frame_are_one_number(numbers: list[int]) -> None:
    results = tuple(f"{number // 12} boxes and {number % 12} eggs" for number in numbers)
    term = leaf("a", "int", tuple(numbers), 1, 1)
    shown = [made for goal in amounts(results, "boxes of 12") if (made := goal.accept(term)) is not None]
    run = eval(f"lambda a: {text(shown[0])}")
    assert run(1000) == "83 boxes and 4 eggs"


@given(st.lists(st.integers(min_value=1, max_value=5_000), max_size=4))
def test_amounts_in_words_are_one_number(others: list[int]) -> None:
    numbers = (61, 120, 5, *others)
    results = tuple(map(words_of, numbers))
    term = leaf("a", "int", numbers, 1, 1)
    shown = [made for goal in amounts(results, "") if (made := goal.accept(term)) is not None]
    run = eval(f"lambda a: {text(shown[0])}")
    assert [run(number) for number in (125, 60, 1)] == ["2 hours, 5 minutes", "1 hour", "1 minute"]


def test_what_shows_no_amounts_has_no_such_goal() -> None:
    assert not list(amounts(("3-1", "2 of 4"), ""))
    assert not list(amounts((3, 4), ""))


def test_a_second_number_as_large_as_its_unit_is_no_rest() -> None:
    assert not [goal for goal in amounts(("1:75", "2:10"), "hours of 60 minutes") if goal.values == (135, 130)]


def test_a_measure_is_shown_in_two_units() -> None:
    run = found(
        [(40, "2 lb 8 oz"), (16, "1 lb 0 oz"), (50, "3 lb 2 oz"), (33, "2 lb 1 oz")], "ounces as pounds of 16 ounces"
    )
    assert run(100) == "6 lb 4 oz"


def test_numbers_are_counted_by_the_class_they_fall_in() -> None:
    run = found(
        [
            ([105, 199, 230], {"from 100": 2, "from 200": 1}),
            ([400], {"from 400": 1}),
            ([520, 110, 590], {"from 500": 2, "from 100": 1}),
        ],
        "how many prices from each hundred",
    )
    assert run([310, 320, 101]) == {"from 300": 2, "from 100": 1}


def test_records_that_nothing_belongs_to_get_a_default() -> None:
    run = found(
        [
            ([{"id": 1}, {"id": 2}], [{"id": 2, "city": "Oslo"}, {"id": 1, "city": "Rome"}], ["Rome", "Oslo"]),
            ([{"id": 5}, {"id": 7}], [{"id": 5, "city": "Bern"}], ["Bern", "unknown"]),
            ([{"id": 8}], [{"id": 4, "city": "Graz"}], ["unknown"]),
        ],
        "city of each person, unknown when there is none",
    )
    assert run([{"id": 3}], []) == ["unknown"]


def test_lines_are_numbered_and_put_together_from_fields() -> None:
    run = found(
        [
            ([{"title": "Emma", "year": 1815}, {"title": "Dune", "year": 1965}], ["1) Emma (1815)", "2) Dune (1965)"]),
            ([{"title": "Ulysses", "year": 1922}], ["1) Ulysses (1922)"]),
        ],
        "numbered lines of title and year",
    )
    assert run([{"title": "It", "year": 1986}, {"title": "Kim", "year": 1901}])[1] == "2) Kim (1901)"


@pytest.mark.parametrize(
    ("goal", "pairs", "args", "result"),
    [
        (
            "sort the chapters by their numbers",
            [(["2.10", "2.9", "1.1"], ["1.1", "2.9", "2.10"]), (["10.1", "9.12", "9.2"], ["9.2", "9.12", "10.1"])],
            (["3.11", "3.2"],),
            ["3.2", "3.11"],
        ),
        (
            "mean of the times without the fastest and the slowest",
            [([4, 9, 5, 6], 5.5), ([1, 2, 3], 2.0), ([10, 20, 40, 90, 30], 30.0)],
            ([1, 5, 5, 11, 100],),
            7.0,
        ),
        (
            "longest streak of rain",
            [(["rain", "rain", "sun"], 2), (["sun"], 0), (["rain", "sun", "rain", "rain", "rain"], 3)],
            (["rain", "sun", "rain", "sun"],),
            1,
        ),
        (
            "share of each in percent, one decimal",
            [({"a": 1, "b": 3}, {"a": 25.0, "b": 75.0}), ({"x": 1, "y": 2}, {"x": 33.3, "y": 66.7})],
            ({"p": 1, "q": 7},),
            {"p": 12.5, "q": 87.5},
        ),
        (
            "is the date within the term, the last day not counted",
            [
                ("2024-03-01", "2024-03-01", "2024-06-01", True),
                ("2024-06-01", "2024-03-01", "2024-06-01", False),
                ("2024-02-28", "2024-03-01", "2024-06-01", False),
                ("2024-05-05", "2024-01-01", "2024-06-01", True),
            ],
            ("2024-01-01", "2023-12-31", "2024-01-01"),
            False,
        ),
        (
            "visitors in short form",
            [(1500, "1.5K"), (940, "940"), (3200000, "3.2M"), (20000, "20.0K")],
            (8_800,),
            "8.8K",
        ),
    ],
)
def test_an_ordinary_step_is_one_component(
    goal: str, pairs: Sequence[tuple[Any, ...]], args: tuple[Any, ...], result: Any
) -> None:
    assert found(pairs, goal)(*args) == result


def test_marks_that_the_goal_lists_are_one_class() -> None:
    offered = unwanted(["a~b", "c^d", "e"], ["a_b", "c_d", "e"], "the marks ~ ^ % become an underscore")
    assert any(cost == 1 and re.sub(pattern, "_", "5%~^e") == "5___e" for pattern, cost in offered)


def test_a_median_that_nobody_speaks_of_costs_more() -> None:
    numbers = leaf("a", "list:int", ([1, 2, 9],), 1, 1)
    median = composed("statistics.median(A)", (numbers,), "int", (2,), 3)
    silent, said = (Weighing([numbers], (2,), goal, False).extra(median) for goal in ("average mark", "median mark"))
    assert silent > said


def test_what_divides_a_number_is_asked_where_the_goal_speaks_of_it() -> None:
    numbers = leaf("a", "int", (15, 6, 25, 7), 1, 1)
    truth = (True, False, True, False)
    silent, said = (
        next(answer.cost for answer in [question(numbers, truth, goal)] if answer is not None)
        for goal in ("nothing or 5 percent", "multiples of 5")
    )
    assert silent > said
