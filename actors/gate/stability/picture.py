"""What the stability checker has folded from the log: the window, and what the council was and is."""

from typing import Final

import msgspec

from actors.autonomy.values import simplex
from actors.autonomy.values.drift import drift
from actors.gate.stability import identity
from actors.gate.stability.conditions import NEVER, State
from actors.gate.stability.window import Row
from actors.soul.document import Unreadable, digest_of, key, parse
from actors.soul.judgement import PROTECTED
from messages.autonomy import survival
from messages.gate.evidence import Dimension

TOOLS: Final = 2_000
"""Most tools that are remembered. *chosen*: more than a council has"""


class Picture(msgspec.Struct):
    """The council as it was taken at its baseline, and as it stands."""

    rows: list[Row] = []
    weights: dict[Dimension, float] = msgspec.field(default_factory=lambda: dict(simplex.BASELINE))
    sections: dict[str, str] = {}
    """Digest of each protected section of each SOUL at the baseline, by agent and section."""
    now: dict[str, str] = {}
    """The same, as they stand."""
    core: dict[str, bool] = {}
    """Tools that were ever registered, and whether they can be called. One that a person took away is forgotten."""
    goals: dict[str, float] = {}
    """Share of the council's time of each goal in force."""
    projected: survival.Projected | None = None
    alignment: float | None = None
    uncertainty: float | None = None
    function: list[float] = []
    """The latest values of the Lyapunov function."""

    def take_soul(self, agent: str, text: str, rebased: bool) -> None:
        """A SOUL is in force; `rebased` makes it the baseline, as does the first one of an agent."""
        found = protected(agent, text)
        if rebased or not any(name.startswith(f"{agent}:") for name in self.sections):
            self.sections = {name: one for name, one in self.sections.items() if not name.startswith(f"{agent}:")}
            self.sections |= found
        self.now = {name: one for name, one in self.now.items() if not name.startswith(f"{agent}:")} | found

    def take_tool(self, name: str) -> None:
        """A tool can be called."""
        self.core[name] = True
        if len(self.core) > TOOLS:
            del self.core[next(iter(self.core))]

    def identity(self, sections: dict[str, str] | None = None, weights: dict[Dimension, float] | None = None) -> float:
        """With the sections and weights given in place of those in force."""
        return identity.identity(
            sections=identity.kept(self.sections, sections or self.now),
            values=simplex.cosine(weights or self.weights, simplex.BASELINE),
            capabilities=sum(self.core.values()) / len(self.core) if self.core else 1.0,
            purpose=self.alignment,
        )

    def state(
        self,
        radius: tuple[float, float, float] | None,
        sections: dict[str, str] | None = None,
        weights: dict[Dimension, float] | None = None,
    ) -> State:
        """All that the five conditions rest on."""
        found = self.projected
        after = sections or self.now
        return State(
            radius=radius,
            identity=self.identity(sections, weights),
            altered=any(after.get(name) != digest for name, digest in self.sections.items()),
            drift=drift(weights or self.weights, simplex.BASELINE),
            horizon=None if found is None else NEVER if found.horizon is None else min(NEVER, found.horizon),
            depth=None if found is None else found.depth,
        )


def protected(agent: str, text: str) -> dict[str, str]:
    """Digest of each protected section of the SOUL, by agent and section; none of a text that is no SOUL, which policy
    refuses."""
    try:
        found = parse(text).sections
    except Unreadable:
        return {}
    return {
        f"{agent}:{key(section.name)}": digest_of(section.text) for section in found if key(section.name) in PROTECTED
    }
