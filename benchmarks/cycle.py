"""What one cycle of autonomy costs: each actor hears a cycle's measures with a window of 200 cycles behind it.

`python -m benchmarks.cycle` prints the median over many cycles, by actor and together. Every fifth cycle is one of
autonomy; that one is timed, from the tick to all that is said. The state holds five agents and the goals that there
are; 20 goals are what the target is for.
"""

import statistics
import sys
import time
from typing import Final

import numpy as np

from actors.autonomy.peers.actor import Peers
from actors.autonomy.resources.actor import Survival
from actors.gate.observer.actor import Observer
from messages import task
from messages.autonomy.foundation import Observed, Sampled
from messages.base import Message
from messages.kernel import health
from messages.kernel.clock import Ticked
from messages.tools import learning
from runtime.actor import Actor
from runtime.testing.given import Given

WINDOW: Final = 200
"""Cycles before the first that is timed. *cited*: the target"""
TIMED: Final = 300
"""Cycles that are timed. *chosen*"""
EVERY: Final = 5
"""*cited*: specification of autonomy, introduction"""
TARGET_MS: Final = 20.0
"""*cited*: the target for the whole cycle"""
MEMBERS: Final[tuple[type[Actor], ...]] = (Observer, Survival, Peers)
"""Who hears a cycle's measures. *derived*: the roster"""
AGENTS: Final = ("mongke", "temujin", "jochi", "ogedei", "mine")
"""*cited*: the target"""


def acts(cycle: int) -> list[tuple[str, Message]]:
    """What the five agents put on the log in a cycle."""
    name = f"t-{cycle}"
    return [
        ("mongke", learning.Researched(task=name, options=(), recommendation="")),
        ("temujin", learning.Practised(task=name, round=1, source="s", entry="e", origin="candidate", attempts=1)),
        ("jochi", learning.Validated(task=name, round=1, mastery=0.9, passed=9, failed=1, wrong=cycle % 3)),
        ("ogedei", health.Reported(state="well", about="council", reason="r", answer="a")),
        ("mine", task.Done(task=name, result=1)),
    ]


def hear(lived: Given, message: Message, speaker: str = "someone") -> tuple[Message, ...]:
    """What the actor says to a message, if it hears it."""
    if type(message) not in lived.actor.signature.hears:
        return ()
    return lived.hears(message, speaker=speaker).messages


def timed(cycles: int) -> dict[str, list[float]]:
    """Milliseconds of each actor in each cycle of autonomy after the window."""
    dice = np.random.default_rng(0)
    lived = {member.name: Given(member()) for member in MEMBERS}
    spent: dict[str, list[float]] = {name: [] for name in lived}
    for cycle in range(1, cycles + 1):
        memory, lag = float(np.clip(0.2 + 0.002 * cycle % 0.5, 0, 1)), int(dice.integers(0, 40))
        heard: list[tuple[str, Message]] = [("metronome", Ticked(cycle=cycle)), *acts(cycle)]
        heard.append(("gauge", Sampled(cycle=cycle, cpu=float(dice.random()), memory=memory, lag=lag, stored_bytes=1)))
        took = dict.fromkeys(lived, 0.0)
        observed: list[Message] = []
        for name, member in lived.items():
            for speaker, message in [*heard, *(("observer", each) for each in observed)]:
                began = time.perf_counter()
                said = hear(member, message, speaker)
                took[name] += (time.perf_counter() - began) * 1_000
                observed += [each for each in said if isinstance(each, Observed)]
        if cycle > WINDOW and cycle % EVERY == 0:
            for name, milliseconds in took.items():
                spent[name].append(milliseconds)
    return spent


def main() -> int:
    """1 if the target is missed."""
    spent = timed(WINDOW + TIMED)
    whole = [sum(each) for each in zip(*spent.values(), strict=True)]
    for name, milliseconds in spent.items():
        print(f"{name:12} {statistics.median(milliseconds):7.2f} ms median, {max(milliseconds):7.2f} ms worst")
    median = statistics.median(whole)
    print(f"{'together':12} {median:7.2f} ms median, {max(whole):7.2f} ms worst; target {TARGET_MS:g} ms")
    return int(median > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
