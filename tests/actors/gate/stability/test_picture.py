"""The stability checker over a whole window: its report, and what decisions of autonomy and of the foundation meet."""

import random

import msgspec
import pytest

from actors.autonomy.values.simplex import BASELINE, moved
from actors.dossiers import sealed
from actors.gate.stability.actor import Stability
from messages import soul
from messages.autonomy import foundation, goal, mirror, stability, survival, value
from messages.base import Message, Obeyed
from messages.gate import change, evidence
from messages.gate.change import Dossier
from messages.tools import tool
from tests.actors.bench import Bench, only

SOUL = "# S\n\n## Identity\n\nme\n\n## Core Truths\n\nbe true\n\n## Boundaries\n\nnone\n"
SPEC = {
    "name": "double", "description": "d", "domain": "general", "source": "def f(x): return x", "entry": "f",
    "parameters": ("x",), "origin": "candidate", "mastery": 1.0, "digest": "d", "example": None,
}  # fmt: skip


def observed(cycle: int, dice: random.Random) -> foundation.Observed:
    def reading(level: float) -> foundation.Reading:
        return foundation.Reading(level=min(1.0, max(0.0, level + dice.gauss(0, 0.02))))

    return foundation.Observed(
        cycle=cycle,
        arrivals=dice.randrange(8),
        ended=5,
        failed=dice.randrange(2),
        latency_s=dice.uniform(1, 3),
        resources={
            "compute": reading(0.7),
            "memory": reading(0.6),
            "observation": reading(0.9),
            "mutation": reading(0.8),
            "stability": reading(0.95),
        },
        effort={"growth": 4.0, "safety": 2.0},
    )


def window(cycles: int = 200, seed: int = 1) -> list[Message]:
    dice = random.Random(seed)
    return [observed(number + 1, dice) for number in range(cycles)]


def projected(horizon: float | None = None, depth: int = 0) -> survival.Projected:
    return survival.Projected(cycle=200, state="abundant", horizon=horizon, depth=depth)


def reflected() -> mirror.Reflected:
    return mirror.Reflected(cycle=200, figures={}, alignment=0.95, uncertainty=0.1)


def council(*more: Message, cycles: int = 200) -> Bench:
    return Bench(Stability, history=[projected(), reflected(), *more, *window(cycles)])


def goal_dossier() -> Dossier:
    content = evidence.Goal(
        origin="gap_filling", told="learn", purpose_alignment=0.8, value_alignment=0.9, feasibility=0.5,
        viability=9.0, stable=True, budget_usd=0.0, budget_s=60.0, deadline=2e9, share=0.1,
    )  # fmt: skip
    return Dossier(change="g-1", pattern="goal.gap_filling", subject="double", digest="d", content=content)


def value_dossier(step: float = 0.02) -> Dossier:
    after = moved(BASELINE, "growth", step)
    content = evidence.Value(
        dimension="growth", before=dict(BASELINE), after=after, trial="t-1", objective_change=0.0, goal_rate_change=0.0
    )
    return Dossier(change="v-1", pattern="value.mutate", subject="growth", digest="d", content=content)


def assessed(bench: Bench, dossier: Dossier) -> change.Assessed:
    bench.hears(change.Proposed(dossier=dossier))
    found: change.Assessed = only(
        bench.hears(change.Screened(dossier=sealed(dossier, ()), policy_class="standard")), change.Assessed
    )
    return found


def reported(bench: Bench, cycle: int = 205) -> stability.Reported:
    found: stability.Reported = only(bench.hears(observed(cycle, random.Random(9))), stability.Reported)
    return found


def test_a_steady_council_is_reported_stable_with_its_five_margins() -> None:
    said = reported(council())
    assert said.verdict == "stable"
    assert said.band == "healthy"
    assert said.radius is not None
    assert said.radius.low <= said.radius.value <= said.radius.high
    assert set(said.margins) == {"spectral_radius", "identity", "value_drift", "horizon", "cascade"}


