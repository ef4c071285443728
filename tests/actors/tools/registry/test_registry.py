"""The registry: in only through the gate, called only in the sandbox, undone when the task does not end well."""

from typing import Any

import pytest

from actors.dossiers import sealed
from actors.tools.registry.actor import Registry
from actors.tools.registry.catalogue import REFUSALS
from actors.tools.spec.interface import digest_of
from messages import task
from messages.gate import approval, change
from messages.kernel.control import Mode
from messages.task import Example, Host
from messages.tools import sandbox, tool
from messages.tools.sandbox import Result
from messages.tools.tool import Spec
from tests.actors.bench import Bench, only

SOURCE = "def double(n, times=2):\n    return n * times\n"


def register(name: str = "L", tool_name: str = "double", **more: Any) -> tool.Register:
    spec = {
        "name": tool_name,
        "description": "double it",
        "domain": "general",
        "source": SOURCE,
        "entry": "double",
        "parameters": ("n", "times="),
        "origin": "composition",
        "mastery": 1.0,
        "digest": digest_of(SOURCE, "double"),
        "example": Example(args=(1,), result=2),
        **more,
    }
    return tool.Register(task=name, spec=Spec(**spec))


def bench() -> Bench:
    return Bench(Registry)


def proposed(made: Bench, name: str = "L", **more: Any) -> change.Proposed:
    said: change.Proposed = only(made.hears(register(name, **more)), change.Proposed)
    return said


def approved(made: Bench, name: str = "L", mode: Mode = Mode.FULL) -> tuple[Any, ...]:
    dossier = proposed(made, name).dossier
    return made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9), mode=mode)


def stocked() -> Bench:
    made = bench()
    only(approved(made), tool.Registered)
    return made


def waiting() -> tuple[Bench, approval.Requested]:
    made = bench()
    return made, only(approved(made, mode=Mode.ADVISORY), approval.Requested)


def call(name: str = "R", *args: object, **more: Any) -> tool.Call:
    return tool.Call(task=name, tool=more.pop("tool", "double"), args=args, **more)


def ran(result: Result, name: str = "R") -> sandbox.Ran:
    return sandbox.Ran(task=name, purpose="registry:call", results=(result,))


# Registering.


def test_a_tool_is_proposed_with_digest_and_evidence_before_it_is_registered() -> None:
    made = bench()
    dossier = proposed(made).dossier
    assert dossier.digest == digest_of(SOURCE, "double")
    assert dossier.content.mastery == 1.0
    assert made.state.tools == {}


def test_an_approved_tool_is_registered_as_version_one_and_the_next_as_two() -> None:
    made = bench()
    assert only(approved(made, "L1"), tool.Registered).version == 1
    assert only(approved(made, "L2"), tool.Registered).version == 2
    assert made.actor.answer_find(tool.Find(name="double")).tools[0].versions == 2


def test_a_vetoed_tool_is_rejected_with_the_reason() -> None:
    made = bench()
    vetoed = change.Vetoed(dossier=proposed(made).dossier, reason="not well")
    assert only(made.hears(vetoed), tool.Rejected).reason == "vetoed: not well"
    assert made.state.proposals == {}


def test_a_source_that_does_not_fit_its_digest_is_rejected() -> None:
    said = bench().hears(register(source=SOURCE + "\nimport os\n"))
    assert "digest" in only(said, tool.Rejected).reason


def test_the_same_order_again_changes_nothing() -> None:
    made = bench()
    dossier = proposed(made).dossier
    assert made.hears(register()) == ()
    only(made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9)), tool.Registered)
    assert made.hears(register()) == ()
    assert made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9)) == ()
    assert len(made.state.tools["double"].versions) == 1


# A person's word.


def granted(requested: approval.Requested, **more: Any) -> approval.Granted:
    given = {"act": requested.act, "digest": requested.digest, "operator": "U", "task": "L", **more}
    return approval.Granted(**given)


def test_in_advisory_a_person_is_asked_and_nothing_is_registered_meanwhile() -> None:
    made, requested = waiting()
    assert requested.task == "L"
    assert made.state.tools == {}


