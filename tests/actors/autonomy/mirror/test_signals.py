"""A signal is said when it appears or changes materially, and not in every cycle."""

import pytest

from actors.autonomy.mirror import signals
from actors.autonomy.mirror.signals import QUIET, Signal, Told


@pytest.mark.parametrize(
    ("kind", "probability", "gain", "is_one"),
    [
        ("opportunistic", 0.31, 0.06, True),
        ("opportunistic", 0.30, 0.06, False),
        ("opportunistic", 0.29, 0.06, False),
        ("opportunistic", 0.31, 0.05, False),
        ("opportunistic", 0.31, 0.04, False),
        ("threat", 0.9, 0.06, False),
        ("neutral", 0.9, 0.06, False),
    ],
)
def test_an_opportunity_at_its_bounds(kind: str, probability: float, gain: float, is_one: bool) -> None:
    assert signals.is_opportunity(kind, probability, gain) is is_one


@pytest.mark.parametrize(("gain", "said"), [(0.5, []), (0.64, []), (0.66, ["a"]), (0.36, []), (0.34, ["a"])])
def test_a_known_signal_is_said_again_when_it_has_changed_materially(gain: float, said: list[str]) -> None:
    assert signals.fresh({"a": Signal(1.0, gain, "")}, {"a": Told(1.0, 0.5, 10)}) == said


def test_a_new_signal_is_said() -> None:
    assert signals.fresh({"a": Signal(1.0, 0.5, "")}, {}) == ["a"]


def test_a_signal_that_was_away_for_long_appears_anew() -> None:
    told = {"a": Told(1.0, 0.5, 10), "b": Told(1.0, 0.5, 10)}
    kept = signals.remembered(told, {"b": Signal(1.0, 0.6, "")}, 10 + QUIET - 1)
    assert kept == {"a": Told(1.0, 0.5, 10), "b": Told(1.0, 0.5, 10 + QUIET - 1)}
    assert list(signals.remembered(told, {}, 10 + QUIET)) == []
