"""Subjects, grants and the fitting together of a roster follow from the signatures."""

import pytest

from actors.edge.gateway import Gateway
from actors.edge.intake import Intake
from actors.roster import ROSTER
from bus.names import Names
from messages import task
from messages.base import Command, Event, kind_of
from messages.gate import change
from messages.kernel import actor as life
from messages.kernel import control, order
from messages.kernel.control import FREEZABLE, Level, Set
from runtime.actor import Actor, Emits
from runtime.envelope import is_addressed
from runtime.errors import BadRoster
from runtime.roster import Roster, zone
from runtime.topology import (
    SUPERVISOR_SAYS,
    check,
    consigned_by,
    edges,
    grant_of,
    grants_of,
    news_of,
    orders_of,
    says_of,
    types_heard,
    types_of,
)

NAMES = Names()
GRANTS = {grant.name: grant for grant in grants_of(ROSTER, NAMES)}


class Loud(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Said and heard by nobody."""


class Shouter(Actor):
    def on_failed(self, m: task.Failed) -> Emits[Loud]:
        yield Loud()


class Deaf(Actor):
    def on_approved(self, m: change.Approved) -> Emits[order.Freeze]:
        yield from ()


class Second(Actor):
    name = "second"

    def on_freeze(self, m: order.Freeze) -> Emits[Set]:
        yield from ()


class First(Actor):
    name = "second"

    def on_freeze(self, m: order.Freeze) -> Emits[Set]:
        yield from ()


class Reserved(Actor):
    name = "operator"


class Lifter(Actor):
    """A user's actor that would lift an operator's freeze."""

    def on_set(self, m: Set) -> Emits[Set]:
        yield Set(level=m.level, mode=control.Mode.FULL, epoch=m.epoch + 1, reason="mine")


class Ender(Actor):
    def on_accepted(self, m: task.Accepted) -> Emits[task.Answered | task.Failed]:
        yield task.Answered(task=m.task, result=None)


class Approver(Actor):
    def on_proposed(self, m: change.Proposed) -> Emits[change.Approved]:
        yield change.Approved(dossier=m.dossier)


class Orderer(Actor):
    def on_set(self, m: Set) -> Emits[order.Thaw]:
        yield order.Thaw(level=m.level, fence=self.origin.seq, reason="mine")


class Bailiff(Actor):
    def on_set(self, m: Set) -> Emits[life.Down]:
        yield life.Down(zone="guard", actors=(), reason="mine")


class Answered(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bears the name of a task's end."""

    flow = "task"
    for_people = True


class Mimic(Actor):
    def on_accepted(self, m: task.Accepted) -> Emits[Answered]:
        yield Answered()


def test_the_council_s_roster_fits_together() -> None:
    check(ROSTER)


@pytest.mark.parametrize(
    ("member", "part"),
    [
        (Lifter, "control.Set has one mouth, and veto and lifter would say it"),
        (Ender, "task.Answered has one mouth, and kublai and ender would say it"),
        (Ender, "task.Failed has one mouth"),
        (Approver, "change.Approved has one mouth, and veto and approver"),
        (Orderer, "order.Thaw has one mouth, and orderer and operator"),
        (Bailiff, "actor.Down has one mouth, and bailiff and supervisor"),
        (Mimic, "task.Answered has one mouth, and kublai and mimic"),
        (Mimic, "2 classes are called task.Answered"),
    ],
)
def test_what_one_member_alone_may_say_is_granted_to_no_actor_of_a_user(member: type[Actor], part: str) -> None:
    own = ROSTER.plus(zone("own", member))
    for refused in (check, lambda roster: grants_of(roster, NAMES)):
        with pytest.raises(BadRoster, match=part.replace(".", r"\.")):
            refused(own)


def test_every_order_control_record_verdict_and_task_s_end_has_one_mouth() -> None:
    ends = (task.Accepted, task.Refused, task.Answered, task.Failed, task.Cancelled)
    verdicts = (change.Screened, change.Refused, change.Assessed, change.Approved, change.Vetoed)
    unmarked = {
        kind
        for kind in (*orders_of(ROSTER), *SUPERVISOR_SAYS, *ends, *verdicts, Set, *news_of(ROSTER))
        if not kind.one_mouth
    }
    assert unmarked == {life.Restart}


@pytest.mark.parametrize(
    ("members", "part"),
    [
        ((Shouter,), "says test_topology.Loud, which nobody hears"),
        ((Deaf,), "hears change.Approved, which nobody says"),
        ((First, Second), "two members are named 'second'"),
        ((First, Second), "order.Freeze is a command and has 2 hearers"),
        ((Reserved,), "'operator' is a reserved name"),
    ],
)
def test_a_roster_that_does_not_fit_is_refused_with_every_fault(members: tuple[type[Actor], ...], part: str) -> None:
    with pytest.raises(BadRoster, match=part.replace(".", r"\.")):
        check(Roster(zones=(zone("z", *members),), kinds=(task.Cancel,)))


def test_only_the_veto_may_write_control_records() -> None:
    records = {NAMES.control(level) for level in FREEZABLE}
    writers = {name for name, grant in GRANTS.items() if records & set(grant.says)}
    assert writers == {"veto"}


def test_the_guard_is_no_level_that_a_control_record_could_name() -> None:
    assert not any(NAMES.control(Level.GUARD) in grant.says for grant in GRANTS.values())


def test_each_verdict_has_one_mouth() -> None:
    for verdict in (change.Approved, change.Vetoed, change.Assessed, task.Accepted, task.Answered, control.Set):
        speakers = [member.name for member in ROSTER.members if verdict in says_of(member)]
        assert len(speakers) == 1, (verdict, speakers)


def test_a_command_goes_to_one_hearer() -> None:
    hearers: dict[str, set[str]] = {}
    for edge in edges(ROSTER):
        hearers.setdefault(edge.message, set()).add(edge.hearer)
    commands = {name for name, kind in types_of(ROSTER).items() if issubclass(kind, change.Event) is False}
    unaddressed = {
        name for name in commands if not name.startswith("task.") and not is_addressed(types_of(ROSTER)[name])
    }
    assert all(len(hearers.get(name, set())) <= 1 for name in unaddressed)


def test_an_addressed_command_reaches_the_one_it_names_alone() -> None:
    assert GRANTS["jochi"].hears.count("kurultai.command.learning.Practise.*.jochi") == 1
    assert not any(subject.endswith(".temujin") for subject in GRANTS["jochi"].hears)
    assert "kurultai.command.learning.Practise.kublai.*" in GRANTS["kublai"].says


def test_every_member_hears_replays_of_its_own_dead_inputs_and_of_no_other_s() -> None:
    for member in ROSTER.members:
        replays = [subject for subject in GRANTS[member.name].hears if ".actor.Replay." in subject]
        assert replays in ([f"kurultai.command.actor.Replay.*.{member.name}"], [])


def test_a_grant_holds_only_subjects_of_its_own_name() -> None:
    for member in ROSTER.members:
        for subject in grant_of(member, NAMES).says:
            own = subject.endswith((f".{member.name}", f".{member.name}.*"))
            tasks = {f"kurultai.task.{kind_of(kind)}" for kind in consigned_by(member)}
            assert own or subject in tasks or subject.startswith("kurultai.control.")


def test_the_intake_hears_every_kind_of_the_roster() -> None:
    intake = next(member for member in ROSTER.members if member.name == "intake")
    assert {name for name in types_heard(intake, ROSTER) if name.startswith("task.")} >= {
        "task.learn",
        "task.run",
        "task.cancel",
    }


def test_a_tool_is_called_by_query_only_by_those_who_may_publish_tasks() -> None:
    asked = "kurultai.query.tool.Invoke"
    assert [name for name, grant in GRANTS.items() if asked in grant.asks] == ["publisher", "publisher-mcp"]
    assert [name for name, grant in GRANTS.items() if asked in grant.serves] == ["gateway"]
    tasks = {name: {each for each in grant.says if each.startswith("kurultai.task.")} for name, grant in GRANTS.items()}
    assert {name: found for name, found in tasks.items() if found} == {
        **{name: {"kurultai.task.*"} for name in ("publisher", "publisher-mcp", "ferry")},
        "gateway": {"kurultai.task.run", "kurultai.task.cancel"},
    }


def test_a_publisher_hears_which_tools_there_are_and_of_their_calls_nothing() -> None:
    heard = [subject for subject in GRANTS["publisher"].watches if ".event.tool." in subject]
    assert "kurultai.event.tool.Registered.*" in heard
    assert not any("Returned" in subject or "Raised" in subject or subject.endswith(">") for subject in heard)


def test_a_task_that_the_roster_does_not_take_can_not_be_had_done() -> None:
    with pytest.raises(BadRoster, match="gateway has tasks of the kind run done"):
        check(Roster(zones=(zone("z", Intake, Gateway),), kinds=(task.Cancel,)))


def test_lifecycle_events_may_be_said_by_all() -> None:
    for member in ROSTER.members:
        assert life.Froze in says_of(member)


class Rest(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rester: rest."""

    of_operator = True


class Rester(Actor):
    def on_rest(self, m: Rest) -> Emits[task.Cancelled]:
        yield task.Cancelled(task="t-1", reason="rest")


def test_an_order_of_a_user_s_own_actor_may_be_given_by_an_operator_and_by_nobody_else() -> None:
    roster = Roster(zones=(zone("own", Rester),), kinds=())
    says = {grant.name: grant.says for grant in grants_of(roster, NAMES)}
    subject = "kurultai.command.test_topology.Rest.operator"
    assert [name for name, subjects in says.items() if subject.replace(".operator", f".{name}") in subjects] == [
        "operator"
    ]
    assert subject in says["operator"]
