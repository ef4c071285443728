"""How well the spectral radius of known dynamics is estimated, and what an estimate and a verdict cost.

`python -m benchmarks.stability` prints a row for each kind of world; every world is drawn from its number.
"""

import statistics
import time
from typing import Final, NamedTuple

import numpy as np

from actors.gate.stability.autoregression import Matrix, fit
from actors.gate.stability.spectrum import interval

WORLDS: Final = ((6, 1_000, 0.90), (6, 1_000, 0.95), (6, 1_000, 0.98), (6, 200, 1.02), (9, 200, 0.90), (9, 200, 0.97))
"""Variables, cycles and radius. *cited*: measured methods; the last two are the council's own window"""
REPEATED: Final = 100
"""Worlds of each kind. *chosen*: a share is then known to within a few parts in a hundred"""
BURN: Final = 200
"""Cycles before those that are seen, where the world does not grow. *chosen*"""


class Row(NamedTuple):
    """What came of the worlds of one kind."""

    bias: float
    rmse: float
    coverage: float
    stable: float
    """Part of the worlds whose interval lies below 1."""
    median_ms: float


def world(size: int, cycles: int, rho: float, number: int) -> Matrix:
    """A simulated VAR(1) with this radius, half of whose other coefficients are 0."""
    rng = np.random.default_rng([size, cycles, int(rho * 1_000), number])
    raw = rng.standard_normal((size, size)) * (rng.random((size, size)) < 0.5) + np.diag(rng.standard_normal(size))
    matrix = raw / np.abs(np.linalg.eigvals(raw)).max() * rho
    burn = BURN if rho < 1 else 0
    state, rows = np.zeros(size), []
    for step in range(cycles + burn):
        state = matrix @ state + rng.standard_normal(size)
        if step >= burn:
            rows.append(state)
    return np.array(rows)


def measured(size: int, cycles: int, rho: float) -> Row:
    """The figures of one kind of world."""
    errors, covered, stable, times = [], 0, 0, []
    for number in range(REPEATED):
        rows = world(size, cycles, rho, number)
        began = time.perf_counter()
        found = interval(fit(rows), np.random.default_rng(number))
        times.append(time.perf_counter() - began)
        errors.append(found.value - rho)
        covered += found.low <= rho <= found.high
        stable += found.high < 1
    rmse = float(np.sqrt(np.mean(np.square(errors))))
    return Row(statistics.mean(errors), rmse, covered / REPEATED, stable / REPEATED, 1_000 * statistics.median(times))


def main() -> None:
    """Print the table."""
    print("variables  cycles  radius     bias    rmse  coverage  said stable  median ms")
    for size, cycles, rho in WORLDS:
        row = measured(size, cycles, rho)
        told = f"{row.bias:+9.4f}{row.rmse:8.4f}{row.coverage:10.2f}{row.stable:13.2f}{row.median_ms:11.1f}"
        print(f"{size:9}{cycles:8}{rho:8.2f}{told}")


if __name__ == "__main__":
    main()
