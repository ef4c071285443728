"""`python -m benchmarks.improvement`: slow programs improved, traps not sprung, false twins told apart.

Prints for each program what came of it, and the figures at the end. The time is processor time of a busy machine.
"""

import ast
import asyncio
import random
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

from actors.cognition.improvement.jailed import Trials
from actors.cognition.improvement.search import compared, improve
from actors.cognition.improvement.trial import Comparison

HERE = Path(__file__).parent


class Program(NamedTuple):
    """A source, the function in it, and its recorded inputs; of a trap also a false twin and inputs that show it."""

    name: str
    entry: str
    source: str
    inputs: list[list[Any]]
    probes: list[list[Any]]
    twin: str


def programs(place: Path) -> list[Program]:
    """The programs of a file: `### name inputs [probes]`, the source, and after `---` the false twin."""
    found = []
    for part in place.read_text(encoding="utf-8").split("### ")[1:]:
        head, _, body = part.partition("\n")
        name, _, told = head.partition(" ")
        tables = eval(told.replace("]] [[", "]], [[") + ",")  # the benchmark's own text
        source, _, twin = body.partition("---\n")
        entry = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)][-1]
        found.append(Program(name, entry, source, tables[0], tables[1] if len(tables) > 1 else [], twin))
    return found


async def slow(trials: Trials) -> None:
    """How many of the slow programs are improved, by how much, and how long the decision takes."""
    speed_ups, took = [], []
    all_programs = programs(HERE / "slow.txt")
    for program in all_programs:
        began = time.monotonic()
        inputs = [repr(each) for each in program.inputs]
        found = await improve(program.source, program.entry, inputs, trials.ask, 1, lambda _text: None)
        took.append(time.monotonic() - began)
        if found.deploy and found.largest is not None:
            speed_ups.append(found.largest.speed_up)
        told = f"{speed_ups[-1]:.1f}x" if found.deploy else found.reason
        print(f"{program.name}: {told}; " + "; ".join(f"{each.rewrite}: {each.reason[:90]}" for each in found.tried))
    median = statistics.median(speed_ups) if speed_ups else 0.0
    print(f"improved {len(speed_ups)} of {len(all_programs)}; median speed-up {median:.1f}x; longest {max(took):.1f} s")


async def traps(trials: Trials) -> None:
    """How many wrong modifications are deployed, and how many false twins are told apart by generated inputs alone."""
    wrong, told_apart = [], []
    all_traps = programs(HERE / "traps.txt")
    for trap in all_traps:
        inputs = [repr(each) for each in trap.inputs]
        found = await improve(
            trap.source, trap.entry, inputs, trials.ask, random.Random(trap.name).randrange(99), lambda _: None
        )
        comparison = Comparison(trap.source, found.after, trap.entry)
        if found.deploy and any(comparison.differs(each) for each in trap.probes):
            wrong.append(trap.name)
        request = {"before": trap.source, "after": trap.twin, "entry": trap.entry, "inputs": inputs, "seed": 3}
        verdict = await compared(trials.ask, {**request, "count": 500, "seconds": 3.0})
        told_apart.append(not verdict["same"])
        print(
            f"{trap.name}: deployed {found.deploy}; false twin {'told apart' if told_apart[-1] else 'NOT TOLD APART'}"
        )
    print(f"wrong ones deployed: {len(wrong)} of {len(all_traps)} {wrong}; false twins told apart: {sum(told_apart)}")


async def main() -> None:
    """All figures."""
    async with Trials() as trials:
        print(f"walls: {trials.walls}")
        await traps(trials)
        await slow(trials)


if __name__ == "__main__":
    asyncio.run(main())
