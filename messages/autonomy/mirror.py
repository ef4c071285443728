"""What the council knows of itself and its surroundings: world model, self model, strategy, purpose, objective."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Event, Identifier, Sequence, Share, Text


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One figure of the foundation; None while its window is not full."""

    value: float | None = None
    target: float
    met: bool = False
    cycles: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Consecutive cycles for which the target has been met."""


class Reflected(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The figures of the foundation, once in every cycle of autonomy."""

    one_mouth = True

    cycle: Sequence
    figures: dict[Identifier, Figure]
    objective: Annotated[float, msgspec.Meta(ge=-1, le=1)] | None = None
    alignment: Annotated[float, msgspec.Meta(ge=-1, le=1)] | None = None
    """Cosine between the charter and the effort spent."""
    uncertainty: Amount | None = None
    """Mean posterior variance in units of each dimension's own variance."""
    calibration: Share | None = None
    """Mean distance of the skills' confidence from their success rate."""
    score: Share | None = None
    """SMS."""
    qualified: bool = False
    violated: tuple[Identifier, ...] = ()
    """Invariants of the verifier that do not hold."""


class Found(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signal for the goal generation: an opportunity, a gap or a misaligned dimension, with its figures."""

    one_mouth = True

    cycle: Sequence
    stream: Literal["environmental", "gap", "purpose"]
    subject: Identifier
    probability: Share = 1.0
    gain: Amount = 0.0
    """Projected gain over the baseline, or the magnitude of the gap."""
    needed_in: Amount | None = None
    """Cycles until it is needed; None where there is no such time."""
    told: Text = ""
