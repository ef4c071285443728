"""Every order of the operator, in whatever actor decides on it: good once, in its time, and never without signature."""

from typing import Any

import msgspec
import pytest

from actors.roster import ROSTER
from bus.keys import create
from bus.log import Draft
from bus.names import Names
from messages.autonomy import goal
from messages.base import Message, encode, type_name
from messages.kernel import actor as life
from messages.kernel import order
from messages.kernel.control import Level, Mode
from runtime.actor import Actor
from runtime.envelope import subject_for
from runtime.signing import LIFE_S, SKEW_S, sign_order
from runtime.topology import orders_of
from tests.actors.bench import Bench, only

OPERATOR = create()
OF_THE_RUNTIME = (life.Replay, life.Restart, life.Resolve)
"""Orders that no actor decides on: mailbox, supervisor and workers carry them out, and a second one does nothing."""
VALUES: dict[str, Any] = {
    "level": Level.FOUNDATION,
    "fence": 1,
    "act": "a-1",
    "digest": "d" * 64,
    "name": "double",
    "to": 1,
    "version": 1,
    "agent": "kublai",
    "section": "Purpose",
    "text": "# Kublai",
    "base": "d" * 64,
    "reason": "look",
    "mode": Mode.HALF,
    "pattern": "goal.exploratory",
    "direction": {"growth": 0.5, "safety": 0.5},
    "goal": "g-1",
    "what": "exploratory",
    "hypothesis": {},
}
RESTRICTING = (order.Deny, order.Deprecate, order.Disable, goal.Revoke)
"""Orders that are remembered with what is said to them, and so only when they were obeyed."""
ORDERS = orders_of(ROSTER)
DECIDED = [(member, kind) for member in ROSTER.members for kind in ORDERS if kind in member.signature.handlers]


def sample(kind: type[Message]) -> Message:
    """An order of the type; what it is about need not be there."""
    wanted = [field.name for field in msgspec.structs.fields(kind) if field.required]
    return kind(**{name: VALUES[name] for name in wanted})


def bench(actor: Any) -> Bench:
    return Bench(actor, actor.Settings(operator_key=OPERATOR.public))


def given(kind: type[Message], at: float) -> Draft:
    """The order as the operator publishes it."""
    message = sample(kind)
    made = Draft(subject_for(Names(), message, "operator"), encode(message), "o-1", {"ce-id": "o-1"})
    return sign_order(OPERATOR, made, at)


def test_each_order_is_decided_on_by_exactly_one_actor() -> None:
    assert sorted(type_name(kind) for _, kind in DECIDED) == sorted(
        type_name(kind) for kind in ORDERS if kind not in OF_THE_RUNTIME
    )


@pytest.mark.parametrize(("actor", "kind"), DECIDED, ids=lambda value: value.__name__)
def test_an_order_that_is_published_again_is_refused(actor: type[Actor], kind: type[Message]) -> None:
    made = bench(actor)
    draft = given(kind, made.now)
    first = [
        message.reason
        for message in made.receives(draft.subject, draft.data, draft.headers)
        if isinstance(message, order.Rejected)
    ]
    assert not any("good once" in reason for reason in first)
    again = made.receives(draft.subject, draft.data, draft.headers)
    if kind in RESTRICTING:
        assert only(again, order.Rejected).reason == first[0]
        return
    assert "good once" in only(again, order.Rejected).reason
    assert again == (only(again, order.Rejected),)
    assert [name.split()[0] for name in made.state.orders.taken] == ["o-1"]


@pytest.mark.parametrize(("actor", "kind"), DECIDED, ids=lambda value: value.__name__)
def test_an_order_that_comes_too_late_is_refused(actor: type[Actor], kind: type[Message]) -> None:
    made = bench(actor)
    draft = given(kind, made.now)
    said = made.receives(draft.subject, draft.data, draft.headers, after_s=LIFE_S + SKEW_S + 2)
    assert "expired" in only(said, order.Rejected).reason
    assert not made.state.orders.taken
