"""The observer says once a cycle what the council looks like, in raw measures: it judges nothing and smooths nothing.

The gauge's reading is what it answers. If the gauge is silent through a whole cycle, the next tick brings the cycle's
measures all the same, with what the gauge would have told named as missing. A reading that comes for any other cycle
than the one under way is ignored: it is late, replayed or invented. What it counts is counted from one `Observed` to
the next; cycles that never began, because the host stood still, are a gap and stay one.
"""

from typing import Annotated, Final

import msgspec

from actors.gate.observer import effort, resources
from messages import task as tasks
from messages.autonomy.foundation import Observed, Reading, Resource, Sampled
from messages.base import Json
from messages.gate import budget, policy
from messages.gate.evidence import Dimension
from messages.kernel import actor as life
from messages.kernel import clock
from messages.kernel.control import Level
from messages.tools import sandbox, tool
from runtime.actor import Actor, Emits

BROKEN: Final = frozenset(("timeout", "memory", "killed", "flood", "protocol", "refused"))
"""Ends of a call that speak against the tool or the council. *derived* from the sandbox's statuses"""
READINGS: Final = ("cpu", "lag", "memory", "stored_bytes")
"""What the gauge tells. *derived*: foundation.Sampled"""
STUCK: Final = 12
"""A council that has used no processor time in so many readings has a gauge that is stuck. *chosen*: the readings
themselves use ten times what the figure's last digit shows"""
MOST_OPEN: Final = 20_000
"""Most open tasks that are known by name; older ones count on in the backlog alone. *chosen*"""
MOST_TOOLS: Final = 20_000
"""Most names of registered tools that are known. *chosen*"""
DAY_S: Final = 86_400
"""A UTC day in seconds. *derived*"""
LEARNERS: Final = ("temujin", "jochi", "ogedei")
"""Each has attempts of his own, and each can take what another has none left for. *derived*: who makes tools"""
TAIL: Final = 3
"""Digits of seconds. *chosen*"""


class Counts(msgspec.Struct):
    """What has happened since the last `Observed`."""

    arrivals: int = 0
    ended: int = 0
    failed: int = 0
    calls: int = 0
    broken: int = 0
    crashes: int = 0
    dead: int = 0
    waited_s: float = 0.0
    """From acceptance to end, of the tasks that ended and were known by name."""
    timed: int = 0
    """How many they are."""
    effort: dict[Dimension, float] = {}


class Open(msgspec.Struct):
    """A task that has not ended."""

    at: float
    practising: Dimension = effort.LEARNING
    phase: str = ""
    since: float = 0.0


class Day(msgspec.Struct, frozen=True):
    """What an agent has left of a UTC day."""

    day: int
    left: float
    whole: float


class Fall(msgspec.Struct):
    """A zone that crashed, and who of it has not started again."""

    at: float
    actors: list[str]


