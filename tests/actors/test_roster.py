"""The council as it is: its parts fit together, and its boundaries are where they should be."""

from actors.roster import ROSTER
from messages import model, task
from messages.gate import budget, change
from messages.kernel import control
from messages.kernel.control import Level
from messages.tools import tool
from runtime.topology import check, edges


def mouths(kind: type) -> set[str]:
    return {member.name for member in ROSTER.members if kind in member.signature.says}


def test_the_roster_fits_together() -> None:
    check(ROSTER)


def test_each_verdict_has_one_mouth() -> None:
    assert mouths(task.Answered) == mouths(task.Failed) == mouths(task.Cancelled) == {"kublai"}
    assert mouths(change.Approved) == mouths(change.Vetoed) == mouths(control.Set) == {"veto"}
    assert mouths(tool.Registered) == {"registry"}
    assert mouths(task.Accepted) == mouths(task.Refused) == {"intake"}
    assert mouths(budget.Reserved) == mouths(budget.Exceeded) == mouths(budget.Settled) == {"treasury"}


def test_only_the_zone_that_may_reach_the_network_holds_the_way_to_a_model() -> None:
    assert mouths(model.Asked) == {"model"}
    zone = ROSTER.zone_of("model")
    assert zone is not None
    assert zone.name == "council"


def test_the_guard_is_alone_in_its_zone() -> None:
    for zone in ROSTER.zones:
        assert {child.member.level is Level.GUARD for child in zone.children} == {zone.name == "guard"}


def test_foreign_code_has_a_zone_of_its_own() -> None:
    zone = ROSTER.zone_of("sandbox")
    assert zone is not None
    assert [child.member.name for child in zone.children] == ["sandbox"]


def test_no_stage_of_the_gate_asks_back() -> None:
    gate = {"stability", "veto"}
    judged = [edge for edge in edges(ROSTER) if edge.message.startswith("change.") and edge.speaker in gate]
    assert {(edge.speaker, edge.hearer) for edge in judged if edge.hearer in gate} == {("stability", "veto")}
