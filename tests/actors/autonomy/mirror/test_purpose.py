"""Effort against the charter, and charters that contradict themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import purpose
from messages.autonomy.charter import contradiction_in
from tests.actors.autonomy.mirror import reference

EFFORT = st.dictionaries(st.sampled_from(sorted(purpose.BASELINE)), st.floats(0.01, 1e4), min_size=1)


@given(EFFORT)
def test_alignment_is_the_cosine_of_charter_and_effort(effort: dict[str, float]) -> None:
    assert purpose.alignment(purpose.CHARTER, effort) == pytest.approx(reference.cosine(purpose.CHARTER, effort))


def test_without_effort_nothing_is_aligned_or_misaligned() -> None:
    assert purpose.alignment(purpose.CHARTER, {}) is None
    assert purpose.misaligned(purpose.CHARTER, {}) == {}
    assert purpose.dimensional(purpose.CHARTER, {"growth": 0.0}) == {}


def test_effort_by_the_charter_is_wholly_aligned() -> None:
    assert purpose.alignment(purpose.CHARTER, purpose.CHARTER) == pytest.approx(1.0)
    assert set(purpose.dimensional(purpose.CHARTER, purpose.CHARTER).values()) == {1.0}


@pytest.mark.parametrize(("share", "named"), [(0.801, False), (0.799, True)])
def test_a_dimension_is_misaligned_below_four_fifths_of_its_due(share: float, named: bool) -> None:
    even = {"growth": 0.5, "safety": 0.5, "stability": 0.0}
    spent = {"growth": 0.5 * share, "stability": 1 - 0.5 * share}
    assert (purpose.alignment(even, spent) or 1.0) < purpose.ALIGNED
    assert ("growth" in purpose.misaligned(even, spent)) is named


@pytest.mark.parametrize(("other", "drifts"), [(0.749, False), (0.751, True)])
def test_no_dimension_is_named_while_the_whole_is_aligned(other: float, drifts: bool) -> None:
    direction, spent = {"growth": 1.0, "safety": 1e-9}, {"growth": 1.0, "safety": other}
    assert purpose.alignment(direction, spent) == pytest.approx(0.8, abs=1e-3)
    assert (purpose.alignment(direction, spent) < purpose.ALIGNED) is drifts  # type: ignore[operator]
    assert bool(purpose.misaligned(direction, spent)) is drifts


def test_a_direction_that_is_one_has_no_contradiction() -> None:
    assert contradiction_in(dict(purpose.CHARTER)) is None  # type: ignore[arg-type]
    assert contradiction_in({"growth": 0.5, "safety": 0.509}) is None


@pytest.mark.parametrize(
    ("direction", "path", "reason"),
    [
        ({"growth": 0.5, "safety": 0.52}, "$.direction", "add up to 1.02, not to 1"),
        ({}, "$.direction", "add up to 0"),
        ({"growth": 1.5, "safety": -0.5}, "$.direction.growth", "1.5 is no weight"),
        ({"growth": float("nan")}, "$.direction.growth", "nan is no weight"),
    ],
)
def test_a_direction_that_contradicts_itself_is_told_with_path_reason_and_mend(
    direction: dict, path: str, reason: str
) -> None:
    found = contradiction_in(direction)
    assert found is not None
    assert (found.path, reason in found.reason, bool(found.mend)) == (path, True, True)
