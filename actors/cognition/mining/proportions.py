"""Shares of counts with intervals, and the difference of two."""

import math
from typing import Final, NamedTuple

Z: Final = 1.959964
"""Two-sided 95 %. *derived*: quantile .975 of the normal law"""


class Interval(NamedTuple):
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


def share(hits: float, total: float) -> Interval:
    """Share of hits. Source: Wilson's score interval (1927)."""
    if total <= 0:
        return Interval(0.0, 0.0, 1.0)
    mean, square = hits / total, Z * Z
    centre = (mean + square / (2 * total)) / (1 + square / total)
    half = Z * math.sqrt(mean * (1 - mean) / total + square / (4 * total * total)) / (1 + square / total)
    return Interval(mean, max(0.0, centre - half), min(1.0, centre + half))


def difference(first: Interval, second: Interval) -> Interval:
    """First share less the second. Source: Newcombe (1998), method 10."""
    value = first.value - second.value
    low = value - math.hypot(first.value - first.low, second.high - second.value)
    high = value + math.hypot(first.high - first.value, second.value - second.low)
    return Interval(value, max(-1.0, low), min(1.0, high))


def rate(count: int) -> Interval:
    """A Poisson count with the interval of its mean. Source: Wilson and Hilferty's cube root (1931)."""
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * math.sqrt(more))) ** 3
    return Interval(float(count), max(0.0, low), high)
