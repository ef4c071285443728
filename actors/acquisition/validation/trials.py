"""Which calls are made to judge an implementation, and what their results are worth."""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from actors.acquisition.synthesis.values import same
from actors.acquisition.validation.edges import edge_calls
from messages.learning import Failure
from messages.sandbox import Result
from messages.task import Example

CRITICAL_WEIGHT: Final = 2
"""What a critical test counts beside an ordinary one. *cited*: specification of acquisition, section 5"""

TESTS: Final = 10
"""Fewest tests that a judgement rests on. *cited*: specification of acquisition, section 1"""

REPEATED: Final = 5
"""Most examples that are called a second time. *chosen*"""

EDGES: Final = 8
"""Most edge cases. *chosen*: two of the argument's kinds, four ends each"""

EXTRA_BYTES: Final = 200_000
"""Most that the arguments of all but the examples may have. *chosen*: with 256 KiB of task well below 1 MiB a record"""

LETHAL: Final = frozenset(("timeout", "killed", "memory", "flood", "protocol", "refused"))
"""Ends of a call that no edge case may bring about; an exception is a proper answer to it. *chosen*"""

Kind = Literal["example", "repeat", "edge"]


class Trial(NamedTuple):
    """One call and what is expected of it."""

    kind: Kind
    args: tuple[Any, ...]
    example: int = 0
    """Place of the example that it is, or repeats."""


class Verdict(NamedTuple):
    """What the results come to."""

    mastery: float
    passed: int
    failures: tuple[Failure, ...]
    critical: int
    """Failures of examples."""


def trials_of(examples: Sequence[Example]) -> tuple[Trial, ...]:
    """At least ten tests: each example, some of them again, and edge cases, last since all share a process."""
    trials = [Trial("example", example.args, place) for place, example in enumerate(examples)]
    extra = [Trial("repeat", example.args, place) for place, example in enumerate(examples[:REPEATED])]
    edges = [Trial("edge", args) for args in edge_calls([example.args for example in examples], EDGES)]
    smallest = min(range(len(examples)), key=lambda place: _size(examples[place].args))
    missing = TESTS - len(trials) - len(extra) - len(edges)
    extra += [Trial("repeat", examples[smallest].args, smallest) for _ in range(missing)]
    return (*trials, *_light((*extra, *edges)))


def _light(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Those that together are small enough to travel with the examples; the rest are left out."""
    kept: list[Trial] = []
    room = EXTRA_BYTES
    for trial in trials:
        room -= (size := _size(trial.args))
        if room >= 0:
            kept.append(trial)
        else:
            room += size
    return tuple(kept)


def _size(args: tuple[Any, ...]) -> int:
    return len(msgspec.json.encode(args))


def judge(examples: Sequence[Example], trials: Sequence[Trial], results: Sequence[Result]) -> Verdict:
    """The weighted share of tests passed; a trial without a result has failed."""
    outcomes = [*results, *(Result(status="killed", error="never ran") for _ in range(len(trials) - len(results)))]
    failures: list[Failure] = []
    earned = total = critical = 0
    for trial, result in zip(trials, outcomes, strict=False):
        weight = CRITICAL_WEIGHT if trial.kind == "example" else 1
        total += weight
        fault = _fault(trial, examples[trial.example], result, outcomes[trial.example])
        if fault is None:
            earned += weight
            continue
        critical += trial.kind == "example"
        wanted = examples[trial.example].result if trial.kind != "edge" else None
        failures.append(Failure(args=trial.args, expected=wanted, got=result.value, error=fault))
    return Verdict(earned / total, len(trials) - len(failures), tuple(failures), critical)


def _fault(trial: Trial, example: Example, result: Result, first: Result) -> str | None:
    if trial.kind == "edge":
        return f"ends with {result.status}: {result.error}" if result.status in LETHAL else None
    if result.status != "returned":
        return f"{result.status}: {result.error}"
    if trial.kind == "example":
        return None if same(result.value, example.result) else "gives something else"
    if result.mutated:
        return "changes its arguments"
    return None if same(result.value, first.value) else "gives something else when called again"
