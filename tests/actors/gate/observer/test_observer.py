"""The observer: each cycle has one account of raw measures, whatever the gauge does."""

from typing import Any

import pytest

from actors.gate.observer.actor import STUCK, Observer
from messages import task
from messages.autonomy.foundation import Observed, Sampled
from messages.base import Message
from messages.gate import budget, policy
from messages.kernel import actor as life
from messages.kernel.clock import Ticked
from messages.samples import sample
from messages.tools import sandbox, tool
from tests.actors.bench import Bench, only

ACCEPTED = task.Accepted(task="t-1", kind="run", body={"tool": "double"})
ANSWERED = task.Answered(task="t-1", result=6)
RETURNED = tool.Returned(task="t-1", tool="double", version=1, value=6, wall_ms=250.0)
CRASHED = life.Crashed(zone="council", actors=("kublai", "jochi"), exit_code=-9, restarts=1)
DEAD = life.DeadLettered(actor="jochi", input=7, subject="s", phase="decide", attempts=6, error="KeyError")


def reading(cycle: int, **told: Any) -> Sampled:
    return Sampled(cycle=cycle, **{"cpu": 0.2, "memory": 0.3, "lag": 0, "stored_bytes": 1_000, **told})


def observed(*between: Message, cycle: int = 1, **told: Any) -> Observed:
    bench = Bench(Observer, history=[Ticked(cycle=cycle), *between])
    found: Observed = only(bench.hears(reading(cycle, **told)), Observed)
    assert bench.state.observed == cycle
    return found


def raised(status: str, **told: Any) -> tool.Raised:
    return tool.Raised(task="t-1", tool="double", reason="r", status=status, **told)


def run_of(purpose: str, *wall_ms: float) -> sandbox.Ran:
    results = tuple(sandbox.Result(status="returned", wall_ms=each) for each in wall_ms)
    return sandbox.Ran(task="t-1", purpose=purpose, results=results)


def test_a_quiet_cycle_has_every_resource_whole_and_no_figure_that_was_not_measured() -> None:
    said = observed(memory=0.0, cpu=0.0)
    assert {name: read.level for name, read in said.resources.items()} == dict.fromkeys(
        ("compute", "memory", "observation", "mutation", "stability"), 1.0
    )
    assert (said.latency_s, said.effort, said.missing) == (None, {}, ())


def test_tasks_are_counted_with_the_time_they_took() -> None:
    said = observed(ACCEPTED, task.Accepted(task="t-2", kind="run", body={}), ANSWERED)
    assert (said.arrivals, said.ended, said.failed, said.backlog) == (2, 1, 0, 1)
    assert said.latency_s == 2.0


@pytest.mark.parametrize("end", [task.Failed(task="t-1", reason="r"), task.Cancelled(task="t-1", reason="r")])
def test_a_task_that_failed_or_was_cancelled_has_ended(end: Message) -> None:
    said = observed(ACCEPTED, end)
    assert (said.ended, said.backlog, said.failed) == (1, 0, isinstance(end, task.Failed))


def test_the_end_of_a_task_that_was_never_accepted_leaves_the_backlog_at_zero() -> None:
    assert observed(ANSWERED).backlog == 0


@pytest.mark.parametrize(
    ("end", "calls", "broken"),
    [
        (RETURNED, 1, 0),
        (raised("timeout"), 1, 1),
        (raised("timeout", misfed=True), 1, 0),
        (raised("raised"), 1, 0),
        (raised(""), 0, 0),
    ],
)
def test_a_call_is_broken_only_where_it_speaks_against_the_tool(end: Message, calls: int, broken: int) -> None:
    said = observed(end)
    assert (said.calls, said.broken) == (calls, broken)


def test_what_goes_wrong_is_counted_and_taken_from_the_error_budget() -> None:
    said = observed(CRASHED, DEAD)
    assert (said.crashes, said.dead) == (1, 1)
    assert said.resources["stability"].used == pytest.approx(0.1)


