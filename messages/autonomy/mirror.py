"""What the council knows of itself and its surroundings: world model, self model, strategy, purpose, objective."""

from typing import Annotated, Literal

import msgspec

from messages.autonomy.foundation import Resource
from messages.base import Amount, Event, Identifier, Sequence, Share, Text
from messages.gate.evidence import Dimension

Prospect = Literal["opportunistic", "threat", "neutral"]
"""What a scenario is by its gain. *cited*: specification of autonomy, section 1"""
Stream = Literal["environmental", "gap", "purpose"]
"""Where a signal comes from. *cited*: specification of autonomy, section 2"""


class Figure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One figure of the foundation; None while its window is not full."""

    value: float | None = None
    target: float
    met: bool = False
    cycles: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Consecutive cycles for which the target has been met."""


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The forecast of one dimension of the surroundings."""

    mean: float
    sd: Amount


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way in which things may go on."""

    name: Identifier
    probability: Share
    kind: Prospect = "neutral"
    duration: Annotated[int, msgspec.Meta(ge=1)] = 5
    """In cycles."""
    gain: Annotated[float, msgspec.Meta(ge=-1, le=1)] = 0.0
    """Projected gain over the baseline: difference of the dimensions' mean percentile, good end up."""


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The past of one dimension helps to foretell another; a third may drive both."""

    source: Identifier
    target: Identifier
    lag: Annotated[int, msgspec.Meta(ge=1)]
    """In cycles."""
    strength: float
    """Standard deviations of the target for one of the source."""


class Foreseen(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The world model, once in every cycle of autonomy; a figure is None while its window is not full."""

    one_mouth = True

    cycle: Sequence
    until: Sequence
    """The cycle that `expected` is for."""
    expected: dict[Identifier, Expected] = msgspec.field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    links: tuple[Link, ...] = ()
    hits: tuple[Share, ...] = ()
    """How the forecasts for this cycle came out: parts within the central 50, 80 and 95 %, and within 90 % of the
    mixture of scenarios; empty if there were none."""
    uncertainty: Amount | None = None
    """EU."""
    exposure: Share | None = None
    """RES."""
    depletion: Amount | None = None
    """RDF, in cycles; a million stands for never."""
    risks: dict[Resource, Amount] = msgspec.field(default_factory=dict)
    """Resources that are foretold to run short, with the cycles until then."""
    accuracy: Share | None = None
    calibration: Share | None = None
    """Error of the forecasts' probabilities."""
    coverage: Share | None = None
    foretold: Amount | None = None
    """Mean of the cycles by which shortages were foretold; None if there was none."""
    full: bool = False
    """The window of measures is full."""
    missing: tuple[Identifier, ...] = ()
    """Dimensions without a law: constant, or with too many gaps."""
    left_out: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Measures that were no possible value, since the beginning."""


class Shifted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dimension of the surroundings has changed its regime: its level or its spread is not what it was."""

    for_people = True
    one_mouth = True

    cycle: Sequence
    signal: Identifier
    since: Sequence
    """The cycle after which it changed, as far as can be told."""
    kind: Literal["level", "spread"]
    before: float
    """Median before the change, or standard deviation if the spread has changed."""
    after: float


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
    diversity: Share | None = None
    """Normalised entropy of the skills over their domains."""
    score: Share | None = None
    """SMS."""
    qualified: bool = False
    violated: tuple[Identifier, ...] = ()
    """Invariants of the verifier that do not hold."""
    pathologies: tuple[Identifier, ...] = ()
    """What is wrong with the goal stack, as `kind:act:goal`."""
    strategy: Identifier = "none"
    """The sharing of effort that does best over the scenarios; `none` while there is not enough data."""
    shares: dict[Dimension, Share] = msgspec.field(default_factory=dict)
    """The effort under that strategy, by dimension; said when the strategy changes."""
    weak: dict[Identifier, tuple[Identifier, ...]] | None = None
    """Skills with the circumstances in which they keep failing; None while that is as it was said last."""


class Found(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signal for the goal generation: an opportunity, a gap or a misaligned dimension, with its figures."""

    one_mouth = True

    cycle: Sequence
    stream: Stream
    subject: Identifier
    probability: Share = 1.0
    gain: Amount = 0.0
    """Projected gain over the baseline, or the magnitude of the gap."""
    needed_in: Amount | None = None
    """Cycles until it is needed; None where there is no such time."""
    told: Text = ""
