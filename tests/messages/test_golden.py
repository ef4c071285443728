"""Old records stay readable, and a change that breaks an old reader is seen here."""

from typing import Any

import msgspec
import pytest

from messages.base import decode, encode
from messages.catalogue import catalogue
from messages.samples import sample
from tests.messages.golden import Golden, load, shape

TYPES = catalogue()
GOLDENS = load()
OBJECT = ("properties", "required")


def breaks(golden: Golden, required: list[str], fields: dict[str, object]) -> list[str]:
    """What a reader or writer of the recorded shape would stumble over in the present one."""
    faults = [f"{name} is gone" for name in golden.fields if name not in fields]
    faults += [f"{name} is required now" for name in required if name not in golden.required]
    faults += [
        f"{name} has another type"
        for name, was in golden.fields.items()
        if name in fields and not is_grown(was, fields[name])
    ]
    return faults


def is_grown(was: Any, now: Any) -> bool:
    """Whether the schema is as it was, but for fields with defaults that its objects have got."""
    if isinstance(was, dict) and isinstance(now, dict):
        fields, more = was.get("properties", {}), now.get("properties", {})
        rest, others = ({key: value for key, value in each.items() if key not in OBJECT} for each in (was, now))
        return (
            all(name in more and is_grown(fields[name], more[name]) for name in fields)
            and set(now.get("required", ())) <= set(was.get("required", ()))
            and set(rest) == set(others)
            and all(is_grown(rest[key], others[key]) for key in rest)
        )
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(is_grown, was, now))
    return bool(was == now)


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.type)
def test_a_golden_record_decodes_for_ever(golden: Golden) -> None:
    assert golden.type in TYPES, f"{golden.type} stands on logs; its type must stay"
    decode(TYPES[golden.type], msgspec.json.encode(golden.record))


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda golden: golden.type)
def test_no_change_breaks_a_reader_of_the_recorded_shape(golden: Golden) -> None:
    assert not breaks(golden, *shape(TYPES[golden.type])), "a new meaning is a new class; new fields have defaults"


@pytest.mark.parametrize("name", TYPES)
def test_every_type_has_a_golden_record_of_all_its_fields(name: str) -> None:
    recorded = set().union(*(golden.fields for golden in GOLDENS if golden.type == name))
    assert set(shape(TYPES[name])[1]) <= recorded, "run `python -m tests.messages.golden`"


@pytest.mark.parametrize("name", TYPES)
def test_a_message_survives_the_log(name: str) -> None:
    message = sample(TYPES[name])
    assert decode(TYPES[name], encode(message)) == message


class Small(msgspec.Struct):
    a: int
    b: str = ""


class Grown(msgspec.Struct):
    a: int
    b: str = ""
    c: int = 0


class Demanding(msgspec.Struct):
    a: int
    c: int
    b: str = ""


class Shrunk(msgspec.Struct):
    b: str = ""


class Retyped(msgspec.Struct):
    a: str
    b: str = ""


def inside(kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Outer", [("parts", tuple[kind, ...])])  # type: ignore[valid-type]


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        (Small, None),
        (Grown, None),
        (Demanding, "parts has another type"),
        (Shrunk, "parts has another type"),
        (Retyped, "parts has another type"),
    ],
)
def test_the_check_sees_it_in_what_a_message_holds(now: type[msgspec.Struct], fault: str | None) -> None:
    faults = breaks(Golden("Outer", *shape(inside(Small)), None), *shape(inside(now)))
    assert faults == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("now", "fault"),
    [(Grown, None), (Demanding, "c is required now"), (Shrunk, "a is gone"), (Retyped, "a has another type")],
)
def test_the_check_sees_a_change_that_breaks(now: type[msgspec.Struct], fault: str | None) -> None:
    required, fields = shape(Small)
    faults = breaks(Golden("Small", required, fields, None), *shape(now))
    assert faults == ([fault] if fault else [])
