"""Tables of the ladder, each figure at its boundary, just below and just above."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.gate.ladder import bars, limits
from actors.gate.ladder.criteria import WINDOWS, Figures, continued, lacking, met, steady, unstable
from actors.gate.ladder.stages import LADDER, PROVEN, fallen, next_up, under
from actors.gate.modes import RANK, above, least
from messages.autonomy import stability
from messages.gate.change import Condition
from messages.kernel.control import Level, Mode

GOOD = Figures(qualified=True, score=0.9, pathologies=False, calibration=0.01, uncertainty=0.1)
HELD = Condition(name="drift", value=0.1, bound=0.25, verdict="holds")
VIOLATED = Condition(name="drift", value=0.3, bound=0.25, verdict="violated")
LONG: dict[str, int] = {
    "checking": 100,
    "shadow": 500,
    "advisory": 200,
    "half": 200,
    "isolated": 100,
    "recovering": 200,
    "halved": 200,
}
UP = {
    "checking": "shadow",
    "shadow": "advisory",
    "advisory": "half",
    "half": "full",
    "isolated": "recovering",
    "recovering": "halved",
    "halved": "full",
}


@pytest.mark.parametrize(
    ("criterion", "figures", "wanted"),
    [
        ("qualified", Figures(qualified=False), False),
        ("qualified", Figures(qualified=True), True),
        ("score", Figures(score=0.8499), False),
        ("score", Figures(score=0.85), True),
        ("score", Figures(score=0.8501), True),
        ("score", Figures(score=None), False),
        ("calibration", Figures(calibration=0.0799), True),
        ("calibration", Figures(calibration=0.08), False),
        ("calibration", Figures(calibration=0.0801), False),
        ("calibration", Figures(calibration=None), False),
        ("uncertainty", Figures(uncertainty=0.1999), True),
        ("uncertainty", Figures(uncertainty=0.20), False),
        ("uncertainty", Figures(uncertainty=0.2001), False),
        ("uncertainty", Figures(uncertainty=None), False),
        ("pathologies", Figures(pathologies=False), True),
        ("pathologies", Figures(pathologies=True), False),
        ("pathologies", Figures(pathologies=None), False),
    ],
)
def test_a_criterion_is_met_exactly_within_its_bound(criterion: str, figures: Figures, wanted: bool) -> None:
    assert met(figures)[criterion] is wanted  # type: ignore[index]


@pytest.mark.parametrize(("criterion", "window"), [("pathologies", 500), ("uncertainty", 500), ("stability", 1_000)])
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_criterion_with_a_window_must_have_held_for_all_of_it(criterion: str, window: int, off: int) -> None:
    streaks = dict.fromkeys(WINDOWS, 0) | {criterion: 5_000}
    assert lacking(streaks, 5_000 + window + off) == ((criterion,) if off < 0 else ())  # type: ignore[arg-type]


def test_a_criterion_that_fails_once_begins_anew() -> None:
    since = continued({}, met(GOOD), 10)
    since = continued(since, met(GOOD), 15)
    assert set(since.values()) == {10}
    broken = continued(since, met(Figures(qualified=True, score=0.9, calibration=0.5, uncertainty=0.1)), 20)
    assert "calibration" not in broken
    assert continued(broken, met(GOOD), 25)["calibration"] == 25


@pytest.mark.parametrize(
    ("report", "shaky", "sound"),
    [
        (stability.Reported(cycle=5, verdict="stable", score=0.6, band="healthy", conditions=(HELD,)), False, True),
        (stability.Reported(cycle=5, verdict="undetermined", score=0.6, band="healthy"), False, True),
        (stability.Reported(cycle=5, verdict="unstable", score=0.6, band="healthy"), True, False),
        (stability.Reported(cycle=5, verdict="stable", score=0.6, band="healthy", conditions=(VIOLATED,)), True, False),
        (stability.Reported(cycle=5, verdict="stable", score=0.01, band="critical"), True, False),
        (stability.Reported(cycle=5, verdict="stable", score=0.1, band="marginal"), False, True),
        (stability.Reported(cycle=5, verdict="not enough data"), False, False),
    ],
)
def test_what_is_unstable_and_what_is_steady(report: stability.Reported, shaky: bool, sound: bool) -> None:
    assert (unstable(report), steady(report)) == (shaky, sound)


@pytest.mark.parametrize("stage", LONG)
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_stage_lasts_as_many_cycles_as_the_specification_says(stage: str, off: int) -> None:
    cycles = LADDER[stage].cycles  # type: ignore[index]
    assert cycles == LONG[stage]
    reached = next_up(
        stage,  # type: ignore[arg-type]
        cycles,
        since=7,
        cycle=7 + cycles + off,
        proven=True,
        steady=True,
        ceiling=Mode.FULL,
    )
    assert reached == (stage if off < 0 else UP[stage])


@pytest.mark.parametrize("ceiling", [Mode.SHADOW, Mode.ADVISORY, Mode.HALF, Mode.REDUCED, Mode.FULL])
@pytest.mark.parametrize("stage", LONG)
def test_no_stage_is_climbed_to_above_the_ceiling(stage: str, ceiling: Mode) -> None:
    reached = next_up(
        stage,  # type: ignore[arg-type]
        1,
        since=0,
        cycle=9_999,
        proven=True,
        steady=True,
        ceiling=ceiling,
    )
    if reached != stage:
        assert not above(least(LADDER[reached].mode, Mode.REDUCED), ceiling) or reached == "recovering"
    assert not above(least(LADDER[under(reached, ceiling)].mode, ceiling), ceiling)


@pytest.mark.parametrize("stage", ["shadow", "advisory", "half", "recovering", "halved"])
def test_without_figures_of_stability_no_stage_that_needs_them_is_left(stage: str) -> None:
    reached = next_up(
        stage,  # type: ignore[arg-type]
        1,
        since=0,
        cycle=9_999,
        proven=True,
        steady=False,
        ceiling=Mode.FULL,
    )
    assert reached == stage


def test_who_never_had_half_authority_comes_back_to_the_check() -> None:
    assert next_up("isolated", 1, since=0, cycle=9, proven=False, steady=True, ceiling=Mode.FULL) == "checking"
    assert {"half", "full", "recovering", "halved"} == PROVEN


@pytest.mark.parametrize(
    ("stage", "trouble", "wanted"),
    [
        ("shadow", "regression", "checking"),
        ("shadow", "instability", "checking"),
        ("advisory", "instability", "checking"),
        ("advisory", "regression", "advisory"),
        ("half", "instability", "advisory"),
        ("full", "instability", "advisory"),
        ("recovering", "instability", "isolated"),
        ("halved", "instability", "isolated"),
        *((stage, "rollback", "isolated") for stage in LADDER),
    ],
)
def test_each_trouble_leads_where_the_specification_says(stage: str, trouble: str, wanted: str) -> None:
    assert fallen(stage, trouble) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "autonomy", "foundation"),
    [
        ("abundant", Mode.FULL, Mode.FULL),
        ("adequate", Mode.FULL, Mode.FULL),
        ("constrained", Mode.REDUCED, Mode.FULL),
        ("warning", Mode.ADVISORY, Mode.REDUCED),
        ("critical", Mode.FROZEN, Mode.ADVISORY),
        (None, Mode.SHADOW, Mode.FULL),
    ],
)
def test_modes_by_state_of_the_resources(state: str | None, autonomy: Mode, foundation: Mode) -> None:
    assert limits.by_state(state, Level.AUTONOMY).mode is autonomy  # type: ignore[arg-type]
    assert limits.by_state(state, Level.FOUNDATION).mode is foundation  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("band", "mode"),
    [
        ("healthy", Mode.FULL),
        ("adequate", Mode.FULL),
        ("marginal", Mode.ADVISORY),
        ("critical", Mode.FROZEN),
        (None, Mode.ADVISORY),
    ],
)
def test_modes_by_band_of_the_score(band: str | None, mode: Mode) -> None:
    assert limits.by_band(band).mode is mode  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "mode"), [(0, Mode.FULL), (1, Mode.REDUCED), (2, Mode.ADVISORY), (3, Mode.FROZEN), (5, Mode.FROZEN)]
)
def test_modes_of_the_foundation_by_violated_invariants(count: int, mode: Mode) -> None:
    assert limits.by_violated(tuple("abcde"[:count])).mode is mode


@pytest.mark.parametrize(
    ("cycles", "barred"),
    [
        ((1, 2, 3), False),
        ((1, 2, 3, 4), True),
        ((1, 500, 999, 1_000), True),
        ((1, 500, 999, 1_001), False),
        ((1, 500, 999, 1_001, 1_002), True),
    ],
)
def test_the_fourth_veto_for_the_same_condition_in_a_thousand_cycles_bars(
    cycles: tuple[int, ...], barred: bool
) -> None:
    counts: bars.Counts = {}
    for cycle in cycles:
        counts = bars.counted(counts, bars.key("goal.begin", "radius"), cycle)
    assert bars.is_barred(counts, bars.key("goal.begin", "radius"), cycles[-1]) is barred
    assert not bars.is_barred(counts, bars.key("goal.begin", "drift"), cycles[-1])
    assert bars.cleared(counts, "goal.begin") == {}


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3_000)), max_size=60))
def test_what_is_counted_stays_small(vetoes: list[tuple[str, int]]) -> None:
    counts: bars.Counts = {}
    for pattern, cycle in sorted(vetoes, key=lambda veto: veto[1]):
        counts = bars.counted(counts, bars.key(pattern, "radius"), cycle)
    assert all(0 < len(cycles) <= bars.MOST + 1 for cycles in counts.values())


def test_modes_are_in_one_order_and_the_least_is_within_all() -> None:
    assert sorted(Mode, key=RANK.__getitem__) == ["frozen", "shadow", "advisory", "half", "reduced", "full"]
    for one, other in itertools.product(Mode, Mode):
        assert not above(least(one, other), one)
        assert not above(least(one, other), other)
