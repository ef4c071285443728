"""RDF: cycles until something is used up."""

import pytest

from actors.autonomy.mirror import depletion
from actors.autonomy.mirror.depletion import NEVER, Reading


def test_the_rate_comes_from_the_flows_where_they_are_measured() -> None:
    assert depletion.rate([Reading(0.5, 0.01)] * 20) == pytest.approx(0.01)


def test_else_from_the_slope_of_the_level() -> None:
    falling = [Reading(0.9 - 0.002 * place, 0.0) for place in range(60)]
    assert depletion.rate(falling) == pytest.approx(0.002)


def test_too_few_readings_give_no_rate_and_old_ones_do_not_count() -> None:
    assert depletion.rate([Reading(0.5, 0.01)] * 9) is None
    assert depletion.rate([Reading(0.5, 9.0)] * 50 + [Reading(0.5, 0.01)] * 50) == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("level", "loss", "cycles"),
    [
        (0.6, 0.005, 100.0),
        (0.6, 0.0, NEVER),
        (0.6, -0.1, NEVER),
        (0.1, 0.005, 0.0),
        (0.05, 0.0, 0.0),
        (0.6, 1e-12, NEVER),
    ],
)
def test_a_horizon_is_never_negative_and_infinite_without_depletion(level: float, loss: float, cycles: float) -> None:
    assert depletion.horizon(level, 0.1, loss) == pytest.approx(cycles)


def test_each_resource_with_a_rate_has_a_horizon() -> None:
    found = depletion.horizons({"memory": [Reading(0.6, 0.005)] * 20, "compute": [Reading(0.6, 0.1)]}, 0.1)
    assert found == pytest.approx({"memory": 100.0})