def called(client: str) -> tool.Returned:
    return tool.Returned(task="t-9", tool="double", version=1, value=1, wall_ms=300.0, client=client)


@pytest.mark.parametrize(
    ("between", "dimension", "seconds"),
    [
        ((RETURNED,), "purpose_fidelity", 0.25),
        ((run_of("jochi:tests:1:0", 300, 200),), "safety", 0.5),
        ((run_of("temujin:candidate:1", 300),), "growth", 0.3),
        ((sandbox.Synthesised(task="t-1", round=1, source=None, figures={"seconds": 4.5}),), "growth", 4.5),
        (
            (
                tool.Registered(task="t", version=1, spec=sample(tool.Spec)),
                task.Accepted(task="t-1", kind="learn", body={"name": sample(tool.Spec).name}),
                run_of("temujin:candidate:1", 300),
            ),
            "efficiency",
            0.3,
        ),
        (
            (
                ACCEPTED,
                task.Progressed(task="t-1", phase="research"),
                task.Progressed(task="t-1", phase="practice"),
            ),
            "exploration",
            1.0,
        ),
        (
            (CRASHED, life.Started(actor="kublai", cursor=1), life.Started(actor="jochi", cursor=1)),
            "stability",
            2.0,
        ),
        ((ACCEPTED, task.Progressed(task="t-1", phase="requirements"), ANSWERED), "agent_cooperation", 1.0),
        ((run_of("registry:tests", 300),), "safety", 0.3),
        ((called("autonomy"),), "exploration", 0.3),
        ((called("ada"),), "purpose_fidelity", 0.3),
    ],
)
def test_work_serves_a_dimension(between: tuple[Message, ...], dimension: str, seconds: float) -> None:
    assert observed(*between).effort == {dimension: pytest.approx(seconds)}


def test_the_run_of_a_call_and_the_wait_for_a_person_are_no_effort_of_their_own() -> None:
    waited = (task.Progressed(task="t-1", phase="approval"), task.Progressed(task="t-1", phase="enrolment"))
    assert observed(ACCEPTED, *waited, run_of("registry:call", 300)).effort == {}


def test_counts_begin_anew_with_each_cycle_and_the_backlog_stays() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1), ACCEPTED, RETURNED, CRASHED, reading(1), Ticked(cycle=2)])
    said = only(bench.hears(reading(2)), Observed)
    assert (said.arrivals, said.calls, said.crashes, said.backlog, said.effort) == (0, 0, 0, 1, {})


def test_each_reading_is_answered_once_and_one_of_another_cycle_is_ignored() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1)])
    assert len(bench.hears(reading(1))) == 1
    for cycle in (1, 0, 2, 1_000_000):
        assert bench.hears(reading(cycle)) == ()
    bench.hears(Ticked(cycle=2))
    assert only(bench.hears(reading(2)), Observed).cycle == 2


def test_a_silent_gauge_is_told_of_with_the_next_tick_and_its_late_word_is_ignored() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1), reading(1), Ticked(cycle=2), CRASHED])
    said = only(bench.hears(Ticked(cycle=3)), Observed)
    assert (said.cycle, said.crashes) == (2, 1)
    assert said.missing == ("cpu", "gauge", "lag", "memory", "stored_bytes")
    assert said.lag is None
    assert set(said.resources) == {"mutation", "stability"}
    assert bench.hears(reading(2)) == ()
    assert only(bench.hears(reading(3)), Observed).cycle == 3


def test_a_log_from_before_there_was_a_gauge_is_not_told_of_cycle_by_cycle() -> None:
    bench = Bench(Observer)
    assert not any(bench.hears(Ticked(cycle=cycle)) for cycle in range(1, 50))


def test_cycles_that_never_began_are_a_gap() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1), reading(1)])
    assert bench.hears(Ticked(cycle=700)) == ()
    assert only(bench.hears(reading(700)), Observed).cycle == 700


