"""Planted incidents: the rows are found, and the variable that began it."""

import numpy as np
import pytest

from actors.cognition.causal.incident import incident
from actors.cognition.causal.knowledge import Stated, knowledge
from actors.cognition.causal.table import Matrix
from actors.cognition.causal.window import window
from tests.actors.cognition.causal.worlds import table

INSIDE = slice(700, 760)


def telemetry(root: str, seed: int = 0, size: float = 5.0) -> Matrix:
    """load -> queue -> latency <- disk, latency -> errors; 1,000 rows, an incident at the root."""
    rng = np.random.default_rng(seed)
    own = {name: rng.normal(size=1_000) for name in "lqdte"}
    if root:
        own[root][INSIDE] += size
    load, disk = own["l"], own["d"]
    queue = 1.2 * load + own["q"]
    latency = 0.9 * queue + 0.8 * disk + own["t"]
    return np.column_stack([load, queue, disk, latency, 1.5 * latency + own["e"]])


@pytest.mark.parametrize("root", ["l", "q", "d", "t"])
def test_the_variable_that_began_it_is_named_wherever_it_shows_most(root: str) -> None:
    for seed in range(3):
        read = table(telemetry(root, seed), "lqdte")
        found = incident(read, (700, 760), 4, knowledge(Stated(), read.columns))
        assert found.suspects[0].name == root
        assert found.suspects[0].share > 0.5
        assert found.suspects[0].shift == pytest.approx(5, abs=0.7)
        assert found.suspects[0].path[-1] == "e"


def test_contributions_sum_to_the_shift_of_the_target() -> None:
    read = table(telemetry("q"), "lqdte")
    found = incident(read, (700, 760), 4, knowledge(Stated(), read.columns))
    assert found.before is not None
    assert found.during is not None
    total = sum(each.contribution or 0.0 for each in found.suspects)
    assert total == pytest.approx(found.during - found.before)
    assert found.suspects[0].contribution == pytest.approx(total, rel=0.3)


@pytest.mark.parametrize("names", ["abc", "cba"])
def test_a_direction_that_calm_rows_leave_open_is_told_by_what_stayed_as_it_was(names: str) -> None:
    """a -> b -> c looks like c -> b -> a until one of them changes by itself."""
    for root in range(3):
        rng = np.random.default_rng(root)
        own = rng.normal(size=(3, 1_000))
        own[root][INSIDE] += 5
        first = own[0]
        second = 1.1 * first + own[1]
        columns = {"a": first, "b": second, "c": 1.1 * second + own[2]}
        read = table(np.column_stack([columns[name] for name in names]), names)
        found = incident(read, (700, 760), names.index("c"), knowledge(Stated(), read.columns))
        assert found.suspects[0].name == "abc"[root]
        assert found.suspects[0].share > 0.97


def test_a_spread_that_grows_is_an_incident_too() -> None:
    rng = np.random.default_rng(3)
    rows = telemetry("")
    rows[INSIDE, 2] *= 6
    rows[:, 3] = 0.9 * rows[:, 1] + 0.8 * rows[:, 2] + rng.normal(size=1_000)
    read = table(rows, "lqdte")
    found = incident(read, (700, 760), 3, knowledge(Stated(), read.columns))
    assert found.suspects[0].name == "d"
    assert found.suspects[0].spread > 3


def test_the_rows_of_the_last_incident_are_found() -> None:
    rows = telemetry("t")
    rows[150:240, 3] += 8
    start, stop = window(rows, 3) or (0, 0)
    assert abs(start - 700) <= 3
    assert abs(stop - 760) <= 3


@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_calm_series_have_no_incident(memory: float) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        series = rng.normal(size=(1_000, 4))
        for at in range(1, 1_000):
            series[at] += memory * series[at - 1]
        assert window(series, 0) is None
