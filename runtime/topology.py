"""What follows from the signatures: subjects, permissions, who hears whom, and whether it all fits together."""

from collections.abc import Iterable, Sequence

import msgspec

from bus.log import Grant
from bus.names import Names
from messages import task as tasks
from messages.base import Command, Event, Message, Task, flow_of, kind_of, type_name
from messages.kernel import actor as life
from messages.kernel import audit, control
from messages.kernel.control import FREEZABLE, Level, Set
from runtime.actor import Actor, Member, Worker
from runtime.envelope import event_subject, is_addressed
from runtime.errors import BadRoster
from runtime.roster import Roster

LIFECYCLE: dict[str, type[Message]] = {
    type_name(kind): kind
    for kind in (life.Started, life.Froze, life.Faltered, life.Recovered, life.DeadLettered, life.Held, life.Resolved)
}
"""What the runtime says in an actor's name, by type name."""
SUPERVISOR = "supervisor"
"""The identity that starts, watches and kills the others; it says and hears what the table below holds."""
SUPERVISOR_SAYS: tuple[type[Message], ...] = (
    life.Convened,
    life.Crashed,
    life.Stuck,
    life.Down,
    life.Refused,
    control.Settled,
)
SUPERVISOR_HEARS: tuple[type[Message], ...] = (life.Restart,)
ENDINGS: tuple[type[Event], ...] = (tasks.Answered, tasks.Failed, tasks.Cancelled, tasks.Refused)
"""What ends a task: whoever has one done hears of it."""
CLIENTS = ("publisher", "auditor", "operator")
"""Roles of people and programs outside the council, and the names of the identities that each role has from the start.

Another identity in a role is named `<role>-<name>`.
"""
BRIDGE = "publisher-mcp"
"""The identity of the MCP bridge: a publisher of its own. *chosen*"""
INSTANCES = 8
"""A zone of workers may run so many times; each has a consumer to read the log back, which costs the server 55 KB and
5 ms at every start whether it is used or not. *chosen*"""
FERRY = "ferry"
"""The identity that takes over what publishers say, from their airlocks to the log."""


def says_of(member: type[Member]) -> frozenset[type[Message]]:
    """All that may stand on the log in the member's name, with what the runtime says of its life."""
    return member.signature.says | frozenset(LIFECYCLE.values())


def addressed_to(member: type[Member]) -> tuple[type[Command], ...]:
    """Orders about its own life that the runtime takes in the member's name; only workers hold effects."""
    return (life.Replay, life.Resolve) if issubclass(member, Worker) else (life.Replay,)


def orders_of(roster: Roster) -> tuple[type[Command], ...]:
    """What an operator may order of this council: of its members, of their runtime and of the supervisor."""
    heard = {kind for member in roster.members for kind in (*member.signature.hears, *addressed_to(member))}
    found = [kind for kind in {*heard, *SUPERVISOR_HEARS} if issubclass(kind, Command) and kind.of_operator]
    return tuple(sorted(found, key=type_name))


def news_of(roster: Roster) -> tuple[type[Event], ...]:
    """What whoever has tasks done may hear of the tools."""
    said = {kind for member in roster.members for kind in member.signature.says}
    return tuple(sorted((kind for kind in said if issubclass(kind, Event) and kind.for_callers), key=type_name))


def grant_of(member: type[Member], names: Names) -> Grant:
    """What the member's identity may do on the log."""
    says: list[str] = []
    for kind in sorted(says_of(member), key=type_name):
        if kind is Set:
            says += [names.control(level) for level in FREEZABLE]
        else:
            says.append(event_subject(names, kind, member.name, "*" if is_addressed(kind) else None))
    if issubclass(member, Actor) and member.hears_all:
        hears = [names.subject(">")]
    else:
        hears = [subject_heard(names, kind, member.name) for kind in sorted(member.signature.hears, key=type_name)]
        hears += [event_subject(names, kind, "*", member.name) for kind in addressed_to(member)]
    watches = [names.control(level) for level in FREEZABLE if level == member.level]
    if issubclass(member, Worker):
        watches.append(event_subject(names, tasks.Cancelled, "*"))
    consigned = consigned_by(member)
    if consigned:
        watches += [event_subject(names, kind, "*") for kind in ENDINGS]
    return Grant(
        name=member.name,
        says=(*says, *(event_subject(names, kind, member.name) for kind in sorted(consigned, key=kind_of))),
        hears=tuple(hears),
        single=issubclass(member, Worker),
        watches=tuple(dict.fromkeys(watches)),
        serves=tuple(query_subject(names, query) for query in member.signature.answers),
        emits=(names.subject("telemetry", member.name), *_alarms(member, names)),
        observes=tuple(names.alarm(level) for level in FREEZABLE if level == member.level),
        reads=tuple(hears) if names.subject(">") in hears else (*hears, *says),
        surveys=issubclass(member, Worker) and member.surveys,
    )


def consigned_by(member: type[Member]) -> frozenset[type[Task]]:
    """The tasks that the member may publish to answer questions, and the word that one is not wanted any more."""
    found = frozenset(task for tasks_ in member.signature.consigns.values() for task in tasks_)
    return found | {tasks.Cancel} if found else found


