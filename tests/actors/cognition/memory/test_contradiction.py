"""When two statements can't both be so, and when they can."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.cognition.memory.claims import claims
from actors.cognition.memory.contradiction import contradiction
from actors.cognition.memory.quantities import Quantity, quantities

PAIRS: dict[str, list[Any]] = json.loads(Path(__file__).with_name("pairs.json").read_text())


def against(one: str, other: str) -> str:
    """Why the two can't both be so; empty if they can."""
    reasons = (contradiction(here, there) for here in claims(one) for there in claims(other))
    return next(filter(None, reasons), "")


@pytest.mark.parametrize(("one", "other"), PAIRS["contradict"])
def test_what_can_not_both_be_so_is_found_whichever_comes_first(one: str, other: str) -> None:
    assert against(one, other)
    assert against(other, one)


@pytest.mark.parametrize(("one", "other"), PAIRS["agree"])
def test_what_can_both_be_so_raises_no_alarm(one: str, other: str) -> None:
    assert not against(one, other)
    assert not against(other, one)


@pytest.mark.parametrize("text", sorted({text for pairs in PAIRS.values() for pair in pairs for text in pair}))
def test_no_statement_contradicts_itself(text: str) -> None:
    assert not against(text, text)


@pytest.mark.parametrize("text", ["Is the door open?", "If it is open, it is cold.", "Maybe the door is open.", ""])
def test_questions_and_suppositions_claim_nothing(text: str) -> None:
    assert claims(text) == ()


@given(st.text(max_size=200))
def test_any_text_can_be_taken_apart(text: str) -> None:
    assert not against(text, text)


@given(number=st.integers(1, 500), other=st.integers(1, 500))
def test_two_amounts_of_one_thing_contradict_each_other_when_they_differ_in_whatever_unit(
    number: int, other: int
) -> None:
    one, two = f"The rope is {number} m long", f"The length of the rope is {other * 100} cm"
    apart = abs(number - other) > 0.0101 * max(number, other)
    close = abs(number - other) < 0.0099 * max(number, other)
    assert close or bool(against(one, two)) is apart


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.5 km", [("length", 1500)]),
        ("2 h and 30 min", [("time", 7200), ("time", 1800)]),
        ("$1.5k", [("usd", 1500)]),
        ("1,200,000", [("count", 1_200_000)]),
        ("20 °c", [("temperature", 20)]),
        ("68 f", [("temperature", 20)]),
        ("at 9:30 pm", [("clock", 1290)]),
        ("12 am", [("clock", 0)]),
        ("45 %", [("share", 0.45)]),
        ("3 million users", [("count", 3_000_000)]),
        ("no number", []),
    ],
)
def test_numbers_are_read_with_their_units(text: str, found: list[tuple[str, float]]) -> None:
    assert [(each.quantity.dimension, pytest.approx(each.quantity.low)) for each in quantities(text)] == found


def test_bounds_are_intervals() -> None:
    bounds = {text: quantities(text)[0].quantity for text in ("at least 5", "under 5", "about 5", "5")}
    assert bounds["at least 5"] == Quantity("count", 5, float("inf"))
    assert bounds["under 5"] == Quantity("count", float("-inf"), 5)
    assert bounds["about 5"] == Quantity("count", 4.5, 5.5)
    assert bounds["5"].agrees(bounds["about 5"])
    assert not bounds["5"].agrees(Quantity("count", 5.2, 5.2))
