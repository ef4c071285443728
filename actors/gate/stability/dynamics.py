"""The spectral radius of the council's own dynamics, with what active goals and pending mutations add to them.

This is the only module of the room that needs numpy; the actor imports it at its first estimate.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from actors.gate.stability.autoregression import fit, varying
from actors.gate.stability.spectrum import Interval, interval
from actors.gate.stability.window import FEWEST, RESOLUTION, Row, stretches

PLACES: Final = {
    "goal": ("load", "compute"),
    "mutation": ("drift", "stability"),
}
"""What each kind of decision couples: a goal works where compute is left and brings load; a mutation moves values after
what keeps errors low, and moves errors. *chosen*"""


class Coupling(NamedTuple):
    """What one active goal or pending mutation adds to the dynamics."""

    kind: str
    strength: float
    """Part of the resource that a goal uses in a cycle, or the size of the step of a mutation."""


class Estimate(NamedTuple):
    """The radius with its interval, and the cycles that it rests on."""

    found: Interval
    cycles: int


def estimate(rows: Sequence[Row], couplings: Iterable[Coupling] = (), seed: int = 0) -> Estimate | None:
    """None while the window holds too few cycles, or nothing in it varies."""
    names, parts = stretches(rows)
    cycles = sum(map(len, parts))
    if cycles < FEWEST or not names:
        return None
    whole = [np.asarray(part, dtype=np.float64) for part in parts]
    moving = varying(np.vstack(whole), np.array([RESOLUTION[name] for name in names]))
    names = tuple(name for name, moves in zip(names, moving, strict=True) if moves)
    if not names:
        return None
    # A window of few and short stretches may hold fewer steps than the estimate needs; then there is no estimate.
    try:
        fitted = fit(*(part[:, moving] for part in whole))
    except ValueError:
        return None
    return Estimate(interval(fitted, np.random.default_rng(seed), added=_added(names, couplings)), cycles)


def _added(names: Sequence[str], couplings: Iterable[Coupling]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The terms of the couplings, on the components that vary and then on those that only couplings touch.

    A term joins two components both ways, so that it never lowers the radius of two that would keep to themselves.
    """
    known = list(names)
    terms = [(PLACES[coupling.kind], coupling.strength) for coupling in couplings]
    for pair, _ in terms:
        known += [name for name in pair if name not in known]
    found = np.zeros((len(known), len(known)))
    for (one, other), strength in terms:
        found[known.index(one), known.index(other)] += strength
        found[known.index(other), known.index(one)] += strength
    return found
