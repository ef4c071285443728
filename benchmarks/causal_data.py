"""Generated worlds for the causal figures: networks with known effects, telemetry with planted incidents."""

import numpy as np

from actors.cognition.causal.graph import order
from actors.cognition.causal.table import Column, Edges, Matrix, Table


def dag(size: int, degree: float, rng: np.random.Generator) -> Edges:
    """A random directed graph with a mean number of neighbours."""
    upper = np.triu(rng.random((size, size)) < degree / (size - 1), 1)
    shuffled = rng.permutation(size)
    return np.asarray(upper[np.ix_(shuffled, shuffled)])


def linear(edges: Edges, rows: int, rng: np.random.Generator) -> tuple[Matrix, Matrix]:
    """Rows of a linear Gaussian network, and its weights; coefficients are .5 to 1.5 of either sign."""
    size = len(edges)
    weights = edges * rng.uniform(0.5, 1.5, (size, size)) * rng.choice([-1, 1], (size, size))
    noise = rng.normal(size=(rows, size)) * rng.uniform(0.7, 1.3, size)
    made = np.zeros((rows, size))
    for node in order(edges):
        made[:, node] = made @ weights[:, node] + noise[:, node]
    return made, weights


def continuous(rows: Matrix) -> Table:
    """A table of continuous columns."""
    columns = tuple(Column(name=f"x{at}", kind="continuous") for at in range(rows.shape[1]))
    return Table(columns=columns, rows=rows, acted=np.zeros(rows.shape, dtype=bool), lines=np.arange(2, len(rows) + 2))


class Discrete:
    """A random discrete network: 2 to 4 levels, at most 3 parents, each row of a table drawn from a Dirichlet."""

    def __init__(self, size: int, degree: float, sharpness: float, rng: np.random.Generator) -> None:
        self.edges = dag(size, degree, rng)
        for node in range(size):
            parents = np.flatnonzero(self.edges[:, node])
            self.edges[parents[3:], node] = False
        self.levels = [int(each) for each in rng.integers(2, 5, size)]
        self.tables = []
        for node in range(size):
            cells = int(np.prod([self.levels[at] for at in np.flatnonzero(self.edges[:, node])]))
            self.tables.append(rng.dirichlet(np.full(self.levels[node], sharpness), cells))

    def rows(self, count: int, rng: np.random.Generator, do: tuple[int, int] | None = None) -> Matrix:
        """Drawn rows, with one variable set to a level if asked."""
        made = np.zeros((count, len(self.edges)))
        for node in order(self.edges):
            if do is not None and do[0] == node:
                made[:, node] = do[1]
                continue
            place = np.zeros(count, dtype=np.int64)
            for at in np.flatnonzero(self.edges[:, node]):
                place = place * self.levels[at] + made[:, at].astype(np.int64)
            shares = np.cumsum(self.tables[node][place], axis=1)
            made[:, node] = (rng.random(count)[:, None] > shares).sum(1).clip(max=self.levels[node] - 1)
        return made

    def table(self, count: int, rng: np.random.Generator) -> Table:
        """A table of drawn rows."""
        columns = tuple(
            Column(name=f"x{at}", kind="discrete", categories=tuple(str(code) for code in range(level)))
            for at, level in enumerate(self.levels)
        )
        rows = self.rows(count, rng)
        return Table(columns=columns, rows=rows, acted=np.zeros(rows.shape, bool), lines=np.arange(2, count + 2))


class Telemetry:
    """Series of services that call one another, with one planted incident.

    A node is a sum of its causes (some saturate, some act a row later) and noise with memory. The incident shifts,
    widens, breaks or ramps the mechanism of one node. The target is a node behind it, or the node itself.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        size, count = int(rng.integers(6, 19)), int(rng.integers(400, 2001))
        self.edges = dag(size, 2.5, rng)
        weights = self.edges * rng.uniform(0.4, 1.5, (size, size)) * rng.choice([-1, 1], (size, size), p=[0.2, 0.8])
        memory = rng.choice([0.0, 0.5])
        bent = rng.random((size, size)) < rng.choice([0.0, 0.3])
        late = rng.random((size, size)) < rng.choice([0.0, 0.3])
        self.root = int(rng.choice([at for at in range(size) if self.edges[at].any()] or [0]))
        length = int(rng.integers(15, 100))
        start = int(rng.integers(count // 2, count - length + 1))
        self.span = (start, start + length)
        self.sort = str(rng.choice(["shift", "widen", "break", "ramp"], p=[0.5, 0.15, 0.15, 0.2]))
        size_of = rng.uniform(3, 8) * rng.choice([-1, 1], p=[0.2, 0.8])
        noise = rng.normal(size=(count, size))
        for at in range(1, count):
            noise[at] = memory * noise[at - 1] + np.sqrt(1 - memory**2) * noise[at]
        made = np.zeros((count, size))
        inside = np.zeros(count, dtype=bool)
        inside[start : start + length] = True
        for node in order(self.edges):
            for at in np.flatnonzero(self.edges[:, node]):
                source = np.roll(made[:, at], 1) if late[at, node] else made[:, at]
                acts = 2 * np.tanh(source / 2) if bent[at, node] else source
                made[:, node] += weights[at, node] * acts
            own = noise[:, node]
            if node == self.root:
                own = self._planted(own, made[:, node], inside, size_of)
            made[:, node] += own
        behind = self._behind()
        self.target = int(rng.choice(sorted(behind)))
        self.rows = made * rng.uniform(0.1, 30, size) + rng.uniform(0, 100, size)

    def _planted(self, own: Matrix, fed: Matrix, inside: Edges, size: float) -> Matrix:
        changed = own.copy()
        if self.sort == "shift" or (self.sort == "break" and fed.std() == 0):
            changed[inside] += size
        elif self.sort == "widen":
            changed[inside] *= abs(size)
        elif self.sort == "break":
            changed[inside] += -2 * fed[inside] + size / 2
        else:
            changed[inside] += size * np.minimum(1, np.arange(int(inside.sum())) / (inside.sum() / 2))
        return changed

    def _behind(self) -> list[int]:
        found, waiting = set(), [self.root]
        while waiting:
            node = waiting.pop()
            for child in np.flatnonzero(self.edges[node]):
                if int(child) not in found:
                    found.add(int(child))
                    waiting.append(int(child))
        return sorted(found) or [self.root]
