"""The capability memory: what is heard of learning and of calls, as it is remembered."""

from typing import Any

import pytest

from actors.roster import ROSTER
from actors.tools.memory import actor as place
from actors.tools.memory.capability import KEPT, LATELY, PATTERNS, VERSIONS
from messages import task
from messages.tools import memory, tool
from runtime.topology import says_of
from tests.actors.bench import only
from tests.actors.tools.memory.story import (
    Memory,
    attempted,
    cancelled,
    failed,
    forbidden,
    practised,
    researched,
    stumped,
    validated,
)

DAY_S = 86_400.0


def shown(made: Memory, name: str) -> Any:
    return made.asked(memory.Show(name=name))


def status_of(made: Memory, name: str) -> str:
    found: str = shown(made, name).capability.status
    return found


# How it is learnt.


def test_a_capability_is_learnt_step_by_step() -> None:
    made = Memory()
    named = made.accepted("double")
    assert status_of(made, "double") == "learning"
    made.hears(researched(named))
    assert status_of(made, "double") == "learning"
    made.hears(attempted(named, "double"))
    made.hears(practised(named))
    assert status_of(made, "double") == "practicing"
    made.hears(validated(named))
    assert status_of(made, "double") == "validated"
    made.registered(named, "double")
    assert status_of(made, "double") == "mastered"
    assert made.state.open == {}


def test_the_whole_way_is_remembered() -> None:
    made = Memory()
    named = made.accepted("double")
    for message in (researched(named), attempted(named, "double", failed=2), practised(named), validated(named)):
        made.hears(message)
    made.registered(named, "double")
    told = shown(made, "double")
    (way,) = told.learnings
    assert (way.task, way.outcome, way.study.options, way.study.found) == (named, "learnt", ("str.upper",), 1)
    (practice,) = way.practices
    assert (practice.attempts, practice.failed, practice.passed, practice.agent) == (5, 2, True, "temujin")
    assert (practice.mean_ms, practice.cost_usd) == (pytest.approx(2.2), 1.5)
    (verdict,) = way.verdicts
    assert (verdict.mastery, verdict.judge, verdict.passed, verdict.failed) == (0.9, "jochi", 9, 1)
    (pattern,) = told.patterns
    assert (pattern.kind, pattern.count, pattern.workaround) == ("KeyError", 2, "a default")
    assert [version.standing for version in told.versions] == [True]


def test_a_judgement_that_is_not_enough_sends_it_back_to_practice() -> None:
    made = Memory()
    named = made.accepted("double")
    made.hears(attempted(named, "double"))
    made.hears(validated(named, 0.75))
    assert status_of(made, "double") == "practicing"
    made.hears(validated(named, 0.95))
    assert status_of(made, "double") == "validated"
    made.hears(attempted(named, "double", round_number=2))
    assert status_of(made, "double") == "practicing"


def test_an_example_that_failed_is_enough_to_be_not_valid() -> None:
    made = Memory()
    named = made.accepted("double")
    made.hears(attempted(named, "double"))
    made.hears(validated(named, 0.95, critical=1))
    assert status_of(made, "double") == "practicing"


def test_what_stands_keeps_its_description_and_what_does_not_takes_the_new_one() -> None:
    made = Memory()
    made.hears(failed(made.accepted("double", "do it somehow")))
    made.accepted("double", "do it twice", "ml_ai")
    told = shown(made, "double").capability
    assert (told.description, told.domain) == ("do it twice", "ml_ai")
    made.learnt("double", "double a number")
    made.accepted("double", "something else")
    assert shown(made, "double").capability.description == "double a number"


def test_what_was_not_found_is_remembered_with_its_reason() -> None:
    made = Memory()
    named = made.accepted("oracle")
    made.hears(stumped(named))
    made.hears(failed(named, "no implementation found"))
    (way,) = shown(made, "oracle").learnings
    assert (way.outcome, way.reason, way.practices[0].note) == ("failed",) + ("no implementation found",) * 2


@pytest.mark.parametrize(("end", "outcome"), [(failed, "failed"), (cancelled, "cancelled")])
def test_a_task_that_does_not_end_well_is_undone(end: Any, outcome: str) -> None:
    made = Memory()
    named = made.accepted("double")
    made.hears(attempted(named, "double"))
    made.hears(end(named))
    assert status_of(made, "double") == "undone"
    assert shown(made, "double").learnings[0].outcome == outcome


@pytest.mark.parametrize("end", [failed, cancelled])
def test_a_tool_that_its_task_brought_goes_with_it(end: Any) -> None:
    made = Memory()
    named = made.learnt("double")
    made.hears(end(named))
    told = shown(made, "double")
    assert told.capability.status == "undone"
    assert told.capability.version is None
    made.hears(tool.Withdrawn(task=named, name="double", version=1))
    assert status_of(made, "double") == "undone"


