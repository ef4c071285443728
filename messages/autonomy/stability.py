"""How stable the council is by itself, told once in every cycle of autonomy."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Event, Identifier, Sequence, Share, Text
from messages.gate.change import Condition

Verdict = Literal["stable", "unstable", "undetermined", "not enough data"]
"""What the interval of the spectral radius says. *cited*: measured methods of reasoning"""
Band = Literal["healthy", "adequate", "marginal", "critical"]
"""Of the stability score. *cited*: specification of autonomy, section 6"""


class Radius(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The spectral radius of the one-cycle dynamics, with its interval."""

    value: Amount
    low: Amount
    high: Amount
    cycles: Annotated[int, msgspec.Meta(ge=0)]
    """Length of the window that it was estimated on."""


class Reported(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Score, margins and figures of the five conditions, with nothing proposed."""

    one_mouth = True

    cycle: Sequence
    verdict: Verdict
    score: Share | None = None
    """Product of the five margins; None while there is not enough data."""
    band: Band | None = None
    radius: Radius | None = None
    conditions: tuple[Condition, ...] = ()
    margins: dict[Identifier, Share] = msgspec.field(default_factory=dict)
    """By the name of the condition: 1 at its nominal point, 0 at its threshold."""
    reason: Text = ""
    """What is missing while there is not enough data, or what is violated."""
