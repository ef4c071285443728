"""Worlds that the council has never seen: dimensions that are no AR(1), drawn from a seed, with noise and bursts."""

import math
import random
from collections.abc import Iterator

import numpy as np

from actors.autonomy.mirror.purpose import BASELINE
from messages.autonomy import foundation, mirror
from messages.base import Message
from messages.samples import sample
from messages.tools import tool

RESOURCES = ("compute", "memory", "observation", "mutation", "stability")


def observed(seed: int, cycles: int, **more: object) -> Iterator[foundation.Observed]:
    """A council at work: a daily wave of arrivals, a queue, failures, latency that follows load, resources."""
    rng = np.random.default_rng(seed)
    hidden = np.zeros(7)
    persistence, spread = rng.uniform(0.0, 0.95, 7), rng.uniform(0.01, 0.04, 7)
    wave, capacity, base = rng.uniform(200, 800), rng.uniform(4, 8), rng.uniform(2, 4)
    levels = rng.uniform(0.55, 0.8, 5)
    backlog = 0
    for cycle in range(1, cycles + 1):
        hidden = persistence * hidden + spread * rng.normal(size=7)
        arrivals = int(rng.poisson(base * (1 + 0.3 * math.sin(2 * math.pi * cycle / wave)) * math.exp(hidden[0])))
        ended = min(backlog + arrivals, int(rng.poisson(capacity)))
        backlog += arrivals - ended
        failed = int(rng.binomial(ended, min(1.0, max(0.0, 0.1 + hidden[1]))))
        readings = {
            name: foundation.Reading(level=_share(levels[place] + hidden[place + 2] + 0.01 * rng.normal()))
            for place, name in enumerate(RESOURCES)
        }
        plain: dict[str, object] = {
            "arrivals": arrivals,
            "ended": ended,
            "failed": failed,
            "backlog": backlog,
            "latency_s": float(1.0 + 0.2 * backlog + 0.3 * rng.exponential()) if ended else None,
            "lag": int(rng.poisson(5 + 2 * arrivals)),
            "resources": readings,
            "effort": {name: weight * float(rng.uniform(0.8, 1.2)) for name, weight in BASELINE.items()},
        }
        yield foundation.Observed(cycle=cycle, **{**plain, **more})  # type: ignore[arg-type]


def _share(level: float) -> float:
    return float(min(1.0, max(0.0, level)))


def registered(
    name: str, *, mastery: float = 0.9, domain: str = "general", text: str = "", requires: tuple[str, ...] = ()
) -> tool.Registered:
    """The registry has taken the tool in."""
    spec = sample(tool.Registered).spec
    changed = {"name": name, "description": text or name, "mastery": mastery, "domain": domain, "requires": requires}
    return tool.Registered(task="L", version=1, spec=type(spec)(**{**_fields(spec), **changed}))


def _fields(spec: tool.Spec) -> dict[str, object]:
    return {name: getattr(spec, name) for name in spec.__struct_fields__}


def called(name: str, ok: bool = True, status: str = "raised", task: str = "R") -> Message:
    """One call of the tool has ended."""
    if ok:
        return tool.Returned(task=task, tool=name, version=1, value=1, wall_ms=1.0)
    return tool.Raised(task=task, tool=name, reason="r", status=status, version=1)


def foreseen(cycle: int, *, full: bool = True, optimistic: float = 0.1, **more: object) -> mirror.Foreseen:
    """The world model has spoken."""
    scenarios = (
        mirror.Scenario(name="baseline", probability=0.8 - optimistic),
        mirror.Scenario(name="optimistic", probability=optimistic, kind="opportunistic", gain=0.3, duration=20),
        mirror.Scenario(name="disruption", probability=0.2, kind="threat", gain=-0.4, duration=20),
    )
    plain: dict[str, object] = {
        "accuracy": 0.8,
        "calibration": 0.05,
        "coverage": 0.9,
        "uncertainty": 0.05,
        "exposure": 0.2,
        "depletion": 500.0,
        "scenarios": scenarios if full else (),
        "full": full,
    }
    return mirror.Foreseen(cycle=cycle, until=cycle + 5, **{**plain, **more})  # type: ignore[arg-type]


def phrases(seed: int) -> Iterator[str]:
    """Texts of the words of one domain."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(25)]
    while True:
        yield " ".join(rng.choices(words, k=10))
