"""What a client sends can be read by whoever hears it."""

import pytest

from messages.autonomy import goal
from messages.base import Command, Query, decode
from messages.kernel import order
from runtime.client.client import said
from runtime.errors import Unsayable


@pytest.mark.parametrize("message", [goal.Revoke(goal="g-1", reason="r"), order.Freeze(reason=""), goal.Find()])
def test_what_can_be_read_is_sent_as_it_is(message: Command | Query) -> None:
    assert decode(type(message), said(message)) == message


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (goal.Revoke(goal="a b", reason="r"), r"goal.Revoke can't be sent: \$.goal: Expected"),
        (order.Clear(pattern="", reason="r"), r"order.Clear can't be sent: \$.pattern"),
        (order.Freeze(reason="x" * 20_001), r"order.Freeze can't be sent: \$.reason"),
        (goal.Find(goal="a b"), r"goal.Find can't be sent: \$.goal"),
    ],
)
def test_what_nobody_could_read_is_not_sent_and_the_field_is_named(message: Command | Query, told: str) -> None:
    with pytest.raises(Unsayable, match=told):
        said(message)
