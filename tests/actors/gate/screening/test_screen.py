"""What is checked of every dossier before its own screen reads it, and each screen at its boundaries."""

from typing import Any, get_args

import msgspec
import pytest

from actors.gate.policy import Policy
from actors.gate.screening.outcome import REASON_CHARS, Outcome, Scene
from actors.gate.screening.screen import SCREENS, screen
from messages.gate import evidence
from messages.gate.change import Dossier
from messages.kernel.control import Level
from tests.actors.bench import START
from tests.actors.gate.dossiers import CHANGED, CODE, GOAL, GOOD, PARAMETER, TOOL, VALUE, WEIGHTS, dossier
from tests.actors.soul.soul_cases import SOUL

MEMBERS = {"librarian": Level.FOUNDATION, "veto": Level.GUARD}
SCENE = Scene(Policy.Settings(), MEMBERS, START)


def outcome(content: evidence.Evidence, **changes: Any) -> Outcome:
    """What the screen says to the evidence with these changes."""
    return screen(dossier(msgspec.structs.replace(content, **changes)), SCENE)


# All kinds.


def test_each_kind_of_evidence_has_its_own_screen_and_pattern() -> None:
    kinds = set(evidence.Evidence.__args__)
    assert set(SCREENS) == kinds
    assert len({evidence.pattern_of(content) for content in GOOD}) == len(kinds)
    assert {type(content) for content in GOOD} == kinds


@pytest.mark.parametrize("content", GOOD, ids=lambda content: type(content).__name__)
def test_good_evidence_of_each_kind_passes_without_a_person(content: evidence.Evidence) -> None:
    told = screen(dossier(content), SCENE)
    assert (told.reason, told.review) == (None, ())


@pytest.mark.parametrize("old", [None, {}, {"code": "import os; os.system('x')"}, "text"])
def test_untyped_evidence_is_refused(old: Any) -> None:
    bare = Dossier(change="c-1", pattern="value.mutate", subject="safety", digest="d", evidence=old)
    assert screen(bare, SCENE).reason == "policy: the dossier 'c-1' holds no evidence that can be judged"


@pytest.mark.parametrize("content", GOOD, ids=lambda content: type(content).__name__)
def test_evidence_of_another_kind_than_the_pattern_is_refused(content: evidence.Evidence) -> None:
    for other in GOOD:
        if other is not content:
            said = screen(dossier(content, pattern=evidence.pattern_of(other)), SCENE)
            assert "can't be judged by evidence" in str(said.reason)


@pytest.mark.parametrize("origin", get_args(evidence.Origin))
def test_a_goal_is_judged_under_its_own_origin_and_under_no_other(origin: evidence.Origin) -> None:
    content = msgspec.structs.replace(GOAL, origin=origin)
    for other in get_args(evidence.Origin):
        told = screen(dossier(content, pattern=f"goal.{other}"), SCENE)
        assert (told.reason is None) is (other == origin)


@pytest.mark.parametrize("content", GOOD, ids=lambda content: type(content).__name__)
def test_an_unknown_pattern_is_refused(content: evidence.Evidence) -> None:
    assert "'veto.remove' can't be judged" in str(screen(dossier(content, pattern="veto.remove"), SCENE).reason)


@pytest.mark.parametrize("content", GOOD, ids=lambda content: type(content).__name__)
def test_a_kind_without_a_screen_is_refused(content: evidence.Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SCREENS, type(content))
    assert "no screen knows" in str(screen(dossier(content), SCENE).reason)


@pytest.mark.parametrize("content", GOOD, ids=lambda content: type(content).__name__)
def test_a_digest_of_something_else_is_refused(content: evidence.Evidence) -> None:
    assert "the digest is not that" in str(screen(dossier(content, digest="d"), SCENE).reason)


@pytest.mark.parametrize("content", [CHANGED, VALUE, CODE, PARAMETER], ids=lambda content: type(content).__name__)
def test_a_dossier_about_another_subject_than_its_evidence_is_refused(content: evidence.Evidence) -> None:
    assert "the dossier speaks of 'other'" in str(screen(dossier(content, subject="other"), SCENE).reason)


# Tools and code.


def test_hostile_code_is_refused_in_a_tool_and_in_a_rewrite() -> None:
    hostile = "import os\n\n\ndef f(n):\n    return os.system('x')\n"
    assert "line 1: import os" in str(outcome(TOOL, source=hostile).reason)
    assert "line 1: import os" in str(outcome(CODE, after=hostile).reason)


@pytest.mark.parametrize("content", [TOOL, CODE], ids=lambda content: type(content).__name__)
def test_a_domain_that_nobody_knows_is_refused(content: evidence.Evidence) -> None:
    assert "no domain is named 'magic'" in str(outcome(content, domain="magic").reason)


