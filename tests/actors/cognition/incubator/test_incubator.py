"""The incubator by messages: what is admitted, paid for, tried, graduated or archived."""

import asyncio
from typing import Any

import msgspec
import pytest

from actors.cognition.incubator.actor import Incubator
from actors.cognition.incubator.worker import Assayer
from messages import task
from messages.autonomy import goal
from messages.cognition import incubation
from messages.gate import budget
from messages.kernel import order
from messages.kernel.control import Mode
from tests.actors.bench import Bench, only
from tests.actors.cognition.incubator.hypotheses import SLOW, hypothesis
from tests.actors.test_council import OPERATOR

SETTINGS = Incubator.Settings(operator_key=OPERATOR.public)


def asked(**more: Any) -> incubation.Incubate:
    return incubation.Incubate(hypothesis=msgspec.to_builtins(hypothesis(**more)), reason="a try")


def begun(bench: Bench, **more: Any) -> incubation.Begun:
    """The trial of a hypothesis under way."""
    admitted = only(bench.hears(asked(**more), key=OPERATOR), incubation.Admitted)
    reserved = budget.Reserved(act=admitted.trial, task=admitted.trial, agent="incubator", usd=0.0)
    return only(bench.hears(reserved), incubation.Begun)


def tried(made: incubation.Begun) -> incubation.Tried:
    """What the worker says, from a real jail in a child process."""

    async def said() -> incubation.Tried:
        async for found in Assayer().on_begun(made):
            return found
        raise AssertionError("no answer")

    return asyncio.run(said())


def test_what_graduates_becomes_a_task_to_learn_and_its_end_is_told() -> None:
    bench = Bench(Incubator, SETTINGS)
    said = bench.hears(tried(begun(bench)))
    graduated = only(said, incubation.Graduated)
    commission = only(said, goal.Commission)
    assert only(said, budget.Settle).act == graduated.trial
    assert commission.task == graduated.task
    wish = msgspec.convert(commission.body, task.Learn)
    assert wish.candidate is not None
    assert wish.examples[0].result == sorted(wish.examples[0].args[0])
    assert task.misfit_in(wish) is None
    concluded = only(bench.hears(task.Answered(task=commission.task, result=1)), incubation.Concluded)
    assert concluded.deployed
    assert bench.state.trials[graduated.trial].state == "deployed"


def test_what_fails_is_archived_with_what_was_learnt_and_not_tried_again_unchanged() -> None:
    bench = Bench(Incubator, SETTINGS)
    said = bench.hears(tried(begun(bench, candidate=SLOW)))
    assert "failed in experiments" in only(said, incubation.Archived).learnt
    again = asked(candidate=f"# once more\n{SLOW}")
    assert "tried this unchanged and is archived" in only(bench.hears(again, key=OPERATOR), order.Rejected).reason
    assert only(bench.hears(asked(), key=OPERATOR), incubation.Admitted).trial == "i-2"


def test_a_breach_is_recorded_with_its_monitor() -> None:
    bench = Bench(Incubator, SETTINGS)
    made = begun(bench)
    verdict = incubation.Tried(
        trial=made.trial, graduated=False, ended_in="experiments", learnt="flood", breached="resources"
    )
    assert only(bench.hears(verdict), incubation.Archived).breached == "resources"
    assert bench.hears(verdict) == ()


@pytest.mark.parametrize("mode", [Mode.SHADOW, Mode.ADVISORY])
def test_nothing_is_tried_where_autonomy_has_no_effect(mode: Mode) -> None:
    bench = Bench(Incubator, SETTINGS)
    said = bench.hears(asked(), key=OPERATOR, mode=mode)
    assert "ceiling" in only(said, order.Rejected).reason


def test_a_hypothesis_without_a_criterion_has_its_own_refusal() -> None:
    bench = Bench(Incubator, SETTINGS)
    wish = incubation.Incubate(hypothesis={"name": "n", "claim": "it is better"}, reason="a try")
    assert "without a criterion" in only(bench.hears(wish, key=OPERATOR), order.Rejected).reason
    assert only(bench.hears(asked()), order.Rejected).reason
    assert not bench.state.trials


def test_a_trial_that_can_not_be_paid_is_not_made() -> None:
    bench = Bench(Incubator, SETTINGS)
    trial = only(bench.hears(asked(), key=OPERATOR), incubation.Admitted).trial
    exceeded = budget.Exceeded(act=trial, task=trial, agent="incubator", reason="the day is spent")
    assert "the day is spent" in only(bench.hears(exceeded), incubation.Archived).learnt


def test_the_trials_are_told() -> None:
    bench = Bench(Incubator, SETTINGS)
    begun(bench)
    (one,) = bench.actor.answer_find(incubation.Find()).trials
    assert (one.name, one.state) == ("sort_once", "under way")
