"""Under which condition a tool fails: a simple test that several failures meet and no success does."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from actors.tools.practice import CAUSES, UNKNOWN
from messages.base import Json
from messages.tools.deployment import Condition, Sketch, Test

FEWEST: Final = 3
"""So many failures must meet a condition. *chosen*: two may be chance"""

MOST: Final = 5
"""Conditions that are kept of one version. *chosen*: more would be no pattern"""


class Execution(NamedTuple):
    """One call as it is remembered."""

    error: str
    """The kind of error; empty if it returned."""
    sketches: tuple[Sketch, ...]
    client: str = ""
    """Whose call it was; empty if nobody knows."""


Suspicion = tuple[str, Test, Json]
"""Parameter, test and value of what may become a condition."""

SIMPLEST: Final[tuple[Test, ...]] = ("null", "empty", "negative", "zero", "lacks", "kind", "longer")
"""Of tests that explain equally much, the first is taken. *chosen*: the order in which a person would look"""


def conditions(executions: Sequence[Execution]) -> tuple[Condition, ...]:
    """The simplest tests that together explain most of the failures, those that explain most first.

    Nothing can be said without a success to compare with.
    """
    succeeded = [execution for execution in executions if not execution.error]
    unexplained = [execution for execution in executions if execution.error]
    found: list[Condition] = []
    tests = _tests(unexplained, succeeded) if succeeded else []
    while tests and len(found) < MOST:
        best = max(tests, key=lambda test: _count(test, unexplained))
        met = [execution for execution in unexplained if _is_met(best, execution.sketches)]
        if len(met) < FEWEST:
            break
        found.append(_condition(best, met))
        unexplained = [execution for execution in unexplained if execution not in met]
    return tuple(found)


def meets(condition: Condition, sketches: Iterable[Sketch]) -> bool:
    """Whether a call with such arguments meets the condition."""
    return _is_met((condition.parameter, condition.test, condition.value), sketches)


def _tests(failed: Sequence[Execution], succeeded: Sequence[Execution]) -> list[Suspicion]:
    """All tests that some failure suggests and no success meets, simplest first."""
    suggested = dict.fromkeys(
        test for execution in failed for sketch in execution.sketches for test in _suggestions(sketch, succeeded)
    )
    apart = [test for test in suggested if not _count(test, succeeded)]
    return sorted(apart, key=lambda test: SIMPLEST.index(test[1]))


def _suggestions(sketch: Sketch, succeeded: Sequence[Execution]) -> Iterator[Suspicion]:
    name = sketch.parameter
    others = [each for execution in succeeded for each in execution.sketches if each.parameter == name]
    if sketch.kind == "null":
        yield name, "null", None
    if sketch.size == 0:
        yield name, "empty", None
    if sketch.sign == -1:
        yield name, "negative", None
    if sketch.sign == 0:
        yield name, "zero", None
    if others:
        yield name, "kind", sketch.kind
    if sketch.size is not None and (sizes := [each.size for each in others if each.size is not None]):
        yield name, "longer", max(sizes)
    if sketch.keys is not None:
        held = {key for each in others for key in each.keys or ()}
        for key in sorted(held - set(sketch.keys)):
            yield name, "lacks", key


def _count(test: Suspicion, executions: Sequence[Execution]) -> int:
    return sum(_is_met(test, execution.sketches) for execution in executions)


def _is_met(test: Suspicion, sketches: Iterable[Sketch]) -> bool:
    name, kind, value = test
    sketch = next((each for each in sketches if each.parameter == name), None)
    if sketch is None:
        return False
    match kind:
        case "null":
            return sketch.kind == "null"
        case "empty":
            return sketch.size == 0
        case "negative":
            return sketch.sign == -1
        case "zero":
            return sketch.sign == 0
        case "lacks":
            return sketch.keys is not None and value not in sketch.keys
        case "kind":
            return bool(sketch.kind == value)
        case "longer":
            return sketch.size is not None and isinstance(value, int) and sketch.size > value
        case _:
            return False


def _condition(test: Suspicion, met: Sequence[Execution]) -> Condition:
    name, kind, value = test
    errors = [execution.error for execution in met]
    commonest = max(dict.fromkeys(errors), key=errors.count)
    cause, way_out = CAUSES.get(commonest, UNKNOWN)
    return Condition(
        parameter=name,
        test=kind,
        value=value,
        text=_words(name, kind, value),
        workaround=f"{commonest}: {cause}; {way_out}",
        failures=len(met),
    )


def _words(name: str, kind: Test, value: Json) -> str:
    match kind:
        case "lacks":
            return f"{name} lacks the key {value!r}"
        case "kind":
            return f"{name} is of the kind {value}"
        case "longer":
            return f"{name} has a size above {value}"
        case _:
            return f"{name} is {kind}"
