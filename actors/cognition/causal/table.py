"""A table as it is learnt from: every cell a number, every column continuous or discrete, what was mended said."""

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
