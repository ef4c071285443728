"""How many planted habits are found in logs whose truth is known, and how many are found where there are none.

`python -m benchmarks.mining` prints precision, recall and time by kind of log.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from actors.cognition.mining.miner import Request, mine
from actors.cognition.mining.order import likeness
from actors.cognition.mining.streams import Behaviour

ALIKE: Final = 0.75
"""Of a found pattern and a planted habit that count as the same. *derived*: that of the prototype's measurement"""
ENOUGH: Final = 8
"""Occurrences from which a planted habit should be found. *derived*: the same"""

SEEDS: Final = 3
"""Logs of each kind. *chosen*"""
NOISE_SEEDS: Final = 20
"""Logs of each kind of noise. *cited*: specification of cognition, section 3"""


class Kind(NamedTuple):
    """How a log is made."""

    events: int = 6_000
    alphabet: int = 30
    agents: int = 5
    habits: int = 8
    planted: float = 0.15
    """Share of the steps that begin a habit times its length, about."""
    broken: float = 0.0
    """Chance of 1 or 2 other steps between two of a habit."""
    dropped: float = 0.0
    """Chance that a habit ends before its last step."""
    breaks: tuple[int, int] = (1, 3)
    """Fewest such steps, and one more than the most."""
    lengths: tuple[int, int] = (3, 8)
    """Fewest steps of a habit, and one more than the most."""
    repeats: bool = False
    """A step may occur in a habit more than once."""
    session: int = 0
    """Mean length of a session; without one the log names none."""
    noise: str = "uniform"
    overlapping: bool = False
    alone: bool = False
    """Each habit is one agent's only."""
    own_alphabet: bool = False
    """The steps of habits occur in habits only."""
    together: bool = False
    """Each step of a habit may be another agent's."""
    interleaved: bool = False
    """Two habits at once."""


KINDS: Final[Mapping[str, Kind]] = {
    "easy": Kind(),
    "broken": Kind(broken=0.2),
    "much broken": Kind(broken=0.4, planted=0.3),
    "dropped": Kind(dropped=0.3),
    "small": Kind(events=1_500, habits=5),
    "small alphabet": Kind(alphabet=10),
    "large alphabet": Kind(alphabet=300, broken=0.1),
    "markov": Kind(noise="markov", broken=0.1),
    "markov by agent": Kind(noise="by agent", broken=0.1),
    "favoured": Kind(noise="favoured", broken=0.1),
    "zipf": Kind(noise="zipf", broken=0.1),
    "rare": Kind(events=20_000, planted=0.03),
    "long": Kind(lengths=(8, 14), broken=0.1, planted=0.2),
    "long breaks": Kind(broken=0.15, breaks=(3, 7), planted=0.2),
    "repeats": Kind(repeats=True, broken=0.1),
    "sessions": Kind(session=20, broken=0.1, agents=40),
    "short sessions": Kind(session=8, agents=100, noise="favoured"),
    "overlapping": Kind(overlapping=True, broken=0.1),
    "one agent": Kind(alone=True, broken=0.1),
    "own alphabet": Kind(own_alphabet=True, broken=0.1),
    "handed over": Kind(together=True, broken=0.1),
    "interleaved": Kind(interleaved=True),
    "large": Kind(events=100_000, alphabet=120, habits=30, agents=20, broken=0.15, noise="favoured"),
    "whole period": Kind(events=300_000, alphabet=120, habits=30, agents=20, broken=0.15, noise="favoured"),
}
NOISE: Final[Mapping[str, Kind]] = {
    **{
        name: Kind(habits=0, noise=name)
        for name in ("uniform", "zipf", "markov", "by agent", "favoured", "ring", "sticky")
    },
    "small alphabet": Kind(habits=0, alphabet=8, noise="by agent"),
    "sharp": Kind(habits=0, noise="sharp"),
    "many agents": Kind(habits=0, noise="markov", agents=60),
}


class Planted(NamedTuple):
    """A log, and its truth."""

    log: list[Behaviour]
    habits: list[tuple[str, ...]]
    counts: list[int]


def made(kind: Kind, seed: int) -> Planted:
    """A log of the kind."""
    dice = np.random.default_rng(seed)
    wanted = _habits(kind, dice)
    chains = _chains(kind, dice)
    counts = [0] * len(wanted)
    log: list[Behaviour] = []
    if kind.together:
        return _handed_over(kind, dice, chains[0], wanted)
    lengths = dice.multinomial(kind.events, np.full(kind.agents, 1 / kind.agents))
    for agent in range(kind.agents):
        mine = [at for at in range(len(wanted)) if not kind.alone or at % kind.agents == agent]
        chain = chains[agent % len(chains)]
        steps = _steps(kind, dice, chain, wanted, mine, int(lengths[agent]), counts)
        moments = np.sort(dice.uniform(0, 7 * 86_400, len(steps)))
        session = (dice.random(len(steps)) < 1 / kind.session).cumsum() if kind.session else None
        log += [
            Behaviour(float(moments[at]), f"agent{agent}", what, "" if session is None else f"{agent}.{session[at]}")
            for at, what in enumerate(steps)
        ]
    return Planted(sorted(log, key=lambda one: one.time), wanted, counts)


def _handed_over(kind: Kind, dice: np.random.Generator, chain: np.ndarray, wanted: list[tuple[str, ...]]) -> Planted:
    """All agents in one line, each step by anybody."""
    counts = [0] * len(wanted)
    steps = _steps(kind, dice, chain, wanted, range(len(wanted)), kind.events, counts)
    who = dice.integers(kind.agents, size=len(steps))
    return Planted([Behaviour(60.0 * at, f"agent{who[at]}", what) for at, what in enumerate(steps)], wanted, counts)


