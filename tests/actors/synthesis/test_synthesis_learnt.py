"""Patterns learnt from what was taken or changed, questions joined by threes, steps taken back, groups by a part."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.synthesis.bank import argument
from actors.synthesis.numbers.peeling import bounded, multiplied
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.term import Term, composed, text
from actors.synthesis.text.extraction import extractions
from actors.synthesis.text.generalisation import generalised
from actors.synthesis.text.substitution import substitutions
from actors.synthesis.values import Values
from actors.synthesis.wording import loud, missed

SMALL = Budget(seconds=20.0, candidates=8_000)


def found(pairs: Sequence[tuple[Any, ...]], goal: str = "") -> Any:
    """The program for examples written as (argument, ..., result)."""
    answer = synthesise([Example(tuple(pair[:-1]), pair[-1]) for pair in pairs], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    return load(answer.source, "solve")


def run(template: str, text: str) -> Any:
    return eval(f"lambda A: {template}", {"re": re})(text)


@pytest.mark.parametrize(
    ("rows", "text", "result"),
    [
        ([("see [1] there", "see  there"), ("a[22] b[3]", "a b")], "x[456]y", "xy"),
        ([("mail ann@x.org now", "mail <mail> now"), ("bo.b@y.co.uk", "<mail>")], "q@z.de!", "<mail>!"),
        ([("- one\n- two", "one\ntwo"), ("* a-b", "a-b"), ("c\n- d", "c\nd")], "- e - f\n* g", "e - f\ng"),
        ([("Dr. Ann", "Ann"), ("Mr. Bo", "Bo"), ("Dr. Mr. Cy", "Cy"), ("Eve", "Eve")], "Mr. Dr. Zoe", "Zoe"),
        ([("hi ann. you", "Hi ann. You"), ("no! yes he. so", "No! Yes he. So")], "go on. ok", "Go on. Ok"),
        ([("a-\nb c", "ab c"), ("d\ne-\nf", "d ef")], "g\nh-\ni", "g hi"),
        ([("a,b", "a, b"), ("c,d,e", "c, d, e"), ("f, g", "f, g")], "h,i, j", "h, i, j"),
    ],
)
def test_a_change_is_learnt_from_what_was_changed(rows: list[tuple[str, str]], text: str, result: str) -> None:
    texts, results = zip(*rows, strict=True)
    assert result in [run(template, text) for template, _ in substitutions(texts, results)]


def test_a_change_that_one_example_shows_is_not_remembered() -> None:
    assert not substitutions(("red ink", "big cup"), ("blue ink", "big mug"))


@pytest.mark.parametrize(
    ("rows", "text", "result"),
    [
        (
            [("Dune by Frank Herbert (1965)", "Frank Herbert"), ("It by S. King (1986)", "S. King")],
            "A by B C (1)",
            "B C",
        ),
        ([("app-2.10.3.zip", "2.10.3"), ("tool7-1.4.exe", "1.4")], "x-10.0.2.deb", "10.0.2"),
        ([("a.pdf b.doc", ("a.pdf",)), ("see c-1.pdf, d.pdf", ("c-1.pdf", "d.pdf"))], "e-2.pdf f.txt", ["e-2.pdf"]),
        ([("pay $12.50, 3 times", (12.5,)), ("2 for $4 or $6", (4, 6))], "5 at $7.25", ["7.25"]),
        ([("id=7; x", "7"), ("y; id=a1;", "a1"), ("z", "")], "none", ""),
    ],
)
def test_a_part_is_learnt_from_itself_and_what_stands_beside_it(
    rows: list[tuple[str, Any]], text: str, result: Any
) -> None:
    texts, results = zip(*rows, strict=True)
    assert run(extractions(texts, results)[0][0], text) == result


@settings(max_examples=40, deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-z0-9 .,()\n-]{0,20}", fullmatch=True), min_size=1, max_size=4))
def test_whatever_is_general_matches_all_it_was_made_of(texts: list[str]) -> None:
    for pattern, _ in generalised(texts, words=True):
        assert all(re.fullmatch(pattern, text) for text in texts), pattern


def test_three_questions_are_answered_together() -> None:
    ask = found(
        [(30, 3000, 5, True), (17, 3000, 5, False), (40, 1900, 5, False), (18, 2000, 9, True), (50, 5000, 4, False)],
        "at least 18 years old and income at least 2000 and 5 points",
    )
    assert [ask(*row) for row in ((19, 2500, 6), (16, 2500, 6), (19, 1000, 6), (19, 2500, 3))] == [True] + [False] * 3


def test_a_form_has_the_length_that_the_goal_says() -> None:
    ask = found(
        [("abc1", True), ("ab", False), ("a_234567", True), ("a23456789", False), ("9abc", False)], "3 to 8 signs"
    )
    assert [ask(text) for text in ("abcd", "x", "a1_b2_c3", "abcdefghij")] == [True, False, True, False]


def test_items_are_grouped_by_a_part_that_the_keys_show() -> None:
    rows = [
        ([{"day": "2024-01-05"}, {"day": "2024-01-20"}, {"day": "2023-02-01"}], {"2024": 2, "2023": 1}),
        ([{"day": "2022-12-31"}], {"2022": 1}),
    ]
    assert found(rows, "how many in each year")([{"day": "2020-01-01"}, {"day": "2020-05-01"}]) == {"2020": 2}


def test_groups_that_a_question_picks_are_kept() -> None:
    rows = [
        ([{"film": "A", "stars": 5}, {"film": "A", "stars": 4}, {"film": "B", "stars": 3}], {"A": 9}),
        ([{"film": "C", "stars": 4}], {}),
        ([{"film": "D", "stars": 1}, {"film": "E", "stars": 4}, {"film": "D", "stars": 2}], {"D": 3}),
    ]
    total = found(rows, "total stars of films with at least two")
    assert total([{"film": "F", "stars": 3}, {"film": "G", "stars": 1}, {"film": "F", "stars": 4}]) == {"F": 7}


def test_an_argument_that_multiplies_is_divided_out() -> None:
    asked: list[Values] = []

    def solve(leaves: Sequence[Term], results: Values) -> Term | None:
        asked.append(results)
        return leaves[0] if leaves[0].values == results else None

    leaves = [argument("a", (3, 5, 8), 0), argument("b", (20, 15, 10), 1)]
    made = list(multiplied(leaves, (60.0, 75.0, 80.0), solve))
    assert made[0].values == (60, 75, 80)
    assert asked == [(20, 15, 10), (3, 5, 8)]


def test_a_bound_is_found_apart_from_what_it_bounds() -> None:
    asked: list[Values] = []

    def solve(leaves: Sequence[Term], results: Values) -> Term | None:
        asked.append(results)
        return leaves[0]

    leaves = [argument("a", (1, 2, 9, 4, 11), 0)]
    made = list(bounded(leaves, (3, 5, 15, 9, 15), "at most 15", solve))
    assert [text(term) for term in made] == ["min(a, 15)"]
    assert asked == [(3, 5, 9)]


def test_what_the_goal_has_no_word_for_counts_against_a_program() -> None:
    assert missed("A > 18", "at least 18 and below 65") == 1
    assert missed("A * 0.2", "20 percent") == 0
    minimum = composed("min(A)", (argument("a", ([3, 1],), 0),), "int", (1,), 2)
    assert (loud(minimum, "the smallest"), loud(minimum, "the first line")) == (0, 1)
