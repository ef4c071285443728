"""A task, and everything that is wrong with it, before anything is published."""

import difflib
import types
import typing
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from messages.base import Task, kind_of
from messages.task import Learn, misfit_in
from runtime.cli.console.exits import Ended, Exit
from runtime.roster import Roster
from runtime.visible import in_line

BOUNDS: Final = ("length", "range", " >= ", " <= ", " > ", " < ")
"""What msgspec says of a value of the right type that is too small or too large. *cited*: its documentation"""

JSON_NAMES: Final[dict[type, str]] = {
    dict: "object",
    list: "array",
    str: "str",
    bool: "bool",
    int: "int",
    float: "float",
    type(None): "null",
}
"""What JSON calls the values of Python, in the words of msgspec's own errors. *derived*"""


class Fault(msgspec.Struct, frozen=True):
    """One field that can't stay as it is."""

    path: str
    reason: str
    mend: str


def kind_named(roster: Roster, kind: str) -> type[Task]:
    """The kind of task; ends the command when the council knows none of this name."""
    kinds = {kind_of(each): each for each in roster.kinds}
    if kind not in kinds:
        raise Ended(Exit.USAGE, f"no kind of task {kind!r}; this council knows {', '.join(sorted(kinds))}")
    return kinds[kind]


def checked(document: Any, kind: type[Task], name: str) -> dict[str, Any]:
    """The task as it may be published; ends the command with all faults of the document."""
    try:
        faults = list(faults_of(document, kind)) or list(_faults_of_whole(document, kind))
    except RecursionError as error:
        raise Ended(Exit.USAGE, f"{name} is nested too deeply; nothing was published") from error
    if faults:
        lines = "\n".join(in_line(f"  {fault.path}: {fault.reason}. {fault.mend}") for fault in faults)
        raise Ended(Exit.USAGE, f"{name} is no task of the kind {kind_of(kind)!r}; nothing was published", lines)
    task: dict[str, Any] = document
    return task


def faults_of(value: Any, kind: Any, path: str = "$") -> Iterator[Fault]:
    """Every fault that can be told apart, outermost first."""
    plain = _plain(kind)
    struct = next((each for each in _arms(plain) if isinstance(each, type) and issubclass(each, msgspec.Struct)), None)
    if struct is not None and (isinstance(value, dict) or struct is plain):
        yield from _faults_of_fields(value, struct, path)
        return
    arguments = typing.get_args(plain)
    if typing.get_origin(plain) is tuple and isinstance(value, list) and arguments[1:] == (...,):
        inner = [
            fault for place, each in enumerate(value) for fault in faults_of(each, arguments[0], f"{path}[{place}]")
        ]
        if inner:
            yield from inner
            return
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason, _, below = str(error).partition(" - at `")
        yield Fault(path + below.rstrip("`").removeprefix("$"), reason, _mend(reason, plain))


def _faults_of_fields(value: Any, struct: type[msgspec.Struct], path: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        got = JSON_NAMES.get(type(value), type(value).__name__)
        yield Fault(path, f"Expected `object`, got `{got}`", _wanted(struct))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name in value:
        if name not in fields:
            near = difflib.get_close_matches(str(name), fields, n=1)
            mend = f"Did you mean {near[0]!r}?" if near else f"Remove it; known are {', '.join(fields)}"
            yield Fault(f"{path}.{name}", "Unknown field", mend)
    for name, field in fields.items():
        if name in value:
            yield from faults_of(value[name], field.type, f"{path}.{name}")
        elif field.required:
            yield Fault(f"{path}.{name}", "Missing", f"Add it: {_words(field.type)}")


def _faults_of_whole(value: Any, kind: type[Task]) -> Iterator[Fault]:
    found = misfit_in(msgspec.convert(value, Learn)) if kind is Learn else None
    if found is not None:
        yield Fault(found.path, found.reason, f"{found.mend[:1].upper()}{found.mend[1:]}")


def _wanted(struct: type[msgspec.Struct]) -> str:
    """What to give where an object belongs: the fields that it must have, or those it may."""
    fields = msgspec.structs.fields(struct)
    required = [field.encode_name for field in fields if field.required]
    known = required or [field.encode_name for field in fields]
    return f"Give an object with {'' if required else 'any of '}{', '.join(known)}"


def _plain(kind: Any) -> Any:
    """The type without its bounds."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind


def _arms(kind: Any) -> tuple[Any, ...]:
    return typing.get_args(kind) if typing.get_origin(kind) in (typing.Union, types.UnionType) else (kind,)


def _words(kind: Any) -> str:
    """The type as JSON would name it, with its bounds."""
    schema = msgspec.json.schema(kind)
    schema = schema.get("$defs", {}).get(schema.get("$ref", "").rpartition("/")[2], schema)
    bounds = [
        f"{words} {schema[key]}"
        for key, words in (("minItems", "at least"), ("minLength", "of at least"), ("pattern", "that matches"))
        if key in schema
    ]
    return " ".join([schema.get("type", "any JSON value"), *bounds])


def _mend(reason: str, kind: Any) -> str:
    if reason.startswith("Invalid enum value"):
        literals = (arm for arm in _arms(kind) if typing.get_origin(arm) is typing.Literal)
        return f"One of {', '.join(str(choice) for arm in literals for choice in typing.get_args(arm))}"
    if "matching regex" in reason:
        return "Use only the characters that the pattern allows"
    if any(word in reason for word in BOUNDS):
        return "Bring it within these bounds"
    expected = reason.partition("`")[2].partition("`")[0]
    return f"Write it as {expected}" if expected else "See `kurultai schema`"