def test_what_is_asked_for_is_bound_to_all_of_the_tool_and_not_to_its_code_alone() -> None:
    def asked(**more: Any) -> str:
        made = bench()
        dossier = proposed(made, **more).dossier
        digest: str = only(
            made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9), mode=Mode.ADVISORY), approval.Requested
        ).digest
        return digest

    assert asked() == asked()
    assert asked() != asked(hosts=(Host(host="api.example.com"),))
    assert asked() != asked(description="something else")


def test_what_policy_wants_reviewed_waits_for_a_person_in_every_mode() -> None:
    made = bench()
    dossier = sealed(proposed(made).dossier, ("it sends mail",))
    made.hears(change.Screened(dossier=dossier, policy_class="sensitive"))
    requested = only(made.hears(change.Approved(dossier=dossier, score=0.9)), approval.Requested)
    assert "it sends mail" in requested.summary
    only(made.hears(granted(requested)), tool.Registered)


def test_the_person_who_is_asked_sees_code_findings_reach_and_the_code_in_force() -> None:
    made = stocked()
    new = "def double(n, times=2):\n    return times * n\n"
    more = {"source": new, "digest": digest_of(new, "double"), "hosts": (Host(host="api.example.com"),)}
    dossier = sealed(proposed(made, "L2", **more).dossier, ("line 2: it multiplies",))
    made.hears(change.Screened(dossier=dossier, policy_class="sensitive"))
    requested = only(made.hears(change.Approved(dossier=dossier, score=0.9)), approval.Requested)
    shown = {exhibit.title: exhibit for exhibit in requested.exhibits}
    assert (shown["code"].text, shown["code"].before) == (new, SOURCE)
    assert shown["findings"].text == "line 2: it multiplies"
    assert "https://api.example.com" in shown["reaches"].text
    assert "[1] -> 2" in shown["examples"].text


def test_code_that_does_not_fit_beside_the_code_in_force_is_shown_alone() -> None:
    source = f"{SOURCE}# {chr(0xE4) * 190_000}\n"
    whole: dict[str, Any] = {"source": source, "digest": digest_of(source, "double")}
    made = bench()
    first = sealed(proposed(made, **whole).dossier, ())
    only(made.hears(change.Approved(dossier=first, score=0.9)), tool.Registered)
    second = change.Approved(dossier=sealed(proposed(made, "L2", **whole).dossier, ()), score=0.9)
    requested = only(made.hears(second, mode=Mode.ADVISORY), approval.Requested)
    assert requested.exhibits[0].before is None
    assert requested.exhibits[0].text == source


def test_what_policy_refuses_is_rejected_with_the_reason() -> None:
    made = bench()
    refused = change.Refused(dossier=proposed(made).dossier, policy_class="forbidden", reason="policy: no")
    assert only(made.hears(refused), tool.Rejected).reason == "policy: no"
    assert made.state.proposals == {}


def test_an_approval_registers_the_tool_once() -> None:
    made, requested = waiting()
    only(made.hears(granted(requested)), tool.Registered)
    assert made.hears(granted(requested)) == ()


def test_an_approval_for_another_digest_is_worth_nothing_and_the_person_is_asked_again() -> None:
    made, requested = waiting()
    assert only(made.hears(granted(requested, digest="0" * 64)), approval.Requested).digest == requested.digest
    assert made.state.tools == {}


def test_an_approval_given_before_a_freeze_is_worth_nothing_after_it() -> None:
    made, requested = waiting()
    made.decider.epoch = 2
    again = only(made.hears(granted(requested)), approval.Requested)
    assert again.digest != requested.digest
    only(made.hears(granted(again)), tool.Registered)


def test_a_denied_tool_is_rejected_with_the_reason() -> None:
    made, requested = waiting()
    denied = approval.Denied(act=requested.act, digest=requested.digest, reason="not in my house", task="L")
    assert "not in my house" in only(made.hears(denied), tool.Rejected).reason
    assert made.state.proposals == {}


# Calling.


def test_a_call_runs_the_source_in_the_sandbox_and_returns_its_value() -> None:
    made = stocked()
    run = only(made.hears(call("R", 3)), sandbox.Run)
    assert (run.source, run.entry, run.calls) == (SOURCE, "double", ((3,),))
    said = only(made.hears(ran(Result(status="returned", value=6, wall_ms=1.5))), tool.Returned)
    assert (said.value, said.version, said.wall_ms) == (6, 1, 1.5)
    assert made.state.calls == {}


