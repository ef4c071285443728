"""The patterns worth looking for in texts, and worth taking out of them, read off the examples."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from actors.synthesis.text.shapes import KNOWN, shapes
from actors.synthesis.values import Values

Pool: TypeAlias = list[tuple[Any, int]]
"""Literals of one use, each with its cost."""

SHARED_WORDS: Final = 3
"""Words that stand in every text and may lead to a part of it. *chosen*: the first ones."""

SPANS: Final = 12
"""Spans taken from the examples. *chosen*: more would crowd out depth."""

MARKS: Final = 6
"""Most characters of one class that is taken out. *chosen*: more are no class that was meant."""

SHOWN: Final = 3
"""Characters of a wide class that the examples have to show for it to be meant. *chosen*"""

LISTED: Final = 2
"""Marks by themselves in a goal that make a list of them. *chosen*: one may be a dash between words."""

PATTERNS: Final = (
    (r"\d+", 1),
    (r"\w+", 2),
    (r"[A-Za-z]+", 2),
    (r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", 2),
    (r"-?\d+(?:\.\d+)?", 2),
    (r"[a-z0-9]+", 2),
    (r"[A-Z]", 2),
    (r"[A-Z][a-z]+", 3),
    (r"[aeiouAEIOU]", 3),
    (r"\S+", 3),
)
"""What may be looked for in a text. *chosen*"""

UNWANTED: Final = (
    (r"\D", 1),
    (r"\s+", 1),
    (r"[^\w\s]", 1),
    (r"[^A-Za-z0-9]+", 1),
    (r"\d", 2),
    (r"[^\d.]", 2),
    (r"[^A-Za-z]", 2),
    (r"[^A-Za-z ]", 2),
    (r"[^A-Za-z0-9 ]", 2),
    (r"[^a-z]", 3),
    (r"[^A-Za-z0-9]", 2),
    (r"[^\x00-\x7f]", 3),
    (r"\s*\([^)]*\)", 3),
    (r"https?://\S+", 3),
    (r"[#@]\w+", 3),
    (r"^0+", 3),
    (r"\s*#.*", 3),
    (r"(?<=[a-z0-9])(?=[A-Z])", 2),
    (r"(?<=\d)(?=(?:\d{3})+$)", 3),
    (r"\W+", 2),
    (r"[aeiouAEIOU]", 2),
    (r"(?<!^)(?=[A-Z])", 2),
    (r"\b\w", 3),
)
"""What may be taken out of a text. *chosen*"""

WIDE: Final = frozenset(
    {r"\D", r"[^\w\s]", r"[^A-Za-z0-9]+", r"[^\d.]", r"[^A-Za-z]", r"[^A-Za-z0-9]", r"\W+", r"[^a-z]", r"[^A-Za-z ]"}
)
"""Classes of many characters, which say more than examples with one of them show. *derived*: from UNWANTED"""

ENCLOSING: Final = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"))
"""Brackets. *chosen*"""

BRACKETS: Final = (*ENCLOSING, ('"', '"'), ("'", "'"), ("|", "|"), ("*", "*"))
"""Pairs that enclose a part. *chosen*"""


def searched(rows: list[str], outs: list[str]) -> Pool:
    """What may be looked for in these texts."""
    return [*_digit_runs(outs), *_shapes(rows), *PATTERNS]


def unwanted(rows: list[str], outs: list[str], goal: str = "") -> Pool:
    """What may be taken out of these texts."""
    enclosed = [
        (f"{re.escape(a)}[^{re.escape(b)}]*{re.escape(b)}", 1)
        for a, b in ENCLOSING
        if 2 * sum(a in row for row in rows) >= len(rows)
    ]
    known = [(pattern, cost + _breadth(pattern, rows)) for pattern, cost in UNWANTED]
    return [*known, *_marks(rows, outs), *_listed(rows, goal), *_masked(outs), *enclosed]


def _breadth(pattern: str, rows: list[str]) -> int:
    """What a wide class costs more where the texts have one or two of its characters, spaces not counted."""
    if pattern not in WIDE:
        return 0
    shown = {char for row in rows for found in re.findall(pattern, row) for char in found if char != " "}
    return max(0, SHOWN - len(shown))


def _marks(rows: list[str], outs: list[str]) -> Pool:
    """The class of the marks that no result has, the runs of a mark that the results have singly, and spaces around."""
    seen = dict.fromkeys(re.findall(r"[^A-Za-z0-9\s]", " ".join(rows)))
    gone = [mark for mark in seen if not any(mark in out for out in outs)]
    found: Pool = []
    if 1 < len(gone) <= MARKS:
        members = "".join(sorted(map(re.escape, gone)))
        found += [(f"[{members}]", 1), (f"[{members}]+", 2)]
    for mark in seen:
        if any(mark * 2 in row for row in rows) and mark not in gone and not any(mark * 2 in out for out in outs):
            found.append((f"{re.escape(mark)}+", 1))
    found += [(rf"\s*{mark}\s*", 2) for mark in seen if mark in ",;:" and mark not in gone]
    return found


def _listed(rows: list[str], goal: str) -> Pool:
    """The class of the marks that the goal lists, each by itself, if the texts have two of them or more."""
    marks = sorted(set(re.findall(r"(?<!\S)[^\w\s](?!\S)", goal)))
    if sum(any(mark in row for row in rows) for mark in marks) < LISTED:
        return []
    members = "".join(map(re.escape, marks))
    return [(f"[{members}]", 1), (f"[{members}]+", 2)]


def _digit_runs(outs: list[str]) -> Pool:
    runs = {len(out) for out in outs if out.isdigit()}
    return [(rf"\d{{{length}}}", 1) for length in runs if len(runs) == 1 and all(out.isdigit() for out in outs)]


def _shapes(rows: list[str]) -> Pool:
    known = (("@", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), ("://", r"https?://[^\s]+"))
    return [(shape, 1) for mark, shape in known if any(mark in row for row in rows)]


def _masked(outs: list[str]) -> Pool:
    """What a mask covers: all but as many characters at an end as every result shows."""
    marks = [
        mark
        for mark in "*#xX•"
        if all(re.search(re.escape(mark) + r"{2}|^[^\w]*" + re.escape(mark), out) for out in outs)
    ]
    found: list[str] = []
    for mark in marks[:1]:
        ends = {len(re.findall(r"\w", out.rpartition(mark)[2])) for out in outs}
        starts = {len(re.findall(r"\w", out.partition(mark)[0])) for out in outs}
        for count in ends if len(ends) == 1 else ():
            found += (
                [rf"{kind}(?=(?:{other}*{kind}){{{count}}})" for kind, other in ((r"\d", r"\D"), (r"\w", r"\W"))]
                if count
                else []
            )
        for count in starts if len(starts) == 1 else ():
            found += [rf"(?<=\w{{{count}}})\w", r"(?<!^)\w"] if count else []
        found += [r"\w"]
    return [(pattern, 1) for pattern in found]


def _beside(rows: list[str], pattern: str) -> list[str]:
    """The marks that stand beside digits in half of the rows or more."""
    counts = Counter(mark for row in rows for mark in dict.fromkeys(re.findall(pattern, row)))
    return [mark for mark, count in counts.most_common(6) if 2 * count >= len(rows)]


def units(rows: list[str]) -> Pool:
    """Numbers before a unit, with or without a space."""
    return [(rf"(\d+)\s*{re.escape(unit)}", 1) for unit in _beside(rows, r"(?<=\d)\s?([A-Za-z\"'])")]


def whole(columns: Iterable[Values], results: Values, numbers: Sequence[float] = ()) -> Pool:
    """Patterns of whole texts that answer all examples as wanted, where truth values are wanted.

    Numbers that the goal names may be the shortest and the longest that a text of a known form may be.
    """
    found: dict[str, int] = {}
    for column in columns if results and all(isinstance(result, bool) for result in results) else ():
        if not all(isinstance(value, str) for value in column):
            continue
        yes = [value for value, result in zip(column, results, strict=True) if result]
        for pattern, cost in (*shapes(yes), *_sized(yes, numbers)):
            if all(
                (re.fullmatch(pattern, text) is not None) is result
                for text, result in zip(column, results, strict=True)
            ):
                found.setdefault(pattern, cost)
    return sorted(found.items(), key=lambda item: item[1])


def _sized(texts: Sequence[str], numbers: Sequence[float]) -> Iterator[tuple[str, int]]:
    """Known forms of texts that are as long as the numbers say."""
    counts = [int(number) for number in numbers if number == int(number)]
    bounds = [(str(low), str(high)) for low, high in itertools.pairwise(counts) if low < high]
    bounds += [bound for count in counts for bound in ((str(count), ""), ("0", str(count)), (str(count),) * 2)]
    for form in (r"[A-Za-z]\w*", *KNOWN, r"\w+", r"[A-Za-z0-9]+", r"\S+"):
        for low, high in bounds:
            pattern = f"(?=.{{{low},{high}}}$){form}" if low != high else f"(?=.{{{low}}}$){form}"
            if texts and all(re.fullmatch(pattern, text) for text in texts):
                yield pattern, 3


def spans(rows: list[str]) -> Pool:
    """What stands between marks or words that the texts share."""
    found = [
        f"{re.escape(a)}(.*?){re.escape(b)}"
        for a, b in BRACKETS
        if 2 * sum(row.count(a) + row.count(b) > 1 for row in rows) >= len(rows)
    ]
    shared = [word for word in dict.fromkeys(re.findall(r"[A-Za-z]{2,}", rows[0])) if all(word in row for row in rows)]
    shared = shared[:SHARED_WORDS] if len(set(rows)) > 1 else []
    found += [rf"{one}\s*(.*?)\s*{other}" for one, other in itertools.combinations(shared, 2)]
    found += [rf"\b{word}\W*([\w.]+)" for word in shared]
    found += [rf"(\d+){re.escape(mark)}" for mark in _beside(rows, r"(?<=\d)([A-Za-z%€$£°\"'])")]
    found += [rf"{re.escape(mark)}(\d+)" for mark in _beside(rows, r"([A-Za-z#€$£])(?=\d)")]
    for mark in "#@$%&~^":
        found += [rf"{re.escape(mark)}(\w+)"] if 2 * sum(mark in row for row in rows) >= len(rows) else []
    for key, mark in re.findall(r"(\w+)([=:])", rows[0]):
        found += [rf"\b{key}{mark}\s*([^&;,\s]*)"] if all(key + mark in row for row in rows) else []
    return [(span, 1) for span in list(dict.fromkeys(found))[:SPANS]]
