"""What `kurultai learn` says at the end."""

from typing import Any

import msgspec

from messages.samples import sample
from messages.tools import tool
from runtime.cli.tasks.learn import words
from runtime.cli.tools.tool import _described

LEARNT: dict[str, Any] = {
    "tool": "double",
    "version": 2,
    "parameters": ["n"],
    "mastery": 0.891,
    "origin": "composition",
    "missed": [],
    "replaced": "",
    "source": "def f(n):\n    return 2 * n\n",
}


def test_what_was_learnt_is_shown_with_its_source_and_how_it_is_called() -> None:
    assert words(LEARNT) == (
        "double version 2 is learnt, with mastery 0.89 (composition)\n\n"
        "def f(n):\n    return 2 * n\n\nkurultai tool run double N"
    )


def test_tests_that_were_not_passed_are_named_with_their_reasons() -> None:
    missed = ["repeat-2: changes its arguments", "edge-1: ends with memory"]
    assert "; not passed: repeat-2: changes its arguments; edge-1: ends with memory\n" in words(
        LEARNT | {"missed": missed}
    )


def test_why_the_candidate_was_replaced_is_said() -> None:
    told = words(LEARNT | {"replaced": "raised: TypeError: no JSON for a set"})
    assert "The candidate was replaced, since it failed: raised: TypeError: no JSON for a set\n" in told


def test_what_the_examples_leave_open_is_said_with_both_answers_and_what_to_do() -> None:
    told = words(LEARNT | {"doubts": [{"args": [12.5], "answers": [12, 13]}]})
    assert (
        "The examples don't settle this: for (12.5) it gives 12, another program of like size gives 13; "
        "add the right one as an example\n"
    ) in told
    assert "settle" not in words(LEARNT | {"doubts": []})


def test_of_a_disabled_tool_it_is_said_that_it_can_t_be_called_and_how_it_can() -> None:
    told = words(LEARNT | {"disabled": "it leaks"})
    assert "the tool is disabled (it leaks)" in told
    assert "kurultai tool enable double --reason WHY" in told


def test_tool_show_says_what_the_examples_leave_open() -> None:
    doubts = (tool.Doubt(args=(12.5,), answers=(12, 13)),)
    spec = msgspec.structs.replace(sample(tool.Spec), doubts=doubts)
    told = "\n".join(_described(msgspec.structs.replace(sample(tool.Entry), spec=spec)))
    assert "not settled:    the examples don't settle this: for (12.5) it gives 12" in told
    bare = msgspec.structs.replace(sample(tool.Entry), spec=msgspec.structs.replace(spec, doubts=()))
    assert "settle" not in "\n".join(_described(bare))
