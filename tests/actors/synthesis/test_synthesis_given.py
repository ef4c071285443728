"""What may be missing, what is the same in every result, and what a round of practice shows of the examples."""

import copy
from collections.abc import Sequence
from typing import Any

import pytest

from actors.agents.kublai.holdout import split
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.values import same
from messages import task

SMALL = Budget(seconds=10.0, candidates=60_000)


def found(pairs: Sequence[tuple[Any, ...]], goal: str = "") -> str:
    answer = synthesise([Example(pair[:-1], pair[-1]) for pair in pairs], goal=goal, budget=SMALL)
    assert isinstance(answer, Found), answer
    return answer.source


def run(source: str, *args: Any) -> Any:
    return load(source, "solve")(*copy.deepcopy(args))


@pytest.mark.parametrize(
    ("goal", "pairs", "unseen"),
    [
        ("capitals, none if there is no text", [(None, "none"), ("abc", "ABC"), ("de", "DE")], [("xy", "XY")]),
        ("capitals", [("abc", "ABC"), ("de", "DE"), (None, "")], [("xy", "XY"), (None, "")]),
        ("capitals", [("abc", "ABC"), (None, None), ("de", "DE")], [("xy", "XY"), (None, None)]),
        ("twice the number", [(3, 6), (None, 0), (5, 10)], [(7, 14), (None, 0)]),
        (
            "greet",
            [("Ann", None, "Hi Ann"), ("Bo", "Dr", "Hi Dr Bo"), ("Cy", None, "Hi Cy"), ("Di", "Prof", "Hi Prof Di")],
            [("Eve", None, "Hi Eve"), ("Flo", "Dr", "Hi Dr Flo")],
        ),
    ],
)
def test_an_argument_may_be_none(goal: str, pairs: list[tuple[Any, ...]], unseen: list[tuple[Any, ...]]) -> None:
    source = found(pairs, goal)
    assert " is None" in source or " is not None" in source
    for *args, wanted in unseen:
        assert run(source, *args) == wanted


@pytest.mark.parametrize(
    ("pairs", "unseen"),
    [
        ([([], [1, 2]), ([5], [1, 5, 2]), ([7, 8], [1, 7, 8, 2])], ([9, 0], [1, 9, 0, 2])),
        ([([3], [3, 0]), ([5, 6], [5, 6, 0]), ([7, 8, 1], [7, 8, 1, 0])], ([4], [4, 0])),
        ([(["a"], ["from", "a", "to"]), (["b", "c"], ["from", "b", "c", "to"])], (["x"], ["from", "x", "to"])),
        ([("a", ["a", 1]), ("b", ["b", 1]), ("c", ["c", 1])], ("z", ["z", 1])),
        ([(["a", "b"], [["a", 9], ["b", 9]]), (["q", "r", "q"], [["q", 9], ["r", 9], ["q", 9]])], (["z"], [["z", 9]])),
        (
            [("Ann", {"is": "cat", "name": "Ann"}), ("Bo", {"is": "cat", "name": "Bo"})],
            ("C", {"is": "cat", "name": "C"}),
        ),
        ([({"a": 1}, {"a": 1, "seen": True}), ({"b": 2}, {"b": 2, "seen": True})], ({"c": 3}, {"c": 3, "seen": True})),
    ],
)
def test_constants_may_stand_in_lists_and_records(pairs: list[tuple[Any, Any]], unseen: tuple[Any, Any]) -> None:
    assert run(found(pairs), unseen[0]) == unseen[1]


def test_a_list_that_has_nothing_to_do_with_the_argument_is_not_remembered() -> None:
    answer = synthesise([Example((n,), [1, 2]) for n in (3, 4, 5)], budget=Budget(candidates=5_000))
    assert not isinstance(answer, Found) or "[1, 2]" not in answer.source


@pytest.mark.parametrize("round_number", [1, 2, 3])
def test_what_is_held_back_is_right_by_what_is_shown(round_number: int) -> None:
    pairs = [(-5, 0), (50, 50), (150, 100), (-40, 0), (73, 73), (101, 100)]
    examples = [task.Example(args=(given,), result=wanted) for given, wanted in pairs]
    parts = split(examples, round_number, ())
    source = found([(*example.args, example.result) for example in parts.seen], "keep a number between 0 and 100")
    assert parts.unseen
    assert all(same(run(source, *example.args), example.result) for example in parts.unseen)
