"""Choosing a configuration in a world that drifts, with few verifications a cycle: cost and broken limits, in pairs.

`python -m benchmarks.tune` generates sensor networks whose energy, packet loss and latency depend on the settings of
their links and drift with interference and traffic. In each cycle 20 of some 200 configurations may be verified. Beside
the tuner run, in the same worlds: 20 random ones; the configuration that was best in the last cycle; the one that is
best over all cycles; and the oracle, which knows all. Medians over the worlds.
"""

import argparse
import statistics
import sys
from collections.abc import Mapping
from typing import Final

import numpy as np

from actors.cognition.evolution.space import Matrix, Space, read
from actors.cognition.evolution.tuner import Tuner

SPACE: Final = """
minimise = "energy"
[limits]
packet_loss = { most = 10 }
latency = { most = 5 }
[parameters]
first_link = { from = 0, to = 100, step = 20 }
second_link = { from = 0, to = 100, step = 20 }
power = [0, 5, 10]
queue = ["short", "long"]
"""
"""216 configurations. *chosen*: a size that public data of this kind have"""
VERIFIED: Final = 20
"""Verifications in a cycle. *cited*: specification of cognition, section 2"""
WARM: Final = 5
"""Cycles before any that counts. *chosen*: nobody knows anything at first"""


class World:
    """A drifting network: for each cycle the measures of every configuration, shape (cycles, n)."""

    def __init__(self, space: Space, cycles: int, noise: float, seed: int) -> None:
        rng = np.random.default_rng(seed)
        n = len(space.configurations)
        first = np.array([one["first_link"] for one in space.configurations], dtype=float) / 100
        second = np.array([one["second_link"] for one in space.configurations], dtype=float) / 100
        power = np.array([one["power"] for one in space.configurations], dtype=float) / 10
        long = np.array([one["queue"] == "long" for one in space.configurations], dtype=float)
        quality = 0.5 + _drift(rng, cycles, 4)
        traffic = 1.0 + _drift(rng, cycles, 1)[:, 0]
        rough = rng.normal(size=(3, n))
        lost = np.empty((cycles, n))
        energy, late = np.empty_like(lost), np.empty_like(lost)
        for cycle in range(cycles):
            a, b, c, d = quality[cycle]
            link = first * (a + 0.5 * power) + (1 - first) * (b + 0.3 * power)
            other = second * (c + 0.5 * power) + (1 - second) * (d + 0.3 * power)
            lost[cycle] = 14 - 5 * (link + other) + 2 * traffic[cycle] * (1 - long) + 0.4 * rough[0]
            energy[cycle] = 12 + 1.2 * power * (1 + first) + 0.8 * traffic[cycle] * (1 + second * b) + 0.08 * rough[1]
            late[cycle] = 2 + 2.2 * long * traffic[cycle] + 1.5 * np.abs(first - second) + 0.2 * rough[2]
        self.true: dict[str, Matrix] = {"energy": energy, "packet_loss": lost, "latency": late}
        self.seen = {
            name: value + noise * value.std() * rng.normal(size=value.shape) for name, value in self.true.items()
        }

    def verified(self, cycle: int, place: int) -> dict[str, float]:
        """What a verification says."""
        return {name: float(value[cycle, place]) for name, value in self.seen.items()}

    def truly(self, cycle: int, place: int) -> dict[str, float]:
        """What is so."""
        return {name: float(value[cycle, place]) for name, value in self.true.items()}


def _drift(rng: np.random.Generator, cycles: int, count: int) -> Matrix:
    """Signals that wander and wave, shape (cycles, count)."""
    steps = rng.normal(scale=0.04, size=(cycles, count))
    walk = np.zeros((cycles, count))
    for cycle in range(1, cycles):
        walk[cycle] = 0.97 * walk[cycle - 1] + steps[cycle]
    phase, length = rng.uniform(0, 2 * np.pi, count), rng.uniform(40, 120, count)
    return np.asarray(walk + 0.12 * np.sin(2 * np.pi * np.arange(cycles)[:, None] / length + phase))


def best(space: Space, measured: Mapping[int, Mapping[str, float]]) -> int:
    """The best of the configurations by what was measured."""
    places = list(measured)
    found = places[0]
    for place in places[1:]:
        if space.better(measured[place], measured[found]):
            found = place
    return found


def run(space: Space, cycles: int, noise: float, seed: int) -> dict[str, tuple[float, float]]:
    """For each way, its mean cost beside the oracle's, and the part of cycles in which a limit was broken."""
    world = World(space, cycles, noise, seed)
    rng = np.random.default_rng(seed + 1)
    n = len(space.configurations)
    tuner = Tuner(space, seed)
    used: dict[str, list[int]] = {name: [] for name in ("tuner", "random 20", "random one", "last best", "oracle")}
    last = int(rng.integers(n))
    for cycle in range(cycles):
        places = tuner.places(VERIFIED)
        tuner.see({place: world.verified(cycle, place) for place in places})
        used["tuner"].append(tuner.chosen)
        drawn = rng.choice(n, VERIFIED, replace=False)
        used["random 20"].append(best(space, {int(place): world.verified(cycle, int(place)) for place in drawn}))
        used["random one"].append(int(rng.integers(n)))
        used["last best"].append(last)
        last = best(space, {place: world.verified(cycle, place) for place in range(n)})
        used["oracle"].append(best(space, {place: world.truly(cycle, place) for place in range(n)}))
    figures = {name: _figures(space, world, places) for name, places in used.items()}
    fixed = [_figures(space, world, [place] * cycles) for place in range(n)]
    figures["best fixed"] = min(fixed, key=lambda one: (round(one[1], 3), one[0]))
    oracle = figures["oracle"][0]
    return {name: (cost / oracle - 1, broken) for name, (cost, broken) in figures.items()}


def _figures(space: Space, world: World, places: list[int]) -> tuple[float, float]:
    measured = [world.truly(cycle, place) for cycle, place in enumerate(places)][WARM:]
    cost = statistics.fmean(one[space.aim] for one in measured)
    return cost, statistics.fmean(space.excess(one) > 0 for one in measured)


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=10)
    parser.add_argument("--cycles", type=int, default=200)
    given = parser.parse_args()
    space = read(SPACE)
    for noise in (0.0, 0.1):
        runs = [run(space, given.cycles, noise, 100 + world) for world in range(given.worlds)]
        print(f"verifications {'exact' if not noise else f'with noise of {noise:g} sd'}:")
        for name in runs[0]:
            cost = statistics.median(one[name][0] for one in runs)
            broken = statistics.median(one[name][1] for one in runs)
            print(f"  {name:10} cost {cost:+7.2%} of the oracle's, limits broken in {broken:6.1%} of the cycles")


if __name__ == "__main__":
    sys.exit(main())
