"""Limits by which Kublai follows up and judges nothing himself."""

from typing import Annotated

import msgspec


class KublaiSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a phase waits, how many rounds there are, and from which mastery a tool is registered."""

    phase_s: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 30.0
    """A phase without an answer for this long is delegated once more, then the task fails."""
    practice_s: Annotated[float, msgspec.Meta(gt=0, le=3_600)] = 120.0
    """The same for practice, which holds some runs and a search, whose limit is processor time: on a busy
    machine it takes longer. What asks for more time is given it on top."""
    rounds: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """Most rounds of practice and validation. In the last of several the developer sees every example."""
    mastered: Annotated[float, msgspec.Meta(ge=0.5, le=1)] = 0.85
    """Mastery from which a tool is enrolled, if no example failed."""
    partial: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.70
    """Mastery from which the next round is called an improvement and not a new start."""
