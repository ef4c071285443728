"""Survival: each state is reached from a trend of measured levels, and past projections are held against what came."""

from collections.abc import Callable, Iterator

import pytest

from actors.autonomy.resources.actor import Survival
from messages.autonomy.foundation import Observed, Reading, Resource
from messages.autonomy.survival import Projected
from messages.kernel.control import Mode
from tests.actors.bench import Bench

WINDOW = 100


def falling(by: float, start: float = 1.0) -> Callable[[int], float]:
    """A level that loses so much a cycle."""
    return lambda cycle: max(0.0, start - by * cycle)


def cycles(number: int, first: int = 1, **levels: Callable[[int], float]) -> Iterator[Observed]:
    before: dict[str, float] = {}
    for cycle in range(first, first + number):
        now = {name: level(cycle) for name, level in levels.items()}
        readings: dict[Resource, Reading] = {}
        for name, level in now.items():
            change = level - before.get(name, level)
            readings[name] = Reading(level=level, used=max(0.0, -change), gained=max(0.0, change))  # type: ignore[index]
        before = now
        yield Observed(cycle=cycle, resources=readings)


def told(bench: Bench, observed: Iterator[Observed]) -> list[Projected]:
    return [message for each in observed for message in bench.hears(each) if isinstance(message, Projected)]


def test_nothing_is_said_before_a_window_is_full() -> None:
    bench = Bench(Survival)
    assert told(bench, cycles(WINDOW - 1, memory=falling(0.001))) == []
    assert len(told(bench, cycles(1, first=WINDOW, memory=falling(0.001)))) == 1


@pytest.mark.parametrize(
    ("by", "state", "autonomy", "foundation"),
    [
        (0.0, "abundant", Mode.FULL, Mode.FULL),
        (0.001, "abundant", Mode.FULL, Mode.FULL),
        (0.002, "adequate", Mode.FULL, Mode.FULL),
        (0.0040, "constrained", Mode.REDUCED, Mode.FULL),
        (0.0050, "warning", Mode.ADVISORY, Mode.REDUCED),
        (0.0070, "critical", Mode.FROZEN, Mode.ADVISORY),
    ],
)
def test_a_leak_of_memory_leads_to_each_state(by: float, state: str, autonomy: Mode, foundation: Mode) -> None:
    said = told(Bench(Survival), cycles(WINDOW, memory=falling(by), compute=falling(0.0)))[-1]
    assert (said.state, said.autonomy, said.foundation) == (state, autonomy, foundation)
    assert said.bottleneck == ("memory" if by else None)
    if by:
        assert said.horizon == pytest.approx((1 - by * WINDOW - 0.1) / (by * 99 / 100), rel=1e-3)
        assert said.horizons["crisis"] == pytest.approx((said.horizon or 0) / 2, rel=1e-3)
    else:
        assert said.horizons == dict.fromkeys(("baseline", "adverse", "optimistic", "crisis"), None)


def test_it_speaks_every_five_cycles_and_when_the_state_changes() -> None:
    said = told(Bench(Survival), cycles(160, memory=falling(0.004)))
    states = {each.cycle: each.state for each in said}
    assert all(
        cycle % 5 == 0 or states[cycle] != states[before]
        for before, cycle in zip(states, list(states)[1:], strict=False)
    )
    assert any(cycle % 5 for cycle in states)
    assert set(range(100, 161, 5)) <= set(states)


def test_a_cycle_that_comes_again_changes_nothing() -> None:
    bench = Bench(Survival, history=list(cycles(WINDOW, memory=falling(0.004))))
    before = bench.state.flows["memory"].copy()
    assert bench.hears(Observed(cycle=WINDOW, resources={"memory": Reading(level=0.0, used=1.0)})) == ()
    assert bench.state.flows["memory"] == before


def test_a_resource_that_is_not_measured_keeps_what_was_known_and_counts_no_zero() -> None:
    bench = Bench(Survival, history=list(cycles(WINDOW, memory=falling(0.004))))
    for cycle in range(WINDOW + 1, WINDOW + 5):
        bench.hears(Observed(cycle=cycle, missing=("memory",)))
    said = told(bench, iter([Observed(cycle=WINDOW + 5, missing=("memory",))]))[-1]
    assert (said.state, said.levels["memory"]) == ("constrained", pytest.approx(0.6))


def test_a_steady_trend_is_foretold_with_a_small_error() -> None:
    said = told(Bench(Survival), cycles(200, memory=falling(0.003)))[-1]
    assert said.error is not None
    assert said.error < 0.20


def test_a_trend_that_turns_is_an_error_in_hindsight() -> None:
    def turning(cycle: int) -> float:
        return 1 - 0.001 * cycle if cycle < 160 else max(0.0, 0.84 - 0.02 * (cycle - 160))

    early = told(Bench(Survival), cycles(155, memory=turning))[-1]
    late = told(Bench(Survival), cycles(190, memory=turning))[-1]
    assert late.error is not None
    assert late.error > (early.error or 0.0) + 0.20


def test_an_exhaustion_after_a_long_trend_is_no_surprise_and_one_out_of_the_blue_is() -> None:
    slow = told(Bench(Survival), cycles(320, memory=falling(0.003)))[-1]
    assert (slow.exhausted, slow.surprises, slow.state) == (("memory",), 0, "critical")

    def collapsing(cycle: int) -> float:
        return 0.9 - 0.0001 * cycle if cycle < 150 else 0.02

    sudden = told(Bench(Survival), cycles(160, memory=collapsing))[-1]
    assert (sudden.exhausted, sudden.surprises) == (("memory",), 1)


def test_a_shortage_upstream_foretells_the_loss_downstream() -> None:
    compute = falling(0.006)
    said = told(Bench(Survival), cycles(200, compute=compute, observation=lambda cycle: 1.0 if cycle < 126 else 0.4))
    short = next(each for each in said if each.levels["compute"] < 0.3)
    assert short.lost["observation"] == pytest.approx(0.6 * (0.3 - short.levels["compute"]), rel=1e-3)
    assert (short.depth, said[-1].recall) == (1, 1.0)


def test_a_loss_downstream_that_comes_before_the_next_projection_was_not_foreseen() -> None:
    def sudden(cycle: int) -> float:
        return 1.0 if cycle < 121 else 0.2

    levels = {"memory": falling(0.006), "compute": sudden, "observation": lambda cycle: 1.0 if cycle < 122 else 0.4}
    said = told(Bench(Survival), cycles(140, **levels))
    assert said[-1].recall == 0.5
