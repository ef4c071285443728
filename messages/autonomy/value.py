"""The seven value weights, and how they change: tried in a sandbox, proposed to the gate, in force, taken back."""

from typing import Annotated, Literal

import msgspec

from messages.base import Amount, Event, Identifier, Query, Sequence, Share, Text
from messages.gate.evidence import Dimension

Weights = dict[Dimension, Share]
"""All seven; they add up to 1."""
Drift = Literal["nominal", "moderate", "elevated", "critical"]
"""By the sum of distances from the baseline. *cited*: specification of autonomy, section 3"""


class Tried(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mutation ran in the sandbox: what a shadow of the council would have come to under the new weights."""

    for_people = True
    one_mouth = True

    trial: Identifier
    dimension: Dimension
    before: Weights
    after: Weights
    objective_change: Annotated[float, msgspec.Meta(ge=-2, le=2)]
    goal_rate_change: Annotated[float, msgspec.Meta(ge=-1, le=1_000_000)]
    stable: bool
    passed: bool
    reason: Text = ""


class Mutated(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights in force from here on; `change` is the approved proposal that led to them."""

    one_mouth = True
    acts = True

    cycle: Sequence
    change: Identifier
    trial: Identifier
    dimension: Dimension
    before: Weights
    after: Weights
    until: Sequence
    """Last cycle in which the mutation may be rolled back by itself."""


class Lapsed(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An approved mutation did not come into force, for the reason given."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    change: Identifier
    reason: Text


class Reverted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights went back to a checkpoint."""

    one_mouth = True

    cycle: Sequence
    before: Weights
    after: Weights
    reason: Text


class Drifted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The class of the drift changed; in `elevated` no mutation is begun, in `critical` the weights go back."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    drift: Amount
    kind: Drift


class Alerted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dimension keeps moving one way; its rate of mutations is halved."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    dimension: Dimension
    velocity: float
    """Change of the weight over the last 100 cycles, divided by 100."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the weights, as it stands in their history."""

    cycle: Sequence
    dimension: Dimension | None
    """The dimension that was moved; None where the weights went back."""
    before: Weights
    after: Weights
    reason: Text = ""


class Show(Query, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weights in force, their drift, and how they came to be."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `Show`."""

    weights: Weights
    baseline: Weights
    drift: Amount
    kind: Drift
    coherence: Share
    pressure: dict[str, Share]
    """By pair, as `one-other`: how much of the way from their baseline to 1 competing values have gone together."""
    pending: tuple[Identifier, ...]
    """Proposals under way."""
    slowed: tuple[Dimension, ...]
    """Dimensions whose rate of mutations is halved."""
    history: tuple[Entry, ...]
