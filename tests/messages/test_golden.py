"""Old records stay readable, and a change that breaks an old reader is seen here."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from messages.base import decode, encode
from messages.samples import sample
from tests.messages.golden import Golden, load, recorded_types, shape

TYPES = recorded_types()
GOLDENS = load()


def breaks(golden: Golden, required: list[str], fields: dict[str, object]) -> list[str]:
    """What a reader or writer of the recorded shape would stumble over in the present one."""
    faults = [f"{name} is gone" for name in golden.fields if name not in fields]
    faults += [f"{name} is required now" for name in required if name not in golden.required]
    faults += [
        f"{name} has another type"
        for name, was in golden.fields.items()
        if name in fields and not still_fits(was, fields[name])
    ]
    return faults


def still_fits(was: Any, now: Any) -> bool:
    """Whatever fitted the recorded schema fits the present one: it may have optional fields more, and wider bounds."""
    if not (isinstance(was, dict) and isinstance(now, dict)):
        if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
            return all(still_fits(*pair) for pair in zip(was, now, strict=True))
        return bool(was == now)
    if "anyOf" in now and "anyOf" not in was:
        return any(still_fits(was, each) for each in now["anyOf"])
    if "properties" in was and set(now.get("required", ())) - set(was.get("required", ())):
        return False
    if not still_named(was.get("properties", {}), now.get("properties", {})):
        return False
    return all(
        key in WIDER or (key in now and (was[key] == now[key] if key == "enum" else still_fits(was[key], now[key])))
        for key in was
        if key not in ("required", "default", "properties")
    ) and all(WIDER[key](was.get(key), now[key]) for key in now if key in WIDER)


def still_named(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Every field of the recorded shape is there, whatever its name; one may be called like a word of JSON Schema."""
    return all(name in now and still_fits(field, now[name]) for name, field in was.items())


WIDER: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("minItems", "minLength", "minimum"), lambda was, now: was is not None and now <= was),
    **dict.fromkeys(("maxItems", "maxLength", "maximum"), lambda was, now: was is not None and now >= was),
}
"""Bounds, and when the present one lets through whatever the recorded one did."""


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


@pytest.mark.parametrize(
    ("now", "fault"),
    [(Grown, None), (Demanding, "c is required now"), (Shrunk, "a is gone"), (Retyped, "a has another type")],
)
def test_the_check_sees_a_change_that_breaks(now: type[msgspec.Struct], fault: str | None) -> None:
    required, fields = shape(Small)
    faults = breaks(Golden("Small", required, fields, None), *shape(now))
    assert faults == ([fault] if fault else [])
