"""Where a search has found nothing a model service is asked: quoted, reserved, asked, settled; its code is foreign."""

from typing import Any

import pytest

from actors.agents.jochi import Jochi
from actors.agents.ogedei import Ogedei
from actors.agents.temujin import Temujin
from actors.agents.work import CraftSettings
from actors.tools.spec.interface import digest_of
from messages import model, soul
from messages.base import Message
from messages.gate import budget
from messages.task import Candidate, Example
from messages.tools import learning, sandbox
from messages.tools.learning import Failure, Option
from messages.tools.sandbox import Result
from tests.actors.bench import Bench, only

EXAMPLES = tuple(Example(args=(n,), result=2 * n) for n in range(3))
SOURCE = "def double(n):\n    return 2 * n\n"
WRONG = "def double(n):\n    return n * n\n"
HOSTILE = "import os\n\n\ndef double(n):\n    return os.getpid()\n"
NOTHING = sandbox.Synthesised(task="L", round=1, source=None, reason="none in 9 tries", figures={"candidates": 9})


def practise(**more: Any) -> learning.Practise:
    order = {"task": "L", "round": 1, "goal": "double it", "name": "double", "examples": EXAMPLES, **more}
    return learning.Practise(**order)


def searched(**more: Any) -> tuple[Bench, str]:
    """Temüjin after a search that found nothing, and the name of the question that he wants to ask."""
    bench = Bench(Temujin, history=[practise(**more)])
    return bench, only(bench.hears(NOTHING), model.Quote).act


def paid(bench: Bench, act: str) -> tuple[Message, ...]:
    """What he says when the question is quoted and its price reserved."""
    reserve = only(bench.hears(quoted(act)), budget.Reserve)
    return bench.hears(budget.Reserved(act=act, task="L", agent="temujin", usd=reserve.usd))


def asked(**more: Any) -> tuple[Bench, str]:
    bench, act = searched(**more)
    paid(bench, act)
    return bench, act


def quoted(act: str) -> model.Quoted:
    return model.Quoted(act=act, task="L", agent="temujin", usd=0.25, within_s=240.0)


def answered(act: str, source: str = SOURCE, usd: float = 0.02) -> model.Answered:
    return model.Answered(
        act=act,
        task="L",
        agent="temujin",
        source=source,
        entry="double",
        explanation="",
        digest=digest_of(source, "double"),
        tokens_in=1,
        tokens_out=1,
        usd=usd,
    )


def failed(act: str, reason: str = "the service is gone", **more: Any) -> model.Failed:
    return model.Failed(**{"act": act, "task": "L", "agent": "temujin", "reason": reason, "usd": 0.01} | more)


def ran(*values: object, stage: str = "model") -> sandbox.Ran:
    results = tuple(Result(status="returned", value=value) for value in values)
    return sandbox.Ran(task="L", purpose=f"temujin:{stage}:1", results=results)


def test_a_question_is_quoted_by_its_size_and_its_price_reserved() -> None:
    bench, act = searched()
    assert only(bench.hears(quoted(act)), budget.Reserve) == budget.Reserve(
        act=act, task="L", agent="temujin", usd=0.25
    )


def test_what_is_reserved_is_asked_and_more_time_is_wanted() -> None:
    bench, act = searched()
    ask, continued = paid(bench, act)
    assert isinstance(ask, model.Ask)
    assert (ask.act, ask.usd) == (act, 0.25)
    assert "double it" in ask.user
    assert continued == learning.Continued(task="L", round=1, within_s=240.0)


def test_the_quote_is_for_the_very_question_that_is_asked() -> None:
    bench = Bench(Temujin, history=[practise()])
    quote = only(bench.hears(NOTHING), model.Quote)
    ask = only(paid(bench, quote.act), model.Ask)
    assert quote.prompt_bytes == len(f"{ask.system}\n{ask.user}".encode())


def test_the_question_holds_research_examples_and_the_failures_of_the_last_round() -> None:
    option = Option(name="mul", module="operator", signature="mul(a, b)", summary="a * b", score=1.0, justification="")
    failure = Failure(args=(77,), expected=154, got=5_929, error="wrong result")
    bench, act = searched(options=(option,), failures=(failure,), earlier=WRONG)
    user = only(paid(bench, act), model.Ask).user
    for part in ("operator.mul: mul(a, b)", "[1] -> 2", "[77] -> 154 wanted, got 5929", "return n * n"):
        assert part in user


