"""Kinds, sizes and keys of the values that programs pass around."""

import datetime
import marshal
import math
from typing import Any, Final, TypeAlias

Values: TypeAlias = tuple[Any, ...]
"""What one program gives for each example, in their order."""

TEXT_CHARACTERS: Final = 4_000
"""Longest text kept. *chosen*: far above any example that a person writes."""

LIST_ITEMS: Final = 1_000
"""Longest list kept. *chosen*."""

INTEGER_BITS: Final = 64
"""Widest integer kept. *chosen*: beyond it arithmetic on nonsense gets slow."""

LARGEST_INTEGER: Final = 1 << INTEGER_BITS
"""No integer kept is as large. *derived*"""

FLAT: Final = 2
"""Version of the marshal format that writes equal values equally. *derived*: later ones write references."""

KEY_CHARACTERS: Final = 40_000
"""Longest written form of a vector kept. *chosen*: bounds nested lists, which the other caps miss."""

UNKNOWN: Final = "?"
"""Kind of what an empty list would hold."""

MIXED: Final = "any"
"""Kind of values that have none in common."""

_SCALARS: Final[dict[type, str]] = {
    str: "text",
    int: "int",
    float: "float",
    bool: "bool",
    datetime.datetime: "date",
    type(None): "none",
}


def kind_of(value: Any) -> str:
    """The kind of one value; `none` for None and `odd` for what a program may not give."""
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        return scalar
    if type(value) is list:
        types = set(map(type, value))
        if len(types) == 1 and (scalar := _SCALARS.get(types.pop())) is not None:
            return "list:" + scalar
        return "list:" + common([kind_of(item) for item in value])
    return "record" if type(value) is dict else "odd"


def kind_of_all(values: Values) -> str:
    """The kind that holds all of these values."""
    types = set(map(type, values))
    scalar = _SCALARS.get(types.pop()) if len(types) == 1 else None
    return scalar if scalar is not None else common([kind_of(value) for value in values])


def measured(values: Values) -> str | None:
    """The kind that holds all of these values; None if one of them is too large or of a sort that is not kept."""
    types = set(map(type, values))
    if len(types) == 1:
        only = types.pop()
        if only is str:
            return "text" if max(map(len, values)) <= TEXT_CHARACTERS else None
        if only is int:
            return "int" if min(values) > -LARGEST_INTEGER and max(values) < LARGEST_INTEGER else None
        if only is bool:
            return "bool"
    return kind_of_all(values) if all(map(fits, values)) else None


def common(kinds: list[str]) -> str:
    """The kind that holds all of these."""
    found = UNKNOWN
    for kind in kinds:
        found = _merge(found, kind)
    return found


def _merge(left: str, right: str) -> str:
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    if left.startswith("list:") and right.startswith("list:"):
        return "list:" + _merge(left[5:], right[5:])
    return "float" if {left, right} == {"int", "float"} else MIXED


def fits(value: Any) -> bool:
    """The value is of a size and sort that the search keeps."""
    if type(value) is str:
        return len(value) <= TEXT_CHARACTERS
    if type(value) is int:
        return value.bit_length() <= INTEGER_BITS
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is list:
        return len(value) <= LIST_ITEMS and all(map(fits, value))
    if type(value) is dict:
        return len(value) <= LIST_ITEMS and all(type(key) in (str, int) and fits(item) for key, item in value.items())
    return type(value) is bool or type(value) is datetime.datetime


def key_of(kind: str, values: Values) -> tuple[str, Any]:
    """Equal for two vectors exactly if no later step could tell them apart."""
    if kind.startswith("list") or kind in ("record", MIXED, "none"):
        try:
            return kind, marshal.dumps(values, FLAT)
        except ValueError:
            return kind, repr(values)
    return kind, values


def same(got: Any, wanted: Any) -> bool:
    """The two are one JSON value: a number may be whole either way, a truth value is never a number."""
    if isinstance(got, bool) or isinstance(wanted, bool):
        return got is wanted
    if isinstance(got, (int, float)) and isinstance(wanted, (int, float)):
        return got == wanted
    if type(got) is not type(wanted):
        return False
    if isinstance(got, list):
        return len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(got, dict):
        return got.keys() == wanted.keys() and all(same(got[key], wanted[key]) for key in wanted)
    return bool(got == wanted)


def plain(value: Any) -> Any:
    """The value in JSON types, tuples as lists; ValueError for what JSON has no form for."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    if value is None or type(value) in (str, int, bool) or (type(value) is float and math.isfinite(value)):
        return value
    raise ValueError(f"not a JSON value: {value!r}")
