"""What holds for every search and for each of its methods, whatever the values."""

import ast
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from actors.synthesis.choices.predicate import question
from actors.synthesis.components import components, predicates
from actors.synthesis.evidence import evidence
from actors.synthesis.numbers.linear import lines
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.term import leaf, text
from actors.synthesis.text.concatenation import concatenation
from actors.synthesis.tidy import tidy
from actors.synthesis.values import kind_of, plain, same

BRIEF = Budget(seconds=120.0, candidates=4_000)
AMPLE = Budget(seconds=120.0, candidates=20_000)
SLOW = settings(max_examples=15)
QUICK = settings(max_examples=60)


@pytest.fixture(scope="module", autouse=True)
def tables() -> None:
    """The components are made once, before any property is tried."""
    components()
    predicates()


scalars = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text(max_size=8)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
words = st.text(alphabet="abcXYZ 19,-@.", min_size=1, max_size=12)

STEPS = (
    "a.strip()",
    "a.upper()",
    "a[::-1]",
    "len(a)",
    "a.split(',')",
    "a.partition('@')[2]",
    "' '.join(a.split())",
    "a[:3]",
    "a.replace('-', '')",
    "len(a.split())",
    "sorted(a.split())",
    "a.title() + '!'",
    "[len(x) for x in a.split()]",
)


@SLOW
@given(st.lists(json_values, min_size=2, max_size=5, unique_by=repr), st.lists(json_values, min_size=5, max_size=5))
def test_whatever_is_found_agrees_with_every_example(arguments: list[Any], results: list[Any]) -> None:
    examples = [Example((argument,), result) for argument, result in zip(arguments, results, strict=False)]
    answer = synthesise(examples, budget=BRIEF)
    if isinstance(answer, Found):
        solve = load(answer.source, answer.entry)
        assert all(same(solve(*example.args), example.result) for example in examples)


@SLOW
@given(st.sampled_from(STEPS), st.lists(words, min_size=4, max_size=6, unique=True))
def test_what_one_or_two_steps_make_is_found_and_agrees(step: str, texts: list[str]) -> None:
    made = load(f"def solve(a):\n    return {step}\n", "solve")
    results = [made(given_text) for given_text in texts]
    assume(len({repr(result) for result in results}) > 1)
    answer = synthesise(
        [Example((given_text,), result) for given_text, result in zip(texts, results, strict=True)], budget=AMPLE
    )
    assert isinstance(answer, Found)
    solve = load(answer.source, answer.entry)
    assert [solve(given_text) for given_text in texts] == results


@SLOW
@given(
    st.lists(st.integers(0, 10**6), min_size=4, max_size=4, unique=True),
    st.lists(words, min_size=4, max_size=4, unique=True),
)
def test_no_program_is_a_constant_or_a_table_of_the_results(numbers: list[int], results: list[str]) -> None:
    answer = synthesise([Example((n,), r) for n, r in zip(numbers, results, strict=True)], budget=BRIEF)
    if isinstance(answer, Found):
        body = ast.parse(answer.source).body[-1]
        constants = [node.value for node in ast.walk(body) if isinstance(node, ast.Constant)]
        assert sum(result in constants for result in results) < 2


@SLOW
@given(st.lists(words, min_size=3, max_size=3, unique=True))
def test_a_search_is_repeatable(texts: list[str]) -> None:
    examples = [Example((given_text,), given_text.upper()[:2] + str(len(given_text))) for given_text in texts]
    first, second = (synthesise(examples, budget=BRIEF) for _ in range(2))
    assert type(first) is type(second)
    assert first.figures.candidates == second.figures.candidates
    if isinstance(first, Found) and isinstance(second, Found):
        assert first.source == second.source


@QUICK
@given(st.lists(st.tuples(words, words), min_size=2, max_size=4), st.sampled_from([", ", "-", " (", ""]))
def test_a_sum_of_parts_gives_the_results(rows: list[tuple[str, str]], between: str) -> None:
    left, right = (tuple(column) for column in zip(*rows, strict=True))
    results = [a + between + b for a, b in rows]
    assume(len(set(results)) > 1)
    parts = [leaf("a", "text", left, 1, 1), leaf("b", "text", right, 1, 2)]
    term = concatenation(results, parts, below=60)
    assert term is not None
    assert list(term.values) == results
    solve = load(f"def solve(a, b):\n    return {text(term)}\n", "solve")
    assert [solve(a, b) for a, b in rows] == results


