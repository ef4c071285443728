"""The literals worth trying, read off the examples and the words of the goal."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from actors.acquisition.synthesis.formats import dates_read, dates_written, number_forms
from actors.acquisition.synthesis.prose import numbers_in, shares_in
from actors.acquisition.synthesis.shapes import shapes
from actors.acquisition.synthesis.values import Values

Pool: TypeAlias = list[tuple[Any, int]]
"""Literals of one use, each with its cost."""

PER_POOL: Final = 12
"""Literals of one use taken from the examples. *chosen*: more would crowd out depth."""

SHARED_WORDS: Final = 3
"""Words that stand in every text and may lead to a part of it. *chosen*: the first ones."""

INDEXES: Final = ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 2), (3, 2), (4, 3))
"""Positions. *chosen*"""

SIZES: Final = ((1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (6, 2), (7, 2), (8, 2), (10, 2))
"""Lengths of slices. *chosen*"""

NUMBERS: Final = (
    (0, 1),
    (1, 1),
    (2, 1),
    (3, 2),
    (4, 2),
    (5, 2),
    (7, 2),
    (10, 1),
    (12, 2),
    (24, 2),
    (60, 1),
    (100, 1),
    (1000, 2),
    (1024, 2),
    (3600, 2),
)
"""Operands. *chosen*: small ones, and those of time, percentages and sizes."""

PATTERNS: Final = (
    (r"\d+", 1),
    (r"[A-Za-z]+", 2),
    (r"\w+", 2),
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

ENCLOSING: Final = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"))
"""Brackets. *chosen*"""

BRACKETS: Final = (*ENCLOSING, ('"', '"'), ("'", "'"), ("|", "|"), ("*", "*"))
"""Pairs that enclose a part. *chosen*"""


def pools(columns: Iterable[Values], results: Values, goal: str) -> dict[str, Pool]:
    """The literals for every use, by its name; the costs are the smaller the more the examples speak for one."""
    inputs = [[" ".join(texts_in(value)) for value in column] for column in columns]
    rows = [" \n ".join(parts) for parts in zip(*inputs, strict=True)]
    outs = [" ".join(texts_in(result)) for result in results]
    return {
        "separator": _separators(rows),
        "glue": _glue(outs),
        "word": _words(inputs),
        "value": _repeated(columns),
        "key": _keys(columns),
        "default": [*_repeated([results]), ("", 2), (0, 2)],
        "glyph": [(char, 1) for char in _unique(re.findall(r"(\W)\1", " ".join(outs)))],
        "number": _numbers(results, goal),
        "index": list(INDEXES),
        "size": _sizes(results),
        "end": [(end, 1) for end in range(2, 9)],
        "small": [(2, 1), (3, 2), (5, 3), (10, 2)],
        "power": [(2, 1), (3, 2)],
        "digits": [(1, 1), (2, 1), (3, 2), (0, 2)],
        "base": [(2, 1), (16, 1), (8, 2)],
        "format": list(number_forms(outs)),
        "pattern": [*_digit_runs(outs), *_shapes(rows), *PATTERNS],
        "span": _spans(rows),
        "unwanted": [
            *UNWANTED,
            *_masked(outs),
            *(
                (f"{re.escape(a)}[^{re.escape(b)}]*{re.escape(b)}", 1)
                for a, b in ENCLOSING
                if 2 * sum(a in row for row in rows) >= len(rows)
            ),
        ],
        "unit": _units(rows),
        "full": _whole(columns, results),
        "date_in": [(form, 1) for form in dates_read(rows)],
        "date_out": [(form, 1) for form in dates_written(outs)] if any(outs) else [],
    }


def texts_in(value: Any) -> Iterator[str]:
    """Every text inside a value, keys not counted."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_in(item)


def _unique(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))[:PER_POOL]


def _separators(rows: list[str]) -> Pool:
    counts: Counter[str] = Counter()
    for row in rows:
        found = re.findall(r"[^A-Za-z0-9\s]{2,3}|[^A-Za-z0-9\s]\s|\s[^A-Za-z0-9\s]\s", row)
        counts.update(list(dict.fromkeys([*re.findall(r"[^A-Za-z0-9\n]", row), *found])))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
    pool = [(text, 1 if count == len(rows) else 2 if 2 * count >= len(rows) else 3) for text, count in ranked]
    return pool[:PER_POOL] + [(text, 3) for text in (" ", ",") if text not in counts]


