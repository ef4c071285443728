"""What an intervention does in a discrete network: everything behind it is drawn anew, row by row of the data.

What is not behind the intervention stays as observed (Robins' g-formula, by simulation). The tables of probabilities
are drawn from their Dirichlet posterior, so that the spread over draws is the error of the estimate.
"""

from typing import Final

import numpy as np

from actors.cognition.causal.graph import order, reach
from actors.cognition.causal.strata import joined
from actors.cognition.causal.table import Column, Edges, Mask, Matrix

DRAWS: Final = 24
"""Draws of all tables. *chosen*: the error of an error is a seventh"""
ROWS: Final = 600
"""Rows for each draw. *chosen*: together they leave an error of .004"""
BORROWED: Final = 1.0
"""Rows for which the shares over all rows count in each row of a table. *chosen*"""


class Network:
    """Tables of one directed graph."""

    def __init__(self, graph: Edges, columns: tuple[Column, ...], rows: Matrix, acted: Mask) -> None:
        self._graph, self._order, self._reach = graph, order(graph), reach(graph)
        self._levels = [len(column.categories) for column in columns]
        self._codes = rows.T.astype(np.int64)
        self._acted = acted
        self._counts: dict[int, Matrix] = {}

    def shares(self, cause: int, level: int, rng: np.random.Generator) -> dict[int, Matrix]:
        """Of each variable behind the cause when it is set: draws of its shares, shape (draws, levels)."""
        count = self._codes.shape[1]
        picked = rng.integers(0, count, (DRAWS, ROWS))
        now = [codes[picked] for codes in self._codes]
        now[cause] = np.full(picked.shape, level)
        found: dict[int, Matrix] = {}
        for node in self._order:
            if not self._reach[cause, node] or node == cause:
                continue
            now[node], shares = self._drawn(node, now, rng)
            found[node] = shares.mean(1)
        return found

    def _drawn(self, node: int, now: list[np.ndarray], rng: np.random.Generator) -> tuple[np.ndarray, Matrix]:
        """The variable drawn given its parents, and the shares of its categories in each row."""
        parents = np.flatnonzero(self._graph[:, node]).tolist()
        place = np.zeros(now[node].shape, dtype=np.int64)
        for parent in parents:
            place = place * self._levels[parent] + now[parent]
        tables = rng.standard_gamma(np.broadcast_to(self._table(node), (DRAWS, *self._table(node).shape)))
        tables /= np.maximum(tables.sum(2, keepdims=True), 1e-300)
        shares = tables[np.arange(DRAWS)[:, None], place]
        drawn = (rng.random(place.shape)[:, :, None] > np.cumsum(shares, 2)).sum(2)
        return np.minimum(drawn, self._levels[node] - 1), shares

    def _table(self, node: int) -> Matrix:
        """Posterior counts, shape (combinations of parents, levels); rows in which the variable was set don't count."""
        if node not in self._counts:
            free = ~self._acted[:, node]
            parents = np.flatnonzero(self._graph[:, node]).tolist()
            levels = [self._levels[at] for at in parents]
            own, cells = self._levels[node], int(np.prod(levels, dtype=np.int64))
            place = joined([self._codes[at][free] for at in parents], levels, int(free.sum()))
            counts = np.bincount(place * own + self._codes[node][free], minlength=cells * own).reshape(cells, own)
            plain = (counts.sum(0) + 1.0) / (counts.sum() + own)
            self._counts[node] = counts + BORROWED * plain
        return self._counts[node]
