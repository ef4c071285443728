"""The five conditions on the state after a decision, each with its threshold.

Source: specification of autonomy, section 6.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from actors.gate.stability.score import margin
from messages.gate.change import Condition

RADIUS: Final = 0.98
"""A decision of autonomy must leave a spectral radius below this. *cited*: specification of autonomy, section 6"""
FOUNDATION_RADIUS: Final = 1.0
"""A change of the foundation adds no coupling, and is held to the foundation's bound. *cited*: section 1, verifier"""
IDENTITY: Final = 0.88
"""Least identity. *cited*: section 6"""
DRIFT: Final = 0.25
"""The value drift must stay below this. *cited*: section 6"""
HORIZON: Final = 30.0
"""The shortest horizon must be longer, in cycles. *cited*: section 6"""
DEPTH: Final = 2
"""Deepest cascade. *cited*: section 6"""
NEVER: Final = 1_000_000.0
"""The horizon of resources that are not being depleted, where a number is wanted. *chosen*: JSON has no infinity"""


class State(NamedTuple):
    """What was measured; None where it never was, or not enough of it."""

    radius: tuple[float, float, float] | None
    """Value, low and high end of the interval."""
    identity: float | None
    altered: bool
    """A protected section of a SOUL is not what it was."""
    drift: float
    horizon: float | None
    """NEVER if nothing is being depleted."""
    depth: int | None


def conditions(state: State, bound: float) -> tuple[Condition, ...]:
    """Those that could be measured, in the order of the specification; `bound` is the one of the radius.

    A radius is violated where its whole interval lies on the wrong side.
    """
    return tuple(_conditions(state, bound))


def _conditions(state: State, bound: float) -> Iterable[Condition]:
    if state.radius is not None:
        value, low, _ = state.radius
        yield _condition("spectral_radius", value, bound, low < bound)
    if state.identity is not None:
        yield _condition("identity", state.identity, IDENTITY, state.identity >= IDENTITY and not state.altered)
    yield _condition("value_drift", state.drift, DRIFT, state.drift < DRIFT)
    if state.horizon is not None:
        yield _condition("horizon", state.horizon, HORIZON, state.horizon > HORIZON)
    if state.depth is not None:
        yield _condition("cascade", float(state.depth), float(DEPTH), state.depth <= DEPTH)


def unknown(state: State, bound: float) -> str:
    """What is not known that a decision of autonomy must rest on; empty if all is."""
    found = []
    if state.radius is None:
        found.append("the spectral radius")
    elif state.radius[1] < bound <= state.radius[2]:
        _, low, high = state.radius
        found.append(f"whether the spectral radius is below {bound}: it lies between {low:.3f} and {high:.3f}")
    if state.identity is None:
        found.append("the identity")
    if state.horizon is None or state.depth is None:
        found.append("how long the resources last")
    return "; ".join(found)


def margins(found: Iterable[Condition]) -> dict[str, float]:
    """The margin of each of the conditions."""
    return {one.name: round(margin(one.name, one.value), 6) for one in found}


def _condition(name: str, value: float, bound: float, holds: bool) -> Condition:
    return Condition(name=name, value=round(value, 6), bound=bound, verdict="holds" if holds else "violated")
