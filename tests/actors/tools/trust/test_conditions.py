"""Under which condition a tool fails, found from sketches of its arguments."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tools.trust.conditions import FEWEST, Execution, conditions, meets
from actors.tools.trust.sketch import sketches

VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.text(max_size=3) | st.lists(st.integers(), max_size=3)


def execution(error: str = "", **arguments: Any) -> Execution:
    return Execution(error, sketches(arguments))


def found(failing: list[Any], good: list[Any], error: str = "ValueError") -> list[str]:
    executions = [*(execution(error, x=value) for value in failing), *(execution(x=value) for value in good)]
    return [condition.text for condition in conditions(executions)]


@pytest.mark.parametrize(
    ("failing", "good", "text"),
    [
        (["", "", ""], ["a", "bb"], "x is empty"),
        ([[], [], []], [[1]], "x is empty"),
        ([None] * 3, ["a", 3], "x is null"),
        ([-1, -2.5, -7], [0, 3], "x is negative"),
        ([0, 0, 0], [-1, 3], "x is zero"),
        ([1, 2, 3], ["1", "2"], "x is of the kind number"),
        (["aaaa", "bbbbb", "cccc"], ["a", "bbb"], "x has a size above 3"),
        ([{"a": 1}, {}, {"a": 2, "c": 1}], [{"a": 1, "b": 2}], "x lacks the key 'b'"),
        ([[{"a": 1}], [{"a": 1}, {"b": 1}], [{"a": 2}]], [[{"a": 1, "b": 2}], []], "x lacks the key 'b'"),
    ],
)
def test_the_simplest_test_that_tells_failures_from_successes_is_found(failing: Any, good: Any, text: str) -> None:
    assert found(failing, good) == [text]


def test_two_failures_are_chance_and_a_success_refutes() -> None:
    assert found(["", ""], ["a"]) == []
    assert found(["", "", ""], ["a", ""]) == []
    assert found(["", "", ""], []) == []


def test_several_conditions_explain_several_kinds_of_failure() -> None:
    assert found([-1, -2, -3, -4, None, None, None], [1, 2]) == ["x is negative", "x is null"]


def test_the_condition_is_of_the_argument_that_it_depends_on() -> None:
    executions = [execution("ZeroDivisionError", a=n, b=0) for n in (1, 2, 3)] + [
        execution(a=n, b=4) for n in (1, 2, 3)
    ]
    (condition,) = conditions(executions)
    assert (condition.parameter, condition.test) == ("b", "zero")
    assert condition.workaround == "ZeroDivisionError: a divisor of zero; say what the result is then"
    assert meets(condition, sketches({"a": 1, "b": 0}))
    assert not meets(condition, sketches({"a": 0, "b": 1}))
    assert not meets(condition, sketches({"a": 0}))


@given(st.lists(st.tuples(st.booleans(), VALUES, VALUES), max_size=30))
def test_no_success_meets_a_condition_and_enough_failures_do(calls: list[tuple[bool, Any, Any]]) -> None:
    executions = [execution("ValueError" if fails else "", x=x, y=y) for fails, x, y in calls]
    for condition in conditions(executions):
        meeting = [each for each in executions if meets(condition, each.sketches)]
        assert all(each.error for each in meeting)
        assert len(meeting) >= condition.failures >= FEWEST


def test_a_sketch_tells_no_more_than_it_must() -> None:
    told = sketches({"text": "my secret", "n": -12345, "who": {"name": "Ada"}})
    assert "secret" not in repr(told)
    assert "12345" not in repr(told)
    assert "Ada" not in repr(told)
    assert sketches({"x": {f"k{n}": n for n in range(50)}})[0].keys is None
