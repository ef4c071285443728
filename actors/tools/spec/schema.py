"""JSON Schema of what a function takes and gives: the kinds of JSON that were seen, and no more than is certain.

A number is a number, whole or not; a key that was always there may still be missing, and others may come; an array may
be empty. So arguments are not refused because the examples were few, only because they are of another kind.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from actors.tools.spec.interface import Formal
from messages.base import Json
from messages.task import Constraints, Example, Note
from messages.tools.deployment import Kind

KINDS: Final[tuple[Kind, ...]] = ("string", "number", "boolean", "array", "object", "null")
"""The order in which kinds are listed. *chosen*"""

DEEPEST: Final = 6
"""Levels of arrays and objects that are described; below, anything may stand. *chosen*"""

KEYS: Final = 50
"""An object with more keys is a mapping and no record: its keys are not described. *chosen*"""

ANNOTATED: Final[dict[str, Kind]] = {
    **dict.fromkeys(("int", "float", "complex", "Number"), "number"),
    **dict.fromkeys(("list", "tuple", "set", "List", "Tuple", "Sequence", "Iterable"), "array"),
    **dict.fromkeys(("dict", "Dict", "Mapping"), "object"),
    "str": "string",
    "bool": "boolean",
    "None": "null",
}
"""What annotations say of kinds; any other says nothing. *derived* from what plain JSON becomes in Python"""

Schema = dict[str, Json]


def kind_of(value: Json) -> Kind:
    """What JSON calls the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def seen(values: Iterable[Json], depth: int = 0) -> Schema:
    """The schema that all these values fit: the union of their kinds; what was only null, inside, may be anything."""
    listed = list(values)
    kinds = {kind_of(value) for value in listed}
    schema = _typed(kinds) if depth == 0 or kinds != {"null"} else {}
    if depth >= DEEPEST:
        return schema
    if "array" in kinds:
        items = seen((item for value in listed if kind_of(value) == "array" for item in value), depth + 1)
        schema |= {"items": items} if items else {}
    if "object" in kinds:
        schema |= _properties([value for value in listed if kind_of(value) == "object"], depth)
    return schema


def _typed(kinds: Iterable[Kind]) -> Schema:
    ordered = [kind for kind in KINDS if kind in set(kinds)]
    if not ordered:
        return {}
    return {"type": ordered[0] if len(ordered) == 1 else ordered}


def _properties(records: Sequence[Mapping[str, Json]], depth: int) -> Schema:
    keys = list(dict.fromkeys(key for record in records for key in record))
    if not 0 < len(keys) <= KEYS:
        return {}
    return {"properties": {key: seen((r[key] for r in records if key in r), depth + 1) for key in keys}}


def arguments_schema(
    formals: Sequence[Formal], examples: Sequence[Example], notes: Mapping[str, Note] | None = None
) -> Schema:
    """The schema of all arguments as one object, by the parameters' names."""
    told = notes or {}
    properties = {
        formal.name: _parameter(formal, _given(formal, place, examples), told.get(formal.name, Note()))
        for place, formal in enumerate(formals)
    }
    required = [formal.name for formal in formals if formal.default is None and not formal.rest]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def open_schema(parameters: Sequence[str]) -> Schema:
    """The schema of arguments of which nothing is known but their names, written as in a signature."""
    formals = [Formal(written.strip("*="), rest=written.startswith("*")) for written in parameters]
    required = [written for written in parameters if not written.startswith("*") and not written.endswith("=")]
    return arguments_schema(formals, ()) | {"required": required}


def _given(formal: Formal, place: int, examples: Sequence[Example]) -> list[Json]:
    """What the examples give the parameter."""
    if formal.rest:
        return [list(example.args[place:]) for example in examples if len(example.args) > place]
    return [example.args[place] for example in examples if len(example.args) > place]


def _parameter(formal: Formal, values: list[Json], note: Note) -> Schema:
    known, default = literal(formal.default)
    schema = _kinds_of(formal, values, known, default)
    schema |= {"default": default} if known else {}
    schema |= {"description": note.description} if note.description else {}
    return schema | limits(note.constraints)


def _kinds_of(formal: Formal, values: list[Json], known: bool, default: Json) -> Schema:
    """The union of what the examples, the annotation and the default say; open where that is nothing, or only null."""
    annotated = _annotated(formal.annotation)
    schema = seen(values)
    if formal.rest:
        return {"type": "array"} | ({"items": schema["items"]} if "items" in schema else {})
    kinds = {*map(kind_of, values), *(annotated or ()), *([kind_of(default)] if known else [])}
    if kinds <= {"null"} or (annotated is None and formal.annotation is not None):
        return {}
    return schema | _typed(kinds)


def limits(constraints: Constraints) -> Schema:
    """What the publisher knows, as JSON Schema."""
    found: Schema = {key: value for key, value in msgspec.to_builtins(constraints).items() if value is not None}
    return found


def literal(default: ast.expr | None) -> tuple[bool, Json]:
    """Whether the default is plain data that stands in the source, and which; a tuple would come back as a list."""
    if default is None:
        return False, None
    try:
        value = ast.literal_eval(default)
        msgspec.msgpack.encode(value)
        plain = msgspec.json.decode(msgspec.json.encode(value))
    except (ValueError, TypeError, MemoryError, RecursionError, OverflowError, msgspec.MsgspecError):
        return False, None
    return (True, plain) if plain == value else (False, None)


def _annotated(annotation: ast.expr | None) -> frozenset[Kind] | None:
    """The kinds that the annotation names; None if it says nothing of kinds, or nothing certain."""
    match annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in ANNOTATED:
            return frozenset((ANNOTATED[name],))
        case ast.Constant(value=None):
            return frozenset(("null",))
        case ast.Constant(value=str(text)):
            return _annotated(_parsed(text))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _union(left, right)
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional"), slice=inner):
            return _union(inner, ast.Constant(None))
        case ast.Subscript(value=ast.Name(id="Union") | ast.Attribute(attr="Union"), slice=ast.Tuple(elts=parts)):
            return _union(*parts)
        case ast.Subscript(value=outer):
            return _annotated(outer)
        case _:
            return None


def _union(*parts: ast.expr) -> frozenset[Kind] | None:
    found = [_annotated(part) for part in parts]
    return None if None in found else frozenset(kind for kinds in found if kinds is not None for kind in kinds)


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
