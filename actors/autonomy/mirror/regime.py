"""Whether a signal has changed its regime of late: its level or its spread is not what it was.

Every split of the window is tried. The ranks of the values after it are compared with those before: a shift of their
mean is Wilcoxon's statistic, a shift of their squared distances from the middle Mood's; the sum of both squared is
Lepage's (1971), and a change point model takes the largest over all splits (Ross, Tasoulis and Adams 2011). Ranks make
the rate of false alarms the same for every distribution. They need values that don't depend on each other, so the
signal's persistence is taken out first, as it was before the latest values.
"""

import math
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Kind = Literal["level", "spread"]

FEWEST: Final = 60
"""Values without which nothing is said. *chosen*: a third of a window, and enough for the persistence"""
SHORTEST: Final = 8
"""Values that a new regime must have shown. *chosen*: fewer are outliers"""
NEWEST: Final = 4
"""Fewest values after a split that is tried. *chosen*: a change that seems to be newer than `SHORTEST` waits until it
is that old, so that its place is not told too early"""
UNLIKE: Final = 4
"""Values after a change that must differ from the median before it. *chosen*: in a signal that is nearly always the
same one or two strangers are an event, and no regime"""
LEVEL: Final = 3.0
"""Wilcoxon's statistic from which the level has changed, whatever the spread did. *chosen*: 1 in 400 by chance; a large
step puts all values after it at one end, which Mood's statistic takes for another spread"""
LATEST: Final = 60
"""Values that are searched for the change. *chosen*: what is older was seen before, or is too weak"""
EARLIEST: Final = 20
"""Values that must lie before a change. *chosen*: to know what it was before"""
THRESHOLD: Final = 20.0
"""Largest statistic that is no change. *measured* by `benchmarks.regime`: less than one false alarm in 1,000 cycles"""
STILL_KNOWN: Final = 30
"""The latest values, which the persistence is not taken from: a change among them would be taken for persistence.
*derived*: a change is to be found within so many"""
MOST_PERSISTENT: Final = 0.95
"""*chosen*: beyond it a level that drifts can't be told from one that has changed"""
OUTLYING: Final = 4.0
"""Values are taken for the persistence as far as so many median deviations. *chosen*"""


class Change(NamedTuple):
    """A change of regime that was found."""

    ago: int
    """Values that lie after it."""
    kind: Kind
    before: float
    """Median before it, or standard deviation if the spread has changed."""
    after: float
    statistic: float


def changed(values: Sequence[float]) -> Change | None:
    """The clearest change among the latest of these values, oldest first; None while there is none."""
    series = np.asarray(values, dtype=np.float64)
    if len(series) < FEWEST:
        return None
    kept = persistence(series[: max(FEWEST - SHORTEST, len(series) - STILL_KNOWN)])
    innovations = series[1:] - kept * series[:-1]
    found = _split(innovations)
    if found is None or found[1] <= THRESHOLD:
        return None
    ago, statistic, level = found
    before, after = series[:-ago], series[-ago:]
    if ago < SHORTEST or np.count_nonzero(after != np.median(before)) < UNLIKE:
        return None
    if level:
        return Change(ago, "level", float(np.median(before)), float(np.median(after)), statistic)
    return Change(ago, "spread", float(before.std()), float(after.std()), statistic)


def persistence(series: Array) -> float:
    """Correlation of neighbours, outliers cut off, with the bias of a short series added (Kendall 1954); at least 0."""
    off = series - np.median(series)
    bound = OUTLYING * float(np.median(np.abs(off)))
    off = np.clip(off, -bound, bound) if bound > 0 else off
    total = float(off[:-1] @ off[:-1])
    if total == 0:
        return 0.0
    raw = float(off[1:] @ off[:-1]) / total
    return min(MOST_PERSISTENT, max(0.0, raw + (1 + 3 * raw) / len(series)))


def _split(innovations: Array) -> tuple[int, float, bool] | None:
    """The split with the largest statistic: values after it, the statistic, and whether the level differs."""
    count = len(innovations)
    ranks = _ranks(innovations)
    distances = (ranks - (count + 1) / 2) ** 2
    after = np.arange(NEWEST, min(LATEST, count - EARLIEST) + 1)
    level, spread = _standardised(ranks, after), _standardised(distances, after)
    statistics = level**2 + spread**2
    best = int(np.argmax(statistics))
    if not math.isfinite(float(statistics[best])):
        return None
    return int(after[best]), float(statistics[best]), bool(abs(level[best]) >= LEVEL)


def _standardised(scores: Array, after: NDArray[np.int64]) -> Array:
    """Sum of the last scores, less its mean and in its standard deviations over all orders of the scores."""
    count = len(scores)
    variance = float(scores.var(ddof=1))
    if variance == 0:
        return np.zeros(len(after))
    sums = np.cumsum(scores[::-1])[after - 1]
    result: Array = (sums - after * scores.mean()) / np.sqrt(variance * after * (count - after) / count)
    return result


def _ranks(values: Array) -> Array:
    """Ranks from 1 on; equal values have the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle: Array = (last - (counts - 1) / 2)[places]
    return middle
