"""Approvals: a person's word, for one act with one content, once, and in time."""

from typing import Any

import msgspec
import pytest

from actors.gate.approvals import Approvals
from bus.keys import create
from messages import task
from messages.gate import approval
from messages.kernel import order
from tests.actors.bench import START, Bench, only

OPERATOR = create()
REQUESTED = approval.Requested(act="c-7", digest="a" * 64, summary="register 'mail'", expires_at=START + 100, task="L")


def bench() -> Bench:
    return Bench(Approvals, Approvals.Settings(operator_key=OPERATOR.public), history=[REQUESTED])


def approve(**more: Any) -> order.Approve:
    return order.Approve(**{"act": "c-7", "digest": "a" * 64, **more})


def test_an_approval_of_the_operator_is_granted_once() -> None:
    made = bench()
    said = only(made.hears(approve(), key=OPERATOR), approval.Granted)
    assert (said.act, said.digest, said.operator, said.task) == ("c-7", "a" * 64, OPERATOR.public, "L")
    assert "no act" in only(made.hears(approve(), key=OPERATOR), order.Rejected).reason
    assert made.actor.due() is None


def test_an_approval_for_another_digest_is_worth_nothing() -> None:
    made = bench()
    assert "a" * 64 in only(made.hears(approve(digest="0" * 64), key=OPERATOR), order.Rejected).reason
    only(made.hears(approve(), key=OPERATOR), approval.Granted)


def test_an_approval_that_nobody_or_somebody_else_signed_is_worth_nothing() -> None:
    made = bench()
    assert "not signed" in only(made.hears(approve()), order.Rejected).reason
    assert "signature" in only(made.hears(approve(), key=create()), order.Rejected).reason
    assert list(made.state.waiting) == ["c-7"]


def test_a_denial_carries_its_reason() -> None:
    said = only(
        bench().hears(order.Deny(act="c-7", digest="a" * 64, reason="not in my house"), key=OPERATOR), approval.Denied
    )
    assert said.reason == "not in my house"


def test_what_nobody_approves_in_time_is_denied() -> None:
    made = bench()
    assert made.at(REQUESTED.expires_at - 1) == ()
    assert "in time" in only(made.at(REQUESTED.expires_at), approval.Denied).reason
    only(made.hears(approve(), key=OPERATOR), order.Rejected)


def test_an_approval_that_comes_after_its_time_but_before_the_alarm_is_refused() -> None:
    said = bench().hears(approve(), key=OPERATOR, after_s=REQUESTED.expires_at - START)
    assert "expired" in only(said, order.Rejected).reason


@pytest.mark.parametrize("end", [task.Cancelled(task="L", reason="enough"), task.Failed(task="L", reason="late")])
def test_an_act_whose_task_is_over_waits_for_nobody(end: Any) -> None:
    made = bench()
    made.hears(end)
    assert made.actor.due() is None
    only(made.hears(approve(), key=OPERATOR), order.Rejected)


def test_who_asks_is_told_what_waits() -> None:
    assert bench().actor.answer_find(approval.Find()).acts == (REQUESTED,)


def test_an_act_that_is_asked_for_when_its_task_is_over_already_waits_for_nobody() -> None:
    made = Bench(Approvals, Approvals.Settings(operator_key=OPERATOR.public))
    made.hears(task.Cancelled(task="L", reason="enough"))
    made.hears(REQUESTED)
    assert made.state.waiting == {}
    assert made.actor.due() is None


def test_what_a_person_must_see_stays_on_the_log_and_out_of_the_state() -> None:
    exhibit = approval.Exhibit(title="code", text="def f(): pass\n")
    made = Bench(Approvals, history=[msgspec.structs.replace(REQUESTED, exhibits=(exhibit,))])
    assert made.state.waiting["c-7"] == REQUESTED
