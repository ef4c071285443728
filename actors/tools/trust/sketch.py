"""What is told of arguments instead of the arguments."""

from collections.abc import Iterable, Mapping
from typing import Final

from actors.tools.spec.schema import kind_of
from messages.base import Json
from messages.tools.deployment import Sketch

KEYS: Final = 32
"""An object with more keys is a mapping, of which no key is told. *chosen*: more than records have"""

KEY_CHARACTERS: Final = 64
"""A longer key is none of a record's. *chosen*"""


def sketches(arguments: Mapping[str, Json]) -> tuple[Sketch, ...]:
    """A sketch of each argument, by its parameter."""
    return tuple(_sketch(name, value) for name, value in arguments.items())


def _sketch(name: str, value: Json) -> Sketch:
    kind = kind_of(value)
    if kind == "number":
        return Sketch(parameter=name, kind=kind, sign=(value > 0) - (value < 0))
    if kind in ("null", "boolean"):
        return Sketch(parameter=name, kind=kind)
    keys = _keys([value]) if kind == "object" else _keys(value) if kind == "array" else None
    return Sketch(parameter=name, kind=kind, size=len(value), keys=keys)


def _keys(values: Iterable[Json]) -> tuple[str, ...] | None:
    """The keys common to all; None if one is no record."""
    common: set[str] | None = None
    for value in values:
        if not isinstance(value, Mapping) or len(value) > KEYS or any(len(key) > KEY_CHARACTERS for key in value):
            return None
        common = set(value) if common is None else common & set(value)
    return tuple(sorted(common)) if common is not None else None
