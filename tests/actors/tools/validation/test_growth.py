"""The growth of an argument: which calls measure it, and the safe range that they show."""

from typing import Any

import pytest

from actors.sandbox.worker import OUTPUT_BYTES
from actors.tools.validation.declared import Declared
from actors.tools.validation.growth import RESULT_BYTES, Probe, probes_of, range_of, sized
from messages.task import Constraints, Example, Note
from messages.tools.sandbox import Result
from messages.tools.tool import Range

PROBE = Probe("n", "value", (1, 2, 4, 8), ((1,), (2,), (4,), (8,)))


def back(size: int = 1, cpu_ms: float = 1.0) -> Result:
    return Result(status="returned", value=size, cpu_ms=cpu_ms)


def declared(**bounds: Any) -> Declared:
    return Declared(("n",), {"n": Note(constraints=Constraints(**bounds))})


def probe(value: Any, known: Declared | None = None) -> Probe:
    (found,) = probes_of(known or Declared(("n",)), (Example(args=(value,), result=0),))
    return found


@pytest.mark.parametrize("value", [3, 1.5, "abc", [1, 2]])
def test_each_kind_of_argument_that_can_grow_is_doubled_from_one_on(value: Any) -> None:
    found = probe(value)
    assert found.sizes[:5] == (1, 2, 4, 8, 16)
    assert {type(args[0]) for args in found.calls} == {type(value)}


def test_texts_and_lists_grow_by_what_they_hold() -> None:
    assert [args[0] for args in probe("abc").calls[:4]] == ["a", "ab", "abca", "abcabcab"]
    assert [args[0] for args in probe([1, 2]).calls[:3]] == [[1], [1, 2], [1, 2, 1, 2]]


@pytest.mark.parametrize("value", [True, None, {"a": 1}, "", []])
def test_what_has_no_size_is_not_measured(value: Any) -> None:
    assert probes_of(Declared(("n",)), (Example(args=(value,), result=0),)) == ()


def test_no_size_beyond_the_declared_ends_is_tried_and_the_ends_are() -> None:
    assert probe(7, declared(minimum=3, maximum=500)).sizes == (3, 4, 8, 16, 32, 64, 128, 256, 500)
    assert probe("ab", declared(max_length=10)).sizes == (1, 2, 4, 8, 10)
    assert probe([1], declared(min_items=2, max_items=5)).sizes == (2, 4, 5)


def test_an_argument_with_listed_values_does_not_grow() -> None:
    assert probes_of(declared(enum=(1, 7)), (Example(args=(7,), result=0),)) == ()


def test_the_others_stay_as_in_an_example_and_few_arguments_are_measured() -> None:
    names = tuple("abcdef")
    found = probes_of(Declared(names), (Example(args=(1, 2, 3, 4, 5, 6), result=0),))
    assert [each.parameter for each in found] == ["a", "b", "c", "d"]
    assert found[1].calls[3] == (1, 8, 3, 4, 5, 6)


def test_calls_that_would_weigh_too_much_on_the_log_are_left_out() -> None:
    found = probe([{"key": "x" * 1_000}])
    assert 16 <= found.sizes[-1] < 100


@pytest.mark.parametrize(
    ("results", "up_to", "beyond"),
    [
        ([back()] * 4, 8, ""),
        ([back(), back(), back(cpu_ms=900)], 2, "4: takes 0.9 s"),
        ([back(), back(), Result(status="timeout", error="slow")], 2, "4: timeout: slow"),
        ([back(), back(RESULT_BYTES + 1)], 1, "2: flood: the result takes 524289 bytes; 524288 are the most"),
        ([back(), Result(status="raised", error="RecursionError")], 1, "2: raised: RecursionError"),
        ([Result(status="raised", error="ValueError"), back(), back(), back()], 8, ""),
        ([Result(status="memory", error="MemoryError")], 0, "1: memory: MemoryError"),
    ],
)
def test_the_range_ends_before_the_first_size_that_is_slow_or_no_answer(
    results: list[Result], up_to: int, beyond: str
) -> None:
    assert range_of(PROBE, results) == Range(parameter="n", unit="value", up_to=up_to, beyond=beyond)


def test_what_refuses_every_size_has_no_range() -> None:
    assert range_of(PROBE, [Result(status="raised", error="ValueError: no date")] * 4) is None
    assert range_of(PROBE, []) is None


def test_the_size_of_a_result_is_what_the_sandbox_would_count() -> None:
    space: dict[str, Any] = {}
    exec(sized("def f(n):\n    return 'x' * n\n", "f"), space)
    assert space["size_of_result"](10) == 12
    exec(sized("def f(n):\n    return 2 ** n\n", "f"), space)
    with pytest.raises(OverflowError, match="64 bits"):
        space["size_of_result"](64)
    assert RESULT_BYTES == OUTPUT_BYTES
