"""What a log was found to hold."""

import msgspec

from messages.cognition.mining import Chain, Pattern


class Mined(msgspec.Struct, frozen=True, kw_only=True):
    """The patterns of a log, those that explain most first."""

    events: int
    agents: int
    steps: int
    """Different ones."""
    first_at: float
    last_at: float
    patterns: tuple[Pattern, ...]
    chains: tuple[Chain, ...] = ()
    """Only where the events tell arguments and results."""
