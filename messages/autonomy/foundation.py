"""The council as it is measured, once a cycle: raw figures that every module of the autonomy level folds over."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Event, Identifier, Sequence, Share
from messages.gate.evidence import Dimension

Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
"""How many of something."""
Resource = Literal["compute", "memory", "observation", "mutation", "stability"]
"""One of the five resources. *cited*: specification of autonomy, section 4"""


class Reading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One resource: how much of it is left, and what the cycle took and gave."""

    level: Share
    used: Amount = 0.0
    """Consumption in the cycle, as a part of the whole resource."""
    gained: Amount = 0.0
    """Replenishment in the cycle, as a part of the whole resource."""


class Sampled(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the running processes and the server say of themselves in this cycle; a measure that failed is None."""

    one_mouth = True

    cycle: Sequence
    cpu: Share | None = None
    """Part of the council's processor budget that its processes used since the last sample."""
    memory: Share | None = None
    """Part of the council's memory budget that its processes hold."""
    lag: Count | None = None
    """Records that the slowest reader of the log has still to read."""
    stored_bytes: Count | None = None
    """Size of the log."""
    missing: tuple[Identifier, ...] = ()
    """Measures that could not be taken, or were no possible value."""


class Observed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The raw measures of one cycle. A measure that is missing is None or absent, never 0."""

    one_mouth = True

    cycle: Sequence
    arrivals: Count = 0
    """Tasks accepted."""
    ended: Count = 0
    """Tasks that came to an end, failed ones among them."""
    failed: Count = 0
    calls: Count = 0
    """Calls of tools that ended."""
    broken: Count = 0
    """Calls that ended in an error that speaks against the tool or the council, not against the arguments."""
    crashes: Count = 0
    dead: Count = 0
    """Inputs that were dead-lettered."""
    backlog: Count = 0
    """Tasks accepted and not ended."""
    latency_s: Amount | None = None
    """Mean time from acceptance to end of the tasks that ended; None if none did."""
    lag: Count | None = None
    """Records that the slowest reader of the log has still to read."""
    resources: dict[Resource, Reading] = msgspec.field(default_factory=dict)
    effort: dict[Dimension, Amount] = msgspec.field(default_factory=dict)
    """Seconds of work of the cycle, by the value dimension that the work served."""
    missing: tuple[Identifier, ...] = ()
    """Measures that were left out, because they could not be taken or were no possible value."""
