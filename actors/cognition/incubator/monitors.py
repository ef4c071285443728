"""What ends an experiment: too many resources, an anomaly, or an output that must not be.

A breach is contained, since the sandbox holds whatever the code does; it is recorded, and the hypothesis is archived.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import msgspec

from messages.tools.sandbox import Result

Monitor = Literal["resources", "anomaly", "output"]
"""Which one found it."""
RESOURCES: Final = frozenset(("timeout", "memory", "killed", "flood"))
"""Ends of a call that took too much. *derived*: actors.sandbox.outcome.Status"""
FORGED: Final = 0.5
"""Share of a call's processor time that the time told must account for. *chosen*: copying takes a part of the rest"""
CPU_MS: Final = 80.0
"""A call with less processor time is not held against it. *chosen*: beyond what copying and compiling may take"""
PRINTED: Final = 10_000
"""Most characters that a trial may print. *chosen*: a function under trial has nothing to tell but its result"""


class Breach(NamedTuple):
    """What was found, and in which call."""

    monitor: Monitor
    told: str


class Measured(msgspec.Struct, frozen=True, array_like=True):
    """What the harness in the sandbox returns for one call."""

    seconds: float
    """Of all repetitions together."""
    repeats: int
    same: bool
    """All repetitions gave the same."""
    mutated: bool
    raised: str
    """Class of the exception; empty if there was none."""
    value: object = None


def breach(results: Sequence[Result], *, expected: int) -> Breach | None:
    """The first thing that ends the experiment; None if all is as it should be."""
    for number, result in enumerate(results, 1):
        if result.status in RESOURCES:
            return Breach("resources", f"call {number} ended with {result.status}: {result.error[:200]}")
        if result.status != "returned":
            return Breach("anomaly", f"call {number} ended with {result.status}: {result.error[:200]}")
        if len(result.stdout) > PRINTED:
            return Breach("output", f"call {number} printed {len(result.stdout)} characters")
        try:
            one = msgspec.convert(result.value, Measured)
        except msgspec.ValidationError as error:
            return Breach("output", f"call {number} returned no measurement: {error}")
        if result.cpu_ms > CPU_MS and 1_000 * one.seconds < FORGED * result.cpu_ms:
            told = f"it says {1_000 * one.seconds:.0f} ms, its processor time is {result.cpu_ms:.0f} ms"
            return Breach("anomaly", f"call {number} gives a wrong time: {told}")
    if len(results) != expected:
        return Breach("anomaly", f"{len(results)} results came of {expected} calls")
    return None
