"""What a program is looked for: the results themselves, and what the results could be made from by one last step."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from actors.synthesis.prose import places_in
from actors.synthesis.term import Term, composed
from actors.synthesis.text.formats import DATES
from actors.synthesis.values import Values, common, kind_of, same

JOIN_COST: Final = 3
"""What joining pieces costs beyond the pieces: the call and its literal. *chosen*"""

WRITE_COST: Final = 3
"""What writing a number into a text costs beyond the number. *chosen*"""

DATE_COST: Final = 3
"""What writing a date costs beyond the date: the call and its form. *chosen*"""

ROUND_COST: Final = 2
"""What rounding to the places shown costs. *chosen*"""

SEPARATORS: Final = 4
"""Separators of the results that are tried. *chosen*: the commonest."""


_WAYS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("", lambda text: text),
    (".lstrip('0')", lambda text: text.lstrip("0")),
    (".replace(' 0', ' ')", lambda text: text.replace(" 0", " ")),
)
"""How dates are written whose numbers have no leading noughts. *chosen*"""


@dataclass(frozen=True, slots=True)
class Goal:
    """Values to be reached, and the step from there to the results."""

    kind: str
    values: Values
    places: int | None
    """Decimals that the values were rounded to, for numbers."""
    accept: Callable[[Term], Term | None]
    """The program that ends with this term, if the term is right."""


def goals(results: Values, said: str = "") -> Iterator[Goal]:
    """The results, and before them what a join or a written number would have needed."""
    kind = common([kind_of(result) for result in results])
    yield _exactly(kind, results, said)
    if kind == "text":
        if (number := _number_in_text(results)) is not None:
            yield number
        yield from _dates(results)
        yield from _joins(results)


def _exactly(kind: str, results: Values, said: str) -> Goal:
    places = _places(results, said) if kind in ("int", "float") else None
    asked = places is not None and places == places_in(said)

    def accept(term: Term) -> Term | None:
        rounds = asked and term.kind == "float" and "round(" not in term.component.template
        if not rounds and all(map(same, term.values, results)):
            return term
        if places is None or term.kind != "float":
            return None
        if all(round(value, places) == result for value, result in zip(term.values, results, strict=True)):
            template = f"round(A, {places})" if places else "round(A)"
            return composed(template, (term,), kind, results, ROUND_COST)
        return None

    return Goal(kind, results, places, accept)


def _places(results: Values, said: str) -> int:
    """Most decimals that a result shows, or as many as the goal asks for if that is more."""
    shown = max(len(str(float(result)).partition(".")[2].rstrip("0")) for result in results)
    return max(shown, places_in(said) or 0)


def _number_in_text(results: Values) -> Goal | None:
    """The goal of a number, if every result is one number between the same two texts."""
    found = [re.fullmatch(r"(\D*?)(-?\d[\d,]*(?:\.\d+)?)(\D*)", result) for result in results]
    shown = [match.groups() for match in found if match]
    if len(shown) < len(results) or len({(before, after) for before, _, after in shown}) > 1:
        return None
    before, _, after = shown[0]
    places = {len(number.partition(".")[2]) for _, number, _ in shown}
    if len(places) > 1:
        return None
    decimals = places.pop()
    form = ("," if any("," in number for _, number, _ in shown) else "") + (f".{decimals}f" if decimals else "")
    numbers = tuple(float(number.replace(",", "")) for _, number, _ in shown)

    def write(term: Term) -> Term:
        written = f"format(A, {form!r})" if form else "str(A)"
        template = " + ".join(([repr(before)] if before else []) + [written] + ([repr(after)] if after else []))
        extra = WRITE_COST + sum(map(str.isalnum, before + after)) // 2
        return composed(template, (term,), "text", results, extra)

    def accept(term: Term) -> Term | None:
        if term.kind not in ("int", "float"):
            return None
        if term.kind == "float" and not decimals:
            rounded = tuple(round(value) for value in term.values)
            term = composed("round(A)", (term,), "int", rounded, ROUND_COST)
        texts = [before + format(value, form) + after for value in term.values]
        return write(term) if texts == list(results) else None

    return Goal("float" if decimals else "int", numbers, decimals, accept)


def _dates(results: Values) -> Iterator[Goal]:
    """The goals of dates, if every result is a date in one form."""
    for form in DATES:
        try:
            dates = tuple(datetime.datetime.strptime(result, form) for result in results)
        except ValueError:
            continue
        for written, write in _WAYS:
            if all(write(date.strftime(form)) == result for date, result in zip(dates, results, strict=True)):
                yield _dated(f"A.strftime({form!r}){written}", form, write, results, dates)
                break


def _dated(template: str, form: str, write: Callable[[str], str], results: Values, dates: Values) -> Goal:
    def accept(term: Term) -> Term | None:
        texts = [write(date.strftime(form)) for date in term.values]
        return composed(template, (term,), "text", results, DATE_COST) if texts == list(results) else None

    return Goal("date", dates, None, accept)


def _joins(results: Values) -> Iterator[Goal]:
    counts: Counter[str] = Counter()
    for result in results:
        counts.update({*re.findall(r", |; | - ", result), *re.findall(r"[^A-Za-z0-9]", result)})
    ranked = sorted(counts, key=lambda text: (-counts[text], -len(text), text))[:SEPARATORS]
    for separator in ranked:
        yield _joined(separator, results, tuple(result.split(separator) if result else [] for result in results))
    if max(map(len, results)) > 1:
        yield _joined("", results, tuple(list(result) for result in results))


def _joined(separator: str, results: Values, pieces: tuple[Any, ...]) -> Goal:
    def accept(term: Term) -> Term | None:
        if term.values != pieces:
            return None
        return composed(f"{separator!r}.join(A)", (term,), "text", results, JOIN_COST)

    return Goal("list:text", pieces, None, accept)
