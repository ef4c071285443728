"""Edge cases: of the argument's kind, each once, and few."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tools.validation.edges import edge_calls, variants

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.floats(-10, 10) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("value", [True, 3, 1.5, "text", [1], {"a": 1}])
def test_variants_are_of_the_values_own_kind(value: Any) -> None:
    assert {type(variant) for variant in variants(value)} == {type(value)}


def test_empties_and_extremes_are_among_them() -> None:
    assert "" in variants("text")
    assert max(map(len, variants("text"))) == 10_000
    assert 0 in variants(5)
    assert min(variants(5)) == -1_000_000
    assert [] in variants([1, 2])
    assert {} in variants({"a": 1})


@given(st.lists(st.tuples(JSON, JSON), min_size=1, max_size=4))
def test_edge_calls_keep_the_arity_and_are_no_examples(examples: list[tuple[Any, Any]]) -> None:
    found = edge_calls(examples, 8)
    assert len(found) <= 8
    assert all(len(args) == 2 for args in found)
    assert not any(list(args) == list(example) for args in found for example in examples)


def test_every_argument_comes_to_its_turn() -> None:
    found = edge_calls([("text", 5)], 4)
    assert any(args[0] != "text" for args in found)
    assert any(args[1] != 5 for args in found)


def test_a_function_without_arguments_has_no_edges() -> None:
    assert edge_calls([()], 8) == ()
