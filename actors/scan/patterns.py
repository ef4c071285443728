"""Regular expressions that take exponential time: a repetition of something that is itself only a repetition."""

import functools
import importlib
import itertools
import re
from typing import Any, Final

LONGEST: Final = 2_000
"""Letters of a pattern that is looked at. *chosen*: longer ones are tables of words"""

_parser: Final[Any] = importlib.import_module("re._parser")
"""The standard library's own reader of patterns, which has no public name. *derived*"""

DEEPEST: Final = 12
"""Groups in one another that are looked into; deeper ones can't be judged. *chosen*: people write three or four"""

STEPS_PER_LETTER: Final = 3
"""Steps for each letter of a pattern that is read. *measured*"""

UNBOUNDED: Final = 16
"""Repetitions from which nesting is as bad as without limit. *derived*: two to this power is noticeable"""

REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT")
"""Names of the repeating elements of a parsed pattern. *derived* from `re`"""


@functools.lru_cache(maxsize=512)
def explodes(pattern: str | bytes) -> bool:
    """Some text takes time exponential in its length."""
    if len(pattern) > LONGEST:
        return False
    try:
        return _nested(list(_parser.parse(pattern)), 0)
    except (re.error, OverflowError, RecursionError, ValueError, TypeError):
        return False


def _nested(items: list[Any], depth: int) -> bool:
    if depth > DEEPEST:
        return True
    for sign, argument in items:
        name = str(sign)
        if name in REPEATS and _is_unbounded(argument) and _only_repeats(list(argument[2])):
            return True
        if any(_nested(inner, depth + 1) for inner in _inside(name, argument)):
            return True
    return False


def _is_unbounded(argument: Any) -> bool:
    return int(argument[1]) >= UNBOUNDED


def _inside(name: str, argument: Any) -> list[list[Any]]:
    if name in (*REPEATS, "POSSESSIVE_REPEAT"):
        return [list(argument[2])]
    if name == "SUBPATTERN":
        return [list(argument[3])]
    if name == "BRANCH":
        return [list(branch) for branch in argument[1]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [list(argument[1])]
    return []


def _only_repeats(items: list[Any]) -> bool:
    """What is repeated may be cut in more than one way: besides what may be missing, it is one repetition."""
    if len(items) == 1 and str(items[0][0]) == "SUBPATTERN":
        return _only_repeats(list(items[0][1][3]))
    if items and str(items[-1][0]) == "BRANCH" and _twice(items[:-1], [list(branch) for branch in items[-1][1][1]]):
        return True
    needed = [(str(sign), argument) for sign, argument in items if not _may_be_empty(str(sign), argument)]
    open_ended = [1 for sign, argument in items if str(sign) in REPEATS and _is_unbounded(argument)]
    if len(items) == 1 and str(items[0][0]) == "BRANCH":
        branches = [list(branch) for branch in items[0][1][1]]
        return any(_only_repeats(branch) for branch in branches) or _overlap(branches)
    return (
        bool(open_ended)
        and all(sign in REPEATS and _is_unbounded(argument) for sign, argument in needed)
        and (len(needed) <= 1)
    )


def _may_be_empty(name: str, argument: Any) -> bool:
    if name in REPEATS:
        return int(argument[0]) == 0
    return name in ("AT", "ASSERT", "ASSERT_NOT")


def _twice(before: list[Any], branches: list[list[Any]]) -> bool:
    """The same text is taken in two ways: two alternatives are alike, or one only repeats what stands before."""
    spelt = [repr(branch) for branch in branches]
    return len(set(spelt)) < len(spelt) or ("[]" in spelt and bool(before) and repr(before) in spelt)


def _overlap(branches: list[list[Any]]) -> bool:
    """One alternative is the beginning of another, or the same."""
    spelt = sorted(repr(branch)[1:-1] for branch in branches)
    return any(b.startswith(a) and a for a, b in itertools.pairwise(spelt))
