"""The goals actor: from a signal to a judgement, a proposal, work and an end, told in messages."""

import pytest

from actors.autonomy.goals.actor import Goals
from actors.autonomy.values.simplex import BASELINE
from actors.dossiers import sealed
from bus.keys import Key, create
from messages import task
from messages.autonomy import activation, charter, foundation, goal, mirror, stability, survival, value
from messages.base import Message
from messages.gate import budget, change, evidence
from messages.gate.change import Condition, Dossier
from messages.gate.evidence import Dimension, Origin
from messages.kernel import order
from messages.kernel.control import Mode
from messages.tools import tool
from tests.actors.bench import Bench, only

LEARN = {"name": "parse_log", "goal": "parse a line of a log", "examples": [{"args": ["a"], "result": 1}]}


def spec(name: str, mastery: float = 0.9) -> tool.Registered:
    made = tool.Spec(
        name=name, description="d", domain="general", source=f"def {name}(x):\n    return x\n", entry=name,
        parameters=("x",), origin="candidate", mastery=mastery, digest="d", example=None,
    )  # fmt: skip
    return tool.Registered(task="t", version=1, spec=made)


def observed(cycle: int, arrivals: int = 1) -> foundation.Observed:
    return foundation.Observed(cycle=cycle, arrivals=arrivals, effort={"growth": 20.0})


def reported(radius: float = 0.7, *violated: str) -> stability.Reported:
    broken = tuple(Condition(name=name, value=9.0, bound=1.0, verdict="violated") for name in violated)
    found = stability.Radius(value=radius, low=radius - 0.1, high=radius + 0.1, cycles=200)
    return stability.Reported(cycle=5, verdict="stable", score=0.9, band="healthy", radius=found, conditions=broken)


def projected(horizon: float | None = None) -> survival.Projected:
    return survival.Projected(cycle=5, state="abundant", horizon=horizon, bottleneck="memory" if horizon else None)


def council(*more: Message, cycles: int = 200, radius: float = 0.7, key: Key | None = None) -> Bench:
    settings = Goals.Settings(operator_key=key.public) if key else Goals.Settings()
    history = [*(observed(number + 1) for number in range(cycles)), reported(radius), projected(), *more]
    bench = Bench(Goals, settings)
    for message in history:
        bench.hears(message, after_s=5.0 if isinstance(message, foundation.Observed) else 0.01)
    return bench


def failed(name: str = "parse_log", number: int = 1) -> list[Message]:
    body = {**LEARN, "name": name}
    return [
        task.Accepted(task=f"l-{number}", kind="learn", body=body, sequence=number, client="ada"),
        task.Failed(task=f"l-{number}", reason="nothing found"),
    ]


def cycle(bench: Bench, number: int = 200, mode: Mode = Mode.FULL) -> tuple[Message, ...]:
    return bench.hears(mirror.Reflected(cycle=number, figures={}), mode=mode)


def gap() -> list[Message]:
    """A task failed, and a tool was registered since."""
    return [*failed(), spec("split_line")]


def proposed(bench: Bench) -> Dossier:
    dossier: Dossier = only(cycle(bench), change.Proposed).dossier
    return dossier


def approve(bench: Bench, dossier: Dossier, mode: Mode = Mode.FULL) -> tuple[Message, ...]:
    return bench.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9), mode=mode)


def begun(bench: Bench) -> str:
    dossier = proposed(bench)
    approve(bench, dossier)
    return dossier.change


def test_a_failed_task_is_learnt_again_once_something_has_changed() -> None:
    bench = council(*gap())
    dossier = proposed(bench)
    content = dossier.content
    assert isinstance(content, evidence.Goal)
    assert content.origin == "gap_filling"
    said = approve(bench, dossier)
    assert only(said, goal.Begun).intent.subject == "parse_log"
    commission = only(said, goal.Commission)
    assert commission.kind == "learn"
    assert commission.body["examples"] == LEARN["examples"]
    assert commission.deadline == pytest.approx(only(said, goal.Begun).deadline)


def test_every_goal_is_proposed_with_a_budget_and_a_deadline() -> None:
    content = proposed(council(*gap())).content
    assert isinstance(content, evidence.Goal)
    assert content.budget_s == 120
    assert content.budget_usd == 0.5
    assert content.deadline > 1_800_000_000