def _glue(outs: list[str]) -> Pool:
    counts: Counter[str] = Counter()
    for out in outs:
        counts.update(list(dict.fromkeys(re.findall(r"[^A-Za-z0-9]+", out))))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], len(item[0]), item[0]))
    pool = [(text, 1 if 2 * count >= len(outs) else 2) for text, count in ranked[:PER_POOL] if len(text) <= 4]
    pool += [(mark, 1) for mark in "*#•" if mark not in counts and all(mark * 2 in out for out in outs)]
    return pool + [(text, 1) for text in ("", " ") if text not in counts]


def _words(inputs: list[list[str]]) -> Pool:
    found: list[str] = []
    for column in inputs:
        for edge in (_edge(column), _edge([row[::-1] for row in column])[::-1]):
            found += [edge] if len(edge) > 1 else []
        shared = [word for word in re.findall(r"[A-Za-z]{2,}", column[0]) if all(word in row for row in column)]
        found += shared if len(set(column)) > 1 else []
    return [(word, 2) for word in _unique(found)]


def shared_start(texts: list[str]) -> str:
    """What all the texts begin with."""
    first, last = min(texts), max(texts)
    length = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:length]


def _edge(texts: list[str]) -> str:
    """What the texts begin with, if they differ at all."""
    return shared_start(texts) if len(set(texts)) > 1 else ""


def _repeated(columns: Iterable[Values]) -> Pool:
    counts: Counter[Any] = Counter()
    for column in columns:
        for value in column:
            counts.update(_scalars(value))
    return [(value, 2) for value, count in counts.most_common(PER_POOL) if count > 1]


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _scalars(item)
    elif type(value) in (str, int):
        yield value


def _keys(columns: Iterable[Values]) -> Pool:
    found: list[str] = []
    for column in columns:
        records = [record for value in column for record in _records(value)]
        if records:
            found += [key for key in records[0] if all(key in record for record in records)]
    return [(key, 1) for key in dict.fromkeys(found)]


def _records(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _records(item)


def _numbers(results: Values, goal: str) -> Pool:
    pool: dict[Any, int] = dict(NUMBERS)
    pool |= {value: 1 for value, count in Counter(filter(_is_number, results)).items() if count > 1}
    pool |= dict.fromkeys(numbers_in(goal), 1) | dict.fromkeys(shares_in(goal), 1)
    return sorted(pool.items(), key=lambda item: item[1])


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _sizes(results: Values) -> Pool:
    lengths = {len(result) for result in results if isinstance(result, (str, list))}
    return [*SIZES, *((length, 1) for length in lengths if len(lengths) == 1 and length > 4)]


def _digit_runs(outs: list[str]) -> Pool:
    runs = {len(out) for out in outs if out.isdigit()}
    return [(rf"\d{{{length}}}", 1) for length in runs if len(runs) == 1 and all(out.isdigit() for out in outs)]


def _shapes(rows: list[str]) -> Pool:
    shapes = (("@", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), ("://", r"https?://[^\s]+"))
    return [(shape, 1) for mark, shape in shapes if any(mark in row for row in rows)]


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


def _units(rows: list[str]) -> Pool:
    """Numbers before a unit, with or without a space."""
    return [(rf"(\d+)\s*{re.escape(unit)}", 1) for unit in _beside(rows, r"(?<=\d)\s?([A-Za-z\"'])")]


def _whole(columns: Iterable[Values], results: Values) -> Pool:
    """Patterns of whole texts that answer all examples as wanted, where truth values are wanted."""
    found: dict[str, int] = {}
    for column in columns if results and all(isinstance(result, bool) for result in results) else ():
        if not all(isinstance(value, str) for value in column):
            continue
        yes = [value for value, result in zip(column, results, strict=True) if result]
        for pattern, cost in shapes(yes):
            if all(
                (re.fullmatch(pattern, text) is not None) is result
                for text, result in zip(column, results, strict=True)
            ):
                found.setdefault(pattern, cost)
    return sorted(found.items(), key=lambda item: item[1])


def _spans(rows: list[str]) -> Pool:
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
    return [(span, 1) for span in _unique(found)]
