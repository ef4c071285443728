"""How surprising a count is, and how much surprise it takes where many counts are looked at."""

import numpy as np

from actors.cognition.mining.streams import Floats, Ints


def log_tail(count: Floats, expected: Floats) -> Floats:
    """Natural logarithm of a bound on P(at least `count`) under a Poisson law with the mean `expected`; <= 0.

    Source: Chernoff's bound, exp(-(k ln(k/m) - (k - m))) for k > m. It errs on the cautious side.
    """
    mean = np.maximum(expected, 1e-12)
    more = count > mean
    ratio = np.where(more, count / mean, 1.0)
    return np.where(more, -(count * np.log(ratio) - (count - mean)), 0.0)


def log_bar(log_p: Floats, tests: int, rate: float) -> float:
    """The greatest log p that counts as found at the false discovery rate; -inf if nothing does.

    `log_p` holds the smallest of `tests` values. Source: Benjamini and Hochberg (1995).
    """
    ranked = np.sort(log_p)
    bars = np.log(rate * np.arange(1, len(ranked) + 1) / max(1, tests))
    passed = np.flatnonzero(ranked <= bars)
    return float(bars[passed[-1]]) if len(passed) else -np.inf


class Tables:
    """Two-by-two tables of whole numbers up to `most`, by their exact law."""

    def __init__(self, most: int) -> None:
        self._log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, most + 1)))))

    def log_tail(self, both: Ints, first: Ints, second: Ints, total: Ints) -> Floats:
        """Log of a bound on P(at least `both` in common) of `first` and `second` drawn from `total`; <= 0.

        Source: Fisher's exact test; the tail is bounded by the geometric series of its first two terms.
        """
        log = self._log_factorial
        both = np.maximum(both, first + second - total)  # so many there are at least
        rest = total - first - second + both
        point = (
            (log[first] + log[total - first] + log[second] + log[total - second])
            - (log[total] + log[both] + log[first - both] + log[second - both])
            - log[rest]
        )
        ratio = (first - both) * (second - both) / ((both + 1.0) * (rest + 1.0))
        closed = ratio < 1.0
        tail = point - np.log1p(-np.where(closed, ratio, 0.0))
        return np.where(closed, np.minimum(tail, 0.0), 0.0)


def combined(log_p: Floats) -> float:
    """Log p of several independent tests together; <= 0.

    Source: Fisher (1932): minus the sum is gamma distributed, with one degree for each test.
    """
    count, total = len(log_p), -float(log_p.sum())
    if not count or total <= 0:
        return 0.0
    term, series = 0.0, 0.0
    for place in range(1, count):
        term += float(np.log(total / place))
        series = float(np.logaddexp(series, term))
    return min(0.0, series - total)