def takes_tasks(member: type[Member]) -> bool:
    """The member hears tasks, as they come from outside."""
    return any(issubclass(kind, Task) for kind in member.signature.hears)


def _alarms(member: type[Member], names: Names) -> tuple[str, ...]:
    return tuple(names.alarm(level) for level in FREEZABLE) if Set in member.signature.says else ()


def query_subject(names: Names, query: type[Message]) -> str:
    """Where questions of the type are asked."""
    return names.subject("query", flow_of(query), query.__name__)


def subject_heard(names: Names, kind: type[Message], hearer: str) -> str:
    """Where messages of the type stand that `hearer` is to hear, whoever says them."""
    if kind is Set:
        return names.subject("control", "*")
    return event_subject(names, kind, "*", hearer if is_addressed(kind) else None)


def role_of(identity: str) -> str:
    """The role of a client's identity; empty if the name is no client's."""
    role, _, _ = identity.partition("-")
    return role if role in CLIENTS else ""


def grants_of(roster: Roster, names: Names, identities: Sequence[str] = ()) -> tuple[Grant, ...]:
    """The grants of all identities: members, supervisor, ferry and clients, with the further clients named.

    Raises BadRoster rather than grant a second mouth.
    """
    refuse(second_mouths(roster))
    members = tuple(
        msgspec.structs.replace(grant_of(child.member, names), instances=INSTANCES if zone.shareable else 1)
        for zone in roster.zones
        for child in zone.children
    )
    queries: list[str] = []
    invocations: list[str] = []
    for member in roster.members:
        for query in member.signature.answers:
            (invocations if query in member.signature.consigns else queries).append(query_subject(names, query))
    ferry = Grant(name=FERRY, says=(names.subject("task", "*"),), ferries=True)
    asks = tuple(queries)
    clients = (
        _client_grant(roster, names, name, (*asks, *invocations) if role_of(name) == "publisher" else asks)
        for name in dict.fromkeys((*CLIENTS, BRIDGE, *identities))
    )
    return (*members, supervisor_grant(names), ferry, *clients)


def supervisor_grant(names: Names) -> Grant:
    """What the supervisor's identity may do."""
    says = tuple(event_subject(names, kind, SUPERVISOR) for kind in SUPERVISOR_SAYS)
    hears = tuple(event_subject(names, kind, "*") for kind in SUPERVISOR_HEARS)
    watches = (names.control("*"), event_subject(names, life.Froze, "*"))
    return Grant(
        name=SUPERVISOR,
        says=says,
        hears=hears,
        watches=watches,
        emits=(names.subject("telemetry", SUPERVISOR),),
        observes=(names.subject("telemetry", "*"),),
        reads=(*says, *hears),
    )


def _client_grant(roster: Roster, names: Names, name: str, asks: tuple[str, ...]) -> Grant:
    """What a person or program outside may do, by the role that the name begins with."""
    match role_of(name):
        case "publisher":
            return _publisher_grant(roster, names, name, asks)
        case "auditor":
            seal = event_subject(names, audit.Seal, name)
            return _overlooking(names, Grant(name=name, says=(seal,), asks=asks))
        case _:
            kinds = orders_of(roster)
            orders = tuple(event_subject(names, kind, name, "*" if is_addressed(kind) else None) for kind in kinds)
            return _overlooking(names, Grant(name=name, says=orders, asks=asks))


def _publisher_grant(roster: Roster, names: Names, name: str, asks: tuple[str, ...]) -> Grant:
    """Publish, and follow tasks.

    Who publishes also hears which tools there are, and whether work on tasks is frozen; it alone may ask what is
    answered by having a task done.
    """
    task_events = names.subject("event", "task", ">")
    tool_news = tuple(event_subject(names, kind, "*") for kind in news_of(roster))
    mode = names.control(Level.FOUNDATION)
    says = (names.subject("task", "*"),)
    watches = (task_events, *tool_news, mode)
    return Grant(name=name, says=says, airlock=True, watches=watches, asks=asks, plain_inbox=True)


def _overlooking(names: Names, grant: Grant) -> Grant:
    """The grant, and to read and follow everything."""
    everything = tuple(names.subject(word, ">") for word in ("task", "command", "event", "control"))
    gauges = (names.subject("telemetry", "*"),)
    return msgspec.structs.replace(grant, watches=everything, observes=gauges, reads=(">",), plain_inbox=True)


def types_heard(member: type[Member], roster: Roster) -> dict[str, type[Message]]:
    """The types that the member's inbox may deliver, by the name that their subject gives."""
    types: dict[str, type[Message]] = {}
    for kind in member.signature.hears:
        if kind is Task:
            types |= {f"task.{kind_of(task)}": task for task in roster.kinds}
        elif issubclass(kind, Task):
            types[f"task.{kind_of(kind)}"] = kind
        else:
            types[type_name(kind)] = kind
    return types | {type_name(kind): kind for kind in addressed_to(member)}


