"""Programs put together from parts: joins, picked and ordered items, records extended, texts around a part."""

from collections.abc import Sequence
from typing import Any

import pytest

from actors.synthesis.literals import pools
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise

SMALL = Budget(seconds=120.0, candidates=40_000)
STAFF = [
    {"name": "Ann", "dept": "it", "pay": 30},
    {"name": "Bob", "dept": "hr", "pay": 40},
    {"name": "Cid", "dept": "it", "pay": 50},
    {"name": "Dee", "dept": "hr", "pay": 20},
    {"name": "Eve", "dept": "it", "pay": 10},
]
USERS = [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 3, "name": "Cid"}]


def found(pairs: Sequence[tuple[Any, ...]], goal: str = "") -> Any:
    """The program for examples written as (argument, ..., result)."""
    answer = synthesise([Example(tuple(pair[:-1]), pair[-1]) for pair in pairs], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    return load(answer.source, "solve")


def test_two_lists_of_records_are_joined_by_a_field_of_each() -> None:
    run = found(
        [
            ([{"user": 1, "sum": 5}, {"user": 2, "sum": 6}], USERS, [[5, "Ann"], [6, "Bob"]]),
            ([{"user": 3, "sum": 7}, {"user": 1, "sum": 8}], USERS, [[7, "Cid"], [8, "Ann"]]),
            ([{"user": 2, "sum": 9}], USERS[1:], [[9, "Bob"]]),
        ],
        "the sum of each order with the name of its user",
    )
    assert run([{"user": 9, "sum": 1}], [{"id": 9, "name": "Zoe"}]) == [[1, "Zoe"]]


def test_a_record_gets_a_field_from_another_list_and_keeps_the_others() -> None:
    orders = [{"user": 1, "sum": 5}, {"user": 2, "sum": 6}, {"user": 3, "sum": 7}]
    named = [{**order, "name": user["name"]} for order, user in zip(orders, USERS, strict=True)]
    run = found(
        [(orders[:2], USERS, named[:2]), (orders[1:], USERS, named[1:]), (orders[::-1], USERS, named[::-1])],
        "give each order the name of its user, by the id",
    )
    assert run([{"user": 7, "sum": 0}], [{"id": 7, "name": "Zoe"}]) == [{"user": 7, "sum": 0, "name": "Zoe"}]


def test_items_are_picked_by_a_question_and_then_put_in_order() -> None:
    run = found(
        [(STAFF, ["Cid", "Ann", "Eve"]), (STAFF[:3], ["Cid", "Ann"]), (STAFF[1:4], ["Cid"]), (STAFF[3:], ["Eve"])],
        "the names of those in it, highest pay first",
    )
    assert run([*STAFF, {"name": "Fay", "dept": "it", "pay": 35}]) == ["Cid", "Fay", "Ann", "Eve"]


def test_a_text_is_put_around_a_decision() -> None:
    pairs = [("Ann", 8, "Good morning, Ann!"), ("Bob", 13, "Good day, Bob!"), ("Cid", 9, "Good morning, Cid!")]
    run = found([*pairs, ("Dee", 12, "Good day, Dee!")], "morning before 12, else day")
    assert [run("Zoe", hour) for hour in (11, 23)] == ["Good morning, Zoe!", "Good day, Zoe!"]


def test_what_is_missing_is_asked_for() -> None:
    run = found([("a", "b", "a"), (None, "x", "x"), ("tea", "none", "tea"), (None, "zero", "zero")])
    assert [run("", "w"), run(None, "k")] == ["", "k"]


def test_the_likenesses_of_two_arguments_decide() -> None:
    pairs = [("tea", "milk", "milk"), ("apple", "pie", "apple"), ("dog", "cat", "dog"), ("a", "bb", "bb")]
    assert found(pairs, "the longer of the two words")("mountain", "hills") == "mountain"


def test_two_questions_that_the_goal_joins_are_joined() -> None:
    pairs = [("abc123", False), ("longpassword", False), ("longpass1", True), ("12345678", True), ("short", False)]
    run = found(pairs, "at least 8 characters and a digit")
    assert [run(text) for text in ("abcdefghij", "passw0rds", "a1")] == [False, True, False]


@pytest.mark.parametrize(
    ("texts", "results", "goal", "unseen", "expected"),
    [
        (["1,234", "12,345,678", "999"], ["1234", "12345678", "999"], "no separators", "2,500.75", "2500.75"),
        (["a_b", "x-y_z", "q"], ["a b", "x y z", "q"], "turn _ and - into spaces", "m-_n.", "m  n."),
        (["wow!!!", "yes!! ok", "no!"], ["wow!", "yes! ok", "no!"], "single exclamation marks", "a!!!!b", "a!b"),
    ],
)
def test_no_wider_class_is_replaced_than_the_examples_show(
    texts: list[str], results: list[str], goal: str, unseen: str, expected: str
) -> None:
    assert found(list(zip(texts, results, strict=True)), goal)(unseen) == expected


def test_keys_of_inner_records_are_tried_and_those_that_the_goal_names_first() -> None:
    order = {"id": 1, "customer": {"name": "Ann", "city": "Oslo"}, "items": [{"price": 2}, {"price": 3}]}
    keys = dict(pools([(order, order)], ("Oslo", "Oslo"), "the cities of the customers")["key"])
    assert set(keys) == {"id", "customer", "items", "name", "city", "price"}
    assert keys["city"] == keys["customer"] < keys["price"] == keys["id"]


def test_keys_that_only_some_records_have_are_optional() -> None:
    columns = [([{"a": 1, "b": 2}, {"a": 3}],)]
    assert [key for key, _ in pools(columns, ((1, 2),), "")["optional"]] == ["b"]
