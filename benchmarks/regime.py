"""Changes of regime: how many are found within 30 cycles, and how often there is an alarm without a change.

`python -m benchmarks.regime` follows generated signals as the world model does, one glance in every five cycles over a
window of 200. A change comes after 150 to 180 cycles: a step, a ramp of 20 cycles, or another spread, in units of the
signal's standard deviation. A signal counts as found if there is an alarm within 30 cycles of the change.
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from actors.autonomy.mirror.figures import EVERY
from actors.autonomy.mirror.regime import changed

Array = NDArray[np.float64]
WINDOW = 200
WITHIN = 30
LENGTH = 1_000


def persistent(kept: float) -> Callable[[np.random.Generator, int], Array]:
    """An AR(1) of unit variance."""

    def made(rng: np.random.Generator, count: int) -> Array:
        noise, last = rng.standard_normal(count) * np.sqrt(1 - kept * kept), rng.standard_normal()
        series = np.empty(count)
        for place in range(count):
            last = series[place] = kept * last + noise[place]
        return series

    return made


def arrivals(rng: np.random.Generator, count: int) -> Array:
    """Small counts, with many ties, as deviations in units of their standard deviation."""
    return (rng.poisson(2.0, count) - 2.0) / np.sqrt(2.0)


def skewed(rng: np.random.Generator, count: int) -> Array:
    """Lognormal, as latencies are."""
    drawn = rng.lognormal(0.0, 0.7, count)
    return (drawn - np.exp(0.245)) / np.sqrt((np.exp(0.49) - 1) * np.exp(0.49))


SIGNALS = {
    "white": persistent(0.0),
    "persistence .3": persistent(0.3),
    "persistence .5": persistent(0.5),
    "persistence .9": persistent(0.9),
    "heavy tails": lambda rng, count: rng.standard_t(3, count) / np.sqrt(3),
    "skewed": skewed,
    "counts": arrivals,
}
CHANGES: dict[str, Callable[[int], tuple[Array | float, Array | float]]] = {
    "step of 2": lambda count: (1.0, 2.0),
    "ramp to 3": lambda count: (1.0, np.minimum(1.0, np.arange(count) / 20) * 3.0),
    "spread x3": lambda count: (3.0, 0.0),
    "step of 1": lambda count: (1.0, 1.0),
    "spread x2": lambda count: (2.0, 0.0),
    "spread x1/3": lambda count: (1 / 3, 0.0),
}


def alarms(series: Array) -> Iterator[int]:
    """The cycles in which a change is told; what lies before it is forgotten."""
    since = 0
    for cycle in range(EVERY, len(series) + 1, EVERY):
        found = changed(list(series[max(since, cycle - WINDOW) : cycle]))
        if found is not None:
            since = cycle - found.ago
            yield cycle


def false_alarms(signal: str, seeds: int) -> float:
    """Alarms in 1,000 cycles without a change."""
    made = (SIGNALS[signal](np.random.default_rng(seed), LENGTH) for seed in range(seeds))
    return sum(len(list(alarms(series))) for series in made) / seeds


def found(signal: str, change: str, seeds: int) -> float:
    """Share of the changes that are found in time."""
    hits = 0
    for seed in range(seeds):
        rng = np.random.default_rng(10_000 + seed)
        at = 150 + seed % WITHIN
        series = SIGNALS[signal](rng, at + WITHIN)
        scale, shift = CHANGES[change](WITHIN)
        series[at:] = series[at:] * scale + shift
        hits += any(cycle > at for cycle in alarms(series))
    return hits / seeds


def main() -> int:
    """Prints a row for each kind of signal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=60)
    seeds = parser.parse_args().seeds
    print(f"{'signal':15} {'false in 1,000':>14}  " + "  ".join(CHANGES))
    for signal in SIGNALS:
        shares = [f"{found(signal, change, seeds):{len(change)}.2f}" for change in CHANGES]
        print(f"{signal:15} {false_alarms(signal, seeds):14.2f}  " + "  ".join(shares), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
