"""The fourteen criteria at their bounds, and the score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.autonomy.mirror import qualification
from actors.autonomy.mirror.qualification import CRITERIA, REPORTED
from tests.actors.autonomy.mirror import reference

EVERYTHING = {**CRITERIA, **REPORTED}
GOOD: dict[str, float | None] = {name: one.best for name, one in EVERYTHING.items()}
JUST = {
    "accuracy": (0.70, 0.699),
    "calibration": (0.149, 0.15),
    "coverage": (0.85, 0.849),
    "foretold": (20, 19.9),
    "mce": (0.099, 0.10),
    "unknown_recall": (0.90, 0.899),
    "corrected_in": (20, 21),
    "gap_prediction": (0.75, 0.749),
    "completion": (0.60, 0.599),
    "robustness": (0.70, 0.699),
    "lyapunov": (0.95, 0.949),
    "rho": (0.999, 1.0),
    "cluster": (15, 16),
    "reverts": (0.099, 0.10),
    "eu": (0.149, 0.15),
    "res": (0.399, 0.40),
    "rdf": (100.1, 100.0),
}
"""From the specification: a figure that is just enough, and one that just is not."""


def test_there_are_fourteen_criteria() -> None:
    assert len(CRITERIA) == 14
    assert set(JUST) == set(EVERYTHING)


@pytest.mark.parametrize("name", JUST)
def test_a_criterion_holds_at_its_bound_and_not_beyond(name: str) -> None:
    enough, short = JUST[name]
    assert qualification.holds(EVERYTHING[name], enough, full=True)
    assert not qualification.holds(EVERYTHING[name], short, full=True)


@pytest.mark.parametrize("name", CRITERIA)
def test_any_criterion_that_does_not_hold_disqualifies(name: str) -> None:
    assert qualification.qualified(GOOD, full=True)
    assert not qualification.qualified({**GOOD, name: JUST[name][1]}, full=True)


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_is_not_known_holds_only_where_it_waits_for_an_event_in_a_full_window(name: str) -> None:
    eventful = name in ("foretold", "corrected_in", "gap_prediction", "cluster", "reverts")
    assert qualification.holds(EVERYTHING[name], None, full=True) is eventful
    assert not qualification.holds(EVERYTHING[name], None, full=False)
    assert (qualification.score({**GOOD, name: None}) is not None) is eventful


def test_all_at_their_targets_make_the_target_of_the_score() -> None:
    assert qualification.score({name: one.target for name, one in EVERYTHING.items()}) == pytest.approx(0.80)
    assert qualification.score(GOOD) == pytest.approx(1.0)
    assert qualification.score({name: one.worst for name, one in EVERYTHING.items()}) == pytest.approx(0.0)


def test_the_score_weighs_its_parts_as_the_specification_says() -> None:
    for part in qualification.PARTS:
        figures = {name: one.worst if one.part == part else one.best for name, one in EVERYTHING.items()}
        wanted = reference.sms({other: float(other != part) for other in qualification.PARTS})
        assert qualification.score(figures) == pytest.approx(wanted)


@given(st.sampled_from(sorted(EVERYTHING)), st.floats(0, 1), st.floats(0, 1))
def test_a_better_figure_is_never_worth_less(name: str, one: float, other: float) -> None:
    criterion = EVERYTHING[name]
    low, high = sorted((one, other))
    span = criterion.best - criterion.worst
    worths = [qualification.worth(criterion, criterion.worst + part * span) for part in (low, high)]
    assert worths[0] <= worths[1] + 1e-12


@pytest.mark.parametrize(
    ("row", "longest"),
    [("", 0), ("0000", 0), ("0110", 2), ("1001", 4), ("10001", 1), ("1010011", 7), ("11000111", 3), ("1" * 16, 16)],
)
def test_short_gaps_do_not_part_a_cluster(row: str, longest: int) -> None:
    assert qualification.longest_run(row) == longest
