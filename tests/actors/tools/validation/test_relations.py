"""Metamorphic checks: only what the examples show, and only on calls that nobody gave."""

from actors.tools.validation.relations import follow_ups, is_blind_to_order, is_idempotent
from messages.task import Example


def examples(*pairs: tuple[object, object]) -> tuple[Example, ...]:
    return tuple(Example(args=(given,), result=result) for given, result in pairs)


CLEANED = examples((" a ", "a"), ("a", "a"), ("b", "b"), ("  c", "c"))
SUMS = examples(([1, 2], 3), ([2, 1], 3), ([1, 5], 6), ([5, 1], 6))


def test_a_cleaning_whose_results_stay_as_they_are_is_idempotent() -> None:
    assert is_idempotent(CLEANED)
    assert follow_ups(CLEANED) == ((("c",), "c"),)


def test_one_fixed_point_is_no_proof_and_identity_no_cleaning() -> None:
    assert not is_idempotent(examples((0, 0), (1, 2), (2, 4)))
    assert not is_idempotent(examples((1, 1), (2, 2), (3, 3)))


def test_a_result_that_goes_on_elsewhere_speaks_against_it() -> None:
    assert not is_idempotent(examples((0, 0), (1, 1), (5, 2), (2, 1)))


def test_sums_are_blind_to_order_and_first_items_are_not() -> None:
    assert is_blind_to_order(SUMS)
    assert not is_blind_to_order(examples(([1, 2], 1), ([2, 1], 2), ([1, 5], 1), ([5, 1], 5)))
    assert not is_blind_to_order(examples(([1, 2], 3), ([2, 1], 3), ([4, 5], 9)))


def test_more_than_one_argument_has_no_relations() -> None:
    assert follow_ups((Example(args=(1, 2), result=3),) * 3) == ()