def test_an_older_version_stands_again_when_the_newer_is_undone() -> None:
    made = Memory()
    made.learnt("double")
    named = made.learnt("double", version=2)
    made.hears(cancelled(named))
    told = shown(made, "double").capability
    assert (told.status, told.version) == ("mastered", 1)


def test_a_tool_that_comes_after_the_end_stands_until_it_is_withdrawn() -> None:
    made = Memory()
    named = made.accepted("double")
    made.hears(cancelled(named))
    made.registered(named, "double")
    assert status_of(made, "double") == "mastered"
    made.hears(tool.Withdrawn(task=named, name="double", version=1))
    assert status_of(made, "double") == "undone"


def test_a_task_that_fails_leaves_what_stood_before() -> None:
    made = Memory()
    made.learnt("double")
    made.hears(failed(made.accepted("double")))
    assert status_of(made, "double") == "mastered"
    assert made.asked(memory.Gaps()).gaps == ()


def test_what_is_said_of_unknown_tasks_is_let_pass() -> None:
    made = Memory()
    strays = (researched("X"), attempted("X", "x"), practised("X"), stumped("X"), validated("X"), failed("X"))
    for message in (*strays, cancelled("X"), forbidden("X"), tool.Withdrawn(task="X", name="x", version=1)):
        made.hears(message)
    assert made.state.capabilities == {}


def test_tasks_of_other_kinds_are_no_learning() -> None:
    made = Memory()
    made.hears(task.Accepted(task="R", kind="run", body={"tool": "double", "args": []}))
    assert made.state.capabilities == {}


# How it fares.


def test_every_run_counts_for_ever_and_the_mean_is_of_those_that_returned() -> None:
    made = Memory(recent=3)
    made.learnt("double")
    made.ran("double", "+-" * 40)
    told = shown(made, "double")
    assert (told.runs, told.successes, told.capability.rate, told.capability.mean_ms) == (80, 40, 0.5, 2.0)
    assert len(told.executions) == 3


def test_what_fails_too_often_of_late_is_degraded_until_it_does_better() -> None:
    made = Memory()
    made.learnt("double")
    made.ran("double", "-----")
    assert status_of(made, "double") == "mastered"
    made.ran("double", "-")
    assert status_of(made, "double") == "degraded"
    made.ran("double", "+" * LATELY)
    assert status_of(made, "double") == "mastered"
    assert shown(made, "double").capability.rate == pytest.approx(LATELY / (LATELY + 6))


def test_a_new_version_begins_with_a_clean_sheet_and_the_sum_goes_on() -> None:
    made = Memory()
    made.learnt("double")
    made.ran("double", "-" * 10)
    made.learnt("double", version=2)
    made.ran("double", "+" * 6, version=2)
    told = shown(made, "double")
    assert (told.capability.status, told.capability.runs, told.capability.successes) == ("mastered", 6, 6)
    assert (told.runs, told.successes) == (16, 6)


def test_a_failure_without_a_version_counts_for_the_one_that_stands() -> None:
    made = Memory()
    made.learnt("double")
    made.hears(tool.Raised(task="R", tool="double", reason="timeout: ", status="timeout"))
    told = shown(made, "double")
    assert (told.capability.runs, told.versions[0].runs) == (1, 1)
    assert told.patterns[0].kind == "timeout"


def test_a_call_that_was_never_made_is_no_run() -> None:
    made = Memory()
    made.learnt("double")
    made.hears(tool.Raised(task="R", tool="double", reason="the tool 'double' takes 1 argument"))
    assert shown(made, "double").runs == 0
    assert made.asked(memory.Gaps()).gaps == ()


def test_executions_older_than_a_week_are_forgotten_and_their_counts_are_not() -> None:
    made = Memory()
    made.learnt("double")
    made.ran("double", "+++")
    made.ran("double", "+", after_s=8 * DAY_S)
    assert len(made.state.recent) == 1
    assert shown(made, "double").runs == 4


# What is missing.


def test_failed_tasks_and_calls_of_nothing_are_gaps_most_wanted_first() -> None:
    made = Memory()
    made.hears(failed(made.accepted("oracle", domain="ml_ai"), "no implementation found"))
    made.missed("teleport")
    made.missed("oracle")
    found = made.asked(memory.Gaps())
    assert [(gap.name, gap.demand, gap.failed, gap.missing) for gap in found.gaps] == [
        ("oracle", 2, 1, 1),
        ("teleport", 1, 0, 1),
    ]
    assert [(each.domain, each.demand) for each in found.domains] == [("ml_ai", 2)]


