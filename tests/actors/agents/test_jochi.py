"""Jochi: what he has run, and what his judgement comes to."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from actors.agents.jochi import Jochi
from actors.tools.validation.doubts import ENTRY
from messages.task import Case, Example, Host
from messages.tools import learning, sandbox
from messages.tools.sandbox import Result
from messages.tools.tool import Range
from tests.actors.bench import Bench, only

SEEN = tuple(Example(args=(n,), result=2 * n) for n in range(2))
UNSEEN = (Example(args=(7,), result=14),)


def validate(round_number: int = 1) -> learning.Validate:
    return learning.Validate(task="L", round=round_number, source="", entry="double", seen=SEEN, unseen=UNSEEN)


def judged(
    answer: Callable[[int, tuple[Any, ...]], Result], order: learning.Validate | None = None
) -> learning.Validated:
    """What is said in the end, where each call, with its place among all of them, is answered so."""
    bench = Bench(Jochi)
    return judged_by(bench, bench.hears(order or validate()), answer)


def judged_by(
    bench: Bench, said: tuple[Any, ...], answer: Callable[[int, tuple[Any, ...]], Result]
) -> learning.Validated:
    calls = 0
    while runs := [message for message in said if isinstance(message, sandbox.Run)]:
        results = tuple(answer(calls + place, args) for place, args in enumerate(runs[0].calls))
        calls += len(results)
        said = bench.hears(sandbox.Ran(task="L", purpose=runs[0].purpose, results=_cut(results)))
    found: learning.Validated = only(said, learning.Validated)
    assert bench.state.judging.cases == {}
    return found


def _cut(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """As the sandbox answers: a call that ends its process takes those after it along."""
    ends = (place for place, result in enumerate(results) if result.status in ("timeout", "killed", "protocol"))
    last = next(ends, len(results))
    lost = Result(status="killed", error="not run: the process ended")
    return (*results[: last + 1], *[lost] * (len(results) - last - 1))


def right(_place: int, args: tuple[Any, ...]) -> Result:
    if not isinstance(args[0], int | str | list):
        return Result(status="raised", error="TypeError: unsupported operand")
    return Result(status="returned", value=2 * args[0])


def test_at_least_ten_tests_are_made_with_unseen_examples_and_edges_among_them() -> None:
    calls: list[tuple[Any, ...]] = []

    def answer(place: int, args: tuple[Any, ...]) -> Result:
        calls.append(args)
        return right(place, args)

    judged(answer)
    assert len(calls) >= 10
    assert (7,) in calls
    assert (-1,) in calls
    assert calls.count((0,)) == 2


def test_what_is_right_everywhere_is_mastered() -> None:
    said = judged(right)
    assert (said.mastery, said.failed, said.critical, said.failures) == (1.0, 0, 0, ())


def test_what_fails_only_on_the_unseen_example_is_found_out() -> None:
    said = judged(lambda place, args: Result(status="returned", value=0) if args == (7,) else right(place, args))
    assert said.critical == 1
    assert said.failures[0].args == (7,)
    assert (said.failures[0].expected, said.failures[0].got) == (14, 0)
    assert said.mastery < 1.0


def test_an_example_counts_twice() -> None:
    wrong = Result(status="returned", value=-1)
    example_wrong = judged(lambda place, args: wrong if place == 0 else right(place, args))
    edge_wrong = judged(lambda place, args: Result(status="killed") if args == (-1,) else right(place, args))
    assert 1 - example_wrong.mastery > 1 - edge_wrong.mastery


def test_what_gives_something_else_the_second_time_is_not_repeatable() -> None:
    said = judged(lambda place, args: Result(status="returned", value=place))
    assert any("called again" in failure.error for failure in said.failures)


def test_a_test_that_kills_its_process_costs_the_others_nothing() -> None:
    said = judged(lambda place, args: Result(status="killed") if args == (-1,) else right(place, args))
    assert [outcome.outcome for outcome in said.outcomes].count("error") == 1
    assert said.failed == 1


def test_every_call_with_invented_arguments_is_made_however_many_end_their_process() -> None:
    hangs = Result(status="timeout", error="no answer within 1 s")
    said = judged(lambda place, args: right(place, args) if args[0] in (0, 1, 7) else hangs)
    assert (said.mastery, said.failed, said.critical) == (1.0, 0, 0)
    assert len(said.halted) == 5


def test_calls_that_nobody_asked_for_have_short_limits() -> None:
    bench = Bench(Jochi)
    own = only(bench.hears(validate()), sandbox.Run)
    results = tuple(right(0, args) for args in own.calls)
    invented = only(bench.hears(sandbox.Ran(task="L", purpose=own.purpose, results=results)), sandbox.Run)
    assert (own.limit_s, invented.limit_s) == (10.0, 1.0)
    assert not [args for args in ((0,), (1,), (7,)) if args in invented.calls]


def test_a_run_that_has_lost_time_tells_that_the_judgement_goes_on() -> None:
    bench = Bench(Jochi)
    own = only(bench.hears(validate()), sandbox.Run)
    lost = Result(status="killed", error="not run: no answer within 10 s")
    results = (Result(status="timeout", error="no answer within 10 s"), *[lost] * (len(own.calls) - 1))
    said = bench.hears(sandbox.Ran(task="L", purpose=own.purpose, results=results))
    assert only(said, learning.Continued).within_s == 10.0
    assert only(said, sandbox.Run).calls == own.calls[1:]


def test_a_test_that_may_take_longer_than_a_phase_is_waited_for() -> None:
    order = msgspec.structs.replace(validate(), tests=(Case(name="slow", args=(1,), result=2, timeout_s=50.0),))
    assert only(Bench(Jochi).hears(order), learning.Continued).within_s == 50.0


GROWING = msgspec.structs.replace(validate(), source="def double(n):\n    return 2 * n\n")


def test_the_growth_of_what_is_right_is_measured_and_told() -> None:
    def answer(_place: int, args: tuple[Any, ...]) -> Result:
        if args[0] in (0, 1, 7, -1) or not isinstance(args[0], int):
            return right(0, args)
        return right(0, args) if args[0] <= 512 else Result(status="timeout", error="no answer within 2 s")

    said = judged(answer, GROWING)
    assert said.mastery == 1.0
    assert said.ranges == (Range(parameter="n", unit="value", up_to=512, beyond="1024: timeout: no answer within 2 s"),)


OTHERS = ("def double(n):\n    return n + n\n", "def double(n):\n    return n << 1\n")


def beside(place: int, args: tuple[Any, ...]) -> Result:
    """The other programs give something else for negative numbers."""
    own = right(place, args)
    answers = [[own.value], [0 if args[0] < 0 else own.value], [own.value]] if isinstance(args[0], int) else []
    return Result(status="returned", value=answers)


def judged_beside(order: learning.Validate, own: Callable[[int, tuple[Any, ...]], Result]) -> learning.Validated:
    bench = Bench(Jochi)
    said = bench.hears(order)
    while runs := [message for message in said if isinstance(message, sandbox.Run)]:
        answer = beside if runs[0].entry == ENTRY else own
        results = tuple(answer(place, args) for place, args in enumerate(runs[0].calls))
        said = bench.hears(sandbox.Ran(task="L", purpose=runs[0].purpose, results=_cut(results)))
    return only(said, learning.Validated)


def test_programs_of_like_cost_are_compared_close_to_the_examples_and_the_verdict_stays() -> None:
    order = msgspec.structs.replace(validate(), others=OTHERS)
    said = judged_beside(order, right)
    assert [(doubt.args, doubt.answers) for doubt in said.doubts] == [((-1,), (-2, 0))]
    assert (said.mastery, said.outcomes) == (judged(right).mastery, judged(right).outcomes)
    assert judged(right).doubts == ()


def test_what_is_wrong_or_may_send_requests_is_not_compared() -> None:
    order = msgspec.structs.replace(validate(), others=OTHERS)
    assert judged_beside(order, lambda place, args: Result(status="returned", value=1)).doubts == ()
    assert judged_beside(msgspec.structs.replace(order, hosts=(Host(host="a.example"),)), right).doubts == ()


def test_the_growth_of_what_is_wrong_is_not_measured() -> None:
    said = judged(
        lambda place, args: Result(status="returned", value=0) if args == (7,) else right(place, args), GROWING
    )
    assert (said.wrong, said.ranges) == (1, ())


def test_nothing_that_may_send_requests_is_called_only_to_measure_it() -> None:
    order = msgspec.structs.replace(GROWING, hosts=(Host(host="api.example.com"),))
    assert judged(right, order).ranges == ()


def test_a_suite_runs_after_the_examples_in_a_process_of_its_own() -> None:
    bench = Bench(Jochi)
    order = msgspec.structs.replace(validate(), suite="def test_a():\n    assert double(1) == 2\n", name="double")
    run = only(bench.hears(order), sandbox.Run)
    results = tuple(right(0, args) for args in run.calls)
    edges = only(bench.hears(sandbox.Ran(task="L", purpose=run.purpose, results=results)), sandbox.Run)
    results = tuple(Result(status="raised", error="TypeError: no") for _ in edges.calls)
    run = edges
    suite = only(bench.hears(sandbox.Ran(task="L", purpose=run.purpose, results=results)), sandbox.Run)
    assert suite.calls == (("test_a", None),)
    assert suite.entry == "run_test"
    passed = (Result(status="returned"),)
    said = judged_by(bench, bench.hears(sandbox.Ran(task="L", purpose=suite.purpose, results=passed)), right)
    assert (said.mastery, said.outcomes[-1].name) == (1.0, "test_a")


def test_a_suite_that_can_not_be_read_fails_at_once_with_its_line() -> None:
    order = msgspec.structs.replace(validate(), suite="def test_a(:\n")
    said = only(Bench(Jochi).hears(order), learning.Validated)
    assert said.mastery == 0.0
    assert "line 1" in said.failures[0].error


def test_what_changes_its_arguments_is_told() -> None:
    said = judged(lambda place, args: msgspec.structs.replace(right(place, args), mutated=True))
    assert {failure.error for failure in said.failures} == {"changes its arguments"}
    assert said.critical == 0
    assert said.mastery < 0.85


def test_an_exception_at_an_edge_is_a_proper_answer() -> None:
    said = judged(
        lambda place, args: right(place, args) if args[0] in (0, 1, 7) else Result(status="raised", error="ValueError")
    )
    assert said.mastery == 1.0


@pytest.mark.parametrize("status", ["killed", "protocol"])
def test_an_edge_that_breaks_the_process_is_a_failure(status: str) -> None:
    said = judged(
        lambda place, args: right(place, args) if args[0] in (0, 1, 7) else Result(status=status, error="too long")
    )
    assert said.mastery < 0.85
    assert all(status in failure.error for failure in said.failures)


def test_an_example_that_raises_is_wrong() -> None:
    said = judged(lambda place, args: Result(status="raised", error="KeyError") if place == 1 else right(place, args))
    assert said.critical == 1
    assert "KeyError" in said.failures[0].error


def test_missing_results_count_as_failed() -> None:
    bench = Bench(Jochi, history=[validate()])
    said = only(bench.hears(sandbox.Ran(task="L", purpose="jochi:tests:1:0", results=())), learning.Validated)
    assert said.mastery == 0.0
    assert said.critical == 3


def test_results_for_others_are_ignored() -> None:
    bench = Bench(Jochi, history=[validate(2)])
    assert bench.hears(sandbox.Ran(task="L", purpose="jochi:tests:1:0", results=())) == ()
    assert bench.hears(sandbox.Ran(task="L", purpose="registry:call", results=())) == ()
