"""The effect of setting one variable on another, over the whole class of graphs that fit the data (IDA).

For each set of parents that the cause may have, the effect is estimated with these held; the interval spans those of
all sets (Maathuis, Kalisch and Buhlmann 2009). An effect that differs between them is not identifiable; what would tell
is the direction of the open edges at the cause.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from actors.cognition.causal.graph import member_with, possible_parents, reach
from actors.cognition.causal.model import Model
from actors.cognition.causal.network import Network
from actors.cognition.causal.regression import Response
from actors.cognition.causal.strata import Standardised, joined
from actors.cognition.causal.table import Column, Matrix

Z95: Final = 1.96
"""Standard errors on either side of a 95 % interval. *derived*: normal distribution"""
MOST_SETS: Final = 32
"""Most sets of parents that are gone through. *chosen*: five open edges at one variable"""
FEWEST_A_CELL: Final = 5
"""Rows for each stratum and value; with fewer a regression is used. *chosen*"""
APART: Final = 2.0
"""Width of the interval over the class, in widths of its widest member, from which the members disagree. *chosen*"""
FEWEST_ROWS: Final = 30
"""Rows in which nothing else was set, without which all are used. *chosen*"""


class Member(msgspec.Struct, frozen=True):
    """What one set of parents of the cause gives."""

    parents: tuple[str, ...]
    estimate: float
    error: float


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A number with its interval over the class."""

    estimate: float
    low: float
    high: float
    identifiable: bool
    members: tuple[Member, ...]
    open: tuple[str, ...] = ()
    """Variables of which it isn't known whether they cause the one that is set"""
    bent: bool = False
    """Whether the effect is not proportional to the cause"""


