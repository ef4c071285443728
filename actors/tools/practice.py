"""Practice as plain data: which calls are made, what each came to, and what those that failed have in common."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from actors.synthesis.values import same
from messages.base import Json
from messages.task import Example
from messages.tools.learning import Attempt, ErrorPattern, Failure
from messages.tools.sandbox import Result

RECORDED_BYTES: Final = 200_000
"""Most that the values of one practice take on the log; those beyond it are left out. *chosen*: below 1 MiB a record"""

WRONG: Final = "wrong result"
"""The kind of an attempt that came back with something else. *chosen*"""

UNSTEADY: Final = "unsteady result"
"""The kind of an attempt that gave something else than the same call before. *chosen*"""

CAUSES: Final = {
    WRONG: (
        "the implementation computes something else than the examples show",
        "show the failed example to its maker",
    ),
    UNSTEADY: ("the result depends on more than the arguments", "take clock, chance and kept state out of the code"),
    "TypeError": ("a value of another type than the code expects", "check or convert the argument's type first"),
    "ValueError": ("a value of the right type that the code can't take", "check the value, or say what it gives then"),
    "KeyError": ("a key that the record lacks", "read it with a default"),
    "IndexError": ("a place beyond the end", "check the length first"),
    "AttributeError": ("a value without the attribute that is used", "check the argument's type first"),
    "ZeroDivisionError": ("a divisor of zero", "say what the result is then"),
    "RecursionError": ("recursion without an end, or too deep", "use a loop"),
    "ImportError": ("a module that the sandbox does not hold", "use the modules that the sandbox allows"),
    "ModuleNotFoundError": ("a module that the sandbox does not hold", "use the modules that the sandbox allows"),
    "SyntaxError": ("the source is no Python", "mend the line that the error names"),
    "timeout": ("the code takes longer than it may", "bound its loops, or raise the limit"),
    "memory": ("the code takes more memory than it may", "work in parts"),
    "flood": ("the code says more than it may", "return less"),
    "killed": (
        "the code was ended from outside, or an attempt before it took the process along",
        "see the first error",
    ),
    "policy": ("the code touches what no tool may touch", "compute the result from the arguments alone"),
    "refused": ("the sandbox did not run the code", "see `kurultai doctor`"),
    "protocol": ("the code tampered with its way to answer", "leave the process's descriptors alone"),
}
"""Root cause and workaround by the kind of error. *chosen*: what the exceptions' own documentation says"""

ERROR_CHARS: Final = 500
"""Most of an error that a reason repeats; the whole stands in the evidence. *chosen*: some lines"""

VALUE_CHARS: Final = 100
"""Most of arguments or of a result that are told beside it. *chosen*: one line"""

UNKNOWN: Final = ("an error of the code's own", "read its text")
"""*chosen*"""


def calls_of(examples: Sequence[Example], iterations: int) -> tuple[tuple[Json, ...], ...]:
    """Each example once, and then from the first again until there are so many calls."""
    count = max(len(examples), iterations) if examples else 0
    return tuple(examples[place % len(examples)].args for place in range(count))


def failures_in(examples: Sequence[Example], results: Sequence[Result]) -> tuple[Failure, ...]:
    """The calls that did not give what was wanted; no example twice."""
    found: dict[int, Failure] = {}
    for place, result in enumerate(results):
        example = examples[place % len(examples)]
        error = _error(example, result, results[place % len(examples)])
        if error:
            got = result.value if result.status == "returned" else None
            found.setdefault(
                place % len(examples), Failure(args=example.args, expected=example.result, got=got, error=error)
            )
    return tuple(found.values())


def attempts_in(examples: Sequence[Example], results: Sequence[Result], cost_usd: float = 0.0) -> tuple[Attempt, ...]:
    """Every call with what it came to and its share of the source's cost, as far as they fit one record together."""
    kept: list[Attempt] = []
    room = RECORDED_BYTES
    share_usd = cost_usd / len(results) if results else 0.0
    for place, result in enumerate(results):
        example = examples[place % len(examples)]
        error = _error(example, result, results[place % len(examples)])
        attempt = Attempt(
            args=example.args, output=result.value, error=error, wall_ms=result.wall_ms, cost_usd=share_usd
        )
        room -= len(msgspec.json.encode(attempt))
        if room < 0:
            break
        kept.append(attempt)
    return tuple(kept)


def told(failure: Failure) -> str:
    """What went wrong with the call, in words."""
    error = failure.error[:ERROR_CHARS]
    if not failure.args:
        return error
    asked = f"for the arguments {_short(failure.args)}"
    other = failure.got is not None and not same(failure.got, failure.expected)
    if failure.error in (WRONG, UNSTEADY) or other:
        return f"{error} {asked}: {_short(failure.got)}, not {_short(failure.expected)}"
    return f"{error} ({asked})"


def patterns_of(attempts: Sequence[Attempt]) -> tuple[ErrorPattern, ...]:
    """The kinds of error, most frequent first, each with its root cause and a way around it."""
    counted = Counter(kind_of_error(attempt.error) for attempt in attempts if attempt.error)
    return tuple(
        ErrorPattern(kind=kind, cause=cause, workaround=workaround, count=count)
        for kind, count in counted.most_common()
        for cause, workaround in [CAUSES.get(kind, UNKNOWN)]
    )


def kind_of_error(error: str) -> str:
    """The exception's type, how the sandbox ended the call, or what was wrong with the result."""
    if error in (WRONG, UNSTEADY):
        return error
    status, _, rest = error.partition(": ")
    name = rest.partition(":")[0].strip()
    return name if status == "raised" and name.isidentifier() else status


def _short(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= VALUE_CHARS else f"{text[:VALUE_CHARS]}..."


def _error(example: Example, result: Result, first: Result) -> str:
    """What is wrong with the result; empty if nothing is."""
    if result.status != "returned":
        return f"{result.status}: {result.error}"
    if not same(result.value, first.value):
        return UNSTEADY
    return "" if same(result.value, example.result) else WRONG
