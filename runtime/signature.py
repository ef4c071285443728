"""What a class hears and says, read from the annotations of its handlers."""

import types
import typing
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from messages.base import Message, Query, Task, type_name
from runtime.errors import BadSignature
from runtime.lookup import FromLog


class Signature(msgspec.Struct, frozen=True):
    """The contract of one actor or worker."""

    handlers: dict[type[Message], str]
    """The method that decides on a message that is heard."""
    appliers: dict[type[Message], str]
    """The method that folds a message, heard or said, into the state."""
    answers: dict[type[Query], tuple[str, type[msgspec.Struct]]]
    """The method that answers a query, and the type of its answer."""
    says: frozenset[type[Message]]
    consigns: dict[type[Query], frozenset[type[Task]]] = {}
    """The tasks that it has done to answer a query."""

    @property
    def hears(self) -> frozenset[type[Message]]:
        """Every message type that its inbox delivers."""
        return frozenset(self.handlers) | (frozenset(self.appliers) - self.says)


UNADDRESSED: Final = ("on_due", "on_malformed", "on_record")
"""Handlers that are not called for one message type. *derived*"""


Entry = TypeVar("Entry")


def for_kind(table: Mapping[type[Message], Entry], kind: type[Message]) -> Entry | None:
    """What the table holds for the type; for a kind of task that has none of its own, what it holds for all tasks."""
    found = table.get(kind)
    return table.get(Task) if found is None and issubclass(kind, Task) else found


def read_signature(cls: type) -> Signature:
    """The signature of the class; raises BadSignature with the method's name when an annotation is missing."""
    handlers: dict[type[Message], str] = {}
    appliers: dict[type[Message], str] = {}
    answers: dict[type[Query], tuple[str, type[msgspec.Struct]]] = {}
    says: set[type[Message]] = set()
    consigns: dict[type[Query], frozenset[type[Task]]] = {}
    for name in dir(cls):
        if not name.startswith(("on_", "apply_", "answer_")):
            continue
        method = getattr(cls, name)
        where = f"{cls.__module__}.{cls.__qualname__}.{name}"
        hints = typing.get_type_hints(method)
        if name == "apply_record":
            continue
        if name in UNADDRESSED:
            says |= _said(hints, where)
            continue
        heard = _heard(hints, where)
        if name.startswith("answer_"):
            query = _checked(heard, Query, where)
            answer, tasks = _answer(hints, where)
            answers[query] = (name, answer)
            consigns |= {query: tasks} if tasks else {}
            continue
        table = handlers if name.startswith("on_") else appliers
        if heard in table:
            raise BadSignature(
                f"{where}: {type_name(heard)} is taken by {table[heard]} already; a message has one method"
            )
        table[heard] = name
        if name.startswith("on_"):
            says |= _said(hints, where)
    return Signature(handlers, appliers, answers, frozenset(says), consigns)


def _heard(hints: dict[str, Any], where: str) -> type[Message]:
    parameters = [hint for name, hint in hints.items() if name != "return"]
    if len(parameters) != 1 or not isinstance(parameters[0], type) or not issubclass(parameters[0], Message):
        raise BadSignature(f"{where} must take exactly one message with its type, such as `m: change.Proposed`")
    return parameters[0]


def _checked(heard: type[Message], wanted: type[Query], where: str) -> type[Query]:
    if not issubclass(heard, wanted):
        raise BadSignature(f"{where} must take a Query, not {type_name(heard)}")
    return heard


def _answer(hints: dict[str, Any], where: str) -> tuple[type[msgspec.Struct], frozenset[type[Task]]]:
    """What is answered, and the tasks that are had done for it."""
    hint = hints.get("return")
    parts = _parts(typing.get_args(hint)[0]) if typing.get_origin(hint) is AsyncGenerator else _parts(hint)
    tasks = frozenset(part for part in parts if isinstance(part, type) and issubclass(part, Task))
    answers = [part for part in parts if part not in tasks and part is not FromLog]
    if len(answers) != 1 or not isinstance(answers[0], type) or not issubclass(answers[0], msgspec.Struct):
        raise BadSignature(f"{where} must say which one Struct it returns")
    return answers[0], tasks


def _said(hints: dict[str, Any], where: str) -> set[type[Message]]:
    if "return" not in hints:
        raise BadSignature(f"{where} must say what it emits: `-> Emits[change.Approved | change.Vetoed]`")
    said: set[type[Message]] = set()
    for part in _parts(hints["return"]):
        if part is type(None):
            continue
        if typing.get_origin(part) not in (Iterator, AsyncIterator):
            raise BadSignature(f"{where} returns {part}, which is not Emits[...]")
        for kind in _parts(typing.get_args(part)[0]):
            if kind in (Message, typing.Never, typing.NoReturn):
                continue
            if not isinstance(kind, type) or not issubclass(kind, Message) or issubclass(kind, Task):
                raise BadSignature(f"{where} emits {kind}, which is not an event or a command")
            said.add(kind)
    return said


def _parts(hint: Any) -> tuple[Any, ...]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return (hint,)
