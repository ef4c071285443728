"""The schema of a tool: what the examples show fits it, and what they merely did not show is not refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.tools.spec.binding import by_name
from actors.tools.spec.fit import misfits
from actors.tools.spec.interface import fingerprint_of, formals_of
from actors.tools.spec.schema import arguments_schema, seen
from messages.task import Constraints, Example, Note

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
HEADS = ("a, b, c=None", "a, b: int, c: 'str | None' = 'x'", "a: float, *rest", "a, b=object(), c=[1, 'x']", "*rest")


def schema_of(head: str, *calls: tuple[Any, ...], **notes: Note) -> dict[str, Any]:
    formals = formals_of(f"def f({head}):\n    pass\n", "f")
    return arguments_schema(formals, [Example(args=args, result=None) for args in calls], notes)


def wrong(schema: dict[str, Any], **arguments: Any) -> list[str]:
    return [str(misfit) for misfit in misfits(arguments, schema)]


@given(st.lists(PLAIN, max_size=6))
def test_every_value_fits_what_was_seen_of_all(values: list[Any]) -> None:
    schema = seen(values)
    assert [list(misfits(value, schema)) for value in values] == [[]] * len(values)


@given(st.sampled_from(HEADS), st.lists(st.tuples(PLAIN, PLAIN, PLAIN), min_size=1, max_size=5))
def test_the_arguments_of_every_example_fit(head: str, calls: list[tuple[Any, ...]]) -> None:
    schema = schema_of(head, *calls)
    written = [formal.written for formal in formals_of(f"def f({head}):\n    pass\n", "f")]
    assert [list(misfits(by_name(written, args), schema)) for args in calls] == [[]] * len(calls)


def test_the_schema_is_one_that_programs_know() -> None:
    schema = schema_of("text, times=2", ("a", 3), text=Note(description="what is repeated"))
    assert schema == {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "what is repeated"},
            "times": {"type": "number", "default": 2},
        },
        "required": ["text"],
        "additionalProperties": False,
    }


def test_a_number_is_a_number_and_what_an_array_holds_may_be_missing() -> None:
    schema = schema_of("n, items", (1, [{"a": 1, "b": "x"}]), (2, [{"a": 3, "b": None}]))
    assert wrong(schema, n=2.5, items=[]) == []
    assert wrong(schema, n=1, items=[{"a": 0.5, "c": True}]) == []


def test_what_was_only_ever_null_inside_may_be_anything() -> None:
    schema = schema_of("x", ({"a": None, "b": [None]},))
    assert wrong(schema, x={"a": "text", "b": [1]}) == []


@pytest.mark.parametrize("default", ["(1, 2)", "{1}", "b'x'", "1e999", "10**40", str(10**40), "len", "'a' * 3"])
def test_a_default_that_is_no_plain_data_is_not_told(default: str) -> None:
    assert "default" not in schema_of(f"x={default}", (1,))["properties"]["x"]


def test_what_is_of_another_kind_is_refused_with_its_place() -> None:
    schema = schema_of("n, items", (1, [{"a": 1, "b": ["x"]}]))
    assert wrong(schema, n="1", items=[]) == ["$.n: expected number, got string '1'"]
    assert wrong(schema, n=True, items=[]) == ["$.n: expected number, got boolean 'True'"]
    assert wrong(schema, n=1, items=[{"b": [{}]}]) == ["$.items[0].b[0]: expected string, got object"]
    assert wrong(schema, n=1) == ["$.items: missing"]
    assert wrong(schema, n=1, items=[], m=2) == ["$.m: unknown; it takes n, items"]


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        ("a: int", "number"),
        ("a: str", ["string", "number"]),
        ("a: 'str | None'", ["string", "number", "null"]),
        ("a: Optional[list[int]]", ["number", "array", "null"]),
        ("a: Union[dict, bool]", ["number", "boolean", "object"]),
        ("a: Any", None),
        ("a: 'no python'", None),
        ("a=None", ["number", "null"]),
        ("a='x'", ["string", "number"]),
        ("a=len", "number"),
    ],
)
def test_annotations_and_defaults_widen_what_the_examples_show(head: str, kinds: object) -> None:
    assert schema_of(head, (1,))["properties"]["a"].get("type") == kinds


def test_where_nothing_is_known_nothing_is_refused() -> None:
    assert schema_of("a, b=None", (None,))["properties"] == {"a": {}, "b": {"default": None}}
    assert schema_of("a, b=2", (1,))["properties"]["b"] == {"type": "number", "default": 2}


def test_what_the_publisher_knows_narrows_it() -> None:
    known = Constraints(enum=("a", "b"), max_length=1)
    schema = schema_of("text, n", ("a", 1), text=Note(constraints=known), n=Note(constraints=Constraints(minimum=0)))
    assert wrong(schema, text="a", n=0) == []
    assert wrong(schema, text="cc", n=-1) == [
        "$.text: expected one of 'a', 'b'",
        "$.text: 2 characters; at most 1 is taken",
        "$.n: -1; at least 0 is wanted",
    ]


def test_the_fingerprint_changes_with_code_entry_schema_and_required_tools() -> None:
    parts = ("def f(a): return a\n", "f", schema_of("a", (1,)), ("g",))
    others = ("def f(a): return 1\n", "g", schema_of("a", ("1",)), ())
    changed = {fingerprint_of(*parts[:place], other, *parts[place + 1 :]) for place, other in enumerate(others)}
    assert len(changed | {fingerprint_of(*parts)}) == 5