def test_a_candidate_that_failed_is_shown_with_its_failures() -> None:
    bench = Bench(Temujin, history=[practise(candidate=Candidate(source=WRONG, entry="double"))])
    bench.hears(ran(0, 1, 4, stage="candidate"))
    user = only(paid(bench, only(bench.hears(NOTHING), model.Quote).act), model.Ask).user
    assert "return n * n" in user
    assert "[1] -> 2 wanted, got 1" in user


def test_an_answer_is_settled_and_practised_like_any_other() -> None:
    bench, act = asked()
    settle, run = bench.hears(answered(act))
    assert settle == budget.Settle(act=act, task="L", usd=0.02)
    assert isinstance(run, sandbox.Run)
    assert (run.source, run.purpose) == (SOURCE, "temujin:model:1")
    attempted, practised = bench.hears(ran(0, 2, 4, 0, 2))
    assert isinstance(attempted, learning.Attempted)
    assert sum(attempt.cost_usd for attempt in attempted.attempts) == pytest.approx(0.02)
    assert attempted.digest == digest_of(SOURCE, "double")
    assert isinstance(practised, learning.Practised)
    assert (practised.origin, practised.figures) == ("model", {"candidates": 9})
    assert bench.state.practice.work == {}


def test_hostile_code_is_refused_before_it_runs_and_told_to_the_model() -> None:
    bench, act = asked()
    settle, attempted, quote = bench.hears(answered(act, HOSTILE))
    assert isinstance(settle, budget.Settle)
    assert isinstance(attempted, learning.Attempted)
    (attempt,) = attempted.attempts
    assert "line 1: import os" in attempt.error
    assert attempt.cost_usd == 0.02
    assert attempted.patterns[0].kind == "policy"
    assert isinstance(quote, model.Quote)
    assert quote.act != act
    user = only(paid(bench, quote.act), model.Ask).user
    assert "policy: the code does what no tool may do: line 1: import os" in user
    assert "os.getpid" in user


def test_code_that_would_make_the_complaint_endless_is_refused_in_few_words() -> None:
    bench, act = asked()
    attempted = only(bench.hears(answered(act, f"import os.{'a' * 40_000}\n")), learning.Attempted)
    assert len(attempted.attempts[0].error) <= 2_000


def test_code_that_fails_is_shown_to_the_model_with_its_failures() -> None:
    bench, act = asked()
    bench.hears(answered(act, WRONG))
    attempted, quote = bench.hears(ran(0, 1, 4))
    assert isinstance(attempted, learning.Attempted)
    user = only(paid(bench, quote.act), model.Ask).user  # type: ignore[attr-defined]
    assert "return n * n" in user
    assert "[1] -> 2 wanted, got 1" in user
    assert only(bench.hears(answered(quote.act)), sandbox.Run).source == SOURCE  # type: ignore[attr-defined]
    assert only(bench.hears(ran(0, 2, 4)), learning.Practised).attempts == 2


def test_after_so_many_proposals_the_round_is_over() -> None:
    bench, act = asked()
    second = only(bench.hears(answered(act, HOSTILE)), model.Quote)
    paid(bench, second.act)
    bench.hears(answered(second.act, WRONG))
    stumped = only(bench.hears(ran(0, 1, 4)), learning.Stumped)
    assert stumped.reason == (
        "no implementation found; 2 proposals of the model service came to nothing, "
        "the last because it does not do what the examples show; the search: none in 9 tries"
    )
    assert stumped.figures == {"candidates": 9}
    assert stumped.failures[0].got == 1
    assert bench.state.practice.work == {}


def test_the_number_of_proposals_is_a_setting() -> None:
    bench = Bench(Temujin, CraftSettings(model_tries=1), history=[practise()])
    act = only(bench.hears(NOTHING), model.Quote).act
    paid(bench, act)
    stumped = only(bench.hears(answered(act, HOSTILE)), learning.Stumped)
    assert "the proposal of the model service came to nothing, the last because policy: the code" in stumped.reason


def test_an_answer_of_another_form_is_told_to_the_model_once() -> None:
    bench, act = asked()
    settle, quote = bench.hears(failed(act, "the answer is no JSON: oh", misshapen=True))
    assert settle == budget.Settle(act=act, task="L", usd=0.01)
    again = only(paid(bench, quote.act), model.Ask)  # type: ignore[attr-defined]
    assert "the answer is no JSON: oh" in again.user
    stumped = only(bench.hears(failed(again.act, "the answer is empty", misshapen=True)), learning.Stumped)
    assert "the model service was asked: the answer is empty" in stumped.reason


def test_a_repair_is_no_proposal() -> None:
    bench, act = asked()
    second = only(bench.hears(failed(act, "the answer is empty", misshapen=True)), model.Quote)
    paid(bench, second.act)
    third = only(bench.hears(answered(second.act, HOSTILE)), model.Quote)
    paid(bench, third.act)
    assert only(bench.hears(answered(third.act)), sandbox.Run).source == SOURCE