def test_as_long_as_nothing_has_changed_there_is_no_goal_and_later_a_person_is_asked() -> None:
    bench = council(*failed())
    assert cycle(bench) == ()
    for number in range(201, 401):
        bench.hears(observed(number), after_s=5.0)
    dossier = only(cycle(bench, 400), change.Proposed).dossier
    said = approve(bench, dossier)
    assert "more examples" in only(said, goal.Asked).told
    assert not any(isinstance(message, goal.Commission) for message in said)


@pytest.mark.parametrize("missing", ["report", "projection"])
def test_without_all_figures_nothing_is_judged(missing: str) -> None:
    history: list[Message] = [*(observed(number + 1) for number in range(200)), *gap()]
    history.append(projected() if missing == "report" else reported())
    bench = Bench(Goals, history=history)
    assert cycle(bench) == ()
    assert bench.actor.answer_find(goal.Find()).missing


def test_a_judgement_carries_all_five_figures() -> None:
    judged = only(cycle(council(*gap())), goal.Judged)
    assert set(judged.figures.results) == {"purpose", "value", "feasibility", "viability", "stability"}
    assert judged.decision == "approved"
    assert judged.figures.novelty == 1.0


@pytest.mark.parametrize(
    ("message", "check"),
    [
        (projected(horizon=150.0), "viability"),
        (reported(0.99), "stability"),
        (reported(0.7, "cascade"), "stability"),
    ],
)
def test_a_failed_check_rejects_with_its_name(message: Message, check: str) -> None:
    bench = council(*gap())
    bench.hears(message)
    judged = only(cycle(bench), goal.Judged)
    assert judged.decision == "rejected"
    assert check in judged.reason


def test_a_marginal_goal_is_sandboxed_for_200_cycles_and_then_decided() -> None:
    bench = council(*gap(), radius=0.90)
    assert only(cycle(bench), goal.Judged).decision == "sandboxed"
    for number in range(201, 400):
        bench.hears(observed(number), after_s=5.0)
    assert cycle(bench, 395) == ()
    bench.hears(observed(400), after_s=5.0)
    said = cycle(bench, 400)
    assert only(said, goal.Judged).decision == "approved"
    assert only(said, change.Proposed).dossier.change == "g-1"


def test_a_sandboxed_goal_that_fails_in_the_end_is_rejected() -> None:
    bench = council(*gap(), radius=0.90)
    cycle(bench)
    for number in range(201, 401):
        bench.hears(observed(number), after_s=5.0)
    bench.hears(reported(0.99))
    judged = only(cycle(bench, 400), goal.Judged)
    assert judged.decision == "rejected"
    assert "sandbox" in judged.reason


def test_in_shadow_a_goal_is_judged_and_not_proposed() -> None:
    bench = council(*gap())
    assert [type(message) for message in cycle(bench, mode=Mode.SHADOW)] == [goal.Sighted, goal.Judged]
    assert bench.state.held == {}


def test_in_advisory_it_is_proposed_and_stops_after_the_verdict() -> None:
    bench = council(*gap())
    dossier = only(cycle(bench, mode=Mode.ADVISORY), change.Proposed).dossier
    said = approve(bench, dossier, Mode.ADVISORY)
    assert [type(message) for message in said] == [goal.Ended]
    assert "advisory" in only(said, goal.Ended).reason


def test_half_of_the_approved_goals_begin_in_half_mode_by_a_draw_that_is_said() -> None:
    fell = []
    for number in range(40):
        bench = council(*gap())
        dossier = proposed(bench)
        bench.now += number
        said = approve(bench, dossier, Mode.HALF)
        assert only(said, activation.Drawn).passed is any(isinstance(message, goal.Begun) for message in said)
        fell.append(only(said, activation.Drawn).passed)
    assert 8 < sum(fell) < 32


def chain(count: int = 6) -> list[Message]:
    """A client has cleaned names and titled what came of it."""
    said: list[Message] = [spec("clean"), spec("title")]
    for number in range(count):
        raw, clean = f"  name {number}", f"name {number}"
        for step, (name, argument, result) in enumerate((("clean", raw, clean), ("title", clean, clean.title()))):
            run = f"r-{number}-{step}"
            body = {"tool": name, "args": [argument]}
            said += [
                task.Accepted(task=run, kind="run", body=body, sequence=1, client="ada"),
                tool.Returned(task=run, tool=name, version=1, value=result, wall_ms=1.0, client="ada"),
            ]
    return said


