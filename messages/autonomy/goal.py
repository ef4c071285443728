"""A goal that the council sets itself: sighted, judged, in force, and how it ended."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Event, Identifier, Sequence, Share, Text
from messages.gate.evidence import Margin, Origin

Tier = Literal["strategic", "operational", "tactical"]
"""How far a goal reaches. *cited*: specification of autonomy, section 1"""
Result = Literal["pass", "marginal", "fail"]
"""Of one check."""
Check = Literal["purpose", "value", "feasibility", "viability", "stability"]
"""One of the five checks. *cited*: specification of autonomy, section 2"""


class Intent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be reached, as far as similarity to other goals and the checks need it."""

    origin: Origin
    told: Text
    """In words, for a person."""
    subject: Identifier
    """What it is about: a tool, a domain, a value dimension or a resource."""
    skills: tuple[Identifier, ...] = ()
    tier: Tier = "tactical"
    duration: Annotated[int, msgspec.Meta(ge=1)] = 100
    """In cycles."""


class Figures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the five checks and the novelty rest on."""

    purpose: Annotated[float, msgspec.Meta(ge=-1, le=1)]
    value: Annotated[float, msgspec.Meta(ge=-1, le=1)]
    feasibility: Share
    viability: Margin
    radius: Amount | None = None
    """Spectral radius with the goal added; None while there is not enough data."""
    novelty: Share = 1.0
    results: dict[Check, Result] = msgspec.field(default_factory=dict)


class Sighted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An opportunity stream has a signal for a goal."""

    one_mouth = True

    cycle: Sequence
    goal: Identifier
    intent: Intent
    signal: Text
    """What was measured, in words with its figures."""


class Judged(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision about a candidate with all figures: proposed to the gate, sandboxed first, or rejected."""

    one_mouth = True

    cycle: Sequence
    goal: Identifier
    decision: Literal["approved", "sandboxed", "rejected"]
    intent: Intent
    figures: Figures
    reason: Text = ""
    """Why it was rejected or sandboxed, by the name of the check or of the limit."""


class Begun(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The gate approved the goal; it is in force with its budget and deadline."""

    one_mouth = True
    acts = True

    cycle: Sequence
    goal: Identifier
    change: Identifier
    intent: Intent
    budget_usd: Amount
    budget_s: Amount
    deadline: Amount
    """Seconds since the epoch."""


class Ended(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the goal came out; `completed` rests on a measurement that `reason` names."""

    one_mouth = True

    cycle: Sequence
    goal: Identifier
    how: Literal["completed", "abandoned", "revoked", "vetoed"]
    reason: Text