def test_a_gap_is_closed_when_the_tool_stands() -> None:
    made = Memory()
    made.missed("double")
    made.learnt("double")
    assert made.asked(memory.Gaps()).gaps == ()


def test_what_was_cancelled_or_is_forbidden_is_no_gap() -> None:
    made = Memory()
    made.hears(cancelled(made.accepted("double")))
    named = made.accepted("steal_secrets")
    made.hears(forbidden(named))
    made.hears(failed(named))
    assert made.asked(memory.Gaps()).gaps == ()


# What is kept.


def test_a_disabled_tool_does_not_stand_until_it_is_enabled() -> None:
    made = Memory()
    made.learnt("double")
    made.hears(tool.Disabled(name="double", reason="the operator wants it"))
    assert made.state.capabilities["double"].standing is None
    made.hears(tool.Enabled(name="double", reason="it was mended"))
    assert made.state.capabilities["double"].standing is not None


def test_a_version_that_was_rolled_back_gives_way_to_the_one_before_until_there_is_a_newer() -> None:
    made = Memory()
    made.learnt("double", version=1)
    made.learnt("double", version=2)
    made.hears(tool.RolledBack(name="double", version=2, to=1, reason="it broke"))
    standing = made.state.capabilities["double"].standing
    assert standing is not None
    assert standing.version == 1
    made.learnt("double", version=3)
    newest = made.state.capabilities["double"].standing
    assert newest is not None
    assert newest.version == 3


def test_who_researches_is_reminded_of_what_experience_says() -> None:
    made = Memory()
    made.learnt("double")
    for _ in range(10):
        made.bench.hears(tool.Returned(task="R", tool="double", version=1, value=6, wall_ms=1.0))
    said = only(made.bench.hears(memory.Remind(task="L", goal="double")), memory.Reminded)
    assert (said.task, said.name, said.advice) == ("L", "double", "use")


def test_a_call_that_was_rightly_refused_is_no_execution() -> None:
    made = Memory()
    made.learnt("double")
    reason = "raised: ValueError: no"
    for rightly in (True, False):
        made.hears(tool.Raised(task="R", tool="double", version=1, reason=reason, status="raised", rightly=rightly))
    assert made.state.capabilities["double"].tally.runs == 1


def test_details_are_bounded() -> None:
    made = Memory(recent=5)
    for number in range(VERSIONS + 3):
        made.learnt("double", version=number + 1)
    for number in range(PATTERNS + 3):
        reason = f"raised: Error{number}: no"
        made.hears(tool.Raised(task="R", tool="double", reason=reason, status="raised"))
    known = made.state.capabilities["double"]
    assert (len(known.learnings), len(known.versions), len(known.patterns)) == (KEPT, VERSIONS, PATTERNS)
    assert (len(made.state.recent), known.tally.runs) == (5, PATTERNS + 3)


def test_what_is_over_is_forgotten_before_what_is_open_or_stands() -> None:
    made = Memory()
    first = made.learnt("double")
    still = made.accepted("double")
    for version in range(2, VERSIONS + 3):
        named = made.learnt("double", version=version)
        made.hears(tool.Withdrawn(task=named, name="double", version=version))
    known = made.state.capabilities["double"]
    assert known.standing is not None
    assert known.standing.version == 1
    assert still in known.learnings
    assert first not in known.learnings


@pytest.mark.parametrize("bound", ["UNDONE", "DEMANDS", "BROUGHT"])
def test_what_came_to_nothing_is_forgotten_oldest_first(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, bound, 2)
    made = Memory()
    made.learnt("stands")
    for name in ("a", "b", "c"):
        made.hears(failed(made.accepted(name)))
        made.learnt(f"tool_{name}")
    state = made.state
    kept = {"UNDONE": state.undone, "DEMANDS": state.demands, "BROUGHT": state.brought}[bound]
    assert list(kept)[-1] in ("c", "L7")
    assert len(kept) == 2
    assert ("a" in state.capabilities) is (bound != "UNDONE")
    assert "stands" in state.capabilities


def test_what_is_learnt_again_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "UNDONE", 2)
    made = Memory()
    for name in ("a", "b"):
        made.hears(failed(made.accepted(name)))
    made.learnt("a")
    made.hears(failed(made.accepted("c")))
    assert set(made.state.capabilities) == {"a", "b", "c"}


def test_it_hears_nothing_that_is_not_said_in_the_council() -> None:
    said = {kind for member in ROSTER.members for kind in says_of(member)}
    assert place.CapabilityMemory.signature.hears <= said
