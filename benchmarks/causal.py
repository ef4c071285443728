"""Causal figures on generated worlds of known truth: structure, effects, queries, speed, root causes.

`python -m benchmarks.causal` generates linear Gaussian networks of 10 to 20 nodes, discrete networks with random tables
(2 to 4 levels, at most 3 parents) at 10,000 rows, and telemetry with planted incidents, from seeds on which no default
was chosen. An answer is within tolerance if it is off by no more than .1 standard deviations of the outcome, or .05 of
a probability.
"""

import actors.cognition.causal  # noqa: F401  (before numpy, so that the linear algebra runs on one thread)

# isort: split
import argparse
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np

from actors.cognition.causal.building import built
from actors.cognition.causal.effects import Effects
from actors.cognition.causal.graph import essential, reach
from actors.cognition.causal.incident import incident
from actors.cognition.causal.knowledge import Stated, knowledge
from actors.cognition.causal.learning import learn
from actors.cognition.causal.model import Model
from actors.cognition.causal.table import Edges, Table
from actors.cognition.causal.telemetry import stretch
from benchmarks.causal_data import Discrete, Telemetry, continuous, dag, linear

NUMBER_OFF: Final = 0.1
"""Standard deviations by which an answer may be off. *chosen*"""
SHARE_OFF: Final = 0.05
"""By how much a probability may be off. *chosen*"""
TRUTH_ROWS: Final = 100_000
"""Rows from which the truth of a discrete network is drawn. *chosen*: its error is .002"""


def skeleton(found: Edges, true: Edges) -> float:
    """F1 of the neighbours."""
    one, other = found | found.T, true | true.T
    both = (one & other).sum()
    return float(2 * both / max(1, one.sum() + other.sum()))


def orientation(found: Edges, true: Edges) -> float:
    """Share of compelled edges of the truth, of those found, that are directed right."""
    must = essential(true)
    asked = must & ~must.T & (found | found.T)
    right = asked & found & ~found.T
    return float(right.sum() / asked.sum()) if asked.any() else float("nan")


def modelled(read: Table, samples: int = 20) -> tuple[Model, float]:
    """The model with the command's defaults, and the seconds it took."""
    begun = time.perf_counter()
    made = built(read, learn(read, knowledge(Stated(), read.columns), 0, samples))
    return made, time.perf_counter() - begun


def linear_figures(count: int, seed: int) -> None:
    """Structure, effects and their intervals on linear networks."""
    skeletons, directions, held, near, known, times = [], [], [], [], [], []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        edges = dag(int(rng.integers(10, 21)), 2.5, rng)
        rows, weights = linear(edges, int(rng.choice([1_000, 2_000, 5_000, 10_000])), rng)
        made, took = modelled(continuous(rows))
        times.append(took)
        skeletons.append(skeleton(made.graph, edges))
        directions.append(orientation(made.graph, edges))
        total = np.linalg.inv(np.eye(len(edges)) - weights)
        effects = Effects(made)
        for cause, outcome in rng.permutation(np.argwhere(~np.eye(len(edges), dtype=bool)))[:40]:
            found = effects.change(int(cause), (0.0, 1.0), int(outcome))
            true = total[cause, outcome]
            held.append(found.low - 1e-9 <= true <= found.high + 1e-9)
            known.append(found.identifiable)
            near.append(abs(found.estimate - true) * rows[:, cause].std() <= NUMBER_OFF * rows[:, outcome].std())
    print(f"linear, {count} networks: skeleton F1 {np.mean(skeletons):.3f}, orientation {np.nanmean(directions):.3f}")
    print(f"  effects of {len(held)} pairs: covered {np.mean(held):.3f}, within tolerance {np.mean(near):.3f}")
    sure = np.array(known)
    print(f"  identifiable {sure.mean():.3f}; of these within tolerance {np.array(near)[sure].mean():.3f}", end="; ")
    print(f"seconds to build, mean / most {np.mean(times):.2f} / {max(times):.2f}")


