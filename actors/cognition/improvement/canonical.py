"""What a call did, in a form that two versions of a function can be compared by. Standard library only."""

import math
from collections import deque
from types import FunctionType, GeneratorType
from typing import Any, Final

RELATIVE: Final = 1e-9
"""Largest relative difference of equal floats. *cited*: specification of cognition, section 1"""
YIELDED: Final = 10_000
"""Most items that are taken from a generator. *chosen*: a generator without an end has to be left somewhere"""
DEEPEST: Final = 60
"""Deepest nesting that is looked into. *chosen*: well below the interpreter's limit of recursion"""
PLAIN: Final = (int, bool, str, bytes, type(None), complex)
"""Types whose values are equal only if they are the same. *derived*"""


def canonical(value: Any, seen: dict[int, int], depth: int = 0) -> Any:
    """The value as nested tuples that tell types, order and which mutable objects are one and the same.

    `seen` numbers mutable objects by identity, and is shared between the values of one call. The objects must live as
    long as it does.
    """
    kind = type(value)
    if kind in PLAIN:
        return (kind.__name__, value)
    if kind is float:
        return ("float", value)
    if depth > DEEPEST:
        return ("deeper",)
    if kind is tuple:
        return ("tuple", tuple(canonical(each, seen, depth + 1) for each in value))
    if id(value) in seen:
        return ("again", seen[id(value)])
    seen[id(value)] = len(seen)
    return (kind.__name__, *_content(value, seen, depth + 1))


def _content(value: Any, seen: dict[int, int], depth: int) -> tuple[Any, ...]:
    """What a mutable or unknown object holds."""
    if isinstance(value, set | frozenset):
        return (frozenset(repr(canonical(each, {}, depth)) for each in value),)
    if isinstance(value, dict):
        pairs = [(canonical(key, seen, depth), canonical(each, seen, depth)) for key, each in value.items()]
        return (tuple(pairs), getattr(value, "default_factory", None))
    if isinstance(value, list | tuple | deque):
        return (tuple(canonical(each, seen, depth) for each in value), _attributes(value, seen, depth))
    if isinstance(value, FunctionType | type):
        return (value.__qualname__,)
    return (_attributes(value, seen, depth) or _told(value),)


def _attributes(value: Any, seen: dict[int, int], depth: int) -> tuple[Any, ...]:
    """What the object's own attributes hold, in the order of their names."""
    held = getattr(value, "__dict__", None) or {}
    return tuple((name, canonical(each, seen, depth)) for name, each in sorted(held.items()))


def _told(value: Any) -> str:
    """The text of an object that says all of itself there; nothing of one whose text is its address."""
    told = repr(value)
    return "" if " at 0x" in told else told


def drained(result: Any) -> Any:
    """The result, or what a generator or another iterator gives, in a form that tells its type."""
    if not isinstance(result, GeneratorType) and not (hasattr(result, "__next__") and hasattr(result, "__iter__")):
        return result
    items: list[Any] = []
    for item in result:
        items.append(item)
        if len(items) == YIELDED:
            break
    return (type(result).__name__, items)


def same(one: Any, other: Any) -> bool:
    """Whether two canonical forms are equal, floats within the tolerance and NaN equal to NaN."""
    if type(one) is not type(other):
        return False
    if type(one) is float:
        return _near(one, other)
    if type(one) is tuple:
        return len(one) == len(other) and all(same(left, right) for left, right in zip(one, other, strict=True))
    return bool(one == other)


def _near(one: float, other: float) -> bool:
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    if one == other:
        return math.copysign(1.0, one) == math.copysign(1.0, other)
    return math.isclose(one, other, rel_tol=RELATIVE)
