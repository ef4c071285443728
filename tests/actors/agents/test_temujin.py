"""Temüjin: the candidate first, then a search, each practised in the sandbox before he shows it."""

from typing import Any

import pytest

from actors.agents.temujin import Temujin
from messages import model, task
from messages.base import Message
from messages.task import Candidate, Example
from messages.tools import learning, sandbox, tool
from messages.tools.learning import Option
from messages.tools.sandbox import Result
from tests.actors.bench import Bench, only

EXAMPLES = tuple(Example(args=(n,), result=2 * n) for n in range(3))
SOURCE = "def double(n):\n    return 2 * n\n"
FOUND = sandbox.Synthesised(task="L", round=1, source=SOURCE, entry="double", figures={"candidates": 7})


def practise(**more: Any) -> learning.Practise:
    order = {"task": "L", "round": 1, "goal": "double it", "name": "double", "examples": EXAMPLES, **more}
    return learning.Practise(**order)


def with_candidate(**more: Any) -> learning.Practise:
    return practise(candidate=Candidate(source=SOURCE, entry="double"), **more)


def unavailable(quote: model.Quote) -> model.Unavailable:
    return model.Unavailable(act=quote.act, task="L", agent="temujin", reason="set base_url", configured=False)


def ran(stage: str, *values: object, round_number: int = 1) -> sandbox.Ran:
    results = tuple(Result(status="returned", value=value) for value in values)
    return sandbox.Ran(task="L", purpose=f"temujin:{stage}:{round_number}", results=results)


def test_a_candidate_is_run_on_the_visible_examples_and_nothing_else() -> None:
    run = only(Bench(Temujin).hears(with_candidate()), sandbox.Run)
    assert run.calls == ((0,), (1,), (2,), (0,), (1,))
    assert (run.source, run.entry) == (SOURCE, "double")


def test_a_candidate_that_does_all_examples_is_shown() -> None:
    bench = Bench(Temujin, history=[with_candidate()])
    said = only(bench.hears(ran("candidate", 0, 2, 4)), learning.Practised)
    assert (said.origin, said.attempts, said.source, said.replaced) == ("candidate", 1, SOURCE, "")
    assert bench.state.practice.work == {}


def test_a_candidate_that_fails_gives_way_to_a_search() -> None:
    bench = Bench(Temujin, history=[with_candidate()])
    only(bench.hears(ran("candidate", 0, 2, 5)), sandbox.Synthesise)
    only(bench.hears(FOUND), sandbox.Run)
    said = only(bench.hears(ran("composition", 0, 2, 4)), learning.Practised)
    assert (said.origin, said.attempts) == ("composition", 2)
    assert said.replaced == "wrong result for the arguments [2]: 5, not 4"


def test_a_search_takes_the_part_of_the_usual_time_that_the_order_allows() -> None:
    whole = only(Bench(Temujin).hears(practise()), sandbox.Synthesise)
    half = only(Bench(Temujin).hears(practise(effort=0.5)), sandbox.Synthesise)
    assert half.limit_s == whole.limit_s / 2


def test_without_a_candidate_the_search_is_led_by_goal_examples_and_options() -> None:
    options = (
        Option(name="str.strip", module="builtins", signature="", summary="", score=1.0, justification=""),
        Option(name="sub", module="re", signature="", summary="", score=1.0, justification=""),
    )
    search = only(Bench(Temujin).hears(practise(options=options)), sandbox.Synthesise)
    assert search.hints == ("str.strip", "re.sub")
    assert (search.goal, search.examples) == ("double it", EXAMPLES)


def test_what_was_found_is_practised_before_it_is_shown() -> None:
    bench = Bench(Temujin, history=[practise()])
    assert only(bench.hears(FOUND), sandbox.Run).source == SOURCE
    said = only(bench.hears(ran("composition", 0, 2, 4)), learning.Practised)
    assert said.figures == {"candidates": 7}


