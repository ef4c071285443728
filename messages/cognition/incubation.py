"""A hypothesis from its order to its verdict: tried in the sandbox, graduated to the line of judgement, or archived."""

from typing import Annotated, Literal

import msgspec

from messages.base import Command, Event, Identifier, Json, Name, Query, Seconds, Sequence, Share, Text
from messages.task import Example

Risk = Literal["low", "medium", "high"]
"""How much harm it could do in production."""
Effect = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
"""Share of the time that is saved, or points that are gained."""


class Incubate(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Incubator: try this hypothesis. A signed order."""

    of_operator = True
    one_mouth = True

    hypothesis: Json
    """As in the file of `kurultai incubate`."""
    reason: Text


class Admitted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hypothesis can be tried and was not tried before; its trial waits for its budget."""

    for_people = True
    one_mouth = True

    trial: Identifier
    name: Name
    fingerprint: Identifier
    risk: Risk
    hypothesis: Json


class Begun(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The trial runs in a sandbox of its own, at the strictest."""

    one_mouth = True
    acts = True

    trial: Identifier
    hypothesis: Json
    seed: Sequence


class Tried(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the trial came to; nothing of its sandbox is left."""

    one_mouth = True

    trial: Identifier
    graduated: bool
    ended_in: Text
    """The stage that it failed in, or the last one."""
    learnt: Text
    breached: Text = ""
    """The monitor that ended it; empty if none did."""
    effect: Effect | None = None
    low: Effect | None = None
    high: Effect | None = None
    probability: Share | None = None
    """That the effect exceeds the criterion."""
    stages: dict[str, Text] = msgspec.field(default_factory=dict)
    """What each stage that was made came to."""
    examples: tuple[Example, ...] = ()
    """Calls of the baseline, for the task to learn what graduates."""


class Archived(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hypothesis did not graduate; it is not tried again unchanged."""

    for_people = True
    one_mouth = True

    trial: Identifier
    learnt: Text
    breached: Text = ""


class Graduated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The hypothesis passed all phases; what it proposes goes to the line of judgement as a tool to be learnt."""

    for_people = True
    one_mouth = True

    trial: Identifier
    task: Identifier | None = None
    """None where there is nothing to be learnt: a score is no tool."""
    learnt: Text


class Concluded(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the line of judgement made of a graduate."""

    for_people = True
    one_mouth = True

    trial: Identifier
    deployed: bool
    reason: Text


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All trials."""


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One trial as it stands."""

    trial: Identifier
    name: str
    state: str
    learnt: str
    at: Seconds


class Trials(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`, the newest last."""

    trials: tuple[Past, ...]
