"""The helpers give what the plain expressions give, for any values: nested, mixed, NaN, unhashable."""

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.cognition.improvement.fallbacks import (
    Buckets,
    Extremes,
    Lazy,
    Members,
    Seen,
    Sums,
    greatest,
    least,
    remembered,
)

SCALARS = st.one_of(st.integers(-3, 3), st.floats(), st.booleans(), st.sampled_from(["", "a", "b"]), st.none())
VALUES = st.one_of(SCALARS, st.lists(st.integers(0, 2), max_size=2), st.tuples(SCALARS, SCALARS))
LISTS = st.lists(VALUES, max_size=30)


@given(LISTS, VALUES)
def test_members_search_count_and_place_as_the_list_does(values: list[Any], item: Any) -> None:
    members = Members(values)
    for each in (item, *values):
        assert (each in members) == (each in values)
        assert members.count(each) == values.count(each)
        if each in values:
            assert members.index(each) == values.index(each)


@given(LISTS)
def test_what_only_grows_is_searched_as_the_list_is(values: list[Any]) -> None:
    grown: list[Any] = []
    seen = Seen(grown)
    for each in values:
        assert (each in seen) == (each in grown)
        grown.append(each)
        assert each in seen


@given(LISTS, VALUES)
def test_buckets_leave_out_only_rows_that_the_condition_refuses(values: list[Any], wanted: Any) -> None:
    buckets = Buckets(values, lambda row: row)
    kept = [row for row in buckets.at(lambda: wanted) if row == wanted]
    assert list(map(id, kept)) == [id(row) for row in values if row == wanted]


@given(st.lists(st.integers()), st.none() | st.integers(-9, 9), st.none() | st.integers(-9, 9))
def test_sums_of_slices_are_those_of_the_slices(values: list[int], low: int | None, high: int | None) -> None:
    assert Sums(values).part(low, high) == sum(values[low:high])


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.integers(0, 9))
def test_sums_of_floats_keep_their_order(values: list[float], low: int) -> None:
    assert repr(Sums(values).part(low, None)) == repr(sum(values[low:]))


@given(st.lists(st.integers() | st.floats(), min_size=1), st.integers(1, 40))
def test_running_extremes_are_those_of_the_beginnings(values: list[float], high: int) -> None:
    for choose in (min, max):
        assert repr(Extremes(values, choose).until(high)) == repr(choose(values[:high]))


@given(st.lists(st.one_of(st.integers(), st.floats(), st.booleans()), min_size=1))
def test_extremes_are_what_stands_at_the_ends_of_the_sorted_values(values: list[Any]) -> None:
    assert repr(least(values)) == repr(sorted(values)[0])
    assert repr(greatest(values)) == repr(sorted(values)[-1])


def test_a_remembered_call_tells_one_from_true_and_shares_no_list() -> None:
    cache: dict[Any, Any] = {}
    assert [repr(remembered(repr, cache, each)) for each in (1, True, 1.0, -0.0, 0.0)] == [
        repr(repr(each)) for each in (1, True, 1.0, -0.0, 0.0)
    ]
    first, second = (remembered(lambda n: [n], cache, 5) for _ in range(2))
    assert first is not second


def test_a_remembered_call_is_made_once() -> None:
    numbers = count()
    cache: dict[Any, Any] = {}
    assert [remembered(lambda _: next(numbers), cache, "a") for _ in range(3)] == [0, 0, 0]


def test_a_kept_value_is_computed_once_unless_it_uses_up_what_it_reads() -> None:
    numbers = count()
    kept = Lazy(lambda: next(numbers), [1])
    assert [kept(), kept()] == [0, 0]
    once = iter([1, 2])
    anew = Lazy(lambda: list(once), once)
    assert [anew(), anew()] == [[1, 2], []]
