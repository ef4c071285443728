"""The capability memory hears how tools are learnt and how they fare, and answers questions about it.

It decides nothing, and can be deleted: the log makes it anew. An execution costs it some microseconds. Of what is over
it keeps counts for ever and details for a while.
"""

from typing import Annotated, Final, TypeVar

import msgspec

from actors.tools.memory import graph, queries, recall
from actors.tools.memory.capability import Capability, Demand, Execution, Learning, Tally, Version, cut
from actors.tools.practice import CAUSES, UNKNOWN, kind_of_error
from messages import task
from messages.gate import policy
from messages.kernel.control import Level
from messages.tools import learning, memory, tool
from messages.tools.learning import ErrorPattern
from messages.tools.memory import Outcome
from runtime.actor import Actor, Emits

BROUGHT: Final = 1_000
"""Tasks that are kept in mind after they brought a tool, lest they be cancelled late. *chosen*: they end at once"""
UNDONE: Final = 1_000
"""Capabilities that are kept although nothing stands of them; the oldest are forgotten. *chosen*"""
DEMANDS: Final = 1_000
"""Names that were asked for in vain and are kept; those not asked for longest are forgotten. *chosen*"""
ERROR_CHARACTERS: Final = 120
"""Longest error of an execution that is kept. *derived*: all executions of one tool fit an answer of 1 MiB"""

V = TypeVar("V")


class Wish(msgspec.Struct):
    """What is read of a learning task."""

    name: str
    goal: str
    domain: str = "general"


