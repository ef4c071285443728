"""What a change would bring into force, with exactly the evidence that its judges need: one type for each kind.

Each type carries the tag `kind`. Policy has one screen for each; a kind without a screen is refused.
"""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Identifier, Json, Name, Share, Source, Text
from messages.task import Profile

Prose = Annotated[str, msgspec.Meta(max_length=65_536)]
"""A SOUL, or a part of one; it has at most 64 KiB."""
Author = Literal["agent", "operator", "person", "tool"]
"""Who wants a SOUL changed: the agent, an operator's signed order, a person who edited the file, a learnt tool."""
Origin = Literal[
    "purpose_derived", "opportunity_driven", "gap_filling", "value_aligned", "exploratory", "survival_driven"
]
"""Which signal a goal answers. *cited*: specification of autonomy, section 2"""
Dimension = Literal[
    "stability", "growth", "purpose_fidelity", "efficiency", "exploration", "safety", "agent_cooperation"
]
"""One of the seven value weights. *cited*: specification of autonomy, section 3"""
Margin = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
"""A ratio of two durations; the bound keeps it finite."""


class Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that speaks against a change."""

    rule: Identifier
    told: Text


class Tool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="tool"):
    """A tool to be registered: its code, and what was said of it."""

    agent: Identifier
    """Who learnt it."""
    goal: Text
    domain: Identifier
    profile: Profile
    source: Annotated[Source, msgspec.Meta(min_length=1)]
    entry: Name
    requires: tuple[Name, ...] = ()
    """Registered tools that it calls."""
    secrets: tuple[Identifier, ...] = ()
    hosts: tuple[Text, ...] = ()
    """Where it would send requests."""
    parameters: tuple[Text, ...] = ()
    mastery: Share
    origin: Text
    """Where its code came from: a candidate, the search, a model service."""
    fingerprint: Text = ""


class Soul(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="soul"):
    """A new text of an agent's SOUL."""

    agent: Identifier
    author: Author
    before: Prose
    """In force; empty before the first version."""
    after: Prose
    reason: Text = ""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="value"):
    """A new weight of one value dimension; all weights together stay on the simplex."""

    dimension: Dimension
    before: dict[Dimension, Share]
    """The weights in force, all seven."""
    after: dict[Dimension, Share]
    trial: Identifier
    """The run of the mutation sandbox that tried it."""
    objective_change: Annotated[float, msgspec.Meta(ge=-2, le=2)]
    """Objective after minus objective before, over the trial."""
    goal_rate_change: Annotated[float, msgspec.Meta(ge=-1, le=1_000_000)]
    """Relative change of the rate of goals over the trial."""


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="code"):
    """A rewrite of a registered tool or of an agent's replaceable skill that should do the same, faster."""

    agent: Identifier
    target: Identifier
    domain: Identifier = "general"
    profile: Profile = "pure"
    before: Annotated[Source, msgspec.Meta(min_length=1)]
    after: Annotated[Source, msgspec.Meta(min_length=1)]
    cases: Annotated[int, msgspec.Meta(ge=0)]
    """Inputs on which both versions gave equal results."""
    improvement_low: Annotated[float, msgspec.Meta(ge=-1_000, le=1)]
    """Lower bound of the measured share of time saved."""


class Parameter(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="parameter"
):
    """A new value of an actor's numeric parameter."""

    actor: Identifier
    name: Identifier
    before: float
    after: float
    low: float
    """The least value that the actor accepts."""
    high: float
    """The greatest value that the actor accepts."""
    trial: Identifier
    """The replay of recorded traffic that tried it."""


class Goal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="goal"):
    """A goal that the council would set itself, with the figures of its five checks."""

    origin: Origin
    told: Text
    """What is to be reached, in words."""
    purpose_alignment: Annotated[float, msgspec.Meta(ge=-1, le=1)]
    value_alignment: Annotated[float, msgspec.Meta(ge=-1, le=1)]
    feasibility: Share
    viability: Margin
    """Cycles until the scarcest resource is depleted, divided by the goal's duration in cycles."""
    stable: bool
    """No condition was violated, and the spectral radius was below its threshold with the goal added."""
    budget_usd: Amount
    budget_s: Annotated[float, msgspec.Meta(gt=0)]
    """Seconds of work that the goal may use."""
    deadline: Annotated[float, msgspec.Meta(gt=0)]
    """Seconds since the epoch."""
    share: Share = 1.0
    """Part of the council's time that its work may take: how strongly it is coupled to the rest. Without it, all."""
    inputs: Json = None


Evidence = Tool | Soul | Value | Code | Parameter | Goal
"""Everything that may be proposed."""


def pattern_of(content: Evidence) -> str:
    """The kind of decision that the evidence is for; the bars of the ladder go by it, for goals by their origin."""
    match content:
        case Tool():
            return "tool.register"
        case Soul():
            return "soul.change"
        case Value():
            return "value.mutate"
        case Code():
            return "code.modify"
        case Parameter():
            return "parameter.tune"
        case Goal():
            return f"goal.{content.origin}"