def test_what_the_search_found_beside_a_composition_goes_along_with_it_alone() -> None:
    others = ("def double(n):\n    return n + n\n",)
    found = sandbox.Synthesised(task="L", round=1, source=SOURCE, entry="double", others=others)
    bench = Bench(Temujin, history=[practise(), found])
    assert only(bench.hears(ran("composition", 0, 2, 4)), learning.Practised).others == others
    bench = Bench(Temujin, history=[with_candidate(), found])
    assert only(bench.hears(ran("candidate", 0, 2, 4)), learning.Practised).others == ()


def test_a_composition_that_fails_in_the_sandbox_is_not_shown() -> None:
    bench = Bench(Temujin, history=[practise(), FOUND])
    quote = only(bench.hears(ran("composition", 0, 2, 5)), model.Quote)
    said = only(bench.hears(unavailable(quote)), learning.Stumped)
    assert "the composition that was found fails its own examples" in said.reason
    assert (said.failures[0].args, said.failures[0].expected, said.failures[0].got) == ((2,), 4, 5)


def test_a_search_without_result_is_told_with_its_figures_and_the_candidates_failures() -> None:
    bench = Bench(Temujin, history=[with_candidate(), ran("candidate", 1, 2, 4)])
    nothing = sandbox.Synthesised(task="L", round=1, source=None, reason="none in 9 tries", figures={"candidates": 9})
    said = only(bench.hears(unavailable(only(bench.hears(nothing), model.Quote))), learning.Stumped)
    assert said.reason == (
        "no implementation found; give a candidate or configure a model service; "
        "the search: none in 9 tries; the candidate failed: wrong result for the arguments [0]: 1, not 0"
    )
    assert said.figures == {"candidates": 9}
    assert said.failures[0].args == (0,)


def test_true_is_not_one_and_one_is_one_point_zero() -> None:
    examples = (Example(args=(0,), result=1),)
    bench = Bench(Temujin, history=[with_candidate(examples=examples)])
    only(bench.hears(ran("candidate", True)), sandbox.Synthesise)
    bench = Bench(Temujin, history=[with_candidate(examples=examples)])
    only(bench.hears(ran("candidate", 1.0)), learning.Practised)


def test_results_for_others_and_of_other_rounds_are_ignored() -> None:
    bench = Bench(Temujin, history=[with_candidate(round=2)])
    assert bench.hears(ran("candidate", 0, 2, 4)) == ()
    assert bench.hears(sandbox.Ran(task="L", purpose="jochi:2", results=())) == ()
    assert bench.hears(FOUND) == ()
    only(bench.hears(ran("candidate", 0, 2, 4, round_number=2)), learning.Practised)


def test_the_same_order_again_starts_the_round_anew() -> None:
    bench = Bench(Temujin, history=[with_candidate()])
    only(bench.hears(with_candidate()), sandbox.Run)
    only(bench.hears(ran("candidate", 0, 2, 4)), learning.Practised)
    assert bench.hears(ran("candidate", 0, 2, 4)) == ()


def test_work_that_nobody_asks_for_any_more_is_forgotten() -> None:
    bench = Bench(Temujin)
    for number in range(1_001):
        bench.hears(practise(task=f"L{number}"))
    assert len(bench.state.practice.work) == 1_000
    assert "L0" not in bench.state.practice.work


def test_what_a_candidate_calls_is_practised_with_it() -> None:
    part = tool.Part(name="twice", entry="f", source="def f(n):\n    return 2 * n\n")
    order = with_candidate(requires=("twice",), parts=(part,))
    run = only(Bench(Temujin).hears(order), sandbox.Run)
    assert repr(part.source) in run.source
    assert repr(SOURCE) in run.source


@pytest.mark.parametrize("end", [task.Cancelled(task="L", reason="enough"), task.Failed(task="L", reason="too late")])
def test_a_round_whose_task_is_over_is_dropped_and_what_comes_late_changes_nothing(end: Message) -> None:
    bench = Bench(Temujin, history=[practise()])
    assert bench.hears(end) == ()
    assert bench.state.practice.work == {}
    assert bench.hears(FOUND) == ()