class CapabilityMemory(Actor):
    """What is remembered of a capability is what the log says of it; what a task brought goes when the task fails."""

    name = "memory"
    level = Level.FOUNDATION

    class State(msgspec.Struct):
        capabilities: dict[str, Capability] = {}
        open: dict[str, str] = {}
        """What a task is to learn, from its acceptance to its end or its tool."""
        brought: dict[str, str] = {}
        """What a task has had registered."""
        undone: dict[str, None] = {}
        """Capabilities of which nothing stands and that nobody learns, oldest first."""
        demands: dict[str, Demand] = {}
        """By the name of what was asked for in vain; the latest at the end."""
        recent: list[Execution] = []
        """Executions of the last days, oldest first."""
        heard_at: float = 0.0

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        hot_s: Annotated[float, msgspec.Meta(gt=0, le=31_536_000)] = 604_800.0
        """A capability used within this is hot."""
        warm_s: Annotated[float, msgspec.Meta(gt=0, le=31_536_000)] = 2_592_000.0
        """A capability learnt within this is warm, unless it is hot."""
        recent_s: Annotated[float, msgspec.Meta(gt=0, le=31_536_000)] = 604_800.0
        """Executions are kept one by one, and recalled, for this long; counts are kept for ever."""
        recent: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1_000
        """Most executions that are kept one by one."""

    state: State
    settings: Settings

    # How it is learnt.

    def apply_accepted(self, m: task.Accepted) -> None:
        self._heard()
        if m.kind != "learn":
            return
        wish = msgspec.convert(m.body, Wish)
        capability = self.state.capabilities.get(wish.name)
        if capability is None:
            capability = self.state.capabilities[wish.name] = Capability(wish.goal, wish.domain, self.now)
        elif capability.standing is None:
            capability.description, capability.domain = wish.goal, wish.domain
        capability.begin(m.task, self.now)
        self.state.open[m.task] = wish.name
        self._settle(wish.name)

    def apply_policy_refused(self, m: policy.Refused) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.forbidden = m.policy_class == "forbidden"

    def apply_researched(self, m: learning.Researched) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.researched(m, self.now)

    def apply_attempted(self, m: learning.Attempted) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.attempted(m, self.now)
            for pattern in m.patterns:
                self.state.capabilities[self.state.open[m.task]].went_wrong(pattern, self.now)

    def apply_practised(self, m: learning.Practised) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.practised(m)

    def apply_stumped(self, m: learning.Stumped) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.stumped(m, self.now)

    def apply_validated(self, m: learning.Validated) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.validated(m, self.now)

    # What stands.

    def apply_registered(self, m: tool.Registered) -> None:
        self._heard()
        if (found := self._learning(m.task)) is not None:
            found.end("learnt", "", self.now)
        name, spec = m.spec.name, m.spec
        capability = self.state.capabilities.get(name)
        if capability is None:
            capability = self.state.capabilities[name] = Capability(spec.description, spec.domain, self.now)
        capability.register(m, self.now)
        wanted = self.state.open.pop(m.task, name)
        _keep(self.state.brought, m.task, name, BROUGHT)
        self.state.demands.pop(name, None)
        self._settle(name)
        self._settle(wanted)

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        self._heard()
        if (capability := self.state.capabilities.get(m.name)) is not None:
            capability.withdraw(version=m.version)
            self._settle(m.name)

    def apply_rolled_back(self, m: tool.RolledBack) -> None:
        self._heard()
        if (capability := self.state.capabilities.get(m.name)) is not None:
            capability.roll_back(m.to)
            self._settle(m.name)

    def apply_disabled(self, m: tool.Disabled) -> None:
        self._able(m.name, disabled=True)

    def apply_enabled(self, m: tool.Enabled) -> None:
        self._able(m.name, disabled=False)

    def _able(self, name: str, *, disabled: bool) -> None:
        self._heard()
        if (capability := self.state.capabilities.get(name)) is not None:
            capability.disabled = disabled
            self._settle(name)

    def apply_failed(self, m: task.Failed) -> None:
        self._heard()
        self._end(m.task, "failed", m.reason)

    def apply_cancelled(self, m: task.Cancelled) -> None:
        self._heard()
        self._end(m.task, "cancelled", m.reason)

    # How it fares.

    def apply_returned(self, m: tool.Returned) -> None:
        self._heard()
        seq = self.origin.seq
        self._executed(Execution(seq, m.tool, m.version, m.task, self.now, ok=True, wall_ms=m.wall_ms))

    def apply_raised(self, m: tool.Raised) -> None:
        self._heard()
        capability = self.state.capabilities.get(m.tool)
        standing = capability.standing if capability is not None else None
        if m.rightly or m.misfed:
            return
        if m.status:
            version = m.version or (standing.version if standing is not None else None)
            error = cut(m.reason, ERROR_CHARACTERS)
            self._executed(Execution(self.origin.seq, m.tool, version, m.task, self.now, ok=False, error=error))
        elif standing is None:
            self._demand(m.tool, capability.domain if capability else None, m.reason, missing=1)

    # Questions.

    def answer_find(self, m: memory.Find) -> memory.Capabilities:
        """The capabilities of a domain, what an agent can do, or all."""
        return queries.find(self._view(m.at), m)

    def answer_show(self, m: memory.Show) -> memory.Biography:
        """One capability with its history."""
        return queries.show(self._view(m.at), m.name, self.state.recent)

    def answer_requires(self, m: memory.Requires) -> memory.Prerequisites:
        """What it needs; the first question about something that needs anything imports networkx."""
        return graph.prerequisites(self.state.capabilities, m.name)

    def answer_rates(self, m: memory.Rates) -> memory.Capabilities:
        """The success of what was run often."""
        return queries.rates(self._view(m.at), m)

    def answer_gaps(self, m: memory.Gaps) -> memory.Shortage:
        """What is missing."""
        return queries.gaps(self.state.demands, m.limit)

    def answer_relevant(self, m: memory.Relevant) -> memory.Matches:
        """What may serve."""
        return memory.Matches(matches=recall.relevant(self._view(m.at), m.text, m.minimum, m.limit))

    def on_remind(self, m: memory.Remind) -> Emits[memory.Reminded]:
        said = recall.recall(self._view(self.now), m.goal, self.state.recent, self.settings.recent_s)
        yield memory.Reminded(task=m.task, advice=said.advice, reason=said.reason, name=said.name)

    def answer_recall(self, m: memory.Recall) -> memory.Recollection:
        """What experience says."""
        return recall.recall(self._view(m.at), m.text, self.state.recent, self.settings.recent_s)

    def answer_graph(self, m: memory.Graph) -> memory.Subgraph:
        """The next part of the graph."""
        return graph.part(self.state.capabilities, self.state.recent, m.after)

    # What changes.

    def _heard(self) -> None:
        self.state.heard_at = self.now

    def _view(self, at: float | None) -> queries.View:
        now = at if at is not None else self.state.heard_at
        return queries.View(self.state.capabilities, now, self.settings.hot_s, self.settings.warm_s)

    def _learning(self, name: str) -> Learning | None:
        """What is kept of the open task."""
        capability = self.state.capabilities.get(self.state.open.get(name, ""))
        return capability.learnings.get(name) if capability is not None else None

    def _end(self, name: str, outcome: Outcome, reason: str) -> None:
        wanted = self.state.open.pop(name, None) or self.state.brought.pop(name, None)
        capability = self.state.capabilities.get(wanted or "")
        if wanted is None or capability is None:
            return
        capability.withdraw(task=name)
        ended = capability.learnings.get(name)
        if ended is not None:
            ended.end(outcome, reason, self.now)
        if outcome == "failed" and capability.standing is None and not (ended is not None and ended.forbidden):
            self._demand(wanted, capability.domain, reason, failed=1)
        self._settle(wanted)

    def _executed(self, execution: Execution) -> None:
        capability = self.state.capabilities.get(execution.tool)
        if capability is not None:
            for tally in _tallies(capability, execution.version):
                tally.count(execution.ok, execution.wall_ms, execution.at)
            if not execution.ok:
                kind = kind_of_error(execution.error)
                cause, workaround = CAUSES.get(kind, UNKNOWN)
                seen = ErrorPattern(kind=kind, cause=cause, workaround=workaround, count=1)
                capability.went_wrong(seen, execution.at)
        recent = self.state.recent
        recent.append(execution)
        oldest = self.now - self.settings.recent_s
        while len(recent) > self.settings.recent or recent[0].at < oldest:
            del recent[0]

    def _demand(self, name: str, domain: str | None, reason: str, *, failed: int = 0, missing: int = 0) -> None:
        known = self.state.demands.get(name) or Demand()
        more = Demand(domain or known.domain, known.failed + failed, known.missing + missing, self.now, cut(reason))
        _keep(self.state.demands, name, more, DEMANDS)

    def _settle(self, name: str) -> None:
        """The capability is among the undone exactly if nothing stands of it and nobody learns it."""
        capability, undone = self.state.capabilities.get(name), self.state.undone
        if capability is None or capability.standing is not None or capability.under_way is not None:
            undone.pop(name, None)
            return
        undone.setdefault(name)
        if len(undone) > UNDONE:
            oldest = next(iter(undone))
            del undone[oldest], self.state.capabilities[oldest]


def _tallies(capability: Capability, version: int | None) -> tuple[Tally, ...]:
    known: tuple[Version, ...] = tuple(each for each in capability.versions if each.version == version)
    return (capability.tally, *(each.tally for each in known))


def _keep(kept: dict[str, V], key: str, value: V, most: int) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]
