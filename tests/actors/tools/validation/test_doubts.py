"""What the examples don't settle: which calls show it, and whose answers count."""

from typing import Any

import pytest

from actors.synthesis.source import load
from actors.tools.validation.declared import Declared
from actors.tools.validation.doubts import DOUBTS, ENTRY, calls_of, doubts_of, source_of
from actors.tools.validation.edges import ANYTHING
from messages.task import Case, Constraints, Example, Note
from messages.tools.learning import Validate
from messages.tools.sandbox import Result
from messages.tools.tool import Doubt, unsettled

ROUND = "def solve(n):\n    return round(n)\n"
FLOOR = "import math\n\n\ndef solve(n):\n    return math.floor(n)\n"
CUT = "def solve(n):\n    return int(n)\n"
WRONG = "def solve(n):\n    return 12 if n > 8 else round(n)\n"
PICKY = "def solve(n):\n    if n not in (12.4, 3.2):\n        raise ValueError(n)\n    return int(n)\n"


def order(*others: str, source: str = ROUND, **more: Any) -> Validate:
    seen = (Example(args=(12.4,), result=12), Example(args=(3.2,), result=3))
    return Validate(task="L", round=1, source=source, entry="solve", seen=seen, **{"unseen": (), **more}, others=others)


def doubts(asked: Validate, declared: Declared = ANYTHING) -> list[Doubt]:
    calls = calls_of(asked, declared)
    run = load(source_of(asked, asked.source), ENTRY) if calls else None
    results = [Result(status="returned", value=run(*args)) for args in calls]
    return list(doubts_of(asked, calls, results))


def test_a_call_is_told_with_the_answer_of_the_tool_first() -> None:
    told = doubts(order(FLOOR, source=CUT))
    assert [(doubt.args, doubt.answers) for doubt in told] == [((-12.4,), (-12, -13))]


def test_each_further_call_sets_other_programs_apart() -> None:
    told = doubts(order(FLOOR, CUT, source="def solve(n):\n    return int(n + 0.5)\n"))
    assert [(doubt.args, doubt.answers) for doubt in told] == [((12.5,), (13, 12))]


def test_who_is_wrong_on_an_example_that_the_maker_never_saw_has_nothing_to_say() -> None:
    unseen = (Example(args=(20.7,), result=21),)
    assert doubts(order(FLOOR, WRONG, unseen=unseen)) == []
    assert doubts(order(FLOOR, tests=(Case(name="up", args=(20.7,), result=21),))) == []
    assert doubts(order(FLOOR))


def test_only_what_both_answer_is_in_doubt() -> None:
    assert doubts(order(PICKY)) == []
    assert doubts(order(ROUND, source=PICKY)) == []


def test_nothing_is_called_where_no_program_is_beside_it() -> None:
    assert calls_of(order(), ANYTHING) == ()


def test_what_the_publisher_excluded_is_not_asked() -> None:
    declared = Declared(("n",), {"n": Note(constraints=Constraints(minimum=0))})
    assert doubts(order(FLOOR, source=CUT), declared) == []


def test_no_more_than_a_few_are_told() -> None:
    others = [f"def solve(n):\n    return round(n) if n != {n} else 99\n" for n in (12.5, 13.4, 3.5, 4.2, 11.4)]
    assert len(doubts(order(*others))) == DOUBTS


@pytest.mark.parametrize("status", ["timeout", "flood", "returned"])
def test_results_that_never_came_or_are_no_answers_tell_nothing(status: str) -> None:
    asked = order(FLOOR, source=CUT)
    calls = calls_of(asked, ANYTHING)
    assert list(doubts_of(asked, calls, [Result(status=status)] * len(calls))) == []
    assert list(doubts_of(asked, calls, ())) == []


def test_it_is_said_in_words_with_what_to_do() -> None:
    doubt = Doubt(args=(12.5, "a"), answers=(12, 13))
    assert unsettled((doubt,)) == (
        'the examples don\'t settle this: for (12.5, "a") it gives 12, another program of like size gives 13; '
        "add the right one as an example"
    )
    assert unsettled(()) == ""
