"""What is believed of another agent, from what it put on the log."""

from typing import Annotated, Literal

import msgspec

from messages.base import Event, Identifier, Query, Sequence, Share

Kind = Literal["cooperative", "neutral", "competitive", "unknown"]
"""The class of its strategy. *cited*: specification of autonomy, section 5"""
Band = Literal["high", "moderate", "low", "minimal"]
"""Of trust. *cited*: specification of autonomy, section 5"""
Stance = Literal["cooperate", "verify", "discount", "defend"]
"""What follows from the band. *cited*: specification of autonomy, section 5"""
Cosine = Annotated[float, msgspec.Meta(ge=-1, le=1)]
"""How far two directions agree."""


class Believed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A belief changed its class or band, or a report is due."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    agent: Identifier
    kind: Kind
    trust: Share
    band: Band
    goal: Identifier = "unknown"
    """The most probable goal."""
    certainty: Share = 0.0
    """Its probability."""
    reliability: Share = 0.5
    """Mean of the Beta posterior with forgetting."""
    seen: Sequence = 0
    """Observations so far."""
    alignment: Cosine = 0.0
    """How far what it seems to want agrees with what the council wants."""
    stance: Stance = "verify"
    accuracy: Share | None = None
    """Part of its actions that were foretold; None until there were enough."""
    calibration: Share | None = None
    """Mean distance of the foretold reliability from what came; None until there was enough."""
    advice: Identifier = "conservative"
    """What the interaction matrix recommends towards it."""


class Find(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is believed of the agents; of one alone if it is named."""

    agent: Identifier | None = None


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed of one agent, as it stands."""

    agent: Identifier
    kind: Kind
    trust: Share
    band: Band
    stance: Stance
    goal: Identifier
    certainty: Share
    alignment: Cosine
    reliability: Share
    capability: dict[Identifier, Share]
    """Share of its work that came out well, by domain."""
    accuracy: Share | None
    calibration: Share | None
    advice: Identifier
    seen: Sequence


class Beliefs(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Find`, in the order in which the agents were met."""

    agents: tuple[Belief, ...]
