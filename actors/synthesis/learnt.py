"""Components read off the examples: patterns that find the parts wanted of an argument, or what was changed in it."""

from collections.abc import Iterator, Sequence
from typing import Final

from actors.synthesis.bank import PRUNED
from actors.synthesis.term import Component, Term, component, joined
from actors.synthesis.text.extraction import extractions
from actors.synthesis.text.substitution import substitutions
from actors.synthesis.values import Values, measured

FOUND_COST: Final = 3
"""What finding a part costs beyond its pattern. *chosen*: one more than in the table of text, whose patterns are in
common use."""


READ_COST: Final = 2
"""What reading the parts as numbers costs. *derived*: as in the table of text."""


def learnt(leaves: Sequence[Term], results: Values) -> list[Component]:
    """A component for each pattern that by itself explains the results, or their parts, by one of the leaves."""
    found: dict[str, int] = {}
    for term in leaves if len(results) > 1 else ():
        for template, cost in _templates(term, results) if term.kind == "text" else ():
            found[template] = min(cost, found.get(template, cost))
    return [component("text", template, cost) for template, cost in found.items()]


def applied(components: Sequence[Component], leaves: Sequence[Term]) -> Iterator[Term]:
    """The components on each leaf that they can be computed on."""
    for made in components:
        for term in leaves:
            try:
                values = made.over(term.values) if term.kind == "text" else ()
            except PRUNED:
                continue
            kind = measured(values) if values else None
            if kind is not None:
                yield joined(made, (term,), kind, values, made.cost + term.cost)


def _templates(term: Term, results: Values) -> Iterator[tuple[str, int]]:
    wanted = tuple(tuple(result) if isinstance(result, list) else result for result in results)
    try:
        hash(wanted)
    except TypeError:
        return
    for texts in _cases(term.values, results):
        for template, cost in extractions(texts, wanted):
            yield template, cost + FOUND_COST
            yield from _read(template, cost + FOUND_COST, results)
        if all(isinstance(result, str) for result in results):
            for template, cost in substitutions(texts, results):
                yield template, cost


def _read(template: str, cost: int, results: Values) -> Iterator[tuple[str, int]]:
    """The parts read as numbers, if numbers are wanted."""
    listed = all(isinstance(result, list) for result in results)
    kinds = {type(item) for result in results for item in (result if listed else [result])}
    if kinds and kinds <= {int, float}:
        read = "int" if kinds == {int} else "float"
        yield f"[{read}(x) for x in {template}]" if listed else f"{read}({template})", cost + READ_COST


def _cases(texts: Values, results: Values) -> Iterator[Values]:
    """The texts as they are, and in small or in capital letters if the results have no others."""
    yield texts
    whole = "".join(result for result in results if isinstance(result, str))
    if whole.lower() != whole.upper() and whole in (whole.lower(), whole.upper()):
        change = str.lower if whole == whole.lower() else str.upper
        if tuple(map(change, texts)) != texts:
            yield tuple(map(change, texts))
