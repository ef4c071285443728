"""Which values may leave a child: exact built-in types, finite, not too deep."""

import math
from typing import Final, TypeAlias

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can say and say back."""

DEPTH: Final = 64
"""How deep a result may nest. *Chosen*: far below any decoder's limit."""

INTEGERS: Final = range(-(2**63), 2**64)
"""The integers every reader here keeps: those that the intake takes as arguments. *Derived* from MessagePack, which
has 64 bits, with a sign or without."""


def plain(value: object, depth: int = 0) -> Plain:
    """The value with tuples as lists; raises TypeError, ValueError or OverflowError for what JSON cannot say."""
    if depth > DEPTH:
        raise ValueError(f"the result nests deeper than {DEPTH}")
    kind = type(value)
    if kind is list or kind is tuple:
        return [plain(item, depth + 1) for item in value]  # type: ignore[attr-defined]
    if kind is dict:
        return {_key(key): plain(item, depth + 1) for key, item in value.items()}  # type: ignore[attr-defined]
    return plain_single(value)


def _key(key: object) -> str:
    if type(key) is not str:
        raise TypeError(f"the result has a key of type {type(key).__name__}, not str")
    return key


def plain_single(value: object) -> bool | int | float | str | None:
    """The value itself, which holds no others; raises as `plain` does."""
    if value is None or type(value) is bool or type(value) is str:
        return value
    if type(value) is float:
        if not math.isfinite(value):
            raise ValueError("the result is not a finite number")
        return value
    if type(value) is int:
        if value not in INTEGERS:
            raise OverflowError("the result is an integer beyond 64 bits")
        return value
    raise TypeError(f"the result has a {type(value).__name__}, which is not plain data")
