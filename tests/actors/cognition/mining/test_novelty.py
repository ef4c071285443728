"""Novelty sees the order of steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.cognition.mining.novelty import NOVEL, cosine, embedded, novelty
from actors.cognition.mining.order import common, likeness

words = st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=8).map(tuple)


def test_the_same_steps_in_another_order_are_new() -> None:
    known = [tuple("abcde")]
    assert novelty(tuple("abcde"), known).value == pytest.approx(0)
    assert novelty(tuple("edcba"), known).value == 1.0


def test_one_step_more_is_not_new_and_a_stranger_is() -> None:
    known = [tuple("abcde"), tuple("vwxyz")]
    near = novelty(tuple("abcdef"), known)
    assert near.value < NOVEL / 2
    assert near.nearest == tuple("abcde")
    assert novelty(tuple("mnopq"), known).value == 1.0


def test_without_history_everything_is_new() -> None:
    assert novelty(("a", "b"), []).value == 1.0


@given(words, words)
def test_cosines_are_between_none_and_one_and_symmetric(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    one, other = embedded(first), embedded(second)
    assert 0 <= cosine(one, other) <= 1
    assert cosine(one, other) == pytest.approx(cosine(other, one))


@given(words, words)
def test_likeness_is_that_of_the_longest_common_subsequence(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    assert common(first, second) == slow_common(first, second)
    assert likeness(first, first) == 1.0


def slow_common(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    if not first or not second:
        return 0
    if first[0] == second[0]:
        return 1 + slow_common(first[1:], second[1:])
    return max(slow_common(first[1:], second), slow_common(first, second[1:]))