def test_a_rewrite_of_security_waits_for_a_person() -> None:
    told = outcome(CODE, domain="security")
    assert told.reason is None
    assert told.review


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"after": CODE.before}, "changes nothing"),
        ({"cases": 0}, "on no input"),
        ({"improvement_low": 0.149}, "15% are needed"),
        ({"improvement_low": 0.15, "cases": 1}, None),
    ],
)
def test_a_rewrite_needs_a_measured_gain(changes: dict[str, Any], part: str | None) -> None:
    reason = outcome(CODE, **changes).reason
    assert (part in str(reason)) if part else reason is None


# SOULs.


def test_a_protected_section_is_closed_to_the_agent_and_open_to_an_operator_with_approval() -> None:
    stricter = SOUL.replace("- I MUST NOT guess.", "- I MUST NOT guess.\n- I MUST NOT hurry.")
    told = outcome(CHANGED, after=stricter)
    assert [finding.rule for finding in told.findings] == ["protected-section"]
    ordered = outcome(CHANGED, after=stricter, author="operator")
    assert ordered.reason is None
    assert ordered.policy_class == "restricted"
    assert ordered.review == ("to change Boundaries is of critical risk",)


def test_the_first_text_is_judged_by_itself() -> None:
    assert outcome(CHANGED, before="", after=SOUL).reason is None
    headless = outcome(CHANGED, before="", after=SOUL.replace("## Identity", "## Self"))
    assert [finding.rule for finding in headless.findings] == ["required-section"]


def test_a_text_that_is_no_soul_is_refused() -> None:
    assert "the text is no SOUL" in str(outcome(CHANGED, after="words alone").reason)


# Values.


def moved(step: float) -> dict[str, float]:
    return {**WEIGHTS, "safety": WEIGHTS["safety"] + step, "growth": WEIGHTS["growth"] - step}


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"after": moved(0.05)}, None),
        ({"after": moved(-0.05)}, None),
        ({"after": moved(0.051)}, "would move by 0.051"),
        ({"after": moved(-0.051)}, "would move by 0.051"),
        ({"after": WEIGHTS}, "would not change"),
        ({"after": {**WEIGHTS, "safety": 0.13}}, "add up to 1.03"),
        ({"before": {**WEIGHTS, "safety": 0.13}}, "add up to 1.03"),
        ({"after": {"safety": 1.0}}, "must name each of"),
        ({"objective_change": -0.03}, None),
        ({"objective_change": -0.031}, "the objective changed by -0.031"),
        ({"goal_rate_change": -0.10}, None),
        ({"goal_rate_change": -0.11}, "the rate of goals changed by -11%"),
    ],
)
def test_a_value_mutation_is_held_to_its_bounds(changes: dict[str, Any], part: str | None) -> None:
    reason = outcome(VALUE, **changes).reason
    assert (part in str(reason)) if part else reason is None


# Parameters.


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"after": 1.0}, None),
        ({"after": 50.0}, None),
        ({"after": 0.99}, "is outside [1, 50]"),
        ({"after": 50.01}, "is outside [1, 50]"),
        ({"after": 10.0}, "would not change"),
        ({"after": float("nan")}, "no finite number"),
        ({"high": float("inf")}, "no finite number"),
        ({"actor": "veto"}, "belongs to the guard"),
        ({"actor": "nobody"}, "no actor of the council"),
    ],
)
def test_a_parameter_is_held_to_its_range_and_never_the_guards(changes: dict[str, Any], part: str | None) -> None:
    content = msgspec.structs.replace(PARAMETER, **changes)
    reason = screen(dossier(content, subject=f"{content.actor}.{content.name}"), SCENE).reason
    assert (part in str(reason)) if part else reason is None


# Goals.


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"purpose_alignment": 0.50}, None),
        ({"purpose_alignment": 0.499}, "purpose alignment is 0.50"),
        ({"value_alignment": 0.60}, None),
        ({"value_alignment": 0.59}, "value alignment is 0.59"),
        ({"feasibility": 0.05}, None),
        ({"feasibility": 0.049}, "feasibility is 0.05"),
        ({"viability": 1.0}, None),
        ({"viability": 0.99}, "resource viability is 0.99"),
        ({"stable": False}, "a condition of stability is violated"),
        ({"deadline": START}, "deadline has passed"),
        ({"deadline": START + 1}, None),
    ],
)
def test_a_goal_that_fails_one_check_is_refused_with_its_name(changes: dict[str, Any], part: str | None) -> None:
    reason = outcome(GOAL, **changes).reason
    assert (part in str(reason)) if part else reason is None


def test_a_reason_is_no_longer_than_a_record_can_carry() -> None:
    hostile = "\n".join(f"import os.{'a' * 5_000}{number}" for number in range(20))
    assert len(str(outcome(TOOL, source=hostile).reason)) <= REASON_CHARS
