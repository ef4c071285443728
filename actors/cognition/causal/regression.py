"""What one variable does to another at given values of a third group: a regression that bends only where it must.

Regressors are linear; bends (hinges at quartiles) and products enter one after another while BIC falls. The mean under
an intervention is a linear function of the coefficients, so its error comes in closed form, robust against unequal
variances (White 1980, HC1).
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.table import Column, Matrix

KNOTS: Final = (0.25, 0.5, 0.75)
"""Quantiles at which a line may bend. *chosen*: four pieces show a threshold and a curve"""
RIDGE: Final = 1e-10
"""Share of the diagonal that is added. *chosen*: columns that are nearly one stay solvable"""
MOST_TERMS: Final = 12
"""Most bends and products. *chosen*"""
FEWEST_A_TERM: Final = 20
"""Rows for each term beyond the line. *chosen*"""


class Basis(msgspec.Struct, frozen=True):
    """How a variable's value enters a regression."""

    column: Column
    centre: float
    scale: float
    knots: tuple[float, ...]

    def line(self, values: Matrix) -> Matrix:
        """Standardised values, or indicators of categories; shape (rows, terms)."""
        if self.column.kind == "continuous":
            return ((values - self.centre) / self.scale)[:, None]
        return np.column_stack([values == code for code in range(1, len(self.column.categories))]).astype(float)

    def bends(self, values: Matrix) -> Matrix:
        """Hinges at the knots; shape (rows, knots)."""
        if self.column.kind != "continuous" or not self.knots:
            return np.empty((len(values), 0))
        return np.column_stack([np.maximum(values - knot, 0) / self.scale for knot in self.knots])


def basis(column: Column, values: Matrix) -> Basis:
    """The basis of a variable, from its own values."""
    knots = tuple(sorted({float(each) for each in np.quantile(values, KNOTS)}))
    if column.kind == "discrete" or len(np.unique(values[:1000])) <= len(KNOTS) + 2:
        knots = ()
    return Basis(column, float(values.mean()), max(float(values.std()), 1e-12), knots)


class Response:
    """Mean of one number given a cause and what is adjusted for, as a function of the cause alone."""

    def __init__(self, outcome: Matrix, cause: Matrix, held: Sequence[tuple[Column, Matrix]], column: Column) -> None:
        self._basis = basis(column, cause)
        others = [(basis(each, values), values) for each, values in held]
        line = self._basis.line(cause)
        rest = [each.line(values) for each, values in others]
        fixed = np.column_stack([np.ones(len(outcome)), line, *(each - each.mean(0) for each in rest)])
        spare = [each.bends(values) for each, values in others]
        more = [each - each.mean(0) for each in spare]
        products = [line[:, [at]] * (each - each.mean(0)) for each in rest for at in range(line.shape[1])]
        self._own = self._basis.bends(cause)
        bends = self._own.shape[1]
        candidates = np.column_stack([self._own, *more, *products])
        chosen = _forward(outcome, fixed, candidates)
        self._bends = [at for at in chosen if at < bends]
        design = np.column_stack([fixed, candidates[:, self._bends], candidates[:, [a for a in chosen if a >= bends]]])
        self.bent = bool(self._bends)
        self._width = design.shape[1]
        self._after = fixed.shape[1]
        self.coefficients, self._spread, self.rest = _fitted(design, outcome)
        self._held_spread = _mean_spread(design, self.coefficients, self._after, line.shape[1])

    def mean(self, value: float) -> tuple[float, float]:
        """Mean under the intervention that sets the cause to the value, and its standard error."""
        at = self._at(value)
        variance = float(at @ self._spread @ at) + self._held_spread
        return float(at @ self.coefficients), math.sqrt(max(variance, 0.0))

    def change(self, start: float, stop: float) -> tuple[float, float]:
        """Change of the mean when the cause is set to stop instead of start, and its standard error."""
        at = self._at(stop) - self._at(start)
        return float(at @ self.coefficients), math.sqrt(max(float(at @ self._spread @ at), 0.0))

    def _at(self, value: float) -> Matrix:
        asked = np.array([value])
        line = self._basis.line(asked)[0]
        point = np.zeros(self._width)
        point[0] = 1.0
        point[1 : 1 + len(line)] = line
        point[self._after : self._after + len(self._bends)] = (
            self._basis.bends(asked)[0][self._bends] if self._bends else 0
        )
        return point


def _forward(outcome: Matrix, fixed: Matrix, candidates: Matrix) -> list[int]:
    """Candidates that lower BIC, the best first."""
    count = len(outcome)
    chosen: list[int] = []
    room = min(MOST_TERMS, count // FEWEST_A_TERM - fixed.shape[1])
    if candidates.shape[1] == 0 or room <= 0:
        return chosen
    inverse = np.linalg.pinv(fixed.T @ fixed)
    left = outcome - fixed @ (inverse @ (fixed.T @ outcome))
    spare = candidates - fixed @ (inverse @ (fixed.T @ candidates))
    norms = (candidates**2).sum(0)
    while len(chosen) < room:
        own = (spare**2).sum(0)
        usable = own > 1e-8 * np.maximum(norms, 1e-300)
        gain = np.where(usable, (spare.T @ left) ** 2 / np.maximum(own, 1e-300), 0.0)
        at = int(np.argmax(gain))
        total = float(left @ left)
        share = min(gain[at] / max(total, 1e-300), 1 - 1e-12)
        if -count * math.log1p(-share) <= 2 * math.log(count):
            break
        unit = spare[:, at] / math.sqrt(own[at])
        left = left - unit * (unit @ left)
        spare = spare - np.outer(unit, unit @ spare)
        chosen.append(at)
    return chosen


def _fitted(design: Matrix, outcome: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Least squares: coefficients, their robust covariance, what is left."""
    count, width = design.shape
    gram = design.T @ design
    inverse = np.linalg.pinv(gram + RIDGE * np.diag(gram.diagonal() + 1e-12))
    coefficients = inverse @ (design.T @ outcome)
    rest = outcome - design @ coefficients
    weighted = design * rest[:, None]
    spread = inverse @ (weighted.T @ weighted) @ inverse * count / max(1, count - width)
    return coefficients, spread, rest


def _mean_spread(design: Matrix, coefficients: Matrix, after: int, width: int) -> float:
    """Variance of the mean that stems from what is adjusted for being a sample."""
    held = design[:, 1 + width : after] @ coefficients[1 + width : after]
    return float(held.var() / len(held)) if len(held) else 0.0
