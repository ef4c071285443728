"""The ways by which programs are found, each by itself: orders, decisions, twins, shapes, words, names."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.synthesis.components import components
from actors.synthesis.naming import named
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.table import defined
from actors.synthesis.term import leaf
from actors.synthesis.text.shapes import shapes
from actors.synthesis.trial import agrees
from actors.synthesis.wording import favoured, unmeant

SMALL = Budget(seconds=20.0, candidates=60_000)


def found(pairs: Sequence[tuple[Any, ...]], goal: str = "") -> Any:
    """The program for examples written as (argument, ..., result), and its source."""
    answer = synthesise([Example(tuple(pair[:-1]), pair[-1]) for pair in pairs], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    return load(answer.source, "solve"), answer.source


def test_a_list_is_ordered_by_what_is_computed_from_its_items() -> None:
    run, source = found(
        [
            (["03.01.2020", "01.02.2019", "02.12.2019"], ["01.02.2019", "02.12.2019", "03.01.2020"]),
            (["09.09.2009", "10.01.2008"], ["10.01.2008", "09.09.2009"]),
            (["05.05.2005", "04.06.2005", "01.01.2006"], ["05.05.2005", "04.06.2005", "01.01.2006"]),
        ]
    )
    assert "sorted(" in source
    assert run(["31.12.2001", "01.01.2001"]) == ["01.01.2001", "31.12.2001"]


def test_the_first_items_of_an_order_are_as_many_as_an_argument_says() -> None:
    run, _ = found(
        [(["bbb", "a", "cc"], 1, ["bbb"]), (["x", "yyyy", "zz"], 2, ["yyyy", "zz"]), (["q", "ww"], 2, ["ww", "q"])]
    )
    assert run(["a", "bbbb", "cc", "ddd"], 3) == ["bbbb", "ddd", "cc"]


def test_several_decisions_follow_each_other() -> None:
    pairs = [(95, "A"), (90, "A"), (85, "B"), (80, "B"), (75, "C"), (70, "C"), (60, "F")]
    run, source = found(pairs, "A from 90, B from 80, C from 70, else F")
    assert [run(points) for points in (91, 89, 71, 3)] == ["A", "B", "C", "F"]
    assert source.count("if ") == 3


def test_the_same_is_done_to_both_and_compared() -> None:
    run, _ = found(
        [("listen", "Silent", True), ("abc", "abd", False), ("Dusty", "study", True), ("aab", "abb", False)],
        "are the two words anagrams",
    )
    assert run("Night", "thing")
    assert not run("night", "nights")


def test_two_questions_are_joined() -> None:
    pairs = [(5, True), (15, False), (-3, False), (9, True), (0, False), (40, False), (1, True)]
    run, _ = found(pairs, "between 1 and 9")
    assert [run(n) for n in (2, 8, 10, -1)] == [True, True, False, False]


def test_a_field_that_an_argument_names_is_read() -> None:
    people = [{"n": "Ann", "c": "Oslo"}, {"n": "Bob", "c": "Rome"}]
    run, _ = found([(people, "n", ["Ann", "Bob"]), (people, "c", ["Oslo", "Rome"]), (people[1:], "n", ["Bob"])])
    assert run([{"z": 1}], "z") == [1]


def test_a_component_that_raises_what_nobody_expects_ends_no_search() -> None:
    run, _ = found([("a\nb", "b\na"), ("x\ny\nz", "z\ny\nx"), ("q", "q")], "lines in reverse order")
    assert run("1\n2") == "2\n1"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["AB", "QZ"]), st.integers(0, 999)), min_size=1, max_size=4))
def test_a_shape_matches_all_it_was_made_from(rows: list[tuple[str, int]]) -> None:
    texts = [f"{letters}-{number}" for letters, number in rows]
    patterns = [pattern for pattern, _ in shapes(texts)]
    assert patterns
    assert all(re.fullmatch(pattern, text) for pattern in patterns for text in texts)


def test_a_shape_counts_what_is_the_same_everywhere() -> None:
    assert r"\d{5}" in [pattern for pattern, _ in shapes(["12345", "00000"])]
    assert r"[A-Z]-\d+" in [pattern for pattern, _ in shapes(["A-1", "B-22"])]
    assert not list(shapes(["a1", "1a", "é"]))


def test_what_the_goal_means_comes_cheaper() -> None:
    before = {component.template: component.cost for component in components()}
    after = {component.template: component.cost for component in favoured(components(), (), "average of the numbers")}
    assert after["sum(A) / len(A)"] < before["sum(A) / len(A)"]
    assert after["A[::-1]"] == before["A[::-1]"]


def test_a_program_with_nothing_of_what_the_goal_means_is_seen() -> None:
    assert unmeant("' ' in A", "is it a palindrome")
    assert not unmeant("A == A[::-1]", "is it a palindrome")
    assert not unmeant("A + B", "frobnicate")


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        ((("a", "b"), (1, 2)), ("text", "number")),
        ((([1],), ([2],)), ("first_numbers", "second_numbers")),
        ((("2024-01-02", "2023-04-05"),), ("date",)),
        ((("10:30", "9:05"),), ("time",)),
        ((([{"a": 1}],), ({"b": 2},), (None,)), ("records", "record", "value")),
    ],
)
def test_arguments_are_named_by_what_they_are(columns: tuple[Any, ...], names: tuple[str, ...]) -> None:
    assert named(columns) == names


def test_a_program_that_gives_something_else_when_run_does_not_agree() -> None:
    a = leaf("a", "int", (1, 2), 1, 1)
    assert agrees(a, [a], (1, 2))
    assert not agrees(a, [a], (1, 3))


@pytest.mark.parametrize(
    ("definitions", "name", "args", "result"),
    [
        (defined.ORDINAL, "ordinal", (112,), "112th"),
        (defined.ORDINAL, "ordinal", (23,), "23rd"),
        (defined.SECONDS_IN, "seconds_in", ("1h 30m",), 5400),
        (defined.DURATION_OF, "duration_of", (3661,), "1h 1m 1s"),
        (defined.BYTES_IN, "bytes_in", ("1.5 GB", 1024), 1610612736),
        (defined.SIZE_OF, "size_of", (1536, 1024, 1), "1.5 KB"),
        (defined.SHORTENED, "shortened", (12_300, 1), "12.3K"),
        (defined.SHORTENED, "shortened", (2_000_000_000, 2), "2.00B"),
        (defined.SHORTENED, "shortened", (999, 1), "999"),
        (defined.LUHN, "luhn", ("4539 1488 0343 6467",), True),
        (defined.LUHN, "luhn", ("8273 1232 7352 0569",), False),
        (defined.ISBN, "isbn", ("0-306-40615-2",), True),
        (defined.ISBN, "isbn", ("978-0-306-40615-8",), False),
        (defined.IBAN, "iban", ("GB82 WEST 1234 5698 7654 32",), True),
        (defined.IBAN, "iban", ("GB82 WEST 1234 5698 7654 33",), False),
        (defined.FLATTENED, "flattened", ([1, [2, [3]], []],), [1, 2, 3]),
        (defined.FLATTENED_RECORD, "flattened_record", ({"a": {"b": 1}, "c": 2}, "."), {"a.b": 1, "c": 2}),
        (defined.SHIFTED, "shifted", ("xyZ", 3), "abC"),
        (defined.ROMAN, "roman", (1994,), "MCMXCIV"),
        (defined.FROM_ROMAN, "from_roman", ("xiv",), 14),
    ],
)
def test_what_is_defined_does_what_its_name_says(
    definitions: dict[str, str], name: str, args: tuple[Any, ...], result: Any
) -> None:
    source = "import re\nimport string\n" + "".join(definitions.values())
    assert load(source, name)(*args) == result
