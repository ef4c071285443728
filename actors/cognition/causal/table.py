"""A table as it is learnt from: every cell a number, every column continuous or discrete, what was mended said."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Edges = NDArray[np.bool_]
"""Square; [i, j] means i -> j; i - j, of which the direction is unknown, has both."""

Mask = NDArray[np.bool_]
"""One truth for each row or column."""

Kind = Literal["continuous", "discrete"]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One variable: its name, its kind, and the words for its codes if it is discrete."""

    name: str
    kind: Kind
    categories: tuple[str, ...] = ()
    lag: int = 0
    """Rows by which the values are older than those of the row they stand in"""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of numbers without a gap; a discrete cell is the place of its category."""

    columns: tuple[Column, ...]
    rows: Matrix
    """Shape (rows, columns)"""
    acted: Edges
    """Shape (rows, columns); true where the value was set by somebody instead of having come about"""
    lines: NDArray[np.int64]
    """Line of the file from which each row comes"""
    notes: tuple[str, ...] = ()
    """What was found and what was done about it, in sentences"""

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def discrete(self) -> bool:
        """Whether every column is discrete."""
        return all(column.kind == "discrete" for column in self.columns)

    @property
    def continuous(self) -> bool:
        """Whether every column is continuous."""
        return all(column.kind == "continuous" for column in self.columns)


def embedded(columns: Sequence[Column], rows: Matrix) -> tuple[Matrix, list[list[int]]]:
    """The embedded rows, shape (rows, indicators), and which of its columns belong to each variable; gaps stay gaps.

    A category becomes indicators of all its values but the first (Andrews, Ramsey and Cooper 2019).
    """
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
