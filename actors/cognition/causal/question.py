"""The query language: a few phrases, of which the names are matched against the model's.

effect of X on Y                      what one unit, or one category instead of another, of X does to Y
effect of X on Y from A to B
Y if X=A [and Z=B]                    the mean (or the probabilities) of Y when X is set: do
E[Y | do(X=A)]   P(Y=C | do(X=A))     the same as the literature writes it
Y if X=A in row 17                    counterfactual: what Y would have been in row 17
Y if X=A given X=B, Y=C, ...          counterfactual of a case that is described
causes of Y                           direct causes, and those that are not sure
"""

import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from actors.cognition.causal.reading import unknown
from actors.cognition.causal.table import Column

Sort = Literal["effect", "do", "counterfactual", "causes"]

LAYOUT: Final = __doc__.split("\n", 2)[2]
"""What may be asked, as a person is shown it."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked, in places of columns and in numbers."""

    sort: Sort
    outcome: int
    cause: int | None = None
    span: tuple[float, float] | None = None
    do: tuple[tuple[int, float], ...] = ()
    category: int | None = None
    row: int | None = None
    given: tuple[tuple[int, float], ...] = ()


def question(text: str, columns: Sequence[Column]) -> Question:
    """The question of a text; raises ValueError that says what isn't understood and what is."""
    words = re.sub(r"\s+", " ", text.strip()).rstrip("?. ")
    words = re.sub(r"^(what (is|would be|will be|happens to)( the)?|how large is( the)?|the) ", "", words, flags=re.I)
    if found := re.fullmatch(r"(?:total )?(?:causal )?effect of (.+?) on (.+?)(?: from (.+?) to (.+))?", words, re.I):
        return _effect(columns, *found.groups())
    if found := re.fullmatch(r"(?:direct )?causes of (.+)", words, re.I):
        return Question(sort="causes", outcome=place(found[1], columns))
    if found := re.fullmatch(r"([EP])\s*[\[(]\s*(.+?)\s*\|\s*do\s*\((.+?)\)\s*[\])]", words, re.I):
        return _do(columns, found[2], found[3], None, None)
    split = r"(.+?),? (?:if|when|had|under|\|) (?:we (?:set|do) )?(.+?)(?: in row (\d+)| given (.+))?"
    if found := re.fullmatch(split, words, re.I):
        return _do(columns, *found.groups())
    if found := re.fullmatch(r"do\s*\((.+?)\)\s*(.+)", words, re.I):
        return _do(columns, found[2], found[1], None, None)
    raise ValueError(f"{text!r} isn't understood. Ask one of:\n{LAYOUT}")


def _effect(columns: Sequence[Column], cause: str, outcome: str, start: str | None, stop: str | None) -> Question:
    at = place(cause, columns)
    aimed, category = target(outcome, columns)
    if aimed == at:
        raise ValueError(f"{columns[at].name} is asked about itself; name two variables")
    span = (value(start, columns[at]), value(stop, columns[at])) if start and stop else None
    return Question(sort="effect", outcome=aimed, category=category, cause=at, span=span)


def _do(columns: Sequence[Column], outcome: str, acts: str, row: str | None, given: str | None) -> Question:
    wrapped = re.fullmatch(r"do\s*\((.+)\)", acts.strip(), re.I)
    do = assignments(wrapped[1] if wrapped else acts, columns)
    aimed, category = target(outcome, columns)
    asked = Question(sort="do", outcome=aimed, category=category, do=do)
    if row is None and given is None:
        return asked
    case = assignments(given, columns) if given else ()
    return msgspec.structs.replace(asked, sort="counterfactual", row=int(row) if row else None, given=case)


def target(text: str, columns: Sequence[Column]) -> tuple[int, int | None]:
    """The outcome, and the category of it if one is named."""
    if wrapped := re.fullmatch(r"[PE]\s*[\[(](.+)[\])]", text.strip()):
        text = wrapped[1]
    text = re.sub(r"^(?:the )?(?:mean|expected|average|probability of|probability that) ", "", text.strip(), flags=re.I)
    if "=" not in text:
        return place(text, columns), None
    (at, number), *more = assignments(text, columns)
    if more or columns[at].kind == "continuous":
        raise ValueError(f"{text!r}: a probability is asked of one category of one discrete variable")
    return at, int(number)


def assignments(text: str, columns: Sequence[Column]) -> tuple[tuple[int, float], ...]:
    """`X=1, Z=yes` in places and numbers; raises ValueError."""
    found: dict[int, float] = {}
    for part in re.split(r",\s*|;\s*| and ", text):
        name, equals, word = part.partition("=")
        if not equals:
            raise ValueError(f"{part.strip()!r} sets nothing; write NAME=VALUE")
        at = place(re.sub(r"^do\s*\(", "", name.strip()), columns)
        if at in found:
            raise ValueError(f"{columns[at].name} is set twice")
        found[at] = value(word, columns[at])
    return tuple(found.items())


def place(name: str, columns: Sequence[Column]) -> int:
    """Where the variable stands; raises ValueError that names the nearest."""
    name = name.strip().strip("'\"`")
    names = [column.name for column in columns]
    if name in names:
        return names.index(name)
    alike = [at for at, each in enumerate(names) if each.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    raise ValueError(unknown(name, names))


def value(word: str, column: Column) -> float:
    """The number or the code of a value of the column; raises ValueError."""
    word = word.strip().strip("'\"`")
    if column.kind == "discrete":
        if word in column.categories:
            return float(column.categories.index(word))
        lower = [each.lower() for each in column.categories]
        if word.lower() in lower:
            return float(lower.index(word.lower()))
        known = [at for at, each in enumerate(column.categories) if _same(each, word)]
        if known:
            return float(known[0])
        raise ValueError(f"{column.name} is never {word!r}; it is one of {', '.join(column.categories)}")
    try:
        number = float(word)
    except ValueError as error:
        raise ValueError(f"{column.name}={word!r}: a number is needed") from error
    if not abs(number) < 1e150:
        raise ValueError(f"{column.name}={word!r}: a finite number is needed")
    return number


def _same(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return False
