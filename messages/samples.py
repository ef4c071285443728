"""A sample value for each message type, made from its annotations: for golden records, schemas and documents."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import inspect

from messages.base import SEMANTIC

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
"""The moment that stands for any. *chosen*"""


def sample(kind: type[msgspec.Struct]) -> Any:
    """A value of the type with every field filled in; the same at each call."""
    return msgspec.convert(_plain(inspect.type_info(kind), ()), kind)


def _plain(info: inspect.Type, path: tuple[str, ...]) -> Any:
    match info:
        case inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            tagged = {tag_field: tag} if tag_field is not None else {}
            return tagged | {field.encode_name: _plain(field.type, (*path, field.name)) for field in fields}
        case inspect.StrType(pattern=pattern, min_length=shortest):
            return _text(path[-1], pattern, shortest or 0)
        case inspect.IntType(ge=low, gt=above):
            return max(low or 0, (above or 0) + 1)
        case inspect.FloatType(ge=low, le=high):
            return (low or 0.0) + ((high - (low or 0.0)) / 2 if high is not None else 1.5)
        case inspect.BoolType():
            return True
        case inspect.DateTimeType():
            return MOMENT
        case inspect.EnumType(cls=cls):
            return list(cls)[-1].value
        case inspect.LiteralType(values=values):
            return values[-1]
        case inspect.VarTupleType() | inspect.ListType():
            return [_plain(info.item_type, path) for _ in range(max(1, info.min_length or 0))]
        case inspect.TupleType(item_types=items):
            return [_plain(item, path) for item in items]
        case inspect.DictType(key_type=inspect.LiteralType(values=keys), value_type=value):
            return {key: _plain(value, path) for key in keys}
        case inspect.DictType(value_type=value):
            return {"key": _plain(value, path)}
        case inspect.UnionType(types=types):
            return _plain(next(kind for kind in types if not isinstance(kind, inspect.NoneType)), path)
        case inspect.AnyType():
            return {"any": ["value", 1, None]}
        case _:
            raise TypeError(f"no sample for {'.'.join(path)}: {info}")


def _text(field: str, pattern: str | None, shortest: int) -> str:
    if pattern == SEMANTIC:
        return "1.2.3"
    if pattern is not None and "a-f" in pattern:
        digits = re.search(r"\{(\d+)\}", pattern)
        return "0f" * (max(shortest, int(digits[1]) if digits else 2) // 2)
    return (field or "text").ljust(shortest, "x")
