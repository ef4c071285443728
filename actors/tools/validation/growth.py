"""How far an argument may grow: sizes 1, 2, 4 and so on are tried until a call is slow, or one of them is no answer.

What comes of it is the tool's safe range, for people to read; it is no part of the judgement, since nobody asked for
these arguments.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Any, Final, NamedTuple

import msgspec

from actors.sandbox.preload import SUITES
from actors.tools.validation.declared import Declared, Unit
from messages.base import Json
from messages.task import Example
from messages.tools.sandbox import Result
from messages.tools.tool import Range

ENTRY: Final = "size_of_result"
"""The function that is called in the tool's place. *chosen*: the results themselves need not travel"""

LIMIT_S: Final = 2.0
"""What all calls for one argument may take together. *chosen*: four times what counts as slow"""

SLOW_MS: Final = 500.0
"""Processor time from which a call counts as slow. *chosen*: who waits for it notices"""

LARGEST: Final[dict[Unit, int]] = {"value": 1 << 20, "characters": 1 << 14, "items": 1 << 14}
"""The greatest size of each kind. *chosen*: a million, and what arguments on the log may weigh"""

ARGUMENT_BYTES: Final = 100_000
"""Most that the calls for one argument have together. *chosen*: well below the log's 1 MiB a record"""

RESULT_BYTES: Final = 512 << 10
"""A larger result could not come back. *derived*: actors.sandbox.worker"""

PARAMETERS: Final = 4
"""Most arguments whose growth is measured. *chosen*: each takes a process and up to `LIMIT_S`"""

SOURCE_CHARS: Final = 199_000
"""Source that is longer is not measured. *derived*: the log's 200,000, and room for what is put behind it"""


class Probe(NamedTuple):
    """The calls by which one argument's growth is measured."""

    parameter: str
    unit: Unit
    sizes: tuple[int, ...]
    calls: tuple[tuple[Json, ...], ...]


def probes_of(declared: Declared, examples: Sequence[Example]) -> tuple[Probe, ...]:
    """Those of the first few arguments that can grow; what the publisher excluded is not tried."""
    places = range(max((len(example.args) for example in examples), default=0))
    found = (_probe(declared, place, args) for place in places if (args := _example_at(place, examples)) is not None)
    return tuple(islice((probe for probe in found if len(probe.sizes) > 1), PARAMETERS))


def sized(source: str, entry: str) -> str:
    """Source whose `size_of_result` makes the call and gives the size of what came back."""
    wrapper = f"def {ENTRY}(*args, _tool={entry}):\n    return size_of(_tool(*args))\n"
    return f"{source}\n\nfrom {SUITES} import size_of\n\n\n{wrapper}"


def range_of(probe: Probe, results: Sequence[Result]) -> Range | None:
    """The safe range that the results show; None where no size came back and none was too large."""
    best: int | None = None
    for size, result in zip(probe.sizes, results, strict=False):
        end = _end(result)
        if not end:
            best = size
        elif best is not None or result.status != "raised":
            return Range(parameter=probe.parameter, unit=probe.unit, up_to=best or 0, beyond=f"{size}: {end}")
    return Range(parameter=probe.parameter, unit=probe.unit, up_to=best) if best is not None else None


def _end(result: Result) -> str:
    """How the call ended, if it did not come back in time with what could travel."""
    if result.status != "returned":
        return f"{result.status}: {result.error}"
    if isinstance(result.value, int) and result.value > RESULT_BYTES:
        return f"flood: the result takes {result.value} bytes; {RESULT_BYTES} are the most"
    return f"takes {result.cpu_ms / 1000:.1f} s" if result.cpu_ms > SLOW_MS else ""


def _example_at(place: int, examples: Sequence[Example]) -> tuple[Json, ...] | None:
    """The first example whose argument at this place can grow."""
    return next((e.args for e in examples if place < len(e.args) and _unit(e.args[place]) is not None), None)


def _unit(value: Json) -> Unit | None:
    match value:
        case bool():
            return None
        case int() | float():
            return "value"
        case str() if value:
            return "characters"
        case list() | tuple() if value:
            return "items"
        case _:
            return None


def _probe(declared: Declared, place: int, args: tuple[Json, ...]) -> Probe:
    unit = _unit(args[place]) or "value"
    made = (
        (size, (*args[:place], _grown(args[place], size), *args[place + 1 :])) for size in _sizes(declared, place, unit)
    )
    taken = [(size, call) for size, call in made if declared.takes(call)]
    kept = list(_light(taken))
    return Probe(declared.name(place), unit, tuple(size for size, _ in kept), tuple(call for _, call in kept))


def _sizes(declared: Declared, place: int, unit: Unit) -> Iterator[int]:
    """The powers of two and the declared ends, smallest first."""
    powers = takewhile(lambda size: size <= LARGEST[unit], (1 << exponent for exponent in range(64)))
    ends = (int(end) for end in declared.ends(place, unit) if 1 <= end <= LARGEST[unit])
    yield from sorted({*powers, *ends})


def _grown(value: Any, size: int) -> Json:
    if isinstance(value, int | float):
        return type(value)(size)
    whole = value * (size // len(value) + 1)
    return whole[:size]


def _light(calls: Sequence[tuple[int, tuple[Json, ...]]]) -> Iterator[tuple[int, tuple[Json, ...]]]:
    room = ARGUMENT_BYTES
    for size, call in calls:
        room -= len(msgspec.json.encode(call))
        if room < 0:
            return
        yield size, call
