"""What a cycle of autonomy costs the mirror: world model, self model, strategy, purpose, objective, qualification.

A full window of 200 cycles, ten dimensions, 60 tools that are called, 20 goals in force; processor time of all that the
two actors do in one cycle of autonomy: five measures, the world model's report, and what the mirror says to it, each
read from JSON and written back.
"""

import argparse
import random
import time
from statistics import median

import msgspec
import numpy as np

from actors.autonomy.mirror.actor import Mirror
from actors.autonomy.mirror.purpose import BASELINE
from actors.autonomy.mirror.world import World
from benchmarks.quantiles import quantile
from messages.autonomy import foundation, goal, mirror
from messages.base import Message
from messages.samples import sample
from messages.tools import tool
from runtime.testing.given import Given, given

RESOURCES = ("compute", "memory", "observation", "mutation", "stability")
TOOLS, GOALS, WINDOW = 60, 20, 200


def measures(cycle: int, rng: np.random.Generator, hidden: np.ndarray) -> foundation.Observed:
    """One cycle of a busy council."""
    hidden *= 0.8
    hidden += rng.normal(size=len(hidden)) * 0.03
    ended = int(rng.poisson(4)) + 1
    return foundation.Observed(
        cycle=cycle,
        arrivals=int(rng.poisson(4)),
        ended=ended,
        failed=int(rng.binomial(ended, 0.1)),
        backlog=int(rng.poisson(5)),
        latency_s=float(abs(2 + hidden[0])),
        lag=int(rng.poisson(20)),
        calls=5,
        resources={
            name: foundation.Reading(level=float(np.clip(0.7 + hidden[place + 1], 0, 1)))
            for place, name in enumerate(RESOURCES)
        },
        effort={name: weight * float(rng.uniform(0.5, 1.5)) for name, weight in BASELINE.items()},
    )


def settled(mind: Given) -> None:
    """The tools are registered, the goals in force."""
    rng = random.Random(1)
    spec = sample(tool.Registered).spec
    for place in range(TOOLS):
        words = " ".join(f"word{place % 6}{rng.randrange(30)}" for _ in range(10))
        named = {"name": f"tool_{place}", "description": words, "domain": f"d{place % 6}", "mastery": 0.9}
        mind.lived(tool.Registered(task="L", version=1, spec=msgspec.structs.replace(spec, **named)))
    for place in range(GOALS):
        intent = goal.Intent(origin="gap_filling", told="t", subject=f"s{place}", skills=(f"tool_{place}",))
        mind.lived(
            goal.Begun(cycle=1, goal=f"g{place}", change="c", intent=intent, budget_usd=0, budget_s=1, deadline=1)
        )


def calls(rng: random.Random) -> list[Message]:
    """Five calls, most of them well."""
    found: list[Message] = []
    for _ in range(5):
        name = f"tool_{rng.randrange(TOOLS)}"
        if rng.random() < 0.9:
            found.append(tool.Returned(task="R", tool=name, version=1, value=1, wall_ms=1.0))
        else:
            found.append(tool.Raised(task="R", tool=name, reason="r", status="timeout", version=1))
    return found


def spent(cycles: int) -> tuple[list[float], Given, Given, list[Message]]:
    """Milliseconds of each cycle of autonomy in a full window, both actors, and the last that they said."""
    world, mind = given(World), given(Mirror)
    settled(mind)
    rng, dice, hidden = np.random.default_rng(1), random.Random(1), np.zeros(6)
    found: list[float] = []
    said: list[Message] = []
    total = 0.0
    for cycle in range(1, WINDOW + cycles + 1):
        for call in calls(dice):
            mind.lived(call)
        m = measures(cycle, rng, hidden)
        before = time.process_time()
        foreseen = world.hears(m).messages
        mind.hears(m)
        said = [*foreseen, *(answer for one in foreseen for answer in mind.hears(one).messages)] or said
        total += time.process_time() - before
        if cycle % 5 == 0:
            if cycle > WINDOW:
                found.append(total * 1_000)
            total = 0.0
    return found, world, mind, said


def main() -> None:
    """Print what a cycle of autonomy costs in time, on the log and in the snapshots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=1_000, help="Cycles that are measured, after the window is full.")
    wanted = parser.parse_args()
    found, world, mind, said = spent(wanted.cycles)
    print(
        f"a cycle of autonomy, {len(found)} of them: median {median(found):.1f} ms, p99 {quantile(found, 0.99):.1f} ms"
    )
    for one in said:
        if isinstance(one, mirror.Foreseen | mirror.Reflected):
            print(f"{type(one).__name__}: {len(msgspec.json.encode(one))} bytes")
    for name, one in (("world", world), ("mirror", mind)):
        print(f"snapshot of {name}: {len(msgspec.msgpack.encode(one.actor.state)) / 1_000:.1f} KB")


if __name__ == "__main__":
    main()
