"""How strongly two variables go together: correlation, partial correlation, mutual information."""

import math
from typing import Final

import numpy as np

from actors.cognition.causal.table import Column, Matrix

BINS: Final = 8
"""Bins of equal frequency for a continuous variable. *chosen*: 64 cells are well filled by 1,000 rows"""
RIDGE: Final = 1e-9
"""Added to the diagonal. *chosen*"""


def canonical(one: Matrix, other: Matrix, held: Matrix | None = None) -> float:
    """Correlation of two blocks of columns, with what is held taken out of both: the greatest of any combinations.

    Signed if both are single columns, so that of two numbers it is their (partial) correlation.
    """
    one, other = one - one.mean(0), other - other.mean(0)
    if held is not None and held.shape[1]:
        held = held - held.mean(0)
        inverse = np.linalg.pinv(held.T @ held)
        one, other = (each - held @ (inverse @ (held.T @ each)) for each in (one, other))
    if one.shape[1] == 1 and other.shape[1] == 1:
        scale = math.sqrt(float((one**2).sum() * (other**2).sum()))
        return float((one * other).sum() / scale) if scale > RIDGE else 0.0
    across = _whitening(one) @ (one.T @ other) @ _whitening(other)
    return float(min(1.0, np.linalg.svd(across, compute_uv=False)[0]))


def _whitening(block: Matrix) -> Matrix:
    """Inverse square root of the second moments of a block."""
    size, axes = np.linalg.eigh(block.T @ block)
    return np.asarray(axes / np.sqrt(np.maximum(size, max(size.max(), 1.0) * RIDGE)) @ axes.T)


def mutual_information(one: Matrix, other: Matrix, columns: tuple[Column, Column]) -> float:
    """Mutual information in nats, less the bias of finite samples (Miller and Madow 1955), at least 0."""
    first, second = (_binned(each, column) for each, column in zip((one, other), columns, strict=True))
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    share = table / table.sum()
    across = np.outer(share.sum(1), share.sum(0))
    there = share > 0
    found = float((share[there] * np.log(share[there] / across[there])).sum())
    rows, columns_ = (table.sum(1) > 0).sum(), (table.sum(0) > 0).sum()
    bias = (rows - 1) * (columns_ - 1) / (2 * table.sum())
    return max(0.0, found - float(bias))


def _binned(values: Matrix, column: Column) -> np.ndarray:
    if column.kind == "discrete":
        return values.astype(np.int64)
    edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS))
    return np.searchsorted(edges, values, side="right")
