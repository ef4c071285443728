"""A goal that the council sets itself: sighted, judged, in force, and how it ended."""

from typing import Annotated, Final, Literal

import msgspec

from messages.base import Amount, Command, Event, Identifier, Json, Name, Obeyed, Query, Seconds, Sequence, Share, Text
from messages.gate.evidence import Margin, Origin

CLIENT: Final = "autonomy"
"""The client of tasks that goals commission. *chosen*"""
Tier = Literal["strategic", "operational", "tactical"]
"""How far a goal reaches. *cited*: specification of autonomy, section 1"""
Result = Literal["pass", "marginal", "fail"]
"""Of one check."""
Decision = Literal["approved", "sandboxed", "rejected"]
"""About a candidate."""
How = Literal["completed", "abandoned", "revoked", "vetoed"]
"""How a goal came out."""
State = Literal[
    "approved", "sandboxed", "proposed", "in force", "completed", "abandoned", "revoked", "vetoed", "rejected"
]
"""Where a goal stands; `approved` alone is one that a mode kept from being proposed."""
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

    for_people = True
    one_mouth = True

    cycle: Sequence
    goal: Identifier
    intent: Intent
    signal: Text
    """What was measured, in words with its figures."""


class Judged(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision about a candidate with all figures: proposed to the gate, sandboxed first, or rejected."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    goal: Identifier
    decision: Decision
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
    share: Share = 1.0
    """Part of the council's time that its work may take."""


class Ended(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the goal came out; `completed` rests on a measurement that `reason` names."""

    one_mouth = True

    cycle: Sequence
    goal: Identifier
    how: How
    reason: Text


class Commission(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Intake: accept this task for a goal; it is held to the rules of any other, and ends at the goal's deadline."""

    goal: Identifier
    task: Identifier
    kind: Literal["learn", "run"]
    body: Json
    deadline: Seconds
    """Seconds since the epoch."""
    skills: tuple[Identifier, ...] = ()
    """Tools that are tried together."""


class Recheck(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Intake: accept the task to try a registered tool on its own examples again, as for `Commission`."""

    one_mouth = True

    goal: Identifier
    task: Identifier
    tool: Name
    deadline: Seconds
    """Seconds since the epoch."""


class Spare(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Kublai: learning tasks accepted from here on take this part of the usual search, until the goal has ended."""

    one_mouth = True

    goal: Identifier
    resource: Identifier
    effort: Annotated[float, msgspec.Meta(gt=0, le=1)]
    until: Seconds
    """Seconds since the epoch, at the latest."""


class Withdraw(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Intake: have the task of a goal cancelled."""

    restricts = True

    goal: Identifier
    task: Identifier
    reason: Text


class Asked(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person is asked for what the council lacks: examples of a task that it could not learn."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    goal: Identifier
    subject: Identifier
    told: Text


class Revoke(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goals: end the goal and cancel its work; an operator's signed order."""

    of_operator = True
    one_mouth = True
    restricts = True

    goal: Identifier
    reason: Text


class Forbid(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goals: no goal of this origin, or about this subject, is made any more; those that are end."""

    of_operator = True
    one_mouth = True
    restricts = True

    what: Identifier
    reason: Text


class Allow(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goals: what was forbidden may be made again."""

    of_operator = True
    one_mouth = True

    what: Identifier
    reason: Text


class Forbidden(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No goal of this origin, or about this subject, is made from here on."""

    for_people = True
    one_mouth = True

    what: Identifier
    reason: Text
    obeyed: Obeyed | None = None


class Allowed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goals of this origin, or about this subject, may be made again."""

    for_people = True
    one_mouth = True

    what: Identifier
    reason: Text


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goals as they stand; one alone if it is named."""

    goal: Identifier | None = None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One goal, with its figures."""

    goal: Identifier
    state: State
    intent: Intent
    figures: Figures
    since: Sequence
    """The cycle in which it came to this state."""
    reason: Text = ""
    task: Identifier | None = None
    """The task that does its work."""


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`."""

    goals: tuple[View, ...]
    forbidden: tuple[Identifier, ...] = ()
    missing: Text = ""
    """What is not known yet without which no goal is judged; empty if nothing is missing."""
