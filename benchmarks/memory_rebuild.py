"""The capability memory made anew from a log of 100,000 executions, and from a snapshot of it.

`python -m benchmarks.memory_rebuild` prints medians: records as they stand on the log, through the runtime's own fold
into the real actor; a snapshot encoded, as the runtime does every 2,000 inputs; a snapshot read back from its file.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from actors.roster import ROSTER
from actors.tools.memory.actor import CapabilityMemory
from bus.log import Record
from bus.names import Names
from messages import task
from messages.base import Message, encode
from messages.task import Example
from messages.tools import learning, tool
from messages.tools.learning import Attempt, ErrorPattern
from messages.tools.tool import Spec
from runtime.delivery.fold import Fold
from runtime.delivery.snapshot import SnapshotFile
from runtime.envelope import stamp, subject_for
from runtime.topology import types_heard

START: Final = 1_800_000_000.0
"""When the log begins. *chosen*"""
BETWEEN_S: Final = 30.0
"""Seconds between two executions: 100,000 of them take five weeks. *chosen*"""
SUCCEEDS: Final = 0.93
"""Share of the calls that return. *chosen*"""
SPEAKERS: Final = {
    task.Accepted: "intake",
    task.Failed: "kublai",
    tool.Registered: "registry",
    tool.Returned: "registry",
    tool.Raised: "registry",
    learning.Validated: "jochi",
}
"""Who says what; the specialist says the rest. *derived*: actors.roster"""


def learnt(number: int) -> Iterator[Message]:
    """What the memory hears while a tool is learnt."""
    named, name = f"learn-{number:06}", f"tool_{number:04}"
    body = {"goal": f"turn a thing of the kind {number} into another", "name": name, "domain": "general"}
    attempts = (*[Attempt(args=(1,), output=2, wall_ms=2.0)] * 4, Attempt(args=(1,), error="wrong result"))
    pattern = ErrorPattern(kind="wrong result", cause="it computes something else", workaround="show it", count=1)
    made = {"round": 1, "task": named, "origin": "composition"}
    example = Example(args=(1,), result=2)
    yield task.Accepted(task=named, kind="learn", body=body)
    yield learning.Attempted(
        **made, agent="temujin", name=name, domain="general", digest="0f" * 32, attempts=attempts, patterns=(pattern,)
    )
    yield learning.Practised(**made, source="def f(n):\n    return n\n", entry="f", attempts=1)
    yield learning.Validated(task=named, round=1, mastery=0.95, passed=19, failed=1)
    spec = Spec(
        name=name,
        description=body["goal"],
        domain="general",
        source="def f(n):\n    return n\n",
        entry="f",
        parameters=("n",),
        origin="composition",
        mastery=0.95,
        digest="0f" * 32,
        example=example,
        requires=(f"tool_{number - 1:04}",) if number else (),
    )
    yield tool.Registered(task=named, version=1, spec=spec)


def executed(number: int, tools: int, dice: random.Random) -> Iterator[Message]:
    """What it hears of one call."""
    named, name = f"run-{number:08}", f"tool_{dice.randrange(tools):04}"
    yield task.Accepted(task=named, kind="run", body={"tool": name, "args": [number]})
    if dice.random() < SUCCEEDS:
        yield tool.Returned(task=named, tool=name, version=1, value=number, wall_ms=dice.uniform(1.0, 5.0))
    else:
        reason = "raised: ValueError: no"
        yield tool.Raised(task=named, tool=name, reason=reason, status="raised", version=1)
        yield task.Failed(task=named, reason=reason)


def records(executions: int, tools: int) -> list[Record]:
    """The log, with the headers that the runtime gives every record."""
    names, dice = Names(), random.Random(7)
    said = [(START, message) for number in range(tools) for message in learnt(number)]
    said += [
        (START + number * BETWEEN_S, message)
        for number in range(executions)
        for message in executed(number, tools, dice)
    ]
    return [
        Record(
            seq,
            subject_for(names, message, SPEAKERS.get(type(message), "temujin")),
            encode(message),
            _headers(seq, at),
            at,
        )
        for seq, (at, message) in enumerate(said, 1)
    ]


def _headers(seq: int, at: float) -> dict[str, str]:
    return {"ce-specversion": "1.0", "ce-id": f"{seq}-x-0", "ce-time": stamp(at), "ce-correlationid": f"t-{seq}"}


def rebuilt(log: list[Record]) -> Fold:
    """The real actor's fold over the whole log."""
    fold = Fold(CapabilityMemory(), types_heard(CapabilityMemory, ROSTER))
    for record in log:
        fold.replay(record)
    fold.finish(log[-1].seq)
    return fold


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median of so many rounds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def main() -> None:
    """Prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--executions", type=int, default=100_000)
    parser.add_argument("--tools", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    log = records(options.executions, options.tools)
    fold = rebuilt(log)
    with tempfile.TemporaryDirectory() as folder:
        file = SnapshotFile(Path(folder), CapabilityMemory)
        file.save(fold.snapshot())

        def restored() -> None:
            snapshot = file.load()
            assert snapshot is not None
            again = Fold(CapabilityMemory(), fold.types)
            again.restore(snapshot)
            assert again.cursor == log[-1].seq

        figures = (
            seconds(lambda: rebuilt(log), options.rounds),
            seconds(fold.snapshot, options.rounds),
            seconds(restored, options.rounds),
        )
    print(
        f"{options.executions:,} executions of {options.tools} tools, {len(log):,} records: "
        f"rebuilt in {figures[0]:.2f} s; snapshot of {len(fold.snapshot().state):,} bytes made in "
        f"{figures[1] * 1e3:.1f} ms, read back in {figures[2] * 1e3:.1f} ms"
    )


if __name__ == "__main__":
    main()