def test_calls_that_clients_chain_are_learnt_as_one_tool_from_what_was_recorded() -> None:
    bench = council(*chain())
    commission = only(approve(bench, proposed(bench)), goal.Commission)
    assert commission.body["name"] == "clean_then_title"
    assert commission.body["requires"] == ["clean", "title"]
    assert commission.body["examples"][0] == {"args": ["  name 0"], "result": "Name 0"}
    assert "title(clean(a0))" in commission.body["candidate"]["source"]


def test_a_chain_is_completed_once_it_is_registered_and_was_called() -> None:
    bench = council(*chain())
    name = begun(bench)
    bench.hears(spec("clean_then_title"))
    assert cycle(bench, 205) == ()
    bench.hears(tool.Returned(task="r", tool="clean_then_title", version=1, value="x", wall_ms=1.0, client="ada"))
    ended = only(cycle(bench, 210), goal.Ended)
    assert (ended.goal, ended.how) == (name, "completed")


def test_an_idle_council_tries_two_tools_together_once() -> None:
    history = [spec("clean"), spec("title"), tool.Returned(task="r", tool="clean", version=1, value="ada", wall_ms=1.0)]
    bench = council(*history)
    for number in range(201, 251):
        bench.hears(observed(number, arrivals=0), after_s=5.0)
    dossier = only(cycle(bench, 250), change.Proposed).dossier
    assert dossier.pattern == "goal.exploratory"
    commission = only(approve(bench, dossier), goal.Commission)
    assert commission.body == {"tool": "title", "args": ["ada"], "trial": True}
    bench.hears(task.Answered(task=commission.task, result="Ada"))
    assert only(cycle(bench, 255), goal.Ended).how == "completed"


def raised(name: Dimension) -> value.Mutated:
    """The weight of the dimension has risen by a little."""
    return value.Mutated(
        cycle=200, change="v-1", trial="t-1", dimension=name,
        before=dict(BASELINE), after={**BASELINE, name: BASELINE[name] + 0.05}, until=700,
    )  # fmt: skip


CAREFUL: list[Message] = [
    spec("clean"), charter.Adopted(direction={**dict.fromkeys(BASELINE, 0.1), "safety": 0.4}, reason="r", order="o-1")
]  # fmt: skip
"""A tool, and a charter that is for safety above all."""