@pytest.mark.parametrize("name", ["memory", "lag"])
def test_a_measure_that_is_missing_leaves_its_resource_out_and_keeps_what_was_known(name: str) -> None:
    of = {"memory": "memory", "lag": "observation"}[name]
    bench = Bench(Observer, history=[Ticked(cycle=1), reading(1, memory=0.5, lag=5_000), Ticked(cycle=2)])
    said = only(bench.hears(reading(2, **{name: None})), Observed)
    assert said.missing == (name,)
    assert of not in said.resources
    bench.hears(Ticked(cycle=3))
    back = only(bench.hears(reading(3, memory=0.6, lag=6_000)), Observed)
    assert back.resources[of].used == pytest.approx(0.1)


def cumulative(cycle: int, cpu_s: float) -> Sampled:
    return reading(cycle, cpu=None, cpu_s=cpu_s, processors=2.0)


def test_processor_time_since_the_start_is_told_as_a_share_from_the_second_reading_on() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1)])
    first = only(bench.hears(cumulative(1, 100.0)), Observed)
    assert first.missing == ("cpu",)
    bench.hears(Ticked(cycle=2), after_s=4.0)
    second = only(bench.hears(cumulative(2, 109.0)), Observed)
    assert second.resources["compute"].used == pytest.approx(0.9 / 60, abs=1e-5)


def test_processor_time_that_runs_back_is_missing_and_the_next_counts_from_there() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1), cumulative(1, 100.0), Ticked(cycle=2)])
    assert only(bench.hears(cumulative(2, 50.0)), Observed).missing == ("cpu",)
    bench.hears(Ticked(cycle=3))
    assert only(bench.hears(cumulative(3, 52.0)), Observed).missing == ()


def test_a_gauge_whose_processor_time_stands_still_is_not_believed_for_ever() -> None:
    bench = Bench(Observer)
    missing = []
    for cycle in range(1, STUCK + 4):
        bench.hears(Ticked(cycle=cycle))
        missing.append("cpu" in only(bench.hears(cumulative(cycle, 100.0)), Observed).missing)
    assert missing == [True, *[False] * (STUCK - 1), True, True, True]


def test_a_reading_that_says_less_than_nothing_never_reaches_the_state() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1), reading(1), Ticked(cycle=2)])
    with pytest.raises(AssertionError, match="Expected `float` >= 0"):
        bench.receives("kurultai.event.foundation.Sampled.gauge", b'{"cycle":2,"memory":-0.5}', {"ce-id": "x"})


def admitted(agent: str, left: int) -> policy.Admitted:
    return policy.Admitted(task="t", agent=agent, policy_class="safe", left=left, per_day=10)


def test_attempts_are_left_to_the_council_as_long_as_one_learner_has_some() -> None:
    assert observed(admitted("temujin", 0)).resources["mutation"].level == pytest.approx(20 / 30, abs=1e-4)
    assert observed(*[admitted(name, 0) for name in ("temujin", "jochi", "ogedei")]).resources["mutation"].level == 0


def test_money_reserved_is_gone_and_what_was_settled_below_it_comes_back() -> None:
    reserved = budget.Reserved(act="a", task="t", agent="jochi", usd=30.0, day_usd=50.0, left_usd=20.0)
    settled = budget.Settled(act="a", task="t", agent="jochi", usd=5.0, spent_usd=5.0, day_usd=50.0)
    assert observed(reserved).resources["mutation"].level == pytest.approx(120 / 150)
    assert observed(reserved, settled).resources["mutation"].level == pytest.approx(145 / 150, abs=1e-4)


def test_a_new_day_has_whole_budgets() -> None:
    bench = Bench(Observer, history=[Ticked(cycle=1), *[admitted(name, 0) for name in ("temujin", "jochi", "ogedei")]])
    assert only(bench.hears(reading(1)), Observed).resources["mutation"].level == 0
    bench.hears(Ticked(cycle=2), after_s=86_400)
    said = only(bench.hears(reading(2)), Observed)
    assert (said.resources["mutation"].level, said.resources["mutation"].gained) == (1.0, 1.0)
