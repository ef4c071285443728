"""The watch says how far each version of a tool is trusted, after what its last calls came to.

It sees no argument and no result, only sketches and how calls ended; it stops nothing itself. A new version that
disappoints is rolled back at its word, without anyone asking.
"""

from typing import Annotated, Final

import msgspec

from actors.acquisition.practice import kind_of_error
from actors.gate.deployment.conditions import Execution, conditions
from actors.gate.deployment.levels import level_of
from messages import deployment, tool
from messages.control import Level
from messages.deployment import Condition, DeploymentLevel
from runtime.actor import Actor, Emits

FAILED: Final = frozenset(("raised", "timeout", "memory", "killed", "flood", "protocol"))
"""Ends of a call that speak against the tool: its code was run and did not return. *derived* from the sandbox's
statuses; what the schema or the sandbox refused was never run"""

VERSIONS: Final = 20
"""Newest versions of a tool that are watched. *chosen*: older ones are called by number, if at all"""

TOOLS: Final = 10_000
"""Most tools that are watched; of those that stand well the one longest not called is forgotten. *chosen*"""


class Standing(msgspec.Struct):
    """What is known of a version."""

    level: DeploymentLevel = "full"
    last: list[Execution] = []
    """Oldest first."""
    total: int = 0
    conditions: tuple[Condition, ...] = ()
    rolled_back: bool = False

    @property
    def rate(self) -> float:
        """Share of the last executions that returned."""
        return sum(not execution.error for execution in self.last) / len(self.last) if self.last else 1.0


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
        self._record(m.tool, m.version, Execution("", m.sketches))

    def on_returned(self, m: tool.Returned) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        yield from self._judge(m.tool, m.version)

    def apply_raised(self, m: tool.Raised) -> None:
        if m.version is not None and _failed(m):
            self._record(m.tool, m.version, Execution(kind_of_error(m.reason), m.sketches))

    def on_raised(self, m: tool.Raised) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        if m.version is not None and _failed(m):
            yield from self._judge(m.tool, m.version)

    def _judge(self, name: str, version: int) -> Emits[deployment.Changed | deployment.Diagnosed | tool.RollBack]:
        standing = self.state.tools[name][version]
        found = conditions(standing.last)
        if _tests(found) != _tests(standing.conditions):
            yield deployment.Diagnosed(name=name, version=version, conditions=found)
        if len(standing.last) < self.settings.fewest:
            return
        level = level_of(standing.rate, standing.level)
        if level != standing.level:
            yield self._changed(name, version, level)
        yield from self._roll_back(name, version, level)

    def _changed(self, name: str, version: int, level: DeploymentLevel) -> deployment.Changed:
        standing = self.state.tools[name][version]
        failed = sum(bool(execution.error) for execution in standing.last)
        return deployment.Changed(
            name=name,
            version=version,
            was=standing.level,
            level=level,
            rate=standing.rate,
            executions=len(standing.last),
            reason=f"{failed} of the last {len(standing.last)} executions failed",
        )

    def _roll_back(self, name: str, version: int, level: DeploymentLevel) -> Emits[tool.RollBack]:
        standing, before = self.state.tools[name][version], self._before(name, version)
        if before is None or standing.rolled_back:
            return
        older = self.state.tools[name][before]
        worse = older.rate - standing.rate > self.settings.margin and len(older.last) >= self.settings.fewest
        if level == "disabled":
            reason = f"version {version} fell to the level disabled: {standing.rate:.0%} of its calls returned"
        elif worse and standing.total <= self.settings.window:
            reason = f"{standing.rate:.0%} of its first calls returned, of those of version {before} {older.rate:.0%}"
        else:
            return
        yield tool.RollBack(name=name, version=version, to=before, reason=reason)

    # What changes by its own word.

    def apply_changed(self, m: deployment.Changed) -> None:
        self.state.tools[m.name][m.version].level = m.level

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
    return m.status in FAILED and not m.rightly


def _tests(found: tuple[Condition, ...]) -> list[tuple[str, str, object]]:
    return [(condition.parameter, condition.test, condition.value) for condition in found]
