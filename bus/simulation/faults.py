"""What goes wrong in a simulation, how often and how badly; every single case is drawn from the seed."""

from typing import Annotated, Final

import msgspec

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""Probability of a fault in one case."""
Span = tuple[float, float]
"""The shortest and the longest that it takes, in seconds."""


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By default nothing is lost or doubled; things only take their time."""

    travel_s: Span = (0.000_2, 0.002)
    """How long each message is on its way between a connection and the server, in either direction."""
    slow: Chance = 0.0
    """A message takes up to `slow_s` instead."""
    slow_s: float = 1.5
    lost_commit: Chance = 0.0
    """A commit never reaches the server; the committer hears nothing."""
    lost_answer: Chance = 0.0
    """A commit lands, and its answer is lost."""
    lost_acknowledgement: Chance = 0.0
    """The acknowledgement of an input never reaches the server."""
    lost_delivery: Chance = 0.0
    """A delivery goes to somebody who is gone; the inbox notices by its number, or at the next heartbeat."""
    lost_broadcast: Chance = 0.0
    late_broadcast: Chance = 0.0
    """A broadcast comes up to `late_s` later, after others that were sent after it."""
    late_s: float = 5.0
    repeated: Chance = 0.0
    """A delivery is sent, or a broadcast comes, a second time, up to `late_s` later."""
    partition_every_s: float = 0.0
    """Mean time between two losses of one connection's link; 0 is never, here and below."""
    pause_every_s: float = 0.0
    """Mean time between two actors that stop as a process does under SIGSTOP, and go on later."""
    crash_every_s: float = 0.0
    """Mean time between two actors that die where they stand, and are started anew."""
    restart_every_s: float = 0.0
    """Mean time between two restarts of the server, by which all links are lost."""
    away_s: Span = (0.05, 3.0)
    """How long a partition, a pause, or a restart lasts."""
    forgotten_window: Chance = 0.0
    """At a restart the server forgets which ids it has seen, as it does after the duplicate window."""
    forgotten_acknowledgements: Chance = 0.0
    """At a restart the server forgets the last acknowledgements of each inbox."""
    survives_cut: Chance = 0.5
    """What was on its way to the server when the link was lost arrives all the same, at once."""
    straggles: Chance = 0.0
    """What survives a cut arrives as late as it would have without the cut: perhaps after its sender has come back,
    has read the log without it, and has decided anew."""
    largest_bytes: int = 1 << 20
    """Most bytes of one record. *cited*: nats-server's default max_payload"""
    answer_limit_s: float = 8.0
    """How long a connection waits for an answer. *derived*: as the real connection does"""


CALM: Final = Faults()
"""Delays alone. *chosen*"""

STORM: Final = Faults(
    slow=0.02,
    lost_commit=0.02,
    lost_answer=0.03,
    lost_acknowledgement=0.05,
    lost_delivery=0.01,
    lost_broadcast=0.2,
    late_broadcast=0.1,
    repeated=0.1,
    partition_every_s=4.0,
    pause_every_s=4.0,
    crash_every_s=4.0,
    restart_every_s=15.0,
    forgotten_window=0.5,
    forgotten_acknowledgements=0.5,
    answer_limit_s=2.0,
)
"""Everything goes wrong, many times in a minute. *chosen*: most runs of a few seconds meet several kinds of fault"""
