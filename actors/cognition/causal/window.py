"""The rows of an incident, if nobody says them: the last stretch in which a series is unlike the rest.

A stretch is found by the likelihood ratio of a Gaussian with a mean and a spread of its own inside it (Siegmund 1986,
epidemic change); the search goes on behind each until nothing more is found.
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
"""Least twice the log likelihood ratio. *measured*: calm series with an autocorrelation of .7 stay below it"""
MORE: Final = 10.0
"""What each further column adds to that. *measured*: as above, with 18 columns"""
COMPARABLE: Final = 0.3
"""Share of the greatest ratio that a later stretch must have. *chosen*: a ripple behind an incident is none"""
Places = NDArray[np.int64]

LIMIT: Final = 8.0
"""Standardised values are cut here. *chosen*: one wild row is no stretch"""


def window(series: Matrix, target: int | None) -> tuple[int, int] | None:
    """Rows [start, stop) of the last incident of the target, or of any column; None if there is none.

    The series have shape (rows, columns). If the target shows nothing, all columns together may.
    """
    calm = np.median(series, 0)
    spread = 1.4826 * np.median(np.abs(series - calm), 0)
    spread = np.where(spread > 0, spread, np.maximum(series.std(0), 1e-12))
    scaled = np.clip((series - calm) / spread, -LIMIT, LIMIT)
    found = _last(scaled[:, [target]]) if target is not None else None
    return found if found is not None else _last(scaled)


def _last(scaled: Matrix) -> tuple[int, int] | None:
    """The last of the stretches that are unlike the rest, and not much less so than the most unlike one."""
    found: list[tuple[float, int, int]] = []
    begin = 0
    while len(scaled) - begin > LEAST_ROWS:
        here = _best(scaled, begin)
        if here is None:
            break
        found.append(here)
        begin = here[2]
    most = max((ratio for ratio, _, _ in found), default=0.0)
    likely = [(start, stop) for ratio, start, stop in found if ratio >= COMPARABLE * most]
    return likely[-1] if likely else None


def _best(scaled: Matrix, begin: int) -> tuple[float, int, int] | None:
    """The most unlike stretch of the rows from `begin` on, if it is unlike enough."""
    count = len(scaled)
    sums = np.vstack([np.zeros(scaled.shape[1]), np.cumsum(scaled, 0)])
    squares = np.vstack([np.zeros(scaled.shape[1]), np.cumsum(scaled**2, 0)])
    places = np.unique(np.linspace(begin, count, min(GRID, count - begin + 1)).astype(int))
    step = int(np.diff(places).max())
    ratio, start, stop = _search(sums, squares, places, places)
    if step > 1 and ratio > 0:
        near = [np.arange(max(begin, at - step), min(count, at + step) + 1) for at in (start, stop)]
        ratio, start, stop = _search(sums, squares, near[0], near[1])
    inside, outside = scaled[start:stop], np.vstack([scaled[:start], scaled[stop:]])
    if ratio < (RATIO + MORE * (scaled.shape[1] - 1)) * _memory(outside):
        return None
    base = np.maximum(outside.std(0), 0.1)
    shift = np.abs(inside.mean(0) - outside.mean(0)) / base
    wider = inside.std(0) / base
    return (ratio, start, stop) if shift.max() >= SHIFT or wider.max() >= SPREAD else None


def _memory(series: Matrix) -> float:
    """By how much memory makes the variance of a mean greater: (1 + r) / (1 - r) of the autocorrelation, at least 1."""
    off = series - series.mean(0)
    along = (off[1:] * off[:-1]).sum() / max(float((off**2).sum()), 1e-12)
    return float(max(1.0, (1 + along) / max(1 - along, 0.01)))


def _search(sums: Matrix, squares: Matrix, starts: Places, stops: Places) -> tuple[float, int, int]:
    """The pair with the greatest ratio: its ratio, start and stop."""
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
    ratio = (whole - within - rest).sum(1)
    at = int(np.argmax(ratio))
    return float(ratio[at]), int(start[at]), int(stop[at])


def _cost(total: Matrix, square: Matrix, size: Places) -> Matrix:
    """Twice the negative log likelihood of a Gaussian, up to what does not depend on it."""
    mean = total / size[:, None]
    variance = np.maximum(square / size[:, None] - mean**2, 0.05)
    return np.asarray(size[:, None] * np.log(variance))