def _habits(kind: Kind, dice: np.random.Generator) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    fresh = kind.alphabet
    for number in range(kind.habits):
        length = int(dice.integers(*kind.lengths))
        if kind.own_alphabet:
            found.append(tuple(f"s{fresh + place}" for place in range(length)))
            fresh += length
            continue
        steps = [f"s{step}" for step in dice.choice(kind.alphabet, min(length, kind.alphabet), replace=kind.repeats)]
        if kind.overlapping and number % 2:
            shared = list(found[-1][-2:]) if number % 4 == 1 else list(found[-1][:2])
            rest = [step for step in steps if step not in shared]
            steps = shared + rest[: max(2, length - 2)]
        found.append(tuple(steps))
    return found


def _chains(kind: Kind, dice: np.random.Generator) -> list[np.ndarray]:
    size = kind.alphabet
    match kind.noise:
        case "uniform":
            return [np.full((size, size), 1 / size)]
        case "zipf":
            weights = 1 / np.arange(1, size + 1)
            return [np.tile(weights / weights.sum(), (size, 1))]
        case "markov":
            return [dice.dirichlet(np.full(size, 0.3), size)]
        case "sharp":
            return [dice.dirichlet(np.full(size, 0.08), size)]
        case "by agent":
            return [dice.dirichlet(np.full(size, 0.3), size) for _ in range(kind.agents)]
        case "ring":
            return [0.3 / size + 0.7 * np.roll(np.eye(size), 1, axis=1)]
        case "sticky":
            return [0.3 / size + 0.7 * np.eye(size)]
        case _:
            favoured = np.zeros((size, size))
            for step in range(size):
                favoured[step, dice.choice(size, 3, replace=False)] = dice.dirichlet(np.ones(3))
            return [0.4 / size + 0.6 * favoured]


def _steps(
    kind: Kind,
    dice: np.random.Generator,
    chain: np.ndarray,
    wanted: Sequence[tuple[str, ...]],
    mine: Sequence[int],
    length: int,
    counts: list[int],
) -> list[str]:
    size = kind.alphabet
    state = int(dice.integers(size))
    sums = chain.cumsum(1)
    steps: list[str] = []

    def noise() -> str:
        nonlocal state
        state = min(size - 1, int(np.searchsorted(sums[state], dice.random())))
        return f"s{state}"

    mean = np.mean([len(one) for one in wanted]) if wanted else 1.0
    begin = kind.planted / mean / max(1e-9, 1 - kind.planted)
    while len(steps) < length:
        if not mine or dice.random() > begin:
            steps.append(noise())
            continue
        which = int(dice.choice(mine))
        habit = list(wanted[which])
        if dice.random() < kind.dropped:
            habit = habit[: max(1, int(dice.integers(1, len(habit))))]
        else:
            counts[which] += 1
        if kind.interleaved and dice.random() < 0.5:
            other = int(dice.choice(mine))
            counts[other] += 1
            steps += _interleaved(habit, list(wanted[other]), dice)
            continue
        for place, step in enumerate(habit):
            if place and dice.random() < kind.broken:
                steps += [noise() for _ in range(int(dice.integers(*kind.breaks)))]
            steps.append(step)
    return steps


def _interleaved(first: list[str], second: list[str], dice: np.random.Generator) -> list[str]:
    mixed: list[str] = []
    while first or second:
        source = first if first and (not second or dice.random() < 0.5) else second
        mixed.append(source.pop(0))
    return mixed


class Score(NamedTuple):
    """Of one log."""

    precision: float
    recall: float
    found: int
    seconds: float


def scored(planted: Planted, found: Sequence[tuple[str, ...]], seconds: float) -> Score:
    """Found patterns against the planted habits that occur often enough."""
    hit, right = set[int](), 0
    for pattern in found:
        alike = [likeness(pattern, habit) for habit in planted.habits]
        if alike and max(alike) >= ALIKE:
            right += 1
            hit.add(int(np.argmax(alike)))
    need = {at for at, count in enumerate(planted.counts) if count >= ENOUGH}
    precision = right / len(found) if found else 1.0
    return Score(precision, len(hit & need) / len(need) if need else 1.0, len(found), seconds)


def mined(log: Sequence[Behaviour]) -> tuple[list[tuple[str, ...]], float]:
    """The steps of the patterns, and the seconds that it took to find them."""
    began = time.perf_counter()
    found = [pattern.steps for pattern in mine(Request(tuple(log))).patterns]
    return found, time.perf_counter() - began


def over(name: str, seeds: int) -> Score:
    """Mean of all over logs of the kind."""
    rows = []
    for seed in range(seeds):
        planted = made(KINDS[name], seed)
        rows.append(scored(planted, *mined(planted.log)))
    return Score(*np.mean(rows, axis=0))


def main() -> int:
    """Print a line for each kind of log; `--whole` takes the log of 300,000 events too, and 20 seeds of noise."""
    whole = "--whole" in sys.argv[1:]
    for name in KINDS:
        if name == "whole period" and not whole:
            continue
        score = over(name, 1 if name in ("large", "whole period") else SEEDS)
        told = f"precision {score.precision:.2f}, recall {score.recall:.2f}"
        print(
            f"{name}: {told}, {score.found:.1f} patterns for {KINDS[name].habits} habits, {score.seconds:.2f} s",
            flush=True,
        )
    for name, kind in NOISE.items():
        seeds = NOISE_SEEDS if whole else SEEDS
        counts = [len(mined(made(kind, seed).log)[0]) for seed in range(seeds)]
        print(f"noise, {name}: {sum(counts)} patterns in {seeds} logs", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
