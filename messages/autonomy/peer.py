"""What is believed of another agent, from what it put on the log."""

from typing import Literal

from messages.base import Event, Identifier, Sequence, Share

Kind = Literal["cooperative", "neutral", "competitive", "unknown"]
"""The class of its strategy. *cited*: specification of autonomy, section 5"""
Band = Literal["high", "moderate", "low", "minimal"]
"""Of trust. *cited*: specification of autonomy, section 5"""


class Believed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A belief changed its class or band, or a report is due."""

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
