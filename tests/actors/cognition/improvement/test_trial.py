"""The comparison tells false twins apart, and nothing else."""

import random
from typing import Any

import pytest

from actors.cognition.improvement.canonical import canonical, same
from actors.cognition.improvement.gate import improvement
from actors.cognition.improvement.trial import judge
from benchmarks.improvement.__main__ import HERE, Program, programs

TRAPS = programs(HERE / "traps.txt")


def verdict(before: str, after: str, entry: str, inputs: list[Any]) -> dict[str, Any]:
    recorded = [repr(each) for each in inputs]
    request = {"before": before, "after": after, "entry": entry, "inputs": recorded, "seed": 3}
    found = judge({**request, "count": 300, "seconds": 3.0})
    return judge({**request, "count": 50, "seconds": 1.0, "huge": True}) if found["same"] and inputs else found


@pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
def test_a_false_twin_is_told_apart(trap: Program) -> None:
    found = verdict(trap.source, trap.twin, trap.entry, trap.inputs)
    assert not found["same"]


@pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
def test_a_program_is_the_same_as_itself(trap: Program) -> None:
    found = verdict(trap.source, trap.source, trap.entry, trap.inputs)
    assert found["same"], found["reason"]


def test_without_recorded_inputs_some_are_drawn_on_which_the_function_returns() -> None:
    one = "def f(rows, key):\n    return [row for row in rows if row['name'] == key]\n"
    other = one.replace("==", "!=")
    assert verdict(one, one, "f", [])["returned"] > 10
    assert not verdict(one, other, "f", [])["same"]


def test_the_gate_takes_the_lower_bound_of_paired_ratios() -> None:
    rng = random.Random(1)
    halved = improvement([(2.0 + rng.random(), 1.0 + rng.random() / 2) for _ in range(30)], rng)
    equal = improvement([(1.0 + rng.random(), 1.0 + rng.random()) for _ in range(30)], rng)
    assert 0.2 < halved.low < halved.median < halved.high < 0.75
    assert equal.low < 0.0 < equal.high
    with pytest.raises(ValueError, match="positive"):
        improvement([], rng)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-7, False),
        (0.0, -0.0, False),
        (1.0, 1, False),
        (float("nan"), float("nan"), True),
        (float("nan"), 1.0, False),
    ],
)
def test_floats_are_compared_within_the_tolerance_and_by_type_and_sign(one: float, other: float, equal: bool) -> None:
    assert same(canonical([one], {}), canonical([other], {})) is equal
