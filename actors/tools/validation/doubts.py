"""What the examples don't settle: calls close to them that programs of like size answer differently.

All programs are called in one process, first on what is known: a program that is wrong there has nothing to say. What
comes of it is a warning for people, and no part of the judgement.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from actors.synthesis.nearby import nearby
from actors.synthesis.values import same
from actors.tools.validation.declared import Declared
from messages.base import Json
from messages.tools.learning import Validate
from messages.tools.sandbox import Result
from messages.tools.tool import Doubt

ENTRY: Final = "answers_of_all"
"""The function that is called in the tool's place. *chosen*"""

LIMIT_S: Final = 2.0
"""What all calls may take together. *chosen*: nobody waits for them"""

DOUBTS: Final = 3
"""Most calls that are told. *chosen*: each asks a person for an example"""

SHOWN_BYTES: Final = 400
"""Longest call with its answers. *chosen*: some lines of a terminal"""

KNOWN_BYTES: Final = 200_000
"""Most that the known calls have together; beyond it nothing is compared. *chosen*: well below a record's 1 MiB"""

_ALL: Final = """
def _loaded(source):
    scope = {{"__name__": "other"}}
    exec(compile(source, "<other>", "exec"), scope)
    return scope[{entry!r}]


def {ours}(*args, _programs=tuple(map(_loaded, {sources!r}))):
    import copy

    found = []
    for program in _programs:
        try:
            found.append([program(*copy.deepcopy(args))])
        except Exception:
            found.append([])
    return found
"""
"""Source of what calls every program on a copy of the arguments; one that raises has no answer. *derived*"""


def source_of(order: Validate, source: str) -> str:
    """A module whose `answers_of_all` gives the answers of the implementation, then those of the others."""
    return _ALL.format(ours=ENTRY, entry=order.entry, sources=(source, *order.others))


def calls_of(order: Validate, declared: Declared) -> tuple[tuple[Json, ...], ...]:
    """What is known first, then calls close to it, within what the publisher declared."""
    known = tuple(args for args, _ in _known(order))
    if not order.others or len(msgspec.json.encode(known)) > KNOWN_BYTES:
        return ()
    return (*known, *(args for args in nearby(known) if declared.takes(args)))


def doubts_of(order: Validate, calls: Sequence[tuple[Json, ...]], results: Sequence[Result]) -> Iterator[Doubt]:
    """The first few calls that set apart programs which are right on all that is known, each time others."""
    answers = [_answers(result, len(order.others) + 1) for result in results]
    wanted = [result for _, result in _known(order)]
    right = {
        place
        for place in range(1, len(order.others) + 1)
        if all(_is(row[place], result) for row, result in zip(answers, wanted, strict=False))
    }
    yield from islice(_setting_apart(calls[len(wanted) :], answers[len(wanted) :], right), DOUBTS)


def _setting_apart(
    calls: Sequence[tuple[Json, ...]], answers: Sequence[Sequence[list[Any]]], right: set[int]
) -> Iterator[Doubt]:
    apart: set[int] = set()
    for args, row in zip(calls, answers, strict=False):
        if not row[0]:
            continue
        differing = {place for place in right if row[place] and not same(row[place][0], row[0][0])}
        doubt = Doubt(args=args, answers=tuple(_once([row[0][0], *(row[place][0] for place in sorted(differing))])))
        if differing - apart and len(msgspec.json.encode(doubt)) <= SHOWN_BYTES:
            apart |= differing
            yield doubt


def _known(order: Validate) -> list[tuple[tuple[Json, ...], Json]]:
    known = [(example.args, example.result) for example in (*order.seen, *order.unseen)]
    return known + [(case.args, case.result) for case in order.tests if not case.raises]


def _answers(result: Result, programs: int) -> list[list[Any]]:
    """Each program's answer, alone in a list, or an empty one."""
    value = result.value
    if result.status != "returned" or not isinstance(value, list) or len(value) != programs:
        return [[]] * programs
    return value


def _is(answer: list[Any], wanted: Json) -> bool:
    return bool(answer) and same(answer[0], wanted)


def _once(values: Sequence[Json]) -> Iterator[Json]:
    for place, value in enumerate(values):
        if not any(same(value, before) for before in values[:place]):
            yield value
