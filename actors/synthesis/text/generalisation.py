"""Patterns that match whole texts: for some texts, the plainest that match them all."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from actors.synthesis.text.patterns import ENCLOSING
from actors.synthesis.text.shapes import escaped, shapes

DIGITS: Final = r"\d"
"""The class of digits. *derived*"""

CLASSES: Final = ((DIGITS, 1), ("[a-z]", 3), ("[A-Z]", 2), ("[A-Za-z]", 2), (r"\w", 1))
"""Classes of characters that runs are made of, from the narrowest, with what each costs. *chosen*: a wide class that
tells the parts from the rest as well is the likelier one, except that digits are seldom by chance."""

FREE_COST: Final = 2
"""What the shape of a text with spaces costs more. *chosen*: names and phrases seldom have one."""

SPECIALS: Final = 4
"""Most marks that a class has beside letters and digits. *chosen*: more are no class that was meant."""

ALTERNATIVES: Final = 3
"""Most words that a pattern lists. *chosen*"""

BACKED: Final = 3
"""Texts that a pattern with exact lengths stands on. *chosen*"""

_CLOSED_BY: Final = dict(ENCLOSING)


def member(mark: str) -> str:
    """The mark as it is written in a class of characters."""
    return "\\" + mark if mark in r"\[]^-&~|" else mark


def literal_cost(text: str) -> int:
    """What it costs to have the text in a pattern: letters and digits may be remembered rather than meant."""
    return 1 + sum(map(str.isalnum, text)) // 2


def generalised(texts: Sequence[str], words: bool = False) -> list[tuple[str, int]]:
    """Patterns that match all of these texts as a whole with their costs, cheapest first; their words, if asked."""
    distinct = list(dict.fromkeys(texts))
    if "" in distinct:
        return []
    found: dict[str, int] = {}
    for pattern, cost in (*(_listed(distinct) if words else ()), *_patterns(distinct)):
        if cost < found.get(pattern, cost + 1):
            found[pattern] = cost
    return sorted(found.items(), key=lambda item: item[1])


def _patterns(distinct: Sequence[str]) -> Iterator[tuple[str, int]]:
    for pattern, cost in shapes(distinct):
        spaced = any(" " in text for text in distinct)
        yield pattern, cost + (len(distinct) < BACKED and "{" in pattern) + FREE_COST * spaced
    yield from runs(distinct)
    yield from _enclosed(distinct)
    before, after = _shared_edges(distinct)
    if before or after:
        middles = [text[len(before) : len(text) - len(after)] for text in distinct]
        extra = sum(literal_cost(edge) for edge in (before, after) if edge) - 1
        for pattern, cost in runs(middles) if all(middles) else ():
            yield escaped(before) + pattern + escaped(after), cost + extra


def _listed(distinct: Sequence[str]) -> Iterator[tuple[str, int]]:
    """One text, or a few words, each with the same marks after it, once or several times over."""
    if len(distinct) == 1:
        yield escaped(distinct[0]), literal_cost(distinct[0])
    units = [re.findall(r"(\w+)(\W*)", text) for text in distinct]
    if any("".join(map("".join, row)) != text for row, text in zip(units, distinct, strict=True)):
        return
    words = list(dict.fromkeys(word.lower() for row in units for word, _ in row))
    marks = {mark for row in units for _, mark in row}
    if not (len(distinct) > 1 and len(words) <= ALTERNATIVES and len(marks) == 1 and all(map(str.isalpha, words))):
        return
    exact = len({word for row in units for word, _ in row}) == len(words)
    listed = sorted({word for row in units for word, _ in row} if exact else words, key=lambda word: (-len(word), word))
    one = f"(?{'' if exact else 'i'}:{'|'.join(listed)})" + escaped(marks.pop())
    yield one if max(map(len, units)) == 1 else f"(?:{one})+", 2 + len(words)


def runs(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Runs of one class, and runs that a mark divides."""
    fitting = [(name, cost) for name, cost in CLASSES if all(re.fullmatch(f"{name}+", text) for text in texts)]
    for name, cost in fitting[:1] if fitting and fitting[0][0] == DIGITS else fitting:
        yield f"{name}+", cost
    marks = sorted({char for text in texts for char in text if not (char.isalnum() or char == "_")})
    if 0 < len(marks) <= SPECIALS and "\n" not in marks:
        members = "".join(map(member, marks))
        if any(char.isalnum() for text in texts for char in text):
            yield rf"[\w{members}]+", 3 + (len(marks) + 1) // 2
        else:
            one = escaped(marks[0]) if len(marks) == 1 else f"[{members}]"
            yield one + "+" * any(len(text) > 1 for text in texts), 1
    for mark in marks:
        yield from _divided(texts, mark)


def _divided(texts: Sequence[str], mark: str) -> Iterator[tuple[str, int]]:
    """A run, the mark, a run, and so on as often as the texts show."""
    pieces = [text.split(mark) for text in texts]
    counts = {len(piece) - 1 for piece in pieces}
    often = "*" if 0 in counts else "+" if len(counts) > 1 else None
    for name in (DIGITS, r"\w") if often else ():
        if all(re.fullmatch(f"{name}+", part) for piece in pieces for part in piece):
            # one mark at most is a rule for numbers, and chance for words
            yield f"{name}+(?:{escaped(mark)}{name}+){'?' if counts == {0, 1} and name == DIGITS else often}", 2
            return


def _enclosed(texts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """What stands between a pair of brackets or quotes."""
    start, end = {text[0] for text in texts}, {text[-1] for text in texts}
    if len(start) == len(end) == 1:
        a, b = start.pop(), end.pop()
        closed = _CLOSED_BY.get(a) == b or (a == b and not (a.isalnum() or a.isspace()))
        if closed and all(len(text) > 1 and b not in text[1:-1] for text in texts):
            yield f"{escaped(a)}[^{escaped(b)}]*{escaped(b)}", 1


def _shared_edges(texts: Sequence[str]) -> tuple[str, str]:
    """What all of the texts begin and end with, whole words only."""
    if len(texts) < 2:
        return "", ""
    before = _shared_start(texts)
    after = _shared_start([text[: len(before) - 1 if before else None : -1] for text in texts])[::-1]
    if before and before[-1].isalnum() and any(text[len(before) : len(before) + 1].isalnum() for text in texts):
        before = re.sub(r"[A-Za-z]+$|\d+$", "", before)
    if after and after[0].isalnum() and any(text[: len(text) - len(after)][-1:].isalnum() for text in texts):
        after = re.sub(r"^(?:[A-Za-z]+|\d+)", "", after)
    return before, after


def _shared_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]