def discrete_figures(count: int, seed: int) -> None:
    """The same on discrete networks."""
    skeletons, held, near, known, times = [], [], [], [], []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        net = Discrete(int(rng.integers(8, 21)), 2.5, 0.5, rng)
        read = net.table(10_000, rng)
        made, took = modelled(read)
        times.append(took)
        skeletons.append(skeleton(made.graph, net.edges))
        effects = Effects(made)
        behind = reach(net.edges)
        for cause, outcome in rng.permutation(np.argwhere(behind))[:6]:
            level = int(rng.integers(net.levels[cause]))
            drawn = net.rows(TRUTH_ROWS, rng, (int(cause), level))[:, outcome]
            for category in range(net.levels[outcome]):
                found = effects.mean(int(cause), float(level), int(outcome), category)
                true = float((drawn == category).mean())
                held.append(found.low - 0.003 <= true <= found.high + 0.003)
                near.append(abs(found.estimate - true) <= SHARE_OFF)
                known.append(found.identifiable)
    print(f"discrete, {count} networks, 10,000 rows: skeleton F1 {np.mean(skeletons):.3f} (least {min(skeletons):.3f})")
    print(
        f"  {len(held)} probabilities: in the interval {np.mean(held):.3f}, within tolerance {np.mean(near):.3f}",
        end="; ",
    )
    sure = np.array(known)
    print(f"identifiable {sure.mean():.3f}, of these within {np.array(near)[sure].mean():.3f}", end="; ")
    print(f"seconds to build, mean / most {np.mean(times):.2f} / {max(times):.2f}")


def speed(seed: int) -> None:
    """From nothing to an answer at 20 variables and 10,000 rows, and queries a second on a built model."""
    rng = np.random.default_rng(seed)
    rows, _ = linear(dag(20, 3, rng), 10_000, rng)
    with tempfile.TemporaryDirectory() as place:
        data = Path(place, "data.csv")
        np.savetxt(data, rows, delimiter=",", header=",".join(f"x{at}" for at in range(20)), comments="")
        begun = time.perf_counter()
        for words in (("build", str(data)), ("ask", str(data.with_suffix(".cause")), "effect of x0 on x1")):
            command = [sys.executable, "-m", "runtime.cli.main", "cause", *words]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        first = time.perf_counter() - begun
    made, _ = modelled(continuous(rows))
    effects = Effects(made)
    begun, pairs = time.perf_counter(), list(combinations(range(20), 2))
    for value in range(10):
        for cause, outcome in pairs:
            effects.mean(cause, float(value), outcome)
    rate = 10 * len(pairs) / (time.perf_counter() - begun)
    print(f"20 variables x 10,000 rows: {first:.2f} s from a CSV to the answer of the command", end="; ")
    print(f"{rate:.0f} queries/s over all pairs, cold")


def incidents(count: int, seed: int) -> None:
    """Root causes of planted incidents, with rows named and found."""
    ranks: dict[str, list[int]] = {"rows named": [], "rows found": []}
    for number in range(count):
        made = Telemetry(np.random.default_rng([seed, number]))
        read = continuous(made.rows)
        known = knowledge(Stated(), read.columns)
        for how, span in (("rows named", made.span), ("rows found", stretch(read, made.target, known))):
            rank = len(read.columns)
            if span is not None:
                names = [each.name for each in incident(read, span, made.target, known).suspects]
                rank = names.index(f"x{made.root}")
            ranks[how].append(rank)
    for how, found in ranks.items():
        top = np.array(found)
        print(f"incidents, {count}, {how}: top-1 {(top < 1).mean():.3f}, top-3 {(top < 3).mean():.3f}")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=31_000)
    parser.add_argument("--only", choices=["linear", "discrete", "speed", "incidents"])
    asked = parser.parse_args()
    if asked.only in (None, "linear"):
        linear_figures(asked.count, asked.seed)
    if asked.only in (None, "discrete"):
        discrete_figures(max(2, asked.count // 4), asked.seed + 1)
    if asked.only in (None, "speed"):
        speed(asked.seed + 2)
    if asked.only in (None, "incidents"):
        incidents(4 * asked.count, asked.seed + 3)
    return 0


if __name__ == "__main__":
    sys.exit(main())