class Effects:
    """Answers about one model; what was fitted for a cause and an outcome is kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.graph = model.graph
        self.table = model.table
        self.columns: Sequence[Column] = model.columns
        self.reached = reach(self.graph & ~self.graph.T | (self.graph & self.graph.T))
        self._sets: dict[int, list[tuple[int, ...]]] = {}
        self._discrete = self.table.discrete
        self._networks: dict[tuple[int, tuple[int, ...]], Network] = {}
        self._drawn: dict[tuple[int, tuple[int, ...], int], dict[int, Matrix]] = {}
        self._responses: dict[tuple[int, tuple[int, ...], int, int | None], Response | Standardised] = {}

    def mean(self, cause: int, value: float, outcome: int, category: int | None = None) -> Estimate:
        """Mean of the outcome, or probability of its category, when the cause is set to the value."""
        told: list[Member] = []
        bent = False
        for parents in self.parent_sets(cause):
            if outcome in parents:
                found = self.plain(outcome, category)
            elif self._discrete:
                found = _told(self._shares((cause, parents), int(value), outcome, category))
            else:
                response = self._response(cause, parents, outcome, category)
                found = response.mean(int(value) if isinstance(response, Standardised) else value)  # type: ignore[arg-type]
                bent |= isinstance(response, Response) and response.bent
            told.append(Member(self._named(parents), *found))
        return self._over(cause, told, None if category is None else (0.0, 1.0), bent)

    def change(self, cause: int, span: tuple[float, float], outcome: int, category: int | None = None) -> Estimate:
        """Change of that mean when the cause is set to the second value instead of the first."""
        told: list[Member] = []
        bent = False
        for parents in self.parent_sets(cause):
            found = (0.0, 0.0)
            if self._discrete:
                first, second = (self._shares((cause, parents), int(each), outcome, category) for each in span)
                found = _told(second - first)
            elif outcome not in parents:
                response = self._response(cause, parents, outcome, category)
                if isinstance(response, Standardised):
                    found = response.change(int(span[0]), int(span[1]))
                else:
                    found, bent = response.change(*span), bent or response.bent
            told.append(Member(self._named(parents), *found))
        return self._over(cause, told, None, bent)

    def parent_sets(self, cause: int) -> list[tuple[int, ...]]:
        """The sets of parents that the cause may have."""
        if cause not in self._sets:
            found = possible_parents(self.graph, cause, MOST_SETS)
            sure = np.flatnonzero(self.graph[:, cause] & ~self.graph[cause])
            self._sets[cause] = found or [tuple(int(each) for each in sure)]
        return self._sets[cause]

    def plain(self, outcome: int, category: int | None = None) -> tuple[float, float]:
        """Mean of the outcome, or share of its category, as things are, and its standard error."""
        values = self._outcome(outcome, category)
        untouched = ~self.table.acted.any(1)
        if untouched.sum() >= FEWEST_ROWS:
            values = values[untouched]
        return float(values.mean()), float(values.std() / np.sqrt(len(values)))

    def _shares(self, cause: tuple[int, tuple[int, ...]], level: int, outcome: int, category: int | None) -> Matrix:
        """Draws of the probability of a category when a discrete cause, with these parents, is set."""
        key = (*cause, level)
        if key not in self._drawn:
            if cause not in self._networks:
                graph = member_with(self.graph, *cause)
                self._networks[cause] = Network(graph, self.model.columns, self.table.rows, self.table.acted)
            self._drawn[key] = self._networks[cause].shares(cause[0], level, np.random.default_rng(0))
        if outcome not in self._drawn[key]:
            return np.full(2, self.plain(outcome, category)[0])
        return np.asarray(self._drawn[key][outcome][:, category])

    def _outcome(self, outcome: int, category: int | None) -> Matrix:
        values = self.table.rows[:, outcome]
        return values if category is None else (values == category).astype(float)

    def _response(
        self, cause: int, parents: tuple[int, ...], outcome: int, category: int | None
    ) -> Response | Standardised:
        key = (cause, parents, outcome, category)
        if key not in self._responses:
            self._responses[key] = self._fitted(*key)
        return self._responses[key]

    def _fitted(
        self, cause: int, parents: tuple[int, ...], outcome: int, category: int | None
    ) -> Response | Standardised:
        rows, acted = self.table.rows, self.table.acted
        free = ~np.delete(acted, cause, axis=1).any(1)
        if free.sum() < FEWEST_ROWS:
            free = ~acted[:, outcome]
        values, given = self._outcome(outcome, category)[free], rows[free]
        involved = [cause, *parents]
        cells = float(np.prod([max(len(self.columns[at].categories), 1) for at in involved]))
        if all(self.columns[at].kind == "discrete" for at in involved) and (
            category is not None or cells * FEWEST_A_CELL <= len(values)
        ):
            codes = [given[:, at].astype(np.int64) for at in involved]
            levels = [len(self.columns[at].categories) for at in involved]
            return Standardised(values, codes[0], levels[0], joined(codes[1:], levels[1:], len(values)))
        held = [(self.columns[at], given[:, at]) for at in parents]
        return Response(values, given[:, cause], held, self.columns[cause])

    def _named(self, places: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.columns[at].name for at in places)

    def _over(self, cause: int, told: list[Member], bounds: tuple[float, float] | None, bent: bool) -> Estimate:
        """The estimates of all members as one."""
        middle = float(np.mean([each.estimate for each in told]))
        low = min(each.estimate - Z95 * each.error for each in told)
        high = max(each.estimate + Z95 * each.error for each in told)
        if bounds is not None:
            low, high = max(low, bounds[0]), min(high, bounds[1])
            middle = min(max(middle, bounds[0]), bounds[1])
        spread = max(each.estimate for each in told) - min(each.estimate for each in told)
        wide = 2 * Z95 * max(each.error for each in told)
        same = len(told) == 1 or spread + wide <= APART * wide
        open_ = np.flatnonzero(self.graph[:, cause] & self.graph[cause]).tolist()
        return Estimate(
            estimate=middle,
            low=low,
            high=high,
            identifiable=same,
            members=tuple(told),
            open=self._named(open_),
            bent=bent,
        )


def _told(drawn: Matrix) -> tuple[float, float]:
    """Mean and standard error of draws."""
    return float(drawn.mean()), float(drawn.std())
