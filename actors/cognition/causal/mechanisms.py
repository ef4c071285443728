"""Structural equations of each member of the class: several interventions at once, and counterfactuals.

A counterfactual takes three steps (Pearl 2009, 7.1): abduction of the noise of the case, action, prediction. The noise
of a number is what its equation leaves; that of a category is drawn, given what was seen, as Gumbel noise of its
probabilities (Oberst and Sontag 2019), which is an assumption.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from actors.cognition.causal.effects import APART, Estimate, Member
from actors.cognition.causal.graph import members, order
from actors.cognition.causal.model import Model
from actors.cognition.causal.table import Edges, Matrix, embedded

MOST_MEMBERS: Final = 16
"""Most graphs of the class that are gone through. *chosen*"""
DRAWS: Final = 100
"""Draws of the equations' parameters. *chosen*: 2.5 % quantiles are told from the third of them"""
SAMPLE: Final = 1_000
"""Rows of noise by which a mean is taken. *chosen*: its error is small beside the parameters'"""
SMOOTHED: Final = 1.0
"""Rows that the share of a category over all counts for in each stratum. *chosen*"""

Do = tuple[tuple[int, float], ...]


class Mechanisms:
    """Equations fitted on the rows of a model."""

    def __init__(self, model: Model, seed: int = 0) -> None:
        self._model, self._columns = model, model.columns
        self._table = model.table
        self._rng = np.random.default_rng(seed)
        self._graphs = members(model.graph, MOST_MEMBERS)

    def case(self, row: int | None, given: Do) -> tuple[Matrix, str]:
        """The case, shape (columns,), unknown cells as nan; raises ValueError if there is no such row."""
        if row is None:
            case = np.full(len(self._columns), np.nan)
            for at, number in given:
                case[at] = number
            return case, "this case"
        found = np.flatnonzero(self._table.lines == row + 1)
        if len(found) == 0:
            last = int(self._table.lines[-1]) - 1
            raise ValueError(f"there is no row {row}; rows go from 1 to {last}, some may have been left out")
        return self._table.rows[found[0]].copy(), f"row {row}"

    def mean(self, do: Do, outcome: int, category: int | None) -> Estimate:
        """Mean of the outcome, or probability of its category, when several variables are set."""
        picked = self._rng.integers(0, len(self._table.rows), SAMPLE)
        return self._over(self._table.rows[picked], do, outcome, category)

    def counterfactual(self, case: Matrix, do: Do, outcome: int, category: int | None) -> Estimate:
        """The outcome that the case would have had; what is unknown of the case is drawn given what is known."""
        return self._over(self._completed(case), do, outcome, category)

    def _over(self, rows: Matrix, do: Do, outcome: int, category: int | None) -> Estimate:
        """What the rows would have been under the interventions, by every member of the class."""
        told: list[tuple[float, float, float]] = []
        for graph in self._graphs:
            drawn = [self._would(graph, rows, dict(do), (outcome, category)) for _ in range(self._draws())]
            low, high = (float(each) for each in np.quantile(drawn, [0.025, 0.975]))
            told.append((float(np.mean(drawn)), low, high))
        middles = [each[0] for each in told]
        low, high = min(each[1] for each in told), max(each[2] for each in told)
        wide = max(each[2] - each[1] for each in told)
        return Estimate(
            estimate=float(np.mean(middles)),
            low=low,
            high=high,
            identifiable=max(middles) - min(middles) + wide <= APART * wide or len(told) == 1,
            members=tuple(Member((), each[0], (each[2] - each[1]) / 4) for each in told),
        )

    def _draws(self) -> int:
        return max(20, DRAWS // len(self._graphs))

    def _would(self, graph: Edges, rows: Matrix, do: dict[int, float], asked: tuple[int, int | None]) -> float:
        """Mean of the outcome with equations from one bootstrap draw of the rows."""
        count = len(self._table.rows)
        sample = self._table.rows[self._rng.integers(0, count, count)]
        changed = rows.copy()
        moved: set[int] = set(do)
        for at in order(graph):
            parents = [int(each) for each in np.flatnonzero(graph[:, at])]
            if at in do:
                changed[:, at] = do[at]
            elif moved & set(parents):
                equation = self._number if self._columns[at].kind == "continuous" else self._category
                changed[:, at] = equation(sample, (at, parents), rows, changed)
                moved.add(at)
        outcome, category = asked
        values = changed[:, outcome]
        return float(values.mean() if category is None else (values == category).mean())

    def _number(self, sample: Matrix, node: tuple[int, list[int]], was: Matrix, now: Matrix) -> Matrix:
        """A number is what it was, plus what the change of its parents does; its noise stays."""
        at, parents = node
        columns = [self._columns[each] for each in parents]
        design = np.column_stack([np.ones(len(sample)), embedded(columns, sample[:, parents])[0]])
        slope = np.linalg.lstsq(design, sample[:, at], rcond=None)[0][1:]
        moved = embedded(columns, now[:, parents])[0] - embedded(columns, was[:, parents])[0]
        return np.asarray(was[:, at] + moved @ slope)

    def _category(self, sample: Matrix, node: tuple[int, list[int]], was: Matrix, now: Matrix) -> Matrix:
        """A category under Gumbel noise that is drawn given the category that was."""
        at, _ = node
        before, after = self._shares(sample, node, was), self._shares(sample, node, now)
        seen = was[:, at].astype(np.int64)
        rows = np.arange(len(was))
        first = self._rng.gumbel(size=len(was))
        noise = self._rng.gumbel(size=before.shape) + np.log(before)
        rest = -np.log(np.exp(-first)[:, None] + np.exp(-noise))
        rest[rows, seen] = first
        return np.asarray((rest - np.log(before) + np.log(after)).argmax(1), dtype=float)

    def _shares(self, sample: Matrix, node: tuple[int, list[int]], rows: Matrix) -> Matrix:
        """Probability of each category for each row, shape (rows, categories)."""
        at, parents = node
        levels = len(self._columns[at].categories)
        own = sample[:, at].astype(np.int64)
        plain = (np.bincount(own, minlength=levels) + SMOOTHED) / (len(own) + SMOOTHED * levels)
        both = np.vstack([sample[:, parents], rows[:, parents]])
        _, place = np.unique(self._binned(both, parents), axis=0, return_inverse=True)
        place = place.ravel()
        count = int(place.max()) + 1
        counts = np.bincount(place[: len(own)] * levels + own, minlength=count * levels).reshape(count, levels)
        shares = (counts + SMOOTHED * plain) / (counts.sum(1, keepdims=True) + SMOOTHED)
        return np.asarray(shares[place[len(own) :]])

    def _binned(self, rows: Matrix, parents: list[int]) -> NDArray[np.int64]:
        """Codes of the parents; a continuous one by its quintile."""
        parts = []
        for place, at in enumerate(parents):
            values = rows[:, place]
            if self._columns[at].kind == "continuous":
                edges = np.quantile(self._table.rows[:, at], [0.2, 0.4, 0.6, 0.8])
                values = np.searchsorted(edges, values).astype(float)
            parts.append(values.astype(np.int64))
        return np.column_stack(parts)

    def _completed(self, case: Matrix) -> Matrix:
        """Rows that have what is known of the case: the case itself, or the rows of the data nearest to it."""
        known = ~np.isnan(case)
        if known.all():
            return np.tile(case, (1 if self._table.continuous else SAMPLE, 1))
        rows = self._table.rows
        scale = np.maximum(rows.std(0), 1e-12)
        exact = np.array([column.kind == "discrete" for column in self._columns])
        far = np.abs(rows - np.where(known, case, 0)) / scale
        far = np.where(exact & (far > 0), 100.0, far)[:, known].sum(1)
        nearest = rows[np.argsort(far, kind="stable")[: max(10, len(rows) // 50)]].copy()
        nearest = self._shifted(nearest, case, known & ~exact)
        nearest[:, known] = case[known]
        return nearest

    def _shifted(self, nearest: Matrix, case: Matrix, known: NDArray[np.bool_]) -> Matrix:
        """The rows with unknown numbers moved along as the known numbers are moved to the case."""
        moved = [at for at in range(len(case)) if np.isnan(case[at]) and self._columns[at].kind == "continuous"]
        if not known.any() or not moved:
            return nearest
        rows = self._table.rows
        centred = rows - rows.mean(0)
        slope = np.linalg.lstsq(centred[:, known], centred[:, moved], rcond=None)[0]
        nearest[:, moved] += (case[known] - nearest[:, known]) @ slope
        return nearest
