"""Whether a value fits a schema; of JSON Schema it reads the words that `schema` writes, and no other."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from actors.tools.spec.schema import Schema, kind_of
from messages.base import Json

SHOWN: Final = 60
"""Characters of a wrong value that are shown. *chosen*: enough to know it by"""


class Misfit(NamedTuple):
    """Where a value does not fit, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def misfits(value: Json, schema: Schema, path: str = "$") -> Iterator[Misfit]:
    """All places at which the value does not fit, outermost first."""
    kind = kind_of(value)
    wanted = schema.get("type")
    kinds = wanted if isinstance(wanted, list | tuple) else [wanted] if wanted else []
    if kinds and kind not in kinds:
        yield Misfit(path, f"expected {' or '.join(kinds)}, got {_told(kind, value)}")
        return
    yield from _limits(value, schema, path)
    if kind == "object":
        yield from _object(value, schema, path)
    elif kind == "array" and "items" in schema:
        for place, item in enumerate(value):
            yield from misfits(item, schema["items"], f"{path}[{place}]")


def _told(kind: str, value: Json) -> str:
    return f"{kind} {str(value)[:SHOWN]!r}" if kind in ("string", "number", "boolean") else kind


def _object(value: Mapping[str, Json], schema: Schema, path: str) -> Iterator[Misfit]:
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            yield Misfit(f"{path}.{name}", "missing")
    for name, held in value.items():
        if name in properties:
            yield from misfits(held, properties[name], f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            yield Misfit(f"{path}.{name}", f"unknown; it takes {', '.join(properties) or 'nothing'}")


def _limits(value: Json, schema: Schema, path: str) -> Iterator[Misfit]:
    if "enum" in schema and not any(_alike(value, each) for each in schema["enum"]):
        yield Misfit(path, f"expected one of {', '.join(map(repr, schema['enum']))}")
    match kind_of(value):
        case "number":
            yield from _between(value, schema, "minimum", "maximum", path, "")
        case "string":
            yield from _between(len(value), schema, "minLength", "maxLength", path, " characters")
        case "array":
            yield from _between(len(value), schema, "minItems", "maxItems", path, " items")


def _between(size: float, schema: Schema, least: str, most: str, path: str, unit: str) -> Iterator[Misfit]:
    low, high = schema.get(least), schema.get(most)
    if low is not None and size < low:
        yield Misfit(path, f"{size:g}{unit}; at least {low:g} is wanted")
    if high is not None and size > high:
        yield Misfit(path, f"{size:g}{unit}; at most {high:g} is taken")


def _alike(one: Json, other: Json) -> bool:
    """The same value of the same kind: true is not 1."""
    return kind_of(one) == kind_of(other) and bool(one == other)
