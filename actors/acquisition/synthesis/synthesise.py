"""From examples to a program: the one way in, and the same with plain JSON at both ends."""

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from actors.acquisition.synthesis import foreign
from actors.acquisition.synthesis.bank import PRUNED, argument
from actors.acquisition.synthesis.components import components, predicates
from actors.acquisition.synthesis.meter import Meter
from actors.acquisition.synthesis.problem import Budget, Contradiction, Example, Figures, Found, NotFound, check
from actors.acquisition.synthesis.search import Search, Setting
from actors.acquisition.synthesis.source import ENTRY, load, written
from actors.acquisition.synthesis.term import Term, depth
from actors.acquisition.synthesis.values import plain, same
from actors.acquisition.synthesis.wording import favoured

PARAMETERS: Final = "abcdefgh"
"""Names of the arguments, in order. *chosen*"""

ROWS: Final = 10
"""Examples searched on at first; one that the program then fails is added. *chosen*: more slow every candidate down."""

CHARACTERS: Final = 200_000
"""Longest written form of the examples together. *chosen*: beyond it one candidate may take a second."""


def synthesise(
    examples: Sequence[Example],
    *,
    goal: str = "",
    hints: Sequence[str] = (),
    tools: Mapping[str, str] | None = None,
    budget: Budget | None = None,
    progress: Callable[[Figures], None] | None = None,
) -> Found | NotFound:
    """The cheapest program that does what every example shows, or why there is none; ValueError for unusable examples.

    Tools are run while searching: call this only where foreign code may run.
    """
    given = [Example(tuple(plain(list(example.args))), plain(example.result)) for example in examples]
    check(given)
    if len(repr(given)) > CHARACTERS:
        raise ValueError(f"the examples are longer than {CHARACTERS} characters")
    names = PARAMETERS[: len(given[0].args)]
    if len(given[0].args) > len(names):
        raise ValueError(f"more than {len(PARAMETERS)} arguments")
    meter = Meter(budget or Budget(), progress)
    setting = _setting(goal, hints, tools or {}, meter)
    rows = list(range(min(ROWS, len(given))))
    while True:
        term = _searched([given[row] for row in rows], names, setting)
        if term is None:
            return NotFound(_reason(meter), meter.figures())
        source = written(term, names)
        failing = next((row for row, example in enumerate(given) if not _holds(source, example)), None)
        if failing is None:
            return Found(source, term.cost, meter.figures(depth(term)))
        if failing in rows:
            return NotFound(f"the program found does not do example {failing} when run by itself", meter.figures())
        rows.append(failing)
        meter.refill()


def search(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request in JSON types: `examples` as pairs of args and result, `goal`, `hints`, `tools`, limits.

    The answer has `status` (found, not_found, contradiction or refused), and the fields of what it came to.
    """
    limits = {name: request[name] for name in ("seconds", "candidates", "kept") if name in request}
    try:
        examples = [Example(tuple(example["args"]), example["result"]) for example in request["examples"]]
        answer = synthesise(
            examples,
            goal=request.get("goal", ""),
            hints=request.get("hints", ()),
            tools=request.get("tools", {}),
            budget=Budget(**limits),
        )
    except Contradiction as error:
        return {"status": "contradiction", "reason": str(error), "examples": [error.first, error.second]}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        return {"status": "refused", "reason": f"{type(error).__name__}: {error}"}
    status = "found" if isinstance(answer, Found) else "not_found"
    return {"status": status, **dataclasses.asdict(answer)}


def _searched(given: Sequence[Example], names: Sequence[str], setting: Setting) -> Term | None:
    leaves = [argument(name, tuple(example.args[i] for example in given), i) for i, name in enumerate(names)]
    return Search(leaves, tuple(example.result for example in given), setting).run()


def _setting(goal: str, hints: Sequence[str], tools: Mapping[str, str], meter: Meter) -> Setting:
    known = components()
    cheaper = favoured(known, hints, goal)
    asked = favoured(predicates(), hints, goal)
    return Setting(goal, [*foreign.tools(tools), *cheaper, *foreign.hinted(hints, known)], asked, meter)


def _reason(meter: Meter) -> str:
    if meter.elapsed_s() >= meter.budget.seconds:
        return f"no program within {meter.budget.seconds:g} s"
    return f"no program among {meter.candidates} candidates"


def _holds(source: str, example: Example) -> bool:
    """The program as written, run afresh on a copy of the arguments, gives the result."""
    try:
        got = load(source, ENTRY)(*copy.deepcopy(example.args))
    except PRUNED:
        return False
    return same(got, example.result)
