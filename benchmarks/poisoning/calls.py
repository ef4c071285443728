"""Honest programs in many styles, each with a call and its result, through the scan and through the jail.

python -m benchmarks.poisoning.calls prints what is not classed safe or standard, and what does not run right.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Outcome
from actors.scan.classes import Classed, classify
from benchmarks.poisoning.corpus import SAMPLES

ENTRY: Final = "run"
"""What each program defines. *chosen*"""

LEARNT_AT_ONCE: Final = ("safe", "standard")
"""Classes for which no person is asked. *derived*: actors.scan.classes.APPROVED"""


class Called(NamedTuple):
    """One program, the arguments of its call, and what it must return."""

    name: str
    source: str
    args: list[Any]
    result: Any


def called() -> list[Called]:
    """The programs of `samples/honest_calls.txt`: a line `=== family/name --- arguments -> result`, then the source."""
    text = (SAMPLES / "honest_calls.txt").read_text(encoding="utf-8")
    return [_read(part) for part in f"\n{text}".split("\n=== ")[1:]]


def _read(part: str) -> Called:
    title, _, source = part.partition("\n")
    name, _, call = title.partition(" --- ")
    args, _, result = call.rpartition(" -> ")
    return Called(name, source, json.loads(args), json.loads(result))


def classed(program: Called) -> Classed:
    """The class of the program, by its code alone."""
    return classify(ENTRY, program.name.replace("/", " "), "general", program.source)


async def outcomes(programs: Sequence[Called]) -> list[Outcome]:
    """What each call comes to in the jail."""
    jail = await Jail.start()
    try:
        return [await jail.call(each.source, ENTRY, each.args) for each in programs]
    finally:
        await jail.close()


def is_right(program: Called, outcome: Outcome) -> bool:
    """It returned what it must."""
    return outcome.status == "returned" and json.loads(json.dumps(outcome.value)) == program.result


def main() -> int:
    """0 if all are learnt at once and run right."""
    programs = called()
    found = asyncio.run(outcomes(programs))
    at_once = right = 0
    for program, outcome in zip(programs, found, strict=True):
        rank, reasons = classed(program)
        at_once += rank in LEARNT_AT_ONCE
        right += is_right(program, outcome)
        if rank not in LEARNT_AT_ONCE:
            print(f"{program.name} is {rank}: {'; '.join(reasons)}")
        if not is_right(program, outcome):
            print(f"{program.name} {outcome.status}: {outcome.error or outcome.value!r}, wanted {program.result!r}")
    print(f"{len(programs)} honest programs: {at_once} safe or standard, {right} run right")
    return 0 if at_once == right == len(programs) else 1


if __name__ == "__main__":
    sys.exit(main())