@QUICK
@given(
    st.lists(st.integers(-1000, 1000), min_size=4, max_size=6, unique=True),
    st.sampled_from([2, 1.8, 0.5, 12, 1.19, 60, 2.54]),
    st.integers(-50, 50),
    st.integers(0, 2),
)
def test_a_straight_line_is_found_from_rounded_points(xs: list[int], slope: float, offset: int, places: int) -> None:
    # over 600 steps the rounding moves a slope by less than half of its second decimal, so that it can be read off
    assume(max(xs) - min(xs) > 600)
    results = tuple(round(x * slope + offset, places) for x in xs)
    assert list(lines(leaf("a", "int", tuple(xs), 1, 1), results, places))


@QUICK
@given(
    st.lists(st.integers(-1000, 1000), min_size=3, max_size=6, unique=True),
    st.floats(-100, 100) | st.sampled_from([2, 1.8, 0.621371]),
    st.floats(-50, 50),
    st.integers(0, 2),
)
def test_every_line_passes_all_points_within_rounding(xs: list[int], slope: float, offset: float, places: int) -> None:
    results = tuple(round(x * slope + offset, places) for x in xs)
    for line in lines(leaf("a", "int", tuple(xs), 1, 1), results, places):
        for value, result in zip(line.values, results, strict=True):
            assert abs(value - result) <= 0.51 * 10.0**-places


@QUICK
@given(
    st.lists(
        st.integers(-1000, 1000) | st.floats(-100, 100).map(lambda x: round(x, 2)), min_size=2, max_size=8, unique=True
    ),
    st.data(),
)
def test_a_bound_between_two_groups_of_numbers_tells_them_apart(numbers: list[float], data: st.DataObject) -> None:
    numbers.sort()
    cut = data.draw(st.integers(1, len(numbers) - 1))
    truth = tuple(place >= cut for place in range(len(numbers)))
    kind = "int" if all(isinstance(number, int) for number in numbers) else "float"
    asked = question(leaf("a", kind, tuple(numbers), 1, 1), truth, "")
    assert asked is not None
    ask = load(f"def solve(a):\n    return {text(asked)}\n", "solve")
    assert tuple(ask(number) for number in numbers) == truth == asked.values


@QUICK
@given(json_values)
def test_every_json_value_is_the_same_as_itself_and_as_its_plain_form(value: Any) -> None:
    assert same(plain(value), plain(value))


@pytest.mark.parametrize(
    ("left", "right"), [(1, True), (0, False), ("1", 1), ([1], [1, 2]), ({"a": 1}, {"b": 1}), (None, 0)]
)
def test_values_of_different_kinds_are_never_the_same(left: Any, right: Any) -> None:
    assert not same(left, right)
    assert not same(right, left)


def test_a_whole_number_may_be_written_either_way() -> None:
    assert same(2, 2.0)
    assert kind_of([1, 2.5]) == "list:float"


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("[x['n'] for x in [y for y in a if y['k']]]", "[y['n'] for y in a if y['k']]"),
        ("[x + 1 for x in [len(y) for y in a]]", "[len(y) + 1 for y in a]"),
        ("[x for x in [len(y) for y in a] if x > 2]", "[x for x in [len(y) for y in a] if x > 2]"),
        ("[x * x for x in [len(y) for y in a]]", "[x * x for x in [len(y) for y in a]]"),
        ("len([x['n'] for x in a])", "len(a)"),
        ("len([x for x in a if x])", "len([x for x in a if x])"),
    ],
)
def test_loops_over_loops_become_one_where_nothing_is_computed_twice(long: str, short: str) -> None:
    assert ast.unparse(tidy(ast.parse(long, mode="eval").body)) == short


def test_longer_and_more_varied_results_hold_more_evidence() -> None:
    assert evidence((1, 2, 3)) < evidence((1000, 2000, 3000)) < evidence(("a long text", "another one", "a third"))
    assert evidence(("pass", "fail", "pass", "fail")) < evidence(("pass", "fail", "miss", "hurt"))


def test_every_component_runs_what_it_writes() -> None:
    for made in (*components(), *predicates()):
        ast.parse(made.template, mode="eval")
        assert 1 <= made.cost <= 8
        assert all(f"{slot}" in made.template for slot in "ABC"[: len(made.slots)])
