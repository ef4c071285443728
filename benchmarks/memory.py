"""The working memory: operations a second with a full session, the longest, and what one costs end to end.

`python -m benchmarks.memory` fills a session to its capacity with short notes, then times remember, conclude, recall
and focus as the actor decides them, with the events folded into the state; then the same through a running council,
from the publication to the answer. Figures are medians.
"""

import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from actors.cognition.memory.actor import WorkingMemory
from benchmarks.quantiles import quantile
from messages import task
from messages.cognition.session import Conclude, Focus, Operation, Recall, Remember, Start, Think
from runtime.client.client import Client
from runtime.client.endings import ending_of
from runtime.directory.settings import Settings

TIMED: Final = 400
"""Operations of each kind that are timed. *chosen*"""
FULL: Final = 9_800
"""Tokens up to which the session is filled. *chosen*: near the capacity of 10,000"""
THROUGH: Final = 100
"""Operations through a running council. *chosen*"""
NOUNS: Final = ("door", "pump", "valve", "server", "disk", "cable", "switch", "sensor", "report", "bridge", "motor")
VERBS: Final = ("open", "closed", "new", "old", "broken", "empty", "full", "ready", "late", "wet")


def note(rng: random.Random, number: int) -> str:
    """A short statement about one thing among many."""
    return f"The {rng.choice(NOUNS)} of unit {number} in hall {rng.randrange(40)} is {rng.choice(VERBS)}"


class Mind:
    """A working memory without a bus."""

    def __init__(self) -> None:
        self.actor = WorkingMemory()

    def think(self, operation: Operation) -> float:
        """Seconds that the decision took, with all that it said folded in."""
        body = msgspec.to_builtins(Think(session="s", operations=(operation,)))
        message = task.Accepted(task="t", kind="think", body=body)
        began = time.perf_counter()
        for said in self.actor.on_accepted(message):
            if (apply := self.actor.signature.appliers.get(type(said))) is not None:
                getattr(self.actor, apply)(said)
        return time.perf_counter() - began

    @property
    def session(self) -> Any:
        """The session as it stands."""
        return self.actor.state.sessions["s"]


def decided() -> None:
    """Print what the actor's own decisions cost."""
    rng, mind = random.Random(1), Mind()
    mind.think(Start(goal="find the broken unit"))
    number = 0
    while mind.session.used < FULL:
        number += 1
        mind.think(Remember(text=note(rng, number)))
    items = len(mind.session.items)
    kinds: dict[str, list[float]] = {"remember": [], "conclude": [], "focus": [], "recall": []}
    for _ in range(TIMED):
        number += 1
        kinds["remember"].append(mind.think(Remember(text=note(rng, number))))
        last = next(reversed(mind.session.items))
        kinds["conclude"].append(mind.think(Conclude(text=note(rng, -number), rests_on=(last,))))
        kinds["focus"].append(mind.think(Focus(text=rng.choice(NOUNS))))
        began = time.perf_counter()
        mind.actor.answer_recall(Recall(session="s", question=f"which {rng.choice(NOUNS)} is broken?"))
        kinds["recall"].append(time.perf_counter() - began)
    spent = [one for times in kinds.values() for one in times]
    print(f"a session of {items} items: {len(spent) / sum(spent):,.0f} operations/s")
    for name, times in kinds.items():
        print(f"  {name:9} median {1e3 * statistics.median(times):.2f} ms, p99 {1e3 * quantile(times, 0.99):.2f} ms")


async def through(settings: Settings) -> None:
    """Print what an operation costs from its publication to its answer."""
    times = []
    async with await Client.connect(settings, "publisher") as client:
        for number in range(THROUGH + 1):
            operation: Operation = Remember(text=f"note {number}") if number else Start(goal="measure")
            body = {"session": "s", "operations": [msgspec.to_builtins(operation)]}
            began = time.perf_counter()
            _, name = await client.publish_task("think", body)
            async for record in client.follow(name):
                ending = ending_of(record)
            assert isinstance(ending, task.Answered)
            times.append(time.perf_counter() - began)
    print(
        f"through an idle council: median {1e3 * statistics.median(times):.1f} ms, "
        f"p99 {1e3 * quantile(times, 0.99):.1f} ms"
    )


def main() -> None:
    """Print all figures."""
    decided()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.cli.main", "up", "--data-dir", folder],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout is not None
            process.stdout.readline()
            asyncio.run(through(Settings(data_dir=Path(folder))))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


if __name__ == "__main__":
    main()
