"""How to mend a task that can't be read: what would have been allowed in the place where it went wrong."""

import re
from typing import Any, Final

from msgspec import inspect

from messages.base import Task, kind_of

PART: Final = re.compile(r"\.([A-Za-z0-9_]+)|\[[^\]]*\]")
"""One step of a JSON path as msgspec writes it. *cited*: msgspec's documentation on validation errors"""

WHOLE: Final = {"$": "the whole message"}
"""Paths that a person would not understand. *derived*"""

KNOWN: Final = "; known here:"
"""What stands before the list of kinds in a refusal. *derived* from runtime.envelope.read"""


def mend(kind: str, path: str, known: str) -> str:
    """What to write instead, as far as it can be told from the kind and the place; `known` are the kinds there are."""
    task = next((found for found in _all(Task) if kind_of(found) == kind), None)
    if task is None:
        return f"publish on one of these subjects: {known}"
    struct, where = _around(inspect.type_info(task), path)
    return f"fields of {WHOLE.get(where, where)}: {', '.join(_written(field) for field in struct.fields)}"


def _all(kind: type[Task]) -> list[type[Task]]:
    return [found for child in kind.__subclasses__() for found in (child, *_all(child))]


def _written(field: inspect.Field) -> str:
    return field.encode_name if field.required else f"{field.encode_name} (optional)"


def _around(place: Any, path: str) -> tuple[Any, str]:
    """The innermost struct at the path or around it, and where it stands."""
    struct, where = place, "$"
    for part in PART.finditer(path):
        place = _inside(place, part.group(1))
        if isinstance(place, inspect.StructType):
            struct, where = place, path[: part.end()]
    return struct, where


def _inside(place: Any, field: str | None) -> Any:
    """The type one step further; of alternatives the one that has an inside."""
    if field is not None and isinstance(place, inspect.StructType):
        place = next((known.type for known in place.fields if known.encode_name == field), None)
    elif field is None and isinstance(place, inspect.VarTupleType | inspect.ListType):
        place = place.item_type
    else:
        return None
    if isinstance(place, inspect.UnionType):
        return next((kind for kind in place.types if isinstance(kind, inspect.StructType)), None)
    return place.type if isinstance(place, inspect.Metadata) else place


def known_kinds(council: str, reason: str) -> str:
    """The subjects on which tasks are taken, as the runtime's refusal of an unknown kind lists them."""
    listed = reason.partition(KNOWN)[2]
    return ", ".join(f"{council}.task.{kind}" for kind in re.findall(r"task\.([A-Za-z0-9_-]+)", listed)) or "none"


def told(error: str) -> str:
    """The reason without the listing, which belongs to the mending."""
    return error.partition(KNOWN)[0]
