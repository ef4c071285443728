"""Which calls are made to judge an implementation, from examples, tests and suite; and what is expected of each."""

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from actors.tools.spec.interface import parameters_of
from actors.tools.validation.declared import Declared
from actors.tools.validation.edges import ANYTHING, edge_calls, stranger_calls
from actors.tools.validation.relations import follow_ups
from actors.tools.validation.suite import tests_in
from messages.base import Json
from messages.task import Case, Example
from messages.tools.learning import Validate

TESTS: Final = 10
"""Fewest tests that a judgement rests on. *cited*: specification of acquisition, section 1"""

REPEATED: Final = 5
"""Most examples that are called a second time. *chosen*"""

EDGES: Final = 8
"""Most edge cases. *chosen*: two of the argument's kinds, four ends each"""

STRANGERS: Final = 3
"""Most calls with an argument of a wrong type. *chosen*"""

RELATED: Final = 4
"""Most calls that a relation between the examples asks for. *chosen*"""

EXTRA_BYTES: Final = 200_000
"""Most that the arguments of all but the examples may have. *chosen*: with 256 KiB of task well below 1 MiB a record"""

Kind = Literal["example", "test", "repeat", "relation", "edge", "wrong-type", "suite"]

INVENTED: Final[tuple[Kind, ...]] = ("edge", "wrong-type")
"""Kinds of trial with arguments that nobody gave and no result that anybody wants: of these only the end is judged.
*chosen*"""

CANDIDATE: Final = "candidate"
"""The origin of what its publisher wrote himself. *derived*: messages.tools.learning.Practised"""


class Trial(NamedTuple):
    """One call and what is expected of it."""

    kind: Kind
    args: tuple[Any, ...]
    name: str
    example: int = 0
    """Place of the example that it is, or repeats."""
    expected: Json = None
    raises: str = ""
    critical: bool = False
    timeout_s: float = 60.0
    needs: tuple[str, ...] = ()


def trials_for(order: Validate) -> tuple[Trial, ...]:
    """All tests of the implementation, those of the suite last; raises BadSuite if that can't be read."""
    examples = (*order.unseen, *order.seen)
    suite = tests_in(order.suite) if order.suite is not None else ()
    found = [test.name for test in suite]
    tail = tuple(
        Trial("suite", (test.function, test.row), name, critical=test.critical, needs=test.needs)
        for test, name in zip(suite, found, strict=True)
    )
    return (*trials_of(examples, order.tests, declared_in(order), order.origin), *tail)


def declared_in(order: Validate) -> Declared:
    """What the publisher declared of the parameters; they have no names where the entry is no plain function."""
    try:
        return Declared(parameters_of(order.source, order.entry), order.notes)
    except ValueError:
        return ANYTHING


def trials_of(
    examples: Sequence[Example], tests: Sequence[Case] = (), declared: Declared = ANYTHING, origin: str = ""
) -> tuple[Trial, ...]:
    """Each example, the tests that came along, some again, and what else the examples let expect; at least ten.

    What the examples only hint at is asked of a guess alone: what a publisher wrote himself is meant so.
    """
    trials = [
        Trial("example", example.args, f"example-{place + 1}", place, example.result, critical=True)
        for place, example in enumerate(examples)
    ]
    trials += [
        Trial("test", case.args, case.name, 0, case.result, case.raises, case.critical, case.timeout_s, case.needs)
        for case in tests
    ]
    if not examples:
        return tuple(trials)
    extra = [_repeat(examples, place, place) for place in range(min(len(examples), REPEATED))]
    related = follow_ups(examples)[:RELATED] if origin != CANDIDATE else ()
    extra += [
        Trial("relation", args, f"relation-{number + 1}", 0, result) for number, (args, result) in enumerate(related)
    ]
    given = [example.args for example in examples]
    edges = _numbered("edge", edge_calls(given, EDGES, declared))
    edges += _numbered("wrong-type", stranger_calls(given, STRANGERS, declared))
    smallest = min(range(len(examples)), key=lambda place: _size(examples[place].args))
    missing = TESTS - len(trials) - len(extra) - len(edges)
    extra += [_repeat(examples, smallest, REPEATED + number) for number in range(missing)]
    return (*trials, *_light((*extra, *edges)))


def _numbered(kind: Kind, calls: Sequence[tuple[Any, ...]]) -> list[Trial]:
    return [Trial(kind, args, f"{kind}-{number + 1}") for number, args in enumerate(calls)]


def _repeat(examples: Sequence[Example], place: int, number: int) -> Trial:
    return Trial("repeat", examples[place].args, f"repeat-{number + 1}", place, examples[place].result)


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
