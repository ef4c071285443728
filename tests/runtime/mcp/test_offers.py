"""A tool as the protocol shows it, and what is told of arguments that do not fit."""

from typing import Any

import pytest

from messages.tools.deployment import Condition
from messages.tools.tool import Offer
from runtime.mcp.offers import as_tool, misfits, nearest, schema_of, structured

EMPTY = Condition(parameter="n", test="zero", text="n is zero", workaround="add one", failures=3)
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "number", "minimum": 0}, "rest": {"type": "array"}},
    "required": ["n"],
    "additionalProperties": False,
}


def offer(**more: Any) -> Offer:
    given = {"description": "double it", "parameters": ("n", "m=", "*rest"), "schema": SCHEMA}
    stands = {"version": 1, "semver": "1.0.0", "status": "stable", "level": "full"}
    return Offer(name="double_it", **{**given, **stands, **more})


def test_a_tool_is_shown_with_the_schema_that_the_registry_has() -> None:
    shown = as_tool(offer())
    assert (shown.name, shown.title, shown.input_schema, shown.output_schema) == (
        "double_it",
        "double it",
        SCHEMA,
        None,
    )


def test_a_tool_of_which_nothing_is_known_is_shown_with_the_names_of_its_parameters() -> None:
    assert schema_of(offer(schema={})) == {
        "type": "object",
        "properties": {"n": {}, "m": {}, "rest": {"type": "array"}},
        "required": ["n"],
        "additionalProperties": False,
    }


def test_hints_are_given_only_for_what_is_known_to_be_pure() -> None:
    assert as_tool(offer()).annotations is None
    pure = as_tool(offer(pure=True)).annotations
    assert pure is not None
    assert (pure.read_only_hint, pure.idempotent_hint, pure.open_world_hint) == (True, True, False)


def test_what_replaces_a_tool_and_when_it_fails_is_told_in_its_description() -> None:
    told = as_tool(offer(note="use 'twice'", conditions=(EMPTY,))).description
    assert told == "double it\nDeprecated: use 'twice'\nKnown to fail when n is zero: add one"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"n": 1, "rest": [1, "b"]}, []),
        ({"n": True}, ["$.n: True is not of type 'number'"]),
        ({"n": -1}, ["$.n: -1 is less than the minimum of 0"]),
        ({}, ["$: 'n' is a required property"]),
        ({"n": 1, "x": 1}, ["$: Additional properties are not allowed ('x' was unexpected)"]),
    ],
)
def test_arguments_are_held_against_the_schema(arguments: dict[str, Any], told: list[str]) -> None:
    assert list(misfits(offer(), arguments)) == told


def test_a_long_argument_is_not_told_back_whole() -> None:
    (told,) = misfits(offer(), {"n": "x" * 10_000})
    assert len(told) < 400


@pytest.mark.parametrize(("value", "wrapped"), [({"a": 1}, {"a": 1}), (3, {"result": 3}), (None, {"result": None})])
def test_a_result_is_always_an_object(value: Any, wrapped: Any) -> None:
    assert structured(value) == wrapped


def test_a_name_that_nearly_fits_is_a_hint() -> None:
    assert nearest("duble", ["double", "other"]) == "; did you mean double?"
    assert nearest("zzz", ["double"]) == ""
