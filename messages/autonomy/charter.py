"""The council's charter: what it is for, as a direction over the value dimensions."""

import math
from collections.abc import Mapping
from typing import Final

import msgspec

from messages.base import Command, Event, Identifier, Query, Seconds, Share, Text
from messages.gate.evidence import Dimension
from messages.task import Misfit

Direction = dict[Dimension, Share]
"""The weight of each dimension; they add up to 1, and one that is left out weighs 0."""


class Adopt(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mirror: let this be the council's charter; an operator's signed order."""

    of_operator = True
    one_mouth = True

    direction: Direction
    told: Text = ""
    """The charter in words, for people."""
    reason: Text


class Adopted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The charter in force from here on; before the first one the shipped charter is in force."""

    for_people = True
    one_mouth = True

    direction: Direction
    told: Text = ""
    reason: Text
    order: Identifier


class Show(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The charter as it stands, with the effort spent beside it."""


class Charter(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Show`."""

    direction: Direction
    told: Text = ""
    since: Seconds | None = None
    """When it was adopted, in seconds since the epoch; None for the shipped one."""
    reason: Text = ""
    effort: dict[Dimension, Share] = {}
    """What part of the effort of the window each dimension got; empty while none was seen."""
    alignment: float | None = None
    """Cosine of charter and effort; None while no effort was seen."""
    misaligned: tuple[Dimension, ...] = ()
    """Dimensions that get less than four fifths of their due, while the whole is misaligned."""


SLACK: Final = 0.01
"""How far the weights of a charter may add up to something else than 1. *chosen*: they are written with two digits"""


def contradiction_in(direction: Mapping[Dimension, float]) -> Misfit | None:
    """Where the direction contradicts itself; None if it does not."""
    for name, weight in direction.items():
        if not math.isfinite(weight) or not 0 <= weight <= 1:
            return Misfit(f"$.direction.{name}", f"{weight} is no weight", "give a number from 0 to 1")
    total = math.fsum(direction.values())
    if abs(total - 1.0) > SLACK:
        mend = "change the weights until they add up to 1; a dimension that is left out weighs 0"
        return Misfit("$.direction", f"the weights add up to {total:.4g}, not to 1", mend)
    return None