def types_of(roster: Roster) -> dict[str, type[Message]]:
    """Every type that may stand on the log, by the name that its subject gives."""
    kinds: set[type[Message]] = {*SUPERVISOR_SAYS, *SUPERVISOR_HEARS, *orders_of(roster), audit.Seal, Set}
    for member in roster.members:
        kinds |= says_of(member)
    types: dict[str, type[Message]] = {type_name(kind): kind for kind in kinds}
    return types | {f"task.{kind_of(task)}": task for task in roster.kinds}


class Edge(msgspec.Struct, frozen=True, order=True):
    """One message type on its way from a speaker to a hearer."""

    speaker: str
    message: str
    hearer: str


def edges(roster: Roster) -> tuple[Edge, ...]:
    """Who hears what from whom."""
    found = set()
    for speaker, said in _speakers(roster):
        for hearer in roster.members:
            for kind in said:
                if kind in hearer.signature.hears or (issubclass(kind, Task) and Task in hearer.signature.hears):
                    found.add(Edge(speaker, type_name(kind), hearer.name))
    return tuple(sorted(found))


def _speakers(roster: Roster) -> Iterable[tuple[str, Iterable[type[Message]]]]:
    for member in roster.members:
        yield member.name, says_of(member) | consigned_by(member)
    yield SUPERVISOR, SUPERVISOR_SAYS
    yield "publisher", roster.kinds
    yield "operator", orders_of(roster)
    yield "auditor", (audit.Seal,)


def second_mouths(roster: Roster) -> list[str]:
    """What more than one identity would say of that which has one mouth: modes, verdicts, orders, a task's end.

    Counted by the name on the log, since that is what hearers go by: a class of the same name counts as the same.
    """
    speakers: dict[str, list[str]] = {}
    classes: dict[str, dict[type[Message], None]] = {}
    for speaker, kinds in _speakers(roster):
        for kind in kinds:
            if not issubclass(kind, Task):
                speakers.setdefault(type_name(kind), []).append(speaker)
                classes.setdefault(type_name(kind), {})[kind] = None
    faults = [
        f"{name} has one mouth, and {' and '.join(speakers[name])} would say it: leave it to the first"
        for name, kinds in classes.items()
        if len(speakers[name]) > 1 and any(kind.one_mouth for kind in kinds)
    ]
    return faults + [
        f"{len(kinds)} classes are called {name}: {', '.join(sorted(kind.__module__ for kind in kinds))}"
        for name, kinds in classes.items()
        if len(kinds) > 1
    ]


def refuse(faults: Iterable[str]) -> None:
    """Raises BadRoster if there is a fault."""
    found = sorted(faults)
    if found:
        raise BadRoster("the roster does not fit together:\n  " + "\n  ".join(found))


def check(roster: Roster) -> None:
    """The roster fits together; raises BadRoster with everything that does not."""
    faults = second_mouths(roster)
    names = [member.name for member in roster.members]
    reserved = {SUPERVISOR, FERRY, "installer"}
    faults += [f"two members are named {name!r}" for name in sorted({n for n in names if names.count(n) > 1})]
    faults += [f"{name!r} is a reserved name" for name in names if name in reserved or role_of(name)]
    faults += [
        f"{name!r} is not a name: letters, digits, - and _ only"
        for name in names
        if not name.replace("-", "").replace("_", "").isalnum()
    ]
    faults += [
        f"{member.name} has tasks of the kind {kind_of(task)} done, which the roster does not take"
        for member in roster.members
        for task in consigned_by(member) - set(roster.kinds)
    ]
    said: dict[type[Message], list[str]] = {}
    heard: dict[type[Message], list[str]] = {}
    for speaker, kinds in _speakers(roster):
        for kind in kinds:
            said.setdefault(kind, []).append(speaker)
    for member in roster.members:
        for kind in member.signature.hears:
            heard.setdefault(kind, []).append(member.name)
    for kind in SUPERVISOR_HEARS:
        heard.setdefault(kind, []).append(SUPERVISOR)
    for kind, hearers in heard.items():
        if kind is not Task and kind not in said and not (issubclass(kind, Event) and kind.of_users):
            faults.append(f"{', '.join(hearers)} hears {type_name(kind)}, which nobody says")
        if issubclass(kind, Command) and not is_addressed(kind) and len(hearers) > 1:
            faults.append(f"{type_name(kind)} is a command and has {len(hearers)} hearers: {', '.join(hearers)}")
    for kind, speakers in said.items():
        unheard = kind not in heard and not (issubclass(kind, Task) and Task in heard)
        if unheard and not _for_others(kind):
            mend = "if people are to read it, give the class `for_people = True`"
            faults.append(f"{', '.join(speakers)} says {type_name(kind)}, which nobody hears; {mend}")
    refuse(faults)


def _for_others(kind: type[Message]) -> bool:
    """The message is meant for people, or for the runtime itself."""
    meant = issubclass(kind, Event) and kind.for_people
    ordered = issubclass(kind, Command) and kind.of_operator
    return meant or ordered or kind in SUPERVISOR_SAYS or kind in (audit.Seal, Set)
