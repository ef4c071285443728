"""The watch says how far each version of a tool is trusted, after what its last calls came to.

It sees no argument and no result, only sketches and how calls ended; it stops nothing itself. A new version that
disappoints is rolled back at its word, without anyone asking. What one known client's calls alone would bring about
holds for that client alone.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from actors.tools.practice import kind_of_error
from actors.tools.trust.conditions import Execution, conditions
from actors.tools.trust.levels import ORDER, level_of
from messages.kernel.control import Level
from messages.tools import deployment, tool
from messages.tools.deployment import Condition, DeploymentLevel
from runtime.actor import Actor, Emits

FAILED: Final = frozenset(("raised", "timeout", "memory", "killed", "flood", "protocol"))
"""Ends of a call that speak against the tool: its code was run and did not return. *derived* from the sandbox's
statuses; what the schema or the sandbox refused was never run"""

BROKEN: Final = "BrokenExample"
"""What an example that does not hold any more is counted as, beside the kinds of errors. *chosen*"""

VERSIONS: Final = 20
"""Newest versions of a tool that are watched. *chosen*: older ones are called by number, if at all"""

TOOLS: Final = 10_000
"""Most tools that are watched; of those that stand well the one longest not called is forgotten. *chosen*"""


NAMED: Final = 5
"""Most clients that are told of. *chosen*"""


class Standing(msgspec.Struct):
    """What is known of a version."""

    level: DeploymentLevel = "full"
    last: list[Execution] = []
    """Oldest first."""
    total: int = 0
    conditions: tuple[Condition, ...] = ()
    rolled_back: bool = False
    restricted: dict[str, DeploymentLevel] = {}
    """Levels that hold for single clients alone."""

    @property
    def rate(self) -> float:
        """Share of the last executions that returned."""
        return rate_of(self.last)


class Watch(Actor):
    """Each execution is judged with those before it; every change of level, and every new condition, is said."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        tools: dict[str, dict[int, Standing]] = {}
        """By name and version, the one called last at the end."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        window: Annotated[int, msgspec.Meta(ge=10, le=1_000)] = 50
        """So many of the last executions are judged."""
        fewest: Annotated[int, msgspec.Meta(ge=3, le=1_000)] = 10
        """Below so many executions the rate says nothing, and a version keeps its level."""
        margin: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.2
        """A version whose first executions go so much worse than those of the one before is rolled back."""

    state: State
    settings: Settings

    # What there is.

    def apply_registered(self, m: tool.Registered) -> None:
        versions = self.state.tools.setdefault(m.spec.name, {})
        versions.setdefault(m.version, Standing())
        while len(versions) > VERSIONS:
            del versions[min(versions)]
        self._trim()

    def apply_withdrawn(self, m: tool.Withdrawn) -> None:
        self.state.tools.get(m.name, {}).pop(m.version, None)

    def apply_enabled(self, m: tool.Enabled) -> None:
        known = self.state.tools.get(m.name, {})
        self.state.tools[m.name] = {version: Standing() for version in known}

    # What calls come to.

    def apply_returned(self, m: tool.Returned) -> None:
        self._record(m.tool, m.version, Execution("", m.sketches, m.client))

    def on_returned(self, m: tool.Returned) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        yield from self._judge(m.tool, m.version)

    def apply_raised(self, m: tool.Raised) -> None:
        if m.version is not None and _failed(m):
            self._record(m.tool, m.version, Execution(kind_of_error(m.reason), m.sketches, m.client))

    def on_raised(self, m: tool.Raised) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        if m.version is not None and _failed(m):
            yield from self._judge(m.tool, m.version)

    def apply_rechecked(self, m: tool.Rechecked) -> None:
        if m.version is not None and self._is_watched(m.tool, m.version):
            for number in range(m.tried):
                self._record(m.tool, m.version, Execution(BROKEN if number < m.broken else "", ()))

    def on_rechecked(self, m: tool.Rechecked) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        if m.version is not None and m.tried and self._is_watched(m.tool, m.version):
            yield from self._judge(m.tool, m.version)

    def _is_watched(self, name: str, version: int) -> bool:
        return version in self.state.tools.get(name, {})

    def _judge(self, name: str, version: int) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        standing = self.state.tools[name][version]
        found = conditions(standing.last)
        if _tests(found) != _tests(standing.conditions):
            yield deployment.Diagnosed(name=name, version=version, conditions=found)
        if len(standing.last) < self.settings.fewest:
            return
        level = self._general(standing)
        if level != standing.level:
            yield self._changed(name, version, level)
        yield from self._restrict(name, version, level)
        yield from self._roll_back(name, version)

    def _general(self, standing: Standing) -> DeploymentLevel:
        """The level for everybody: what the others' calls come to, without those of the client that failed most."""
        told = without_loudest(standing.last)
        if len(told) == len(standing.last) or len(told) >= self._few:
            return level_of(rate_of(told), standing.level)
        return standing.level

    def _restrict(self, name: str, version: int, level: DeploymentLevel) -> Emits[deployment.Changed]:
        """What all calls come to holds for the client whose calls they are; others that were restricted are free."""
        standing = self.state.tools[name][version]
        first = loudest(standing.last)
        for client in dict.fromkeys((*standing.restricted, *([first] if first else ()))):
            was = standing.restricted.get(client, level)
            now = level_of(standing.rate, was) if client == first else level
            now = max(now, level, key=ORDER.index)
            if now != was:
                yield self._changed(name, version, now, was, client)

    def _changed(
        self, name: str, version: int, level: DeploymentLevel, was: DeploymentLevel | None = None, only: str = ""
    ) -> deployment.Changed:
        standing = self.state.tools[name][version]
        failed = sum(bool(execution.error) for execution in standing.last)
        clients = tuple(client for client in culprits(standing.last) if client)[:NAMED]
        whose = f", in calls of {', '.join(clients)}" if clients else ""
        return deployment.Changed(
            name=name,
            version=version,
            was=was or standing.level,
            level=level,
            rate=standing.rate,
            executions=len(standing.last),
            reason=f"{failed} of the last {len(standing.last)} executions failed{whose}",
            clients=clients,
            only=only,
        )

    def _roll_back(self, name: str, version: int) -> Emits[tool.RollBack]:
        standing, before = self.state.tools[name][version], self._before(name, version)
        if before is None or standing.rolled_back:
            return
        older = self.state.tools[name][before]
        told = standing.last
        if len({execution.client for execution in (*older.last, *standing.last)}) > 1:
            told = without_loudest(standing.last)
            if len(told) < min(self._few, len(standing.last)):
                return
        rate = rate_of(told)
        worse = older.rate - rate > self.settings.margin and len(older.last) >= self.settings.fewest
        if level_of(rate, standing.level) == "disabled":
            reason = f"version {version} fell to the level disabled: {rate:.0%} of its calls returned"
        elif worse and standing.total <= self.settings.window:
            reason = f"{rate:.0%} of its first calls returned, of those of version {before} {older.rate:.0%}"
        else:
            return
        yield tool.RollBack(name=name, version=version, to=before, reason=reason)

    @property
    def _few(self) -> int:
        """So many calls of others must speak against a version beside those of the client that failed most."""
        return self.settings.fewest // 2

    # What changes by its own word.

    def apply_changed(self, m: deployment.Changed) -> None:
        standing = self.state.tools[m.name][m.version]
        if not m.only:
            standing.level = m.level
        elif m.level == standing.level:
            standing.restricted.pop(m.only, None)
        else:
            standing.restricted[m.only] = m.level

    def apply_diagnosed(self, m: deployment.Diagnosed) -> None:
        self.state.tools[m.name][m.version].conditions = m.conditions

    def apply_roll_back(self, m: tool.RollBack) -> None:
        self.state.tools[m.name][m.version].rolled_back = True

    def _record(self, name: str, version: int, execution: Execution) -> None:
        versions = self.state.tools.pop(name, {})
        self.state.tools[name] = versions
        standing = versions.setdefault(version, Standing())
        standing.last = [*standing.last, execution][-self.settings.window :]
        standing.total += 1

    def _before(self, name: str, version: int) -> int | None:
        """The newest older version that may be called."""
        versions = self.state.tools[name]
        older = (each for each, known in versions.items() if each < version and known.level != "disabled")
        return max(older, default=None)

    def _trim(self) -> None:
        if len(self.state.tools) > TOOLS:
            well = (name for name, known in self.state.tools.items() if all(v.level == "full" for v in known.values()))
            self.state.tools.pop(next(well, ""), None)


def _failed(m: tool.Raised) -> bool:
    return m.status in FAILED and not (m.rightly or m.misfed)


def rate_of(executions: Sequence[Execution]) -> float:
    """Share of the executions that returned; 1 without any."""
    return sum(not execution.error for execution in executions) / len(executions) if executions else 1.0


def culprits(executions: Sequence[Execution]) -> list[str]:
    """The clients whose calls failed, most failures first; the empty name stands for calls of nobody known."""
    return [client for client, _ in Counter(each.client for each in executions if each.error).most_common()]


def loudest(executions: Sequence[Execution]) -> str:
    """The known client whose calls failed most often; empty if there is none."""
    return next((client for client in culprits(executions) if client), "")


def without_loudest(executions: Sequence[Execution]) -> list[Execution]:
    """All executions but those of the known client whose calls failed most often."""
    first = loudest(executions)
    return [execution for execution in executions if not first or execution.client != first]


def _tests(found: tuple[Condition, ...]) -> list[tuple[str, str, object]]:
    return [(condition.parameter, condition.test, condition.value) for condition in found]
