"""The spectral radius on simulated dynamics whose radius is known, and what its interval says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.gate.stability import dynamics
from actors.gate.stability.autoregression import Matrix, fit, varying
from actors.gate.stability.spectrum import Interval, interval, radius, verdict
from actors.gate.stability.window import COMPONENTS, FEWEST, Row


def world(size: int, cycles: int, rho: float, seed: int) -> Matrix:
    """A simulated VAR(1) with this spectral radius."""
    rng = np.random.default_rng([size, cycles, int(rho * 1000), seed])
    raw = rng.standard_normal((size, size)) * (rng.random((size, size)) < 0.5) + np.diag(rng.standard_normal(size))
    matrix = raw / np.abs(np.linalg.eigvals(raw)).max() * rho
    state, burn = np.zeros(size), 200 if rho < 1 else 0
    rows = []
    for step in range(cycles + burn):
        state = matrix @ state + rng.standard_normal(size)
        if step >= burn:
            rows.append(state)
    return np.array(rows)


def found(rho: float, seed: int, cycles: int = 1_000, size: int = 6) -> Interval:
    return interval(fit(world(size, cycles, rho, seed)), np.random.default_rng(seed), samples=60)


@pytest.mark.parametrize("rho", [0.9, 0.95, 0.98])
def test_a_known_radius_is_found(rho: float) -> None:
    errors = [found(rho, seed).value - rho for seed in range(15)]
    assert float(np.sqrt(np.mean(np.square(errors)))) <= 0.02


@pytest.mark.parametrize("rho", [0.9, 0.98])
def test_the_interval_holds_the_radius_nearly_always(rho: float) -> None:
    intervals = [found(rho, seed, cycles=300) for seed in range(40)]
    assert sum(one.low <= rho <= one.high for one in intervals) >= 34


def test_growing_dynamics_are_hardly_ever_called_stable() -> None:
    said = [verdict(found(1.02, seed, cycles=200), 1.0) for seed in range(40)]
    assert said.count("stable") <= 3


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.90, 0.979, "stable"),
        (0.90, 0.98, "undetermined"),
        (0.979, 0.99, "undetermined"),
        (0.98, 0.99, "unstable"),
        (0.99, 1.05, "unstable"),
    ],
)
def test_the_verdict_rests_on_the_whole_interval(low: float, high: float, said: str) -> None:
    assert verdict(Interval((low + high) / 2, low, high), 0.98) == said


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_scales_and_offsets_of_the_components_change_nothing(seed: int) -> None:
    rows = world(3, 120, 0.8, seed)
    other = rows * np.array([1e-3, 1.0, 1e4]) + np.array([5.0, -3.0, 1e5])
    assert radius(fit(rows).matrix) == pytest.approx(radius(fit(other).matrix), abs=1e-6)


def test_stretches_beside_a_gap_give_what_the_whole_gives_nearly() -> None:
    rows = world(3, 400, 0.9, 1)
    whole, parts = fit(rows), fit(rows[:150], rows[160:])
    assert radius(parts.matrix) == pytest.approx(radius(whole.matrix), abs=0.05)


def test_what_is_no_number_or_too_short_is_refused() -> None:
    rows = world(3, 50, 0.9, 1)
    with pytest.raises(ValueError, match="few"):
        fit(rows[:5])
    rows[7, 1] = np.nan
    with pytest.raises(ValueError, match="finite"):
        fit(rows)


def test_constant_components_are_found() -> None:
    rows = world(3, 50, 0.9, 1)
    rows[:, 1] = 0.4
    assert varying(rows, np.full(3, 0.01)).tolist() == [True, False, True]


def test_a_walk_in_steps_below_the_resolution_is_no_dynamics() -> None:
    rng = np.random.default_rng(1)
    memory = 0.98 + np.cumsum(rng.standard_normal(200)) * 1e-4
    rows = [Row(number, (0.5, float(level), *(0.5,) * 7)) for number, level in enumerate(memory)]
    assert dynamics.estimate(rows) is None


def rows_of(rho: float, cycles: int, seed: int = 1) -> list[Row]:
    """A window of whole states with this radius."""
    values = world(len(COMPONENTS), cycles, rho, seed)
    return [Row(number + 1, tuple(map(float, row))) for number, row in enumerate(values)]


def test_below_fifty_cycles_nothing_is_said() -> None:
    assert dynamics.estimate(rows_of(0.5, FEWEST - 1)) is None
    assert dynamics.estimate(rows_of(0.5, FEWEST)) is not None


def test_a_window_in_which_nothing_varies_says_nothing() -> None:
    assert dynamics.estimate([Row(number, (0.5,) * len(COMPONENTS)) for number in range(200)]) is None


@pytest.mark.parametrize("kind", ["goal", "mutation"])
def test_a_coupling_raises_the_radius_the_more_the_stronger_it_is(kind: str) -> None:
    rows = rows_of(0.6, 200)
    radii = [
        found.found.value
        for strength in (0.0, 0.5, 1.5)
        if (found := dynamics.estimate(rows, [dynamics.Coupling(kind, strength)])) is not None
    ]
    assert radii == sorted(radii)
    assert radii[-1] > radii[0] + 0.2


def test_the_same_window_gives_the_same_estimate() -> None:
    rows = rows_of(0.8, 200)
    assert dynamics.estimate(rows, seed=7) == dynamics.estimate(rows, seed=7)


def test_the_whole_interval_moves_with_a_coupling_and_not_its_middle_alone() -> None:
    rows = rows_of(0.5, 200)
    alone, coupled = dynamics.estimate(rows), dynamics.estimate(rows, [dynamics.Coupling("goal", 0.6)])
    assert alone is not None
    assert coupled is not None
    assert coupled.found.value < 1, "the bootstrap is what is tried here"
    assert coupled.found.low > alone.found.low + 0.05
    assert coupled.found.high > alone.found.high + 0.05
