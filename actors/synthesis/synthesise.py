"""From examples to a program: the one way in, and the same with plain JSON at both ends."""

import builtins
import copy
import dataclasses
import functools
import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from actors.synthesis import foreign
from actors.synthesis.bank import PRUNED, argument
from actors.synthesis.components import components, predicates
from actors.synthesis.meter import Meter
from actors.synthesis.naming import named
from actors.synthesis.nearby import nearby
from actors.synthesis.problem import (
    OTHER_CHARACTERS,
    OTHERS,
    Budget,
    Contradiction,
    Example,
    Figures,
    Found,
    NotFound,
    Tool,
    check,
)
from actors.synthesis.search import ARGUMENTS, Counterexample, Search
from actors.synthesis.setting import Setting
from actors.synthesis.source import ENTRY, load, written
from actors.synthesis.term import NAMESPACE, Term, depth
from actors.synthesis.trial import MISSING, agrees, answers, faults
from actors.synthesis.values import plain, same
from actors.synthesis.wording import favoured

ROWS: Final = 10
"""Examples searched on at first; one that the program then fails is added. *chosen*: more slow every candidate down."""

TAKEN: Final = frozenset((ENTRY, *keyword.kwlist, *keyword.softkwlist, *dir(builtins), *NAMESPACE))
"""Names that mean something in every program. *derived*"""

CHARACTERS: Final = 200_000
"""Longest written form of the examples together. *chosen*: beyond it one candidate may take a second."""


def synthesise(
    examples: Sequence[Example],
    *,
    goal: str = "",
    hints: Sequence[str] = (),
    tools: Mapping[str, str] | Sequence[Tool] = (),
    failures: Sequence[Example] = (),
    budget: Budget | None = None,
    progress: Callable[[Figures], None] | None = None,
    tell: Callable[[Found], None] | None = None,
) -> Found | NotFound:
    """The cheapest program that does what every example shows, or why there is none; ValueError for unusable examples.

    Examples that failed before come first, so that none is left for the end. Tools are run while searching: call this
    only where foreign code may run. Each program that is the best so far is told at once, for whoever ends the search.
    """
    everything = list(map(_in_json, [*examples, *failures]))
    check(everything)
    given = _once([*everything[len(examples) :], *everything[: len(examples)]])
    if len(repr(given)) > CHARACTERS:
        raise ValueError(f"the examples are longer than {CHARACTERS} characters")
    names = ARGUMENTS[: len(given[0].args)]
    if len(given[0].args) > len(names):
        raise ValueError(f"more than {len(ARGUMENTS)} arguments")
    called = dict(
        zip(names, named([tuple(example.args[i] for example in given) for i in range(len(names))]), strict=True)
    )
    meter = Meter(budget or Budget(), progress)
    setting = _setting(goal, hints, [_apart(tool, called.values()) for tool in _tools(tools)], meter)
    rows = list(range(min(ROWS, len(given))))
    while True:
        searched = [given[row] for row in rows]
        others = [example for row, example in enumerate(given) if row not in rows]
        setting.holds = functools.partial(_agrees, names, others)
        if tell is not None:
            setting.tell = functools.partial(_told, tell, given, called, goal, meter)
        try:
            begun = _begun(searched, names, setting)
            term = begun.run()
        except Counterexample as counter:
            rows.append(next(row for row in range(len(given)) if not _agrees(names, [given[row]], counter.term)))
            meter.refill()
            continue
        if term is None:
            return NotFound(_reason(meter), meter.figures())
        source = written(term, called, goal)
        failing = next((row for row, example in enumerate(given) if not _holds(source, example)), None)
        if failing is None:
            different = _different(term, begun.rivals(), names, given, setting.borrowed)
            beside = _fit((written(other, called, goal) for other in different), given)
            return Found(source, term.cost, meter.figures(depth(term)), others=beside)
        return NotFound(f"the program found does not do example {failing} when run by itself", meter.figures())


