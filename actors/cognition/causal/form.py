"""The form of a relation: linear, a threshold, or nonlinear; the one with the lowest BIC.

What other causes do to the effect is taken out first, with bends of their own where they have any.
"""

import math
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from actors.cognition.causal.table import Column, Matrix

Form = Literal["linear", "threshold", "nonlinear", "table"]

MOST_ROWS: Final = 2_000
"""Rows from which the form is told. *chosen*: a form that so many don't show changes no answer"""
PLACES: Final = 32
"""Places at which a threshold is looked for. *chosen*: every third percent"""
KNOTS: Final = 4
"""Bends of the nonlinear form. *chosen*"""


def form(cause: Matrix, effect: Matrix, columns: tuple[Column, Column], held: Sequence[Matrix]) -> Form:
    """The form of the relation of two variables, the other causes of the effect held; a table if either is discrete."""
    if any(column.kind == "discrete" for column in columns):
        return "table"
    step = max(1, len(cause) // MOST_ROWS)
    cause, effect = cause[::step], effect[::step]
    frame = np.column_stack([np.ones(len(cause)), *(each for other in held for each in _bends(other[::step]))])
    ground = np.linalg.qr(frame)[0]
    forms: dict[Form, float] = {
        "linear": _bic(ground, [cause], effect, 1),
        "threshold": min(_bic(ground, [cause > at], effect, 2) for at in _places(cause)),
        "nonlinear": _bic(ground, [cause, *_bends(cause)[1:]], effect, KNOTS + 1),
    }
    return min(forms, key=lambda each: forms[each])


def _bic(ground: Matrix, terms: Sequence[Matrix], effect: Matrix, free: int) -> float:
    rest = effect - ground @ (ground.T @ effect)
    added = np.column_stack(terms).astype(float)
    added = added - ground @ (ground.T @ added)
    across = added.T @ rest
    left = float(rest @ rest - across @ np.linalg.pinv(added.T @ added) @ across)
    return len(effect) * math.log(max(left, 1e-300)) + free * math.log(len(effect))


def _bends(values: Matrix) -> list[Matrix]:
    knots = np.unique(np.quantile(values, np.arange(1, KNOTS + 1) / (KNOTS + 1)))
    return [values, *(np.maximum(values - knot, 0) for knot in knots)]


def _places(values: Matrix) -> Matrix:
    return np.asarray(np.unique(np.quantile(values, np.arange(1, PLACES) / PLACES))[:-1])
