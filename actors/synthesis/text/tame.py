"""Whether a pattern keeps its time on long texts that it nearly matches.

A pattern is tried on texts of growing length, so that even one whose time grows with a power of two is found out within
some milliseconds. What it may take is told as a share of what a plain pattern takes on this machine just then.
"""

import functools
import importlib
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

LENGTHS: Final = (16, 20, 24, 28, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512)
"""Characters of the texts that are tried, in order. *chosen*: a step of four makes two to the fourth of an exponential
pattern's time, which is why they begin so close; at 512 a plain pattern takes 3 ms"""

PLAIN: Final = r"(\w+),"
"""A pattern whose time grows with the square of a text that has no comma, as that of most searches does. *chosen*"""

DEARER: Final = 12.0
"""Factor on the time of the plain pattern that another may take. *measured*: patterns whose time grows with the square
of the text, as the plain one's does, take 0.03 to 4 times as much; those with a power above it take 90 and more at the
first length that tells, so that a busy machine decides nothing"""

AGAIN: Final = 9
"""Measurements of which the shortest counts, of a plain pattern and of one in doubt. *chosen*: three were too few on a
busy machine"""

MISSES: Final = 16
"""Sorts of texts that are tried on one pattern. *chosen*: learnt patterns have a few runs"""

MISS: Final = "\0"
"""What stands at the end of a near-miss. *chosen*: a mark that no text has"""

ENDLESS: Final = 100
"""Repetitions from which a run counts as one without an end. *chosen*"""

_OF_CATEGORY: Final = {"DIGIT": "0", "NOT_DIGIT": "a", "SPACE": " ", "NOT_SPACE": "a", "WORD": "a", "NOT_WORD": "-"}
_CANDIDATES: Final = "a0 -.,"

_parser: Final[Any] = importlib.import_module("re._parser")


@functools.lru_cache(maxsize=4_096)
def tame(pattern: str) -> bool:
    """The pattern takes no more time than most do on long texts that it nearly matches; ValueError if it is none."""
    try:
        compiled = re.compile(pattern)
        misses = list(dict.fromkeys(_misses(_parser.parse(pattern))))[:MISSES]
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"no pattern: {error}") from error
    return all(_keeps_time(compiled, before, piece) for before, piece in misses)


def _keeps_time(compiled: re.Pattern[str], before: str, piece: str) -> bool:
    for length in LENGTHS:
        text = before + piece * (length // len(piece)) + MISS
        if _taken_s(compiled, text) > DEARER * _plain_s() and _shortest_s(compiled, text) > DEARER * _plain_afresh_s():
            return False
    return True


@functools.cache
def _plain_s() -> float:
    return _plain_afresh_s()


def _plain_afresh_s() -> float:
    return _shortest_s(re.compile(PLAIN), "a" * LENGTHS[-1] + MISS)


def _shortest_s(compiled: re.Pattern[str], text: str) -> float:
    return min(_taken_s(compiled, text) for _ in range(AGAIN))


def _taken_s(compiled: re.Pattern[str], text: str) -> float:
    before_s = time.process_time()
    compiled.findall(text)
    return time.process_time() - before_s


def _misses(tree: Any) -> Iterator[tuple[str, str]]:
    """What leads to each run without an end, with what any of these runs repeats."""
    runs = list(_runs(tree, ""))
    pieces = dict.fromkeys(piece for _, piece in runs if piece)
    for before, own in runs:
        yield from ((before, piece) for piece in (own, *pieces) if piece)


def _runs(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    for operator, argument in tree:
        name = str(operator)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, body = argument
            if most >= ENDLESS:
                yield before, _sample(body)
            yield from _runs(body, before)
        elif name == "BRANCH":
            for way in argument[1]:
                yield from _runs(way, before)
        elif name in ("SUBPATTERN", "ASSERT", "ASSERT_NOT", "ATOMIC_GROUP"):
            yield from _runs(argument if name == "ATOMIC_GROUP" else argument[-1], before)
        before += _sampled(name, argument)


def _sample(tree: Any) -> str:
    """A text that the pattern matches, as far as it is told without looking around."""
    return "".join(_sampled(str(operator), argument) for operator, argument in tree)


def _sampled(name: str, argument: Any) -> str:
    match name:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return next(char for char in _CANDIDATES if ord(char) != argument)
        case "ANY":
            return "a"
        case "IN":
            return _member(argument)
        case "BRANCH":
            return _sample(argument[1][0])
        case "SUBPATTERN":
            return _sample(argument[-1])
        case "ATOMIC_GROUP":
            return _sample(argument)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _sample(argument[2]) * min(max(1, int(argument[0])), ENDLESS)
    return ""


def _member(items: Sequence[Any]) -> str:
    """A character of the class."""
    if str(items[0][0]) == "NEGATE":
        some = _written(items[1:])
        return next((char for char in _CANDIDATES if char not in some), "a")
    return _written(items[:1])


def _written(items: Sequence[Any]) -> str:
    """A character for each item of a class."""
    found = ""
    for operator, argument in items:
        name = str(operator)
        if name == "CATEGORY":
            found += _OF_CATEGORY.get(str(argument).removeprefix("CATEGORY_"), "a")
        else:
            found += chr(argument if name == "LITERAL" else argument[0])
    return found