def test_a_call_that_failed_is_settled_and_told() -> None:
    bench, act = asked()
    settle, stumped = bench.hears(failed(act))
    assert settle == budget.Settle(act=act, task="L", usd=0.01)
    assert isinstance(stumped, learning.Stumped)
    assert stumped.reason.startswith(
        "no implementation found; the model service was asked: the service is gone; the se"
    )


def test_without_a_model_service_one_is_suggested() -> None:
    bench, act = searched()
    none = model.Unavailable(act=act, task="L", agent="temujin", reason="none is configured", configured=False)
    stumped = only(bench.hears(none), learning.Stumped)
    assert stumped.reason == (
        "no implementation found; give a candidate or configure a model service; the search: none in 9 tries"
    )


def test_with_one_that_lacks_something_that_is_told() -> None:
    bench, act = searched()
    lacking = model.Unavailable(act=act, task="L", agent="temujin", reason="the key is missing", configured=True)
    assert only(bench.hears(lacking), learning.Stumped).reason.startswith(
        "no implementation found; the key is missing;"
    )


def test_a_day_without_money_ends_the_round_before_anything_is_asked() -> None:
    bench, act = searched()
    bench.hears(quoted(act))
    exceeded = budget.Exceeded(act=act, task="L", agent="temujin", reason="temujin has 0.00 USD left")
    assert "was not asked: temujin has 0.00 USD left" in only(bench.hears(exceeded), learning.Stumped).reason


def test_an_answer_that_nobody_waits_for_any_more_is_settled_all_the_same() -> None:
    bench, act = asked()
    bench.hears(practise())
    assert bench.hears(answered(act)) == (budget.Settle(act=act, task="L", usd=0.02),)
    bench, act = asked()
    bench.hears(practise())
    assert bench.hears(failed(act)) == (budget.Settle(act=act, task="L", usd=0.01),)


def test_money_that_nobody_waits_for_any_more_is_given_back() -> None:
    bench, act = searched()
    bench.hears(quoted(act))
    bench.hears(practise())
    said = bench.hears(budget.Reserved(act=act, task="L", agent="temujin", usd=0.25))
    assert said == (budget.Settle(act=act, task="L", usd=0.0),)


def test_a_round_that_is_begun_again_asks_a_question_of_its_own() -> None:
    bench, act = asked()
    bench.hears(practise())
    assert only(bench.hears(NOTHING), model.Quote).act != act


@pytest.mark.parametrize("other", [Jochi, Ogedei])
def test_what_is_said_to_another_s_question_is_none_of_one_s_business(other: Any) -> None:
    _, act = searched()
    bench = Bench(other, history=[practise(to=other.name)])
    bench.hears(NOTHING)
    for message in (
        quoted(act),
        budget.Reserved(act=act, task="L", agent="temujin", usd=0.25),
        budget.Exceeded(act=act, task="L", agent="temujin", reason="none left"),
        answered(act),
        failed(act),
    ):
        assert bench.hears(message) == ()


MILD = """# Temujin

## Identity

I am Temujin.

## Core Truths

- Names of variables are whole words.

## Boundaries

- I MUST NOT run foreign code outside the sandbox.

## Available Tools and Capabilities

- weather: ask the weather API
"""


def test_a_model_service_is_asked_as_the_agents_soul_has_it_in_force() -> None:
    bench, act = searched()
    before = only(paid(bench, act), model.Ask).system
    assert "Names of variables" not in before
    bench = Bench(Temujin, history=[applied("jochi", MILD.replace("variables", "others")), applied("temujin", MILD)])
    bench.hears(practise())
    quote = only(bench.hears(NOTHING), model.Quote)
    ask = only(paid(bench, quote.act), model.Ask)
    assert "> - Names of variables are whole words." in ask.system
    assert ask.system.startswith(before)
    assert "weather" not in ask.system
    assert "others" not in ask.system
    assert quote.prompt_bytes == len(f"{ask.system}\n{ask.user}".encode())


def test_a_soul_that_changes_between_price_and_question_changes_the_next_question() -> None:
    bench, act = searched()
    reserve = only(bench.hears(quoted(act)), budget.Reserve)
    bench.hears(applied("temujin", MILD))
    ask = only(bench.hears(budget.Reserved(act=act, task="L", agent="temujin", usd=reserve.usd)), model.Ask)
    assert "Names of variables" not in ask.system


def applied(agent: str, text: str) -> soul.Applied:
    return soul.Applied(change="soul-1", agent=agent, version=1, digest="d", text=text)
