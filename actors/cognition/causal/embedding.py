"""Columns of any kind as columns of numbers: a category as indicators of all its values but the first.

Source: Andrews, Ramsey and Cooper, "Learning high-dimensional directed acyclic graphs with mixed data-types" (2019).
"""

from collections.abc import Sequence

import numpy as np

from actors.cognition.causal.table import Column, Matrix


def embedded(columns: Sequence[Column], rows: Matrix) -> tuple[Matrix, list[list[int]]]:
    """The embedded rows, shape (rows, indicators), and which of its columns belong to each variable; gaps stay gaps."""
    parts: list[Matrix] = []
    blocks: list[list[int]] = []
    for at, column in enumerate(columns):
        begun = len(parts)
        if column.kind == "continuous":
            parts.append(rows[:, at])
        else:
            gap = np.isnan(rows[:, at])
            parts += [np.where(gap, np.nan, rows[:, at] == code) for code in range(1, len(column.categories))]
        blocks.append(list(range(begun, len(parts))))
    return np.column_stack(parts), blocks
