"""What a story on the simulated log costs: a small council handles tasks until nothing is under way, then is audited.

A task, an event of the actor that takes it and an event of the worker that does it: three records a task. The cost is
CPU time of one process, from the first member's start to the end of the audit; it must grow as the log does.
"""

import argparse
import gc
import time
from typing import Final

import msgspec

from messages import task
from messages.base import Event, Identifier, Task
from runtime.actor import Actor, Emits, Worker, Works
from runtime.testing import Universe, run

TASKS: Final = (100, 400, 1_200, 4_000)
"""How many tasks a story has; 305, 1,205, 3,605 and 12,005 records. *chosen*"""
WAVE: Final = 50
"""So many tasks are published at once, and the next when those have ended. *chosen*"""


class Sum(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers to be added."""

    parts: tuple[int, ...]


class Planned(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task was taken up."""

    flow = "story"

    task: Identifier
    parts: tuple[int, ...]


class Planner(Actor):
    """Takes every task up, and counts those that have ended."""

    class State(msgspec.Struct):
        ended: int = 0

    def on_sum(self, m: Sum) -> Emits[Planned]:
        yield Planned(task=self.origin.id, parts=m.parts)

    def apply_answered(self, m: task.Answered) -> None:
        self.state.ended += 1


class Adder(Worker):
    """Does the sum."""

    concurrency = 4

    async def on_planned(self, m: Planned) -> Works[task.Answered]:
        yield task.Answered(task=m.task, result=sum(m.parts))


class Counter(Actor):
    """Hears what everybody says, so that there is somebody whose next input may be far away."""

    class State(msgspec.Struct):
        planned: int = 0

    def apply_planned(self, m: Planned) -> None:
        self.state.planned += 1


class Idler(Actor):
    """Hears nothing but a kind of event that comes never, as most actors do most of the time."""

    class State(msgspec.Struct):
        failed: int = 0

    def apply_failed(self, m: task.Failed) -> None:
        self.state.failed += 1


async def story(tasks: int) -> int:
    """How many records stood on the log when all was done and audited."""
    async with Universe((Planner, Adder, Counter, Idler), kinds=(Sum,)) as universe:
        for number in range(tasks):
            await universe.publish_task(Sum(parts=(number, 1)), identity=f"sum-{number}")
            if number % WAVE == WAVE - 1:
                await universe.until(lambda wanted=number + 1: len(universe.said(task.Answered)) == wanted)  # type: ignore[misc]
        await universe.settled()
    return len(universe.records)


def cost_s(tasks: int) -> tuple[int, float]:
    """Records of a story, and its CPU time."""
    gc.collect()
    began = time.process_time()
    records = run(story(tasks))
    return records, time.process_time() - began


def main() -> None:
    """Prints what stories of each length cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="stories of each length; the cheapest counts")
    rounds = parser.parse_args().rounds
    print("records  CPU s  records/s")
    for tasks in TASKS:
        records, took_s = min((cost_s(tasks) for _ in range(rounds)), key=lambda found: found[1])
        print(f"{records:7,}  {took_s:5.2f}  {records / took_s:9,.0f}")


if __name__ == "__main__":
    main()
