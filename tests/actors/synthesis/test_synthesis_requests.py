"""What a request may bring along: tools, calls that failed before; and what the answer tells whatever came of it."""

import json
from typing import Any

import pytest

from actors.scan import findings
from actors.synthesis.foreign import inlined, tools
from actors.synthesis.problem import Budget, Contradiction, Example, Found, NotFound, Tool
from actors.synthesis.source import load
from actors.synthesis.synthesise import search, synthesise

SMALL = Budget(seconds=10.0, candidates=30_000)
ROWS = [("ab cd", 4, "x:4"), ("q", 9, "x:9")]

CHECKSUM = '''
BASE = 7


class Odd(Exception):
    pass


def _turn(number):
    return number * BASE


def main(text):
    """Weighted sum of the characters."""
    if not isinstance(text, str):
        raise Odd("text, please")
    return sum(_turn(place) + ord(char) for place, char in enumerate(text))
'''

ENDLESS = "def solve(text):\n    while True:\n        pass\n"


def checksum(text: str) -> Any:
    return load(CHECKSUM, "main")(text)


def calls(*texts: str) -> list[dict[str, Any]]:
    return [{"args": [text], "result": f"#{checksum(text)}"} for text in texts]


def test_a_tool_of_the_request_is_called_and_stands_whole_in_the_source() -> None:
    tool = {"name": "check-sum", "source": CHECKSUM, "entry": "main", "examples": [{"args": ["a"], "result": 97}]}
    answer = search({"examples": calls("ab", "xyz", "hello"), "tools": [tool], "candidates": 30_000})
    assert answer["status"] == "found"
    assert "check_sum(text)" in answer["source"]
    assert "check_sum_BASE = 7" in answer["source"]
    assert load(answer["source"], "solve")("other") == f"#{checksum('other')}"
    assert findings(answer["source"]) == ()


def test_a_tool_that_fails_a_known_call_is_left_out() -> None:
    wrong = Tool("check", CHECKSUM, "main", calls=(Example(("a",), 1),))
    right = Tool("check", CHECKSUM, "main", calls=(Example(("a",), 97),))
    assert not list(tools([wrong]))
    assert [component.slots for component in tools([right])] == [("text",), ("list:text",)]


def test_a_tool_that_never_ends_stops_no_search() -> None:
    answer = synthesise(
        [Example(("a b",), "A B"), Example(("c",), "C"), Example(("dd",), "DD")],
        tools=[Tool("endless", ENDLESS)],
        budget=SMALL,
    )
    assert isinstance(answer, Found)
    assert "endless" not in answer.source


def test_what_a_tool_defines_cannot_meet_what_another_defines() -> None:
    scope: dict[str, Any] = {}
    exec(inlined("def aid():\n    return 1\n\ndef solve():\n    return aid()\n", "solve", "one"), scope)
    exec(inlined("def aid():\n    return 2\n\ndef solve():\n    return aid()\n", "solve", "two"), scope)
    assert (scope["one"](), scope["two"]()) == (1, 2)


def test_calls_that_failed_before_count_as_examples() -> None:
    request: dict[str, Any] = {
        "goal": "double",
        "examples": [{"args": [2], "result": 4}, {"args": [0], "result": 0}],
        "failures": [{"args": [3], "expected": 9, "got": 6, "error": "gives something else"}],
    }
    answer = search(request)
    assert answer["status"] == "found"
    assert load(answer["source"], "solve")(5) == 25


def test_contradicting_examples_are_told_at_once_with_what_they_say() -> None:
    request = {
        "examples": [{"args": ["a"], "result": 1}, {"args": ["b"], "result": 2}],
        "failures": [{"args": ["a"], "expected": 5}],
    }
    answer = search(request)
    assert answer["status"] == "contradiction"
    assert answer["examples"] == [0, 2]
    assert "('a') gives 1 and 5" in answer["reason"]
    with pytest.raises(Contradiction):
        synthesise([Example((1,), 1), Example((1,), 2)])


def test_a_search_that_finds_nothing_tells_how_far_it_came() -> None:
    rows = [Example((f"{n * 7919 % 1000:03d} {n}",), f"{n * 104729 % 99991:x}") for n in range(1, 6)]
    answer = synthesise(rows, budget=Budget(seconds=20, candidates=4_000))
    assert isinstance(answer, NotFound)
    assert answer.figures.share == 1.0
    assert answer.figures.level > 1
    assert json.dumps(search({"examples": [{"args": [1, "a"], "result": "q7"}], "candidates": 50})["figures"])


def test_the_source_names_its_arguments_and_says_what_it_is_for() -> None:
    answer = synthesise(
        [Example(([1, 2], 3), [3, 6]), Example(([5], 2), [10]), Example(([4, 0], 1), [4, 0])],
        goal='multiply each by "the" factor\n__import__',
        budget=SMALL,
    )
    assert isinstance(answer, Found)
    assert "def solve(numbers, number):" in answer.source
    assert '"""Multiply each by the factor import."""' in answer.source
    assert findings(answer.source) == ()