@pytest.mark.parametrize(("uncertainty", "verdict"), [(0.1, "holds"), (0.9, "violated")])
def test_the_report_tells_the_verifier_s_invariants_beside_the_five_conditions(
    uncertainty: float, verdict: str
) -> None:
    bench = council()
    bench.hears(mirror.Reflected(cycle=204, figures={}, alignment=0.95, uncertainty=uncertainty))
    said = reported(bench)
    told = {one.name: one for one in said.conditions}
    assert list(told)[-2:] == ["lyapunov", "uncertainty"]
    assert (told["lyapunov"].verdict, told["uncertainty"].verdict) == ("holds", verdict)
    assert told["lyapunov"].value >= 0.95
    assert told["uncertainty"].value == uncertainty
    assert ("uncertainty" in said.reason) is (verdict == "violated")


@pytest.mark.parametrize(("cycles", "enough"), [(44, False), (60, True)])
def test_without_fifty_cycles_the_report_says_not_enough_data(cycles: int, enough: bool) -> None:
    said = reported(council(cycles=cycles), cycle=cycles // 5 * 5 + 5)
    assert (said.verdict != "not enough data") is enough
    assert (said.score is not None) is enough


def test_it_reports_once_in_five_cycles_and_no_cycle_twice() -> None:
    bench = Bench(Stability, history=[projected(), reflected()])
    said = [message for record in window(50) for message in bench.hears(record)]
    assert [message.cycle for message in said] == list(range(5, 51, 5))
    assert bench.hears(observed(50, random.Random(1))) == ()


def test_a_goal_on_a_steady_council_is_assessed_by_all_conditions() -> None:
    said = assessed(council(), goal_dossier())
    assert said.fault == ""
    assert said.score > 0.2
    assert [one.name for one in said.conditions][3:] == [
        "spectral_radius", "identity", "value_drift", "horizon", "cascade"
    ]  # fmt: skip
    assert {one.verdict for one in said.conditions} == {"holds"}


def test_a_goal_without_a_full_window_is_refused_for_want_of_data() -> None:
    said = assessed(Bench(Stability, history=[projected(), reflected(), *window(30)]), goal_dossier())
    assert "not enough data" in said.fault
    assert "spectral radius" in said.fault


def test_a_goal_without_a_projection_is_refused_for_want_of_data() -> None:
    said = assessed(Bench(Stability, history=[reflected(), *window()]), goal_dossier())
    assert "how long the resources last" in said.fault


@pytest.mark.parametrize(
    ("projection", "name"), [(projected(horizon=30.0), "horizon"), (projected(depth=3), "cascade")]
)
def test_a_goal_while_resources_run_out_is_violated(projection: survival.Projected, name: str) -> None:
    bench = council()
    bench.hears(projection)
    said = assessed(bench, goal_dossier())
    assert [one.name for one in said.conditions if one.verdict == "violated"] == [name]
    assert said.score == pytest.approx(0.0, abs=1e-9)


def test_a_mutation_is_judged_by_the_drift_that_it_would_leave() -> None:
    bench = council()
    far = {**BASELINE, "safety": 0.21, "stability": 0.09}
    bench.hears(
        value.Mutated(
            cycle=200, change="v-0", trial="t-0", dimension="safety", before=dict(BASELINE), after=far, until=700
        )
    )
    content = evidence.Value(
        dimension="growth", before=far, after=moved(far, "growth", 0.05), trial="t-1",
        objective_change=0.0, goal_rate_change=0.0,
    )  # fmt: skip
    said = assessed(bench, Dossier(change="v-1", pattern="value.mutate", subject="growth", digest="d", content=content))
    (drift,) = [one for one in said.conditions if one.name == "value_drift"]
    assert drift.value > 0.25
    assert drift.verdict == "violated"


def test_an_explosive_council_is_unstable_and_no_goal_passes() -> None:
    dice = random.Random(4)
    backlog = [foundation.Observed(cycle=n + 1, arrivals=int(1.05**n), ended=5, failed=dice.randrange(3), latency_s=1.1**n / 50 + dice.random()) for n in range(150)]  # fmt: skip  # noqa: E501
    bench = Bench(Stability, history=[projected(), reflected(), *backlog])
    said = assessed(bench, goal_dossier())
    radius = next(one for one in said.conditions if one.name == "spectral_radius")
    assert radius.verdict == "violated"
    assert said.score < 0.05


def test_a_tool_may_be_registered_before_anything_autonomous_was_measured() -> None:
    said = assessed(Bench(Stability), Dossier(change="c-1", pattern="tool.register", subject="double", digest="d"))
    assert said.fault == ""
    assert said.score == 1.0


def applied(agent: str, text: str, name: str = "s-1") -> soul.Applied:
    return soul.Applied(change=name, agent=agent, version=1, digest="d", text=text)


def soul_dossier(author: evidence.Author, after: str) -> Dossier:
    content = evidence.Soul(agent="jochi", author=author, before=SOUL, after=after)
    return Dossier(change="s-2", pattern="soul.change", subject="jochi", digest="d", content=content)


def test_an_altered_protected_section_is_a_violation_by_itself() -> None:
    bench = Bench(Stability, history=[applied("jochi", SOUL)])
    said = assessed(bench, soul_dossier("agent", SOUL.replace("be true", "be sly")))
    (found,) = [one for one in said.conditions if one.name == "identity"]
    assert found.verdict == "violated"
    assert said.score == 0.0


def test_what_a_person_changes_moves_the_baseline_once_it_is_in_force() -> None:
    changed = SOUL.replace("be true", "be kind")
    bench = Bench(Stability, history=[applied("jochi", SOUL)])
    assert assessed(bench, soul_dossier("operator", changed)).score == 1.0
    bench.hears(applied("jochi", changed, "s-2"))
    assert bench.state.picture.sections == bench.state.picture.now
    other = assessed(bench, soul_dossier("agent", changed.replace("me", "you")))
    assert {one.verdict for one in other.conditions} == {"holds"}


def test_a_tool_that_was_lost_costs_identity_and_one_that_a_person_took_away_does_not() -> None:
    registered = tool.Registered(task="t", version=1, spec=tool.Spec(**SPEC))
    bench = Bench(Stability, history=[registered, tool.Disabled(name="double", reason="it broke")])
    assert bench.state.picture.identity() < 1.0
    obeyed = Obeyed(name="o-1", until=2e9)
    bench = Bench(Stability, history=[registered, tool.Disabled(name="double", reason="r", obeyed=obeyed)])
    assert bench.state.picture.identity() == 1.0


def test_a_tool_whose_learning_was_cancelled_is_no_loss() -> None:
    registered = tool.Registered(task="t", version=1, spec=tool.Spec(**SPEC))
    bench = Bench(Stability, history=[registered, tool.Withdrawn(task="t", name="double", version=1)])
    assert bench.state.picture.identity() == 1.0


def test_a_radius_on_either_side_of_its_bound_takes_nothing_back_and_lets_nothing_pass() -> None:
    dice, walk = random.Random(5), []
    for number in range(200):
        level = 0.9 - 0.003 * number + dice.gauss(0, 0.01)
        walk.append(foundation.Observed(cycle=number + 1, resources={"compute": foundation.Reading(level=level)}))
    bench = Bench(Stability, history=[projected(), reflected(), *walk])
    assert "whether the spectral radius is below" in assessed(bench, value_dossier()).fault
    said = only(bench.hears(msgspec.structs.replace(walk[-1], cycle=205)), stability.Reported)
    assert said.verdict == "undetermined"
    assert said.band is None


@pytest.mark.parametrize(("share", "steady"), [(0.1, True), (1.0, False)])
def test_a_goal_in_force_weighs_by_its_share_of_the_council_s_time(share: float, steady: bool) -> None:
    intent = goal.Intent(origin="gap_filling", told="t", subject="double")
    begun = goal.Begun(
        cycle=200, goal="g-1", change="g-1", intent=intent, budget_usd=0.0, budget_s=60.0, deadline=2e9, share=share
    )
    bench = council()
    bench.hears(begun)
    assert (reported(bench).verdict == "stable") is steady
    bench.hears(goal.Ended(cycle=206, goal="g-1", how="completed", reason="r"))
    assert reported(bench, cycle=210).verdict == "stable"
