"""The state as a graph: nodes and edges as plain data, and in networkx where a question needs it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from actors.tools.memory.capability import Capability, Execution, Learning, Version
from actors.tools.memory.proficiency import proficiency, status
from messages.base import Json
from messages.tools import memory
from messages.tools.memory import Edge, EdgeKind, Node, NodeKind

if TYPE_CHECKING:
    import networkx

PART_BYTES: Final = 300_000
"""A part of the graph that has so many bytes gets no further capability. *derived*: the largest capability still fits
an answer of 1 MiB beside it"""

Item = Node | Edge
Stage = tuple[str, int, float | None]


def part(capabilities: Mapping[str, Capability], recent: Sequence[Execution], after: str | None) -> memory.Subgraph:
    """The subgraphs of the capabilities whose names come after this one, as many as fit."""
    calls = _by_tool(recent)
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    size = 0
    names = sorted(name for name in {*capabilities, *calls} if after is None or name > after)
    for place, name in enumerate(names):
        for item in subgraph(name, capabilities.get(name), calls.get(name, ())):
            size += len(msgspec.json.encode(item))
            if isinstance(item, Edge):
                edges.append(item)
            else:
                nodes[item.id] = _merged(nodes.get(item.id), item)
        if size >= PART_BYTES and place + 1 < len(names):
            return memory.Subgraph(nodes=tuple(nodes.values()), edges=tuple(edges), next=name)
    return memory.Subgraph(nodes=tuple(nodes.values()), edges=tuple(edges), next=None)


def _by_tool(recent: Sequence[Execution]) -> dict[str, list[Execution]]:
    calls: dict[str, list[Execution]] = {}
    for execution in recent:
        calls.setdefault(execution.tool, []).append(execution)
    return calls


def _merged(known: Node | None, more: Node) -> Node:
    """A node that is only named by another keeps what is known of it."""
    if known is None:
        return more
    return Node(id=more.id, kind=more.kind, properties={**known.properties, **more.properties})


def networkx_of(items: Iterable[Item]) -> "networkx.MultiDiGraph[str]":
    """The nodes and edges in networkx: a node's `kind` beside its properties, an edge's kind as its key."""
    import networkx

    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for item in items:
        if isinstance(item, Node):
            made.add_node(item.id, kind=item.kind, **item.properties)
        else:
            made.add_edge(item.source, item.target, key=item.kind, **item.properties)
    return made


def prerequisites(capabilities: Mapping[str, Capability], name: str) -> memory.Prerequisites:
    """What the capability needs, directly and in the end; imports networkx (half a second, once) if it needs any."""
    if name not in capabilities:
        return memory.Prerequisites(known=False)
    direct = _requires(capabilities, name)
    if not direct:
        return memory.Prerequisites(known=True)
    import networkx

    reached = _reached(capabilities, name)
    whole = networkx_of(item for each in reached if each in capabilities for item in _itself(each, capabilities[each]))
    needs = whole.edge_subgraph([edge for edge in whole.edges(keys=True) if edge[2] == "REQUIRES"])
    knots = networkx.condensation(needs)
    order = [sorted(knots.nodes[knot]["members"]) for knot in networkx.topological_sort(knots)]
    named = [[needs.nodes[member]["name"] for member in members] for members in reversed(order)]
    return memory.Prerequisites(
        known=True,
        direct=direct,
        all=tuple(each for members in named for each in members if each != name),
        missing=tuple(sorted(each for each in reached if each != name and not _stands(capabilities, each))),
        circles=tuple(tuple(members) for members in named if _is_circle(capabilities, members)),
    )


def _requires(capabilities: Mapping[str, Capability], name: str) -> tuple[str, ...]:
    known = capabilities.get(name)
    return known.standing.requires if known is not None and known.standing is not None else ()


def _stands(capabilities: Mapping[str, Capability], name: str) -> bool:
    return name in capabilities and capabilities[name].standing is not None


def _reached(capabilities: Mapping[str, Capability], name: str) -> dict[str, None]:
    """The name, and all that it needs in the end."""
    found = {name: None}
    waiting = [name]
    while waiting:
        for other in _requires(capabilities, waiting.pop()):
            if other not in found:
                found[other] = None
                waiting.append(other)
    return found


def _is_circle(capabilities: Mapping[str, Capability], members: Sequence[str]) -> bool:
    return len(members) > 1 or members[0] in _requires(capabilities, members[0])


def subgraph(name: str, known: Capability | None, calls: Sequence[Execution]) -> Iterator[Item]:
    """All that hangs on one capability; what was called and never learnt is a tool alone."""
    if known is not None:
        yield from _itself(name, known)
        for version in known.versions:
            yield from _tool(name, version)
        for task, learning in known.learnings.items():
            yield from _learning(name, task, learning)
        for kind, pattern in known.patterns.items():
            yield from _hung(name, "HAS_ERROR_PATTERN", "ErrorPattern", f"{name}/{kind}", pattern, error=kind)
    for call in calls:
        yield from _execution(call)


def _itself(name: str, known: Capability) -> Iterator[Item]:
    tally, standing = known.tally, known.standing
    rated = {} if tally.rate is None else {"rate": tally.rate}
    mastery = {} if standing is None else {"mastery": standing.mastery, "version": standing.version}
    yield _node(
        "Capability",
        name,
        name=name,
        description=known.description,
        domain=known.domain,
        status=status(known),
        asked_at=known.asked_at,
        runs=tally.runs,
        successes=tally.successes,
        **rated,
        **mastery,
    )
    if standing is None:
        return
    learner, runs = _id("Agent", standing.agent), standing.tally.runs
    yield _node("Agent", standing.agent, name=standing.agent)
    yield _edge("LEARNED", learner, _id("Capability", name), at=standing.at, task=standing.task)
    level = proficiency(standing.tally.successes, runs)
    yield _edge("PROFICIENT_IN", learner, _id("Capability", name), level=level, runs=runs)
    for other in standing.requires:
        yield _node("Capability", other, name=other)
        yield _edge("REQUIRES", _id("Capability", name), _id("Capability", other))


def _tool(name: str, version: Version) -> Iterator[Item]:
    key = f"{name}@{version.version}"
    yield _node(
        "Tool",
        key,
        name=name,
        version=version.version,
        origin=version.origin,
        digest=version.digest,
        mastery=version.mastery,
        standing=version.standing,
        at=version.at,
        runs=version.tally.runs,
        successes=version.tally.successes,
        mean_ms=version.tally.mean_ms,
    )
    yield _edge("IMPLEMENTS", _id("Tool", key), _id("Capability", name))
    for other in version.requires:
        yield _node("Capability", other, name=other)
        yield _edge("REQUIRES_CAPABILITY", _id("Tool", key), _id("Capability", other))


def _learning(name: str, task: str, learning: Learning) -> Iterator[Item]:
    """The phases of a task as stages in their order, and what each came to."""
    if learning.study is not None:
        yield from _hung(name, "RESEARCHED", "Research", task, learning.study, task=task)
    for place, practice in enumerate(learning.practices):
        key = f"{task}/{practice.round}/{place}"
        yield from _hung(name, "PRACTICE_ATTEMPT", "PracticeAttempt", key, practice, task=task)
    for verdict in learning.verdicts:
        yield from _hung(name, "VALIDATED_BY", "ValidationResult", f"{task}/{verdict.round}", verdict, task=task)
    began_at = learning.at
    for order, (stage, number, ended_at) in enumerate(_stages(learning)):
        more: dict[str, Json] = {"stage": stage, "round": number, "order": order, "began_at": began_at}
        more |= {} if ended_at is None else {"ended_at": ended_at}
        yield from _hung(name, "HAS_STAGE", "LearningStage", f"{task}/{order}", None, task=task, **more)
        began_at = began_at if ended_at is None else ended_at


def _stages(learning: Learning) -> list[Stage]:
    """Name, round and end of the phases that the task has been through."""
    stages: list[Stage] = [("accepted", 0, learning.at)]
    if learning.study is not None:
        stages.append(("research", 0, learning.study.at))
    practised = {practice.round: practice.at for practice in learning.practices}
    judged = {verdict.round: verdict.at for verdict in learning.verdicts}
    for number in sorted({*practised, *judged}):
        stages += [("practice", number, practised[number])] if number in practised else []
        stages += [("validation", number, judged[number])] if number in judged else []
    if learning.outcome != "open":
        stages.append(("registration" if learning.outcome == "learnt" else learning.outcome, 0, learning.ended_at))
    return stages


def _execution(call: Execution) -> Iterator[Item]:
    plain = {key: value for key, value in msgspec.structs.asdict(call).items() if value is not None}
    yield _node("Execution", str(call.seq), **plain)
    tool = f"{call.tool}@{call.version}" if call.version is not None else call.tool
    yield _node("Tool", tool, name=call.tool)
    yield _edge("EXECUTED_AS", _id("Tool", tool), _id("Execution", str(call.seq)), at=call.at)


def _hung(
    name: str, edge: EdgeKind, label: NodeKind, key: str, struct: msgspec.Struct | None = None, **more: Json
) -> Iterator[Item]:
    """A node that hangs on the capability."""
    plain = {} if struct is None else msgspec.structs.asdict(struct)
    yield _node(label, key, **plain, **more)
    yield _edge(edge, _id("Capability", name), _id(label, key))


def _node(label: NodeKind, key: str, **properties: Json) -> Node:
    return Node(id=_id(label, key), kind=label, properties=properties)


def _edge(kind: EdgeKind, source: str, target: str, **properties: Json) -> Edge:
    return Edge(kind=kind, source=source, target=target, properties=properties)


def _id(label: NodeKind, key: str) -> str:
    return f"{label}:{key}"
