"""Runs the tasks: each from its visible examples, judged on the held-out ones.

python -m benchmarks.synthesis [--split NAME] [--show] [--seconds 20] [NAME ...]
"""

import argparse
import copy
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actors.synthesis.bank import PRUNED
from actors.synthesis.problem import Budget, Example, Found
from actors.synthesis.source import load
from actors.synthesis.synthesise import synthesise
from actors.synthesis.values import same

SPLITS = ("tuning", "untouched", "fresh", "blind", "last", "independent", "second", "third", "fourth")
TASKS = Path(__file__).parent / "tasks"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one task went."""

    name: str
    solved: bool
    held_out: int
    right: int
    seconds: float
    cpu_seconds: float
    candidates: int
    source: str

    @property
    def generalises(self) -> bool:
        """The program is right on every held-out example."""
        return self.solved and self.right == self.held_out


def attempted(name: str, task: Mapping[str, Any], seconds: float) -> Outcome:
    """One task tried from its visible examples alone."""
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    examples = [Example(tuple(example["args"]), example["result"]) for example in task["examples"]]
    answer = synthesise(examples, goal=task["goal"], budget=Budget(seconds=seconds))
    elapsed_s, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
    source = answer.source if isinstance(answer, Found) else ""
    right = sum(holds(source, example) for example in task["held_out"]) if source else 0
    return Outcome(
        name, bool(source), len(task["held_out"]), right, elapsed_s, cpu_s, answer.figures.candidates, source
    )


def holds(source: str, example: Mapping[str, Any]) -> bool:
    """The program gives the example's result."""
    try:
        return same(load(source, "solve")(*copy.deepcopy(example["args"])), example["result"])
    except PRUNED:
        return False


def report(outcomes: Sequence[Outcome]) -> None:
    """Prints the shares and the times."""
    count = len(outcomes)
    solved = sum(outcome.solved for outcome in outcomes)
    general = sum(outcome.generalises for outcome in outcomes)
    wall = [outcome.seconds for outcome in outcomes]
    cpu = [outcome.cpu_seconds for outcome in outcomes]
    print(f"tasks {count}  solved {solved / count:.1%}  solved and generalising {general / count:.1%}")
    for name, seconds in (("wall", wall), ("cpu", cpu)):
        print(
            f"{name} seconds: median {statistics.median(seconds):.2f}  max {max(seconds):.2f}  total {sum(seconds):.0f}"
        )


def main(arguments: Sequence[str]) -> None:
    """Runs the tasks that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthesis")
    parser.add_argument("names", nargs="*", help="tasks; all by default")
    parser.add_argument("--split", choices=SPLITS, help="only the tasks of this half")
    parser.add_argument("--seconds", type=float, default=20.0, help="processor time for one task")
    parser.add_argument("--show", action="store_true", help="print the programs")
    asked = parser.parse_args(arguments)
    outcomes = []
    for path in sorted(TASKS.glob("*.json")):
        task = json.loads(path.read_text())
        if (asked.names and path.stem not in asked.names) or (asked.split and task["split"] != asked.split):
            continue
        outcome = attempted(path.stem, task, asked.seconds)
        outcomes.append(outcome)
        mark = "ok  " if outcome.generalises else "part" if outcome.solved else "none"
        print(
            f"{mark} {path.stem:24} {outcome.right}/{outcome.held_out} {outcome.seconds:6.2f} s {outcome.candidates:8}",
            flush=True,
        )
        if asked.show and outcome.source:
            print("".join(f"       {line}\n" for line in outcome.source.splitlines() if line), flush=True)
    if outcomes:
        report(outcomes)


if __name__ == "__main__":
    main(sys.argv[1:])
