"""Names of parameters that every client takes, and the way back."""

import re

from hypothesis import given
from hypothesis import strategies as st

from messages.tools.tool import Offer
from runtime.mcp.naming import own_names, shown_names
from runtime.mcp.offers import as_tool, by_own_names, misfits

TAKEN = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


@given(st.lists(st.text(min_size=1, max_size=80), unique=True, max_size=8))
def test_every_name_has_one_of_its_own_that_clients_take_and_the_way_back_is_the_same(names: list[str]) -> None:
    shown = shown_names(names)
    assert len(set(shown.values())) == len(names)
    assert all(TAKEN.fullmatch(name) for name in shown.values())
    assert own_names({shown[name]: name for name in names}, names) == {name: name for name in names}


def test_a_name_that_can_stay_stays_and_another_is_likened_to_ascii() -> None:
    shown = shown_names(["größe", "grosse", "groe", "x" * 70, "x" * 69, "値"])
    assert shown["grosse"] == "grosse"
    assert shown["größe"] == "groe_2"
    assert (shown["x" * 70], shown["x" * 69]) == ("x" * 64, "x" * 62 + "_2")
    assert shown["値"] == "argument"


def test_a_tool_is_shown_called_and_checked_under_the_names_of_clients() -> None:
    schema = {
        "type": "object",
        "properties": {"größe": {"type": "number"}, "n": {}},
        "required": ["größe"],
        "additionalProperties": False,
    }
    offer = Offer(
        name="scale",
        description="",
        parameters=("größe", "n="),
        schema=schema,
        version=1,
        semver="1.0.0",
        status="stable",
        level="full",
    )
    shown = as_tool(offer).input_schema
    assert shown["required"] == ["groe"]
    assert shown["properties"] == {"groe": {"title": "größe", "type": "number"}, "n": {}}
    assert list(misfits(offer, {"groe": 1, "n": 2})) == []
    assert list(misfits(offer, {"größe": 1}))
    assert by_own_names(offer, {"groe": 1, "n": 2}) == {"größe": 1, "n": 2}