def test_a_call_that_raises_is_told_with_its_status_and_counted() -> None:
    made = stocked()
    made.hears(call("R", 3))
    said = only(made.hears(ran(Result(status="raised", error="ValueError: no"))), tool.Raised)
    assert (said.status, said.reason) == ("raised", "raised: ValueError: no")
    entry = made.actor.answer_find(tool.Find()).tools[0]
    assert (entry.calls, entry.failures) == (1, 1)


def test_a_call_that_is_refused_as_the_tests_want_it_does_not_speak_against_the_tool_unless_all_are() -> None:
    made = bench()
    dossier = proposed(made, refuses=("ValueError",)).dossier
    made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9))
    rightly = []
    for reason in ["ValueError: no"] * (REFUSALS + 1) + ["KeyError: 'a'", "ValueError: no"]:
        made.hears(call("R", 3))
        rightly.append(only(made.hears(ran(Result(status="raised", error=reason))), tool.Raised).rightly)
    assert rightly == [True] * REFUSALS + [False, False, True]
    entry = made.actor.answer_find(tool.Find()).tools[0]
    assert (entry.calls, entry.failures) == (REFUSALS + 3, 2)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (call("R", 3, tool="nope"), "no tool"),
        (call("R", 3, version=2), "no version 2"),
        (call("R"), "takes 1 to 2 arguments"),
        (call("R", 1, 2, 3), "got 3"),
    ],
)
def test_a_call_that_can_not_be_made_is_told_at_once(asked: tool.Call, reason: str) -> None:
    made = stocked()
    said = made.hears(asked)
    assert reason in only(said, tool.Raised).reason
    assert said[0].status == ""  # type: ignore[attr-defined]
    assert made.state.calls == {}


def test_an_old_version_stays_callable_by_its_number() -> None:
    made = stocked()
    newer = "def double(n):\n    return n + n\n"
    dossier = proposed(made, "L2", source=newer, digest=digest_of(newer, "double"), parameters=("n",)).dossier
    made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9))
    assert only(made.hears(call("R1", 3)), sandbox.Run).source == newer
    assert only(made.hears(call("R2", 3, version=1)), sandbox.Run).source == SOURCE


def test_results_of_others_and_second_results_are_ignored() -> None:
    made = stocked()
    made.hears(call("R", 3))
    assert made.hears(sandbox.Ran(task="R", purpose="jochi:1", results=())) == ()
    only(made.hears(ran(Result(status="returned", value=6))), tool.Returned)
    assert made.hears(ran(Result(status="returned", value=6))) == ()


# Undoing.


@pytest.mark.parametrize(
    "end", [task.Cancelled(task="L", reason="enough"), task.Failed(task="L", reason="not done by its deadline")]
)
def test_what_a_task_brought_is_withdrawn_when_it_does_not_end_well(end: Any) -> None:
    made = stocked()
    said = only(made.hears(end), tool.Withdrawn)
    assert (said.name, said.version) == ("double", 1)
    assert "no tool" in only(made.hears(call("R", 3)), tool.Raised).reason
    assert made.hears(end) == ()


def test_a_withdrawn_version_gives_way_to_the_one_before_and_its_number_is_not_given_again() -> None:
    made = stocked()
    only(approved(made, "L2"), tool.Registered)
    made.hears(task.Cancelled(task="L2", reason="enough"))
    assert made.actor.answer_find(tool.Find(name="double")).tools[0].version == 1
    assert only(approved(made, "L3"), tool.Registered).version == 3


def test_a_proposal_of_a_cancelled_task_comes_to_nothing() -> None:
    made = bench()
    dossier = proposed(made).dossier
    assert made.hears(task.Cancelled(task="L", reason="enough")) == ()
    assert made.hears(change.Approved(dossier=sealed(dossier, ()), score=0.9)) == ()
    assert "over" in only(made.hears(register()), tool.Rejected).reason


def test_the_list_of_tools_is_without_sources_and_one_tool_is_shown_whole() -> None:
    made = stocked()
    assert made.actor.answer_find(tool.Find()).tools[0].spec.source == ""
    assert made.actor.answer_find(tool.Find(name="double")).tools[0].spec.source == SOURCE
    assert made.actor.answer_find(tool.Find(name="nope")).tools == ()