SIGNALS: dict[Origin, list[Message]] = {
    "survival_driven": [projected(horizon=99.0)],
    "purpose_derived": [*CAREFUL, mirror.Found(cycle=200, stream="purpose", subject="safety", gain=0.5)],
    "value_aligned": [*CAREFUL, raised("safety")],
    "gap_filling": gap(),
    "opportunity_driven": chain(),
    "exploratory": [
        spec("clean"), spec("title"), tool.Returned(task="r", tool="clean", version=1, value="ada", wall_ms=1.0),
        *(observed(number, arrivals=0) for number in range(201, 252)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("origin", SIGNALS)
def test_each_origin_is_reached_from_a_real_signal(origin: Origin) -> None:
    said = cycle(council(*SIGNALS[origin]), 255)
    assert only(said, goal.Sighted).intent.origin == origin
    assert only(said, goal.Judged).decision == "approved"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("safety", "no tool is registered"),
        ("growth", "nothing that could not be learnt"),
        ("exploration", "no two tools"),
        ("efficiency", "self-modification"),
        ("stability", "recovering"),
        ("purpose_fidelity", "clients alone"),
    ],
)
def test_a_dimension_that_no_useful_work_serves_is_rejected_with_the_reason(name: Dimension, told: str) -> None:
    judged = only(cycle(council(mirror.Found(cycle=200, stream="purpose", subject=name, gain=0.5))), goal.Judged)
    assert judged.decision == "rejected"
    assert told in judged.reason


def test_effort_moves_towards_a_neglected_dimension_piece_by_piece_until_it_has_its_due() -> None:
    bench = council(*CAREFUL, spec("title"), SIGNALS["purpose_derived"][-1])
    first = only(approve(bench, proposed(bench)), goal.Recheck)
    assert (first.task, first.tool) == ("autonomy-g-1", "clean")
    assert cycle(bench, 205) == (), "the next piece waits for this one"
    bench.hears(task.Answered(task=first.task, result={}))
    second = only(cycle(bench, 210), goal.Recheck)
    assert (second.task, second.tool) == ("autonomy-g-1-2", "title"), "the one that was tried longest ago"
    for number in range(201, 401):
        bench.hears(foundation.Observed(cycle=number, effort={"safety": 10.0, "growth": 20.0}), after_s=1.0)
    ended = only(cycle(bench, 400), goal.Ended)
    assert ended.how == "completed"
    assert "safety" in ended.reason


def test_a_goal_that_moves_effort_stops_at_its_budget_and_below_the_modes_that_act() -> None:
    bench = council(*SIGNALS["purpose_derived"])
    first = only(approve(bench, proposed(bench)), goal.Recheck)
    bench.hears(task.Answered(task=first.task, result={}), after_s=100.0)
    assert cycle(bench, 205, Mode.ADVISORY) == ()
    second = only(cycle(bench, 205), goal.Recheck)
    bench.hears(task.Failed(task=second.task, reason="none"), after_s=30.0)
    assert cycle(bench, 210) == (), "120 seconds are its budget"
    bench.hears(observed(201), after_s=2_000.0)
    assert only(cycle(bench, 215), goal.Ended).how == "abandoned"


def test_what_is_scarce_is_saved_until_the_horizon_is_long_again() -> None:
    bench = council(projected(horizon=60.0))
    said = approve(bench, proposed(bench))
    spare = only(said, goal.Spare)
    assert (spare.resource, spare.effort) == ("memory", 0.5)
    bench.hears(projected(horizon=200.0))
    assert cycle(bench, 205) == ()
    bench.hears(projected(horizon=201.0))
    assert only(cycle(bench, 210), goal.Ended).how == "completed"


def test_half_of_the_direction_of_a_goal_that_moves_effort_is_its_dimension() -> None:
    judged = only(cycle(council(*failed(), mirror.Found(cycle=200, stream="purpose", subject="growth"))), goal.Judged)
    assert judged.figures.purpose == pytest.approx(0.7183, abs=1e-4), "cosine of half charter, half growth"


def test_what_spends_the_error_budget_is_looked_for_in_the_shakiest_tool_again_and_again() -> None:
    scarce = survival.Projected(cycle=5, state="warning", horizon=99.0, bottleneck="stability")
    bench = council(spec("sound", 0.9), spec("shaky", 0.3), scarce)
    first = only(approve(bench, proposed(bench)), goal.Recheck)
    assert first.tool == "shaky"
    bench.hears(task.Answered(task=first.task, result={}))
    assert only(cycle(bench, 205), goal.Recheck).tool == "shaky"


@pytest.mark.parametrize(("horizon", "decision"), [(49.0, "rejected"), (50.0, "sandboxed"), (75.0, "approved")])
def test_work_for_survival_needs_time_and_saving_needs_none(horizon: float, decision: str) -> None:
    scarce = survival.Projected(cycle=5, state="warning", horizon=horizon, bottleneck="stability")
    assert only(cycle(council(spec("sound"), scarce)), goal.Judged).decision == decision
    assert only(cycle(council(projected(horizon=horizon))), goal.Judged).decision == "approved"


def test_a_person_is_asked_for_what_shorter_searches_do_not_save() -> None:
    scarce = survival.Projected(cycle=5, state="warning", horizon=60.0, bottleneck="observation")
    bench = council(scarce)
    said = approve(bench, proposed(bench))
    assert only(said, goal.Spare).resource == "observation"
    assert "audit export" in only(said, goal.Asked).told


def test_after_a_rejection_nothing_is_judged_for_twenty_cycles() -> None:
    bench = council(mirror.Found(cycle=200, stream="purpose", subject="efficiency", gain=0.5))
    assert only(cycle(bench), goal.Judged).decision == "rejected"
    for message in gap():
        bench.hears(message)
    for number in range(201, 221):
        assert cycle(bench, number) == ()
        bench.hears(observed(number), after_s=5.0)
    assert only(cycle(bench, 220), goal.Judged).decision == "approved"


def test_no_more_than_five_goals_are_made_in_a_hundred_cycles() -> None:
    bench = council(*(message for number in range(9) for message in failed(f"tool_{number}", number)), spec("helper"))
    decisions = []
    for number in range(201, 260):
        bench.hears(observed(number), after_s=5.0)
        for message in cycle(bench, number):
            if isinstance(message, goal.Judged):
                decisions.append((message.decision, message.reason))
    approved = [decision for decision, _ in decisions if decision in ("approved", "sandboxed")]
    assert len(approved) <= 5
    assert any("the most allowed" in reason or "novelty" in reason for _, reason in decisions)


@pytest.mark.parametrize("ending", ["rollback", "budget", "deadline", "revoked"])
def test_the_work_of_a_goal_that_ends_otherwise_is_cancelled(ending: str) -> None:
    key = create()
    bench = council(*gap(), key=key)
    name = begun(bench)
    match ending:
        case "rollback":
            said = bench.hears(activation.RolledBack(cycle=201, trigger="c", condition="identity", reason="fell"))
        case "budget":
            bench.hears(budget.Reserved(act="a", task=f"autonomy-{name}", agent="temujin", usd=0.51))
            said = cycle(bench, 205)
        case "deadline":
            bench.now += 13 * 120 + 1
            said = cycle(bench, 205)
        case _:
            said = bench.hears(goal.Revoke(goal=name, reason="not that"), key=key)
    ended = only(said, goal.Ended)
    assert ended.how == ("abandoned" if ending in ("budget", "deadline") else "revoked")
    assert only(said, goal.Withdraw).task == f"autonomy-{name}"
    assert bench.state.held == {}


def test_a_veto_ends_the_goal_with_its_reason() -> None:
    bench = council(*gap())
    dossier = proposed(bench)
    said = bench.hears(change.Vetoed(dossier=sealed(dossier, ()), reason="too much"))
    assert only(said, goal.Ended).how == "vetoed"
    assert bench.actor.answer_find(goal.Find()).goals[0].reason == "too much"


def test_what_a_person_has_forbidden_is_rejected_and_what_was_begun_ends() -> None:
    key = create()
    bench = council(*gap(), key=key)
    begun(bench)
    said = bench.hears(goal.Forbid(what="gap_filling", reason="not now"), key=key)
    assert only(said, goal.Ended).how == "revoked"
    assert only(said, goal.Forbidden).what == "gap_filling"
    bench.hears(goal.Allow(what="gap_filling", reason="again"), key=key)
    assert bench.state.forbidden == {}


@pytest.mark.parametrize("command", [goal.Forbid(what="gap_filling", reason="r"), goal.Revoke(goal="g-1", reason="r")])
def test_an_order_that_nobody_signed_is_rejected(command: Message) -> None:
    bench = council(*gap(), key=create())
    begun(bench)
    assert only(bench.hears(command), order.Rejected)
    assert bench.state.held


def test_a_scenario_of_which_nothing_can_be_made_is_rejected_and_never_begun() -> None:
    found = mirror.Found(cycle=200, stream="environmental", subject="optimistic", probability=0.5, gain=0.2)
    judged = only(cycle(council(found)), goal.Judged)
    assert judged.decision == "rejected"
    assert "scenario" in judged.reason


@pytest.mark.parametrize(
    ("history", "lost"),
    [
        (gap(), spec("parse_log")),
        (SIGNALS["exploratory"], tool.Disabled(name="title", reason="it broke")),
        (SIGNALS["exploratory"], tool.Disabled(name="clean", reason="it broke")),
    ],
    ids=["learnt meanwhile", "second tool lost", "first tool lost"],
)
def test_a_goal_whose_material_is_gone_when_it_is_approved_is_abandoned(history: list[Message], lost: Message) -> None:
    bench = council(*history)
    dossier = only(cycle(bench, 255), change.Proposed).dossier
    bench.hears(lost)
    said = approve(bench, dossier)
    assert [type(message) for message in said] == [goal.Ended]
    assert only(said, goal.Ended).how == "abandoned"
    assert bench.state.held == {}


def test_a_tool_that_is_enabled_again_is_known_again_and_its_figures_start_anew() -> None:
    called = tool.Returned(task="r", tool="clean", version=1, value="ada", wall_ms=1.0)
    bench = council(spec("clean"), called, tool.Disabled(name="clean", reason="it broke"))
    assert "clean" not in bench.state.scene.skills
    bench.hears(tool.Enabled(name="clean", reason="mended"))
    assert bench.state.scene.skills["clean"].calls == 0
    assert bench.state.scene.skills["clean"].confidence == 0.9
