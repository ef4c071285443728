"""The rows of an incident, if nobody says them: the last stretch in which a series is unlike the rest.

A stretch is found by the likelihood ratio of a Gaussian with a mean and a spread of its own inside it (Siegmund 1986,
epidemic change); without it, the search goes on behind it until nothing more is found.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from actors.cognition.causal.table import Matrix

GRID: Final = 160
"""Places at which a stretch may begin or end at first; refined after. *chosen*"""
LEAST_ROWS: Final = 3
"""Rows of the shortest incident. *chosen*"""
MOST_SHARE: Final = 0.5
"""Share of the rows that are an incident at most. *derived*: what is usual is what most rows are"""
SHIFT: Final = 1.0
"""Standard deviations by which the mean is off at least. *chosen*: less is within what a series drifts"""
SPREAD: Final = 2.0
"""Factor by which the spread is off at least, if the mean is not. *chosen*"""
RATIO: Final = 40.0
"""Least sum of what the columns tell. *measured*: calm series, up to an autocorrelation of .9, stay below it"""
QUIET: Final = 10.0
"""Twice the log likelihood ratio that a column has to exceed to tell anything. *chosen*: 1 calm stretch in 150 does"""
BLOCKS: Final = 10
"""Blocks in which memory is measured. *chosen*: an incident spoils few of them, and their median not"""
COMPARABLE: Final = 0.3
"""Share of the greatest ratio that a later stretch must have. *chosen*: a ripple behind an incident is none"""
MOST_MEMORY: Final = 0.95
"""Greatest autocorrelation that is allowed for. *chosen*: with more nothing would ever stand out"""
TINY: Final = 1e-12
"""Least sum of squares. *derived*: rounding of doubles"""
Places = NDArray[np.int64]

LIMIT: Final = 8.0
"""Standardised values are cut here. *chosen*: one wild row is no stretch"""


def window(series: Matrix, target: int | None) -> tuple[int, int] | None:
    """Rows [start, stop) of the last incident of the target, or of any column; None if there is none.

    The series have shape (rows, columns). All columns together tell its rows
    best, unless the target alone has a later one.
    """
    calm = np.median(series, 0)
    spread = 1.4826 * np.median(np.abs(series - calm), 0)
    spread = np.where(spread > 0, spread, np.maximum(series.std(0), 1e-12))
    scaled = np.clip((series - calm) / spread, -LIMIT, LIMIT)
    whole = _last(scaled)
    own = _last(scaled[:, [target]]) if target is not None else None
    if own is None or (whole is not None and whole[0] < own[1] and own[0] < whole[1]):
        return whole
    return own


def _last(scaled: Matrix) -> tuple[int, int] | None:
    """The last of the stretches that are unlike the rest, and not much less so than the most unlike one."""
    found: list[tuple[float, int, int]] = []
    left, begin = np.arange(len(scaled)), 0
    while len(left) - begin > LEAST_ROWS:
        here = _best(scaled[left], begin)
        if here is None:
            break
        ratio, begin, stop = here
        found.append((ratio, int(left[begin]), int(left[stop - 1]) + 1))
        left = np.delete(left, slice(begin, stop))
    most = max((ratio for ratio, _, _ in found), default=0.0)
    likely = [(start, stop) for ratio, start, stop in found if ratio >= COMPARABLE * most]
    return likely[-1] if likely else None


def _best(scaled: Matrix, begin: int) -> tuple[float, int, int] | None:
    """The most unlike stretch of the rows from `begin` on, if it is unlike enough."""
    count = len(scaled)
    memory = _memory(scaled)
    sums = np.vstack([np.zeros(scaled.shape[1]), np.cumsum(scaled, 0)])
    squares = np.vstack([np.zeros(scaled.shape[1]), np.cumsum(scaled**2, 0)])
    places = np.unique(np.linspace(begin, count, min(GRID, count - begin + 1)).astype(int))
    step = int(np.diff(places).max())
    ratio, start, stop = _search((sums, squares, memory), places, places)
    if step > 1 and ratio > 0:
        near = [np.arange(max(begin, at - step), min(count, at + step) + 1) for at in (start, stop)]
        ratio, start, stop = _search((sums, squares, memory), near[0], near[1])
    inside, outside = scaled[start:stop], np.vstack([scaled[:start], scaled[stop:]])
    if ratio < RATIO:
        return None
    base = np.maximum(outside.std(0), 0.1)
    shift = np.abs(inside.mean(0) - outside.mean(0)) / base
    wider = inside.std(0) / base
    return (ratio, start, stop) if shift.max() >= SHIFT or wider.max() >= SPREAD else None


def _memory(series: Matrix) -> Matrix:
    """By how much memory makes the variance of each column's mean greater: (1 + r) / (1 - r), at least 1.

    The estimate from a block is too low by (1 + 3 r) over its rows (Marriott and Pope 1954), which is added.
    """
    along = []
    for block in np.array_split(series, min(BLOCKS, max(1, len(series) // BLOCKS))):
        off = block - block.mean(0)
        found = (off[1:] * off[:-1]).sum(0) / np.maximum((off**2).sum(0), TINY)
        along.append(found + (1 + 3 * found) / len(block))
    middle = np.clip(np.median(along, 0), 0, MOST_MEMORY)
    return np.asarray((1 + middle) / (1 - middle))


def _search(table: tuple[Matrix, Matrix, Matrix], starts: Places, stops: Places) -> tuple[float, int, int]:
    """The pair with the greatest ratio: its ratio, start and stop."""
    sums, squares, memory = table
    count = len(sums) - 1
    start, stop = (each.ravel() for each in np.meshgrid(starts, stops, indexing="ij"))
    size = stop - start
    fits = (size >= LEAST_ROWS) & (size <= MOST_SHARE * count)
    start, stop, size = start[fits], stop[fits], size[fits]
    if len(size) == 0:
        return 0.0, 0, 0
    within = _cost(sums[stop] - sums[start], squares[stop] - squares[start], size)
    rest = _cost(sums[-1] - (sums[stop] - sums[start]), squares[-1] - (squares[stop] - squares[start]), count - size)
    whole = _cost(sums[-1][None], squares[-1][None], np.array([count]))
    ratio = np.maximum((whole - within - rest) / memory - QUIET, 0.0).sum(1)
    at = int(np.argmax(ratio))
    return float(ratio[at]), int(start[at]), int(stop[at])


def _cost(total: Matrix, square: Matrix, size: Places) -> Matrix:
    """Twice the negative log likelihood of a Gaussian, up to what does not depend on it."""
    mean = total / size[:, None]
    variance = np.maximum(square / size[:, None] - mean**2, 0.05)
    return np.asarray(size[:, None] * np.log(variance))
