"""The literals worth trying, read off the examples and the words of the goal."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from actors.synthesis.prose import numbers_in, shares_in
from actors.synthesis.text.formats import dates_read, dates_written, number_forms
from actors.synthesis.text.patterns import Pool, searched, spans, units, unwanted, whole
from actors.synthesis.values import Values

PER_POOL: Final = 12
"""Literals of one use taken from the examples. *chosen*: more would crowd out depth."""

STEM: Final = 4
"""Letters by which a word of the goal is taken for a key. *chosen*: a plural or an abbreviation begins alike."""

UNNAMED_COST: Final = 2
"""What a key costs that the goal does not name, where it names others. *chosen*: one more than a named one."""

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


def pools(columns: Iterable[Values], results: Values, goal: str) -> dict[str, Pool]:
    """The literals for every use, by its name; the costs are the smaller the more the examples speak for one."""
    inputs = [[" ".join(texts_in(value)) for value in column] for column in columns]
    rows = [" \n ".join(parts) for parts in zip(*inputs, strict=True)]
    outs = [" ".join(texts_in(result)) for result in results]
    return {
        "separator": _separators(rows),
        "glue": _glue(outs),
        "word": _words(inputs),
        "value": _repeated(columns, words_of(goal)),
        "key": _keys(columns, words_of(goal)),
        "optional": _optional(columns),
        "default": [*_repeated([results], words_of(goal)), ("", 2), (0, 2)],
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
        "pattern": searched(rows, outs),
        "span": spans(rows),
        "unwanted": unwanted(rows, outs, goal),
        "unit": units(rows),
        "full": whole(columns, results, numbers_in(goal)),
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
        found += re.findall(r"\n[^A-Za-z0-9\s]+(?=\n|$)", row)
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


def _repeated(columns: Iterable[Values], said: Collection[str]) -> Pool:
    """The scalars that occur more than once, and those that the goal names, which come cheaper."""
    counts: Counter[Any] = Counter()
    for column in columns:
        for value in column:
            counts.update(_scalars(value))
    named = [value for value in counts if isinstance(value, str) and value.lower() in said]
    repeated = [value for value, count in counts.most_common(PER_POOL) if count > 1 and value not in named]
    return [*((value, 1) for value in named[:PER_POOL]), *((value, 2) for value in repeated)]


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _scalars(item)
    elif type(value) in (str, int):
        yield value


def _keys(columns: Iterable[Values], said: Collection[str]) -> Pool:
    """The keys that every record has; where the goal names two of them or more, the others cost more."""
    found: dict[str, None] = {}
    for column in columns:
        places: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for value in column:
            for place, record in _records(value):
                places.setdefault(place, []).append(record)
        for records in places.values():
            found |= dict.fromkeys(key for key in records[0] if all(key in record for record in records))
    named = {key for key in found if _named(key, said)}
    return [(key, UNNAMED_COST if len(named) > 1 and key not in named else 1) for key in found]


def _optional(columns: Iterable[Values]) -> Pool:
    """The keys that some records of a list, or some of the arguments, have and others lack."""
    found: Counter[str] = Counter()
    for column in columns:
        for records in [*(value for value in column if isinstance(value, list)), list(column)]:
            records = [record for record in records if isinstance(record, dict)]
            counts = Counter(key for record in records for key in record)
            found.update(key for key, count in counts.items() if count < len(records))
    return [(key, 1) for key, _ in found.most_common(PER_POOL)]


def _named(key: str, said: Collection[str]) -> bool:
    """A word of the goal is the key, or begins alike."""
    parts = [part for part in re.findall(r"[a-z]+", key.lower()) if len(part) > 1]
    stems = [part[: max(3, min(len(part) - 1, STEM))] for part in parts]
    if any(word in parts or (len(stem) > 2 and word.startswith(stem)) for stem in stems for word in said):
        return True
    return any(_abbreviates(part, word) for part in parts for word in said)


def _abbreviates(part: str, word: str) -> bool:
    """The part has some letters of the word in their order, the first one and no vowel but there."""
    letters = iter(word)
    short = len(part) > 2 and part[0] == word[0] and not set(part[1:]) & set("aeiou") and len(word) > len(part) + 1
    return short and all(letter in letters for letter in part)


def named_keys(columns: Iterable[Values], goal: str) -> tuple[str, ...]:
    """The keys that every record of a list has and the goal names, one for each word."""
    said = words_of(goal)
    lists = [[value for value in column if isinstance(value, list)] for column in columns]
    return tuple(key for key, _ in _keys([tuple(column) for column in lists if column], said) if _named(key, said))


def words_of(goal: str) -> frozenset[str]:
    """The words of a goal in small letters."""
    return frozenset(re.findall(r"[^\W_]+", goal.lower()))


def _records(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every record inside a value, with the keys that lead to it."""
    if isinstance(value, dict):
        yield place, value
        for key, inner in value.items():
            yield from _records(inner, (*place, key))
    elif isinstance(value, list):
        for inner in value:
            yield from _records(inner, place)


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