class Observer(Actor):
    """Each cycle has exactly one `foundation.Observed`."""

    level = Level.GUARD

    class State(msgspec.Struct):
        observed: int = 0
        """The last cycle that was told."""
        pending: int = 0
        """The cycle that is under way and not told yet; 0 if there is none."""
        overdue: int = 0
        """The cycle before it, if that was never told."""
        is_gauged: bool = False
        """The gauge has told something once. On a log from before there was one, its silence means nothing."""
        counts: Counts = msgspec.field(default_factory=Counts)
        backlog: int = 0
        open: dict[str, Open] = {}
        tools: dict[str, None] = {}
        falls: dict[str, Fall] = {}
        attempts: dict[str, Day] = {}
        money: dict[str, Day] = {}
        levels: dict[Resource, float] = {}
        """As last told."""
        cpu_s: float | None = None
        cpu_at: float = 0.0
        idle: int = 0
        """Readings in a row without any processor time used."""
        share: float | None = None
        """The processors' use, as the reading in hand gives it."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        sustained: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.8
        """Use of the processor budget that the council can keep up for ever."""
        compute_cycles: Annotated[float, msgspec.Meta(ge=1, le=100_000)] = 60.0
        """The processor budget is what so many cycles at full use take."""
        lag: Annotated[int, msgspec.Meta(ge=1)] = 10_000
        """Records that the slowest reader may be behind until nothing is left of `observation`."""
        incidents: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] = 20.0
        """Crashes and dead letters that spend the error budget; a call that broke counts a quarter."""
        incident_cycles: Annotated[float, msgspec.Meta(ge=1, le=1_000_000)] = 720.0
        """An error budget that is spent is whole again after so many cycles without an incident."""

    state: State
    settings: Settings

    # The cycle.

    def apply_ticked(self, m: clock.Ticked) -> None:
        if m.cycle > max(self.state.pending, self.state.observed):
            self.state.overdue, self.state.pending = self.state.pending, m.cycle

    def on_ticked(self, m: clock.Ticked) -> Emits[Observed]:
        if self.state.overdue and self.state.is_gauged:
            yield self._observed(Sampled(cycle=self.state.overdue, missing=("gauge", *READINGS)), None)

    def apply_sampled(self, m: Sampled) -> None:
        self.state.is_gauged = True
        if self._is_awaited(m):
            self.state.share = self._share(m)

    def on_sampled(self, m: Sampled) -> Emits[Observed]:
        if self._is_awaited(m):
            yield self._observed(m, self.state.share)

    def _is_awaited(self, m: Sampled) -> bool:
        """The reading is of the cycle that is under way; before the first there is none."""
        return 0 < m.cycle == self.state.pending

    def apply_observed(self, m: Observed) -> None:
        state = self.state
        state.observed, state.overdue = m.cycle, 0
        state.pending = 0 if state.pending == m.cycle else state.pending
        state.counts, state.share = Counts(), None
        state.levels |= {name: reading.level for name, reading in m.resources.items()}

    def _observed(self, m: Sampled, share: float | None) -> Observed:
        counts = self.state.counts
        missing = {*m.missing, *(name for name in READINGS if name != "cpu" and getattr(m, name) is None)}
        if share is None:
            missing.add("cpu")
        return Observed(
            cycle=m.cycle,
            arrivals=counts.arrivals,
            ended=counts.ended,
            failed=counts.failed,
            calls=counts.calls,
            broken=counts.broken,
            crashes=counts.crashes,
            dead=counts.dead,
            backlog=self.state.backlog,
            latency_s=round(counts.waited_s / counts.timed, TAIL) if counts.timed else None,
            lag=m.lag,
            resources=self._resources(m, share),
            effort={dimension: round(seconds, TAIL) for dimension, seconds in counts.effort.items()},
            missing=tuple(sorted(missing)),
        )

    def _resources(self, m: Sampled, share: float | None) -> dict[Resource, Reading]:
        settings, levels, counts = self.settings, self.state.levels, self.state.counts
        found: dict[Resource, Reading] = {}
        if share is not None:
            level = levels.get("compute", 1.0)
            found["compute"] = resources.compute(share, level, settings.sustained, settings.compute_cycles)
        if m.memory is not None:
            found["memory"] = resources.memory(m.memory, levels.get("memory"))
        if m.lag is not None:
            found["observation"] = resources.observation(m.lag, settings.lag, levels.get("observation"))
        found["mutation"] = resources.mutation(self._budgets(), levels.get("mutation"))
        incidents = {"crash": counts.crashes, "dead": counts.dead, "broken": counts.broken}
        level = levels.get("stability", 1.0)
        found["stability"] = resources.stability(incidents, level, settings.incidents, settings.incident_cycles)
        return found

    def _share(self, m: Sampled) -> float | None:
        """The use of the processors: as told, or from this reading and the last; None if neither says it."""
        if m.cpu is not None:
            return m.cpu
        if m.cpu_s is None or m.processors is None:
            return None
        state = self.state
        before, at = state.cpu_s, state.cpu_at
        state.idle = state.idle + 1 if before == m.cpu_s else 0
        state.cpu_s, state.cpu_at = m.cpu_s, self.now
        if before is None or state.idle >= STUCK:
            return None
        return resources.processor_share(m.cpu_s, before, self.now - at, m.processors)

    # Budgets.

    def apply_admitted(self, m: policy.Admitted) -> None:
        if m.left is not None and m.per_day is not None:
            self.state.attempts[m.agent] = Day(self._day(), float(m.left), float(m.per_day))

    def apply_reserved(self, m: budget.Reserved) -> None:
        if m.left_usd is not None and m.day_usd is not None:
            self.state.money[m.agent] = Day(self._day(), m.left_usd, m.day_usd)

    def apply_settled(self, m: budget.Settled) -> None:
        known = self.state.money.get(m.agent)
        if m.day_usd is not None and known is not None and known.day == self._day():
            self.state.money[m.agent] = Day(known.day, m.day_usd - m.spent_usd, m.day_usd)

    def _budgets(self) -> tuple[tuple[float, float], ...]:
        """What is left and what there is of the day's attempts and of its money, all learners together."""
        return tuple(self._together(kept) for kept in (self.state.attempts, self.state.money))

    def _together(self, kept: dict[str, Day]) -> tuple[float, float]:
        """One of whom nothing was heard today has all that the others have in a day."""
        today = {agent: day for agent, day in kept.items() if day.day == self._day()}
        if not today:
            return 1.0, 1.0
        untouched = len(set(LEARNERS) - today.keys()) * max(day.whole for day in today.values())
        left = sum(max(0.0, day.left) for day in today.values()) + untouched
        return left, sum(day.whole for day in today.values()) + untouched

    def _day(self) -> int:
        return int(self.now // DAY_S)

    # Tasks.

    def apply_accepted(self, m: tasks.Accepted) -> None:
        self.state.counts.arrivals += 1
        self.state.backlog += 1
        known = _name_in(m.body) in self.state.tools
        self.state.open[m.task] = Open(self.now, effort.IMPROVING if known else effort.LEARNING)
        if len(self.state.open) > MOST_OPEN:
            del self.state.open[next(iter(self.state.open))]

    def apply_progressed(self, m: tasks.Progressed) -> None:
        if (job := self.state.open.get(m.task)) is not None:
            self._leave(job)
            job.phase, job.since = m.phase, self.now

    def apply_answered(self, m: tasks.Answered) -> None:
        self._end(m.task)

    def apply_failed(self, m: tasks.Failed) -> None:
        self.state.counts.failed += 1
        self._end(m.task)

    def apply_cancelled(self, m: tasks.Cancelled) -> None:
        self._end(m.task)

    def _end(self, name: str) -> None:
        counts, job = self.state.counts, self.state.open.pop(name, None)
        counts.ended += 1
        self.state.backlog = max(0, self.state.backlog - 1)
        if job is not None:
            self._leave(job)
            counts.waited_s += max(0.0, self.now - job.at)
            counts.timed += 1

    def _leave(self, job: Open) -> None:
        dimension = effort.PHASES.get(job.phase)
        if dimension is not None:
            self._add(dimension, self.now - job.since)

    # Work.

    def apply_returned(self, m: tool.Returned) -> None:
        self.state.counts.calls += 1
        self._add(effort.of_call(m.client), m.wall_ms / effort.MS)

    def apply_raised(self, m: tool.Raised) -> None:
        self.state.counts.calls += 1 if m.status else 0
        self.state.counts.broken += m.status in BROKEN and not m.misfed
        self._add(effort.of_call(m.client), m.wall_ms / effort.MS)

    def apply_registered(self, m: tool.Registered) -> None:
        self.state.tools[m.spec.name] = None
        if len(self.state.tools) > MOST_TOOLS:
            del self.state.tools[next(iter(self.state.tools))]

    def apply_ran(self, m: sandbox.Ran) -> None:
        if (served := effort.of_run(m, self._practising(m.task))) is not None:
            self._add(*served)

    def apply_synthesised(self, m: sandbox.Synthesised) -> None:
        if (served := effort.of_search(m, self._practising(m.task))) is not None:
            self._add(*served)

    def _practising(self, name: str) -> Dimension:
        job = self.state.open.get(name)
        return job.practising if job is not None else effort.LEARNING

    def _add(self, dimension: Dimension, seconds: float) -> None:
        spent = self.state.counts.effort
        if seconds > 0:
            spent[dimension] = spent.get(dimension, 0.0) + seconds

    # What goes wrong.

    def apply_crashed(self, m: life.Crashed) -> None:
        self.state.counts.crashes += 1
        self.state.falls[m.zone] = Fall(self.now, list(m.actors))

    def apply_started(self, m: life.Started) -> None:
        for zone, fall in list(self.state.falls.items()):
            if m.actor in fall.actors:
                fall.actors.remove(m.actor)
                if not fall.actors:
                    self._add(effort.RECOVERING, self.now - fall.at)
                    del self.state.falls[zone]

    def apply_dead_lettered(self, m: life.DeadLettered) -> None:
        self.state.counts.dead += 1


def _name_in(body: Json) -> str:
    """What a task would have learnt; empty if it is no such task."""
    return str(body.get("name", "")) if isinstance(body, dict) else ""
