"""What the goals actor knows of the council: figures of others, as they last said, and the fates of tools and tasks."""

from collections.abc import Mapping
from typing import Final

import msgspec

from actors.autonomy.goals.chains import Chains
from messages.autonomy import mirror, stability, survival
from messages.base import Json

FEWEST: Final = 10
"""Executions before a skill's success rate counts; before, its mastery does. *cited*: specification of autonomy, 1"""
VAIN: Final = 30
"""Most learning tasks that failed which are remembered. *chosen*"""
SIGNALS: Final = 20
"""Most signals that wait to be looked at. *chosen*"""
SKILLS: Final = 500
"""Most tools whose executions are counted. *chosen*: more than a council has"""


class Skill(msgspec.Struct):
    """How a tool fares."""

    mastery: float
    domain: str
    calls: int = 0
    well: int = 0

    @property
    def confidence(self) -> float:
        """The success rate once there are enough executions, the mastery before."""
        return self.well / self.calls if self.calls >= FEWEST else self.mastery


class Vain(msgspec.Struct):
    """A learning task that failed."""

    body: dict[str, Json]
    failed: int
    """The cycle in which it did."""
    changed: int = 0
    """Tools registered since: what may help."""


class Scene(msgspec.Struct):
    """All that opportunities and checks rest on."""

    skills: dict[str, Skill] = {}
    halted: dict[str, Skill] = {}
    """Tools that were disabled, and may be enabled again."""
    asked: dict[str, dict[str, Json]] = {}
    """Bodies of the learning tasks under way."""
    learnt: int = 0
    stumped: int = 0
    vain: dict[str, Vain] = {}
    chains: Chains = msgspec.field(default_factory=Chains)
    results: dict[str, Json] = {}
    """The last result of each tool."""
    composed: dict[str, None] = {}
    """Pairs of tools that were tried together already."""
    signals: dict[str, mirror.Found] = {}
    raised: dict[str, None] = {}
    """Value dimensions whose weight was raised, and that no goal was made of yet."""
    charter: dict[str, float] = {}
    values: dict[str, float] = {}
    horizon: float | None = None
    projected: survival.Projected | None = None
    reported: stability.Reported | None = None
    quiet: int = 0
    """Consecutive cycles without a task."""
    effort: list[dict[str, float]] = []
    """Seconds of each cycle of the window, by value dimension."""
    rechecked: dict[str, None] = {}
    """Tools that were tried on their examples again, the one longest ago first."""
    moments: list[float] = []
    """When each cycle of the window was observed, in seconds since the epoch."""

    def register(self, name: str, mastery: float, domain: str) -> None:
        """A version of a tool is in force; what failed before may succeed now."""
        self.halted.pop(name, None)
        self.skills[name] = Skill(mastery, domain)
        self.vain.pop(name, None)
        for one in self.vain.values():
            one.changed += 1
        _bound(self.skills, SKILLS)

    def lose(self, name: str) -> None:
        """The tool can't be called any more."""
        self.skills.pop(name, None)
        self.halted.pop(name, None)
        self.results.pop(name, None)

    def halt(self, name: str) -> None:
        """The tool can't be called until it is enabled again."""
        skill = self.skills.get(name)
        self.lose(name)
        if skill is not None:
            self.halted[name] = skill
            _bound(self.halted, SKILLS)

    def resume(self, name: str) -> None:
        """The tool can be called again; what is known of it starts anew, as in the registry."""
        if (skill := self.halted.pop(name, None)) is not None:
            self.skills[name] = Skill(skill.mastery, skill.domain)

    def execute(self, name: str, well: bool) -> None:
        """A call of the tool ended."""
        if (known := self.skills.get(name)) is not None:
            known.calls += 1
            known.well += well

    def ask(self, task: str, body: dict[str, Json]) -> None:
        """A tool is to be learnt; of the task all is kept but its name and its times, which hold for it alone."""
        self.asked[task] = {name: part for name, part in body.items() if name not in ("id", "deadline", "timeout_s")}

    def fail(self, task: str, cycle: int) -> None:
        """The task failed; if it was to learn a tool, that was in vain."""
        body = self.asked.pop(task, None)
        if body is not None:
            self.stumped += 1
            name = str(body["name"])
            self.vain.pop(name, None)
            self.vain[name] = Vain(body, cycle)
            _bound(self.vain, VAIN)

    def confidence(self, name: str) -> float:
        """Of a skill; of one that does not exist, how often learning has succeeded (Laplace's rule)."""
        known = self.skills.get(name)
        return known.confidence if known is not None else (self.learnt + 1) / (self.learnt + self.stumped + 2)

    def signal(self, m: mirror.Found) -> None:
        """A signal of the mirror waits to be looked at."""
        self.signals[f"{m.stream}:{m.subject}"] = m
        _bound(self.signals, SIGNALS)

    def spent(self) -> dict[str, float]:
        """Seconds of effort in the window, by value dimension."""
        total: dict[str, float] = {}
        for row in self.effort:
            for name, seconds in row.items():
                total[name] = total.get(name, 0.0) + seconds
        return total

    def longest_unchecked(self) -> str | None:
        """The tool whose examples were tried longest ago, or never; None without any tool."""
        never = (name for name in self.skills if name not in self.rechecked)
        return next(never, next((name for name in self.rechecked if name in self.skills), None))

    def shakiest(self) -> str | None:
        """The tool with the least confidence; None without any tool."""
        return min(self.skills, key=lambda name: self.skills[name].confidence, default=None)

    def untried(self) -> tuple[str, str] | None:
        """Two tools of which the second was never given a result of the first, by a client or in a trial."""
        for first in self.results:
            for second in self.skills:
                pair = f"{first} {second}"
                if first != second and pair not in self.composed and pair not in self.chains.pairs:
                    return first, second
        return None

    def window_s(self) -> float:
        """Seconds from the first cycle of the window to the last: what the council had for all its work."""
        return self.moments[-1] - self.moments[0] if self.moments else 0.0

    def missing(self) -> str:
        """What is not known without which no goal is judged; empty if nothing is."""
        if self.projected is None:
            return "how long the resources last"
        if self.reported is None or self.reported.radius is None:
            return "how stable the council is"
        return ""


def _bound(known: Mapping[str, object], most: int) -> None:
    assert isinstance(known, dict)
    while len(known) > most:
        del known[next(iter(known))]