def search(request: Mapping[str, Any], tell: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """The answer to a request in JSON types: `examples` as pairs of args and result, `goal`, `hints`, limits.

    `tools` is a list of name, source, entry, parameters and known calls, or sources by name; `failures` are calls that
    went wrong before, with the result `expected`. The answer has `status` (found, not_found, contradiction or refused),
    and the fields of what it came to. The answers so far are told in the same form.
    """
    limits = {name: request[name] for name in ("seconds", "candidates", "kept") if name in request}
    try:
        examples = [_example(example) for example in request["examples"]]
        failures = [_example(failure) for failure in request.get("failures") or ()]
        answer = synthesise(
            examples,
            goal=request.get("goal", ""),
            hints=request.get("hints", ()),
            tools=_offered(request.get("tools") or ()),
            failures=failures,
            budget=Budget(**limits),
            tell=None if tell is None else lambda found: tell(_answer(found)),
        )
    except Contradiction as error:
        return {"status": "contradiction", "reason": str(error), "examples": [error.first, error.second]}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        return {"status": "refused", "reason": f"{type(error).__name__}: {error}"}
    return _answer(answer)


def _answer(answer: Found | NotFound) -> dict[str, Any]:
    told = dataclasses.asdict(answer)
    if isinstance(answer, Found):
        return {"status": "found", **told, "others": list(answer.others)}
    return {"status": "not_found", **told}


def _told(
    tell: Callable[[Found], None],
    given: Sequence[Example],
    called: Mapping[str, str],
    goal: str,
    meter: Meter,
    term: Term,
) -> None:
    """The program goes out as it would at the end, if it is right when run by itself."""
    source = written(term, called, goal)
    if all(_holds(source, example) for example in given):
        tell(Found(source, term.cost, meter.figures(depth(term))))


def _example(given: Mapping[str, Any]) -> Example:
    """A call and its right result, which a failure calls `expected`."""
    return Example(tuple(given["args"]), given["expected"] if "expected" in given else given["result"])


def _offered(tools: Mapping[str, str] | Sequence[Mapping[str, Any]]) -> Sequence[Tool]:
    if isinstance(tools, Mapping):
        return _tools(tools)
    return [
        Tool(
            name=tool["name"],
            source=tool["source"],
            entry=tool.get("entry") or ENTRY,
            parameters=tuple(tool.get("parameters") or ()),
            calls=tuple(map(_example, tool.get("examples") or ())),
        )
        for tool in tools
    ]


def _tools(tools: Mapping[str, str] | Sequence[Tool]) -> Sequence[Tool]:
    return [Tool(name, source) for name, source in tools.items()] if isinstance(tools, Mapping) else tools


def _apart(tool: Tool, parameters: Iterable[str]) -> Tool:
    """The tool under a name that means nothing else in a program: one called `text` or `solve` would hide what is."""
    taken = tool.name in TAKEN or tool.name in parameters or len(tool.name) == 1
    return dataclasses.replace(tool, name=f"{tool.name}_tool") if taken else tool


def _in_json(example: Example) -> Example:
    return Example(tuple(plain(list(example.args))), plain(example.result))


def _once(examples: Sequence[Example]) -> list[Example]:
    return list({repr(example): example for example in examples}.values())


def _leaves(names: Sequence[str], given: Sequence[Example]) -> list[Term]:
    return [argument(name, tuple(example.args[i] for example in given), i) for i, name in enumerate(names)]


def _agrees(names: Sequence[str], given: Sequence[Example], term: Term) -> bool:
    return not given or agrees(term, _leaves(names, given), tuple(example.result for example in given))


def _different(
    best: Term, rivals: Sequence[Term], names: Sequence[str], given: Sequence[Example], borrowed: frozenset[str]
) -> Iterator[Term]:
    """The rivals that give something else than the best program does close to the examples, and than one before.

    What calls a tool is not called with arguments that nobody showed, since it need not end; it may be different.
    """
    rows = nearby([example.args for example in given])
    kept = [] if borrowed & {*best.needs} else [answers(best, names, rows)]
    for rival in rivals:
        told = None if not kept or borrowed & {*rival.needs} else answers(rival, names, rows)
        if told is None:
            yield rival
        elif all(_differ(told, known) for known in kept):
            kept.append(told)
            yield rival


def _fit(sources: Iterable[str], given: Sequence[Example]) -> tuple[str, ...]:
    """The first few that are short enough, and right when run by themselves."""
    short = (source for source in sources if len(source) <= OTHER_CHARACTERS)
    return tuple(islice((source for source in short if all(_holds(source, example) for example in given)), OTHERS))


def _differ(told: Sequence[Any], known: Sequence[Any]) -> bool:
    return any(
        one is not MISSING and other is not MISSING and not same(one, other)
        for one, other in zip(told, known, strict=True)
    )


def _begun(given: Sequence[Example], names: Sequence[str], setting: Setting) -> Search:
    return Search(_leaves(names, given), tuple(example.result for example in given), setting)


def _setting(goal: str, hints: Sequence[str], tools: Sequence[Tool], meter: Meter) -> Setting:
    known = components()
    cheaper = favoured(known, hints, goal)
    asked = favoured(predicates(), hints, goal)
    offered = list(foreign.tools(tools))
    borrowed = frozenset(need for component in offered for need in component.needs)
    return Setting(goal, [*offered, *cheaper, *foreign.hinted(hints, known)], asked, meter, borrowed=borrowed)


def _reason(meter: Meter) -> str:
    if meter.elapsed_s() >= meter.budget.seconds:
        return f"no program within {meter.budget.seconds:g} s of processor time"
    return f"no program among {meter.candidates} candidates"


def _holds(source: str, example: Example) -> bool:
    """The program as written, run afresh on a copy of the arguments, gives the result."""
    run = load(source, ENTRY)
    raised: tuple[type[Exception], ...] = PRUNED + faults(run.__globals__)
    try:
        got = run(*copy.deepcopy(example.args))
    except raised:
        return False
    return same(got, example.result)
