"""Patience: limits stretch with the machine, never shrink, and never without end."""

import os

import pytest

from tests import pace


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_known", [])


@pytest.mark.parametrize(
    ("burst_s", "load", "wanted"),
    [(0.05, 0.0, 1.0), (0.4, 0.0, 4.0), (0.1, 6.0, 3.0), (0.4, 20.0, 10.0), (60.0, 0.0, pace.MOST)],
)
def test_a_limit_grows_by_the_slower_of_burst_and_load(
    monkeypatch: pytest.MonkeyPatch, burst_s: float, load: float, wanted: float
) -> None:
    monkeypatch.setattr(pace, "burst_s", lambda: burst_s)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert pace.patience(10.0) == pytest.approx(10.0 * wanted)


def test_a_measurement_serves_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = []
    monkeypatch.setattr(pace, "burst_s", lambda: measured.append(1) or 0.1)
    pace.pace()
    pace.pace()
    assert len(measured) == 1
    monkeypatch.setattr(pace, "KEPT_S", -1.0)
    pace.pace()
    assert len(measured) == 2


def test_the_burst_is_work_that_takes_time() -> None:
    assert 0.001 < pace.burst_s() < pace.MOST
