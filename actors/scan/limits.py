"""How often each agent has tried in a day, and which classes it may learn: plain counters without a clock."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from actors.scan.classes import APPROVED, Rank

DAY_S: Final = 86_400
"""Seconds in a UTC day. *derived*: the epoch's seconds know no leap seconds"""

MOST_AGENTS: Final = 1_000
"""Agents whose day is kept. *chosen*: far more than a council has; it bounds the state"""

LEARNT: Final[tuple[Rank, ...]] = ("safe", "standard", "sensitive")
"""Classes that an agent may learn if nothing else is set. *cited*: specification of acquisition, section 6"""

Day = int
"""Whole UTC days since the epoch."""

Standing = Literal["free", "approval", "never"]
"""Whether a class may be learnt at once, after a person's approval, or not at all."""


class Spent(msgspec.Struct):
    """What one agent has used up in one day."""

    day: Day
    attempts: int = 0


class Spending(msgspec.Struct):
    """What each agent has used up in its newest day; older days are forgotten."""

    agents: dict[str, Spent] = {}

    def attempt(self, agent: str, now: float) -> None:
        """One more attempt of this agent counts for its day."""
        self._today(agent, now).attempts += 1

    def used(self, agent: str, now: float) -> Spent:
        """What the agent has used up in the day of this moment."""
        known = self.agents.get(agent)
        today = day_of(now)
        return known if known is not None and known.day >= today else Spent(today)

    def _today(self, agent: str, now: float) -> Spent:
        """The agent's counters for today; a moment of an earlier day counts for the newest."""
        spent = self.used(agent, now)
        if spent is not self.agents.get(agent):
            self._forget(spent.day)
            self.agents[agent] = spent
        return spent

    def _forget(self, today: Day) -> None:
        """No older day is left, and room for one more agent."""
        for agent in [agent for agent, spent in self.agents.items() if spent.day < today]:
            del self.agents[agent]
        while len(self.agents) >= MOST_AGENTS:
            del self.agents[next(iter(self.agents))]


def day_of(now: float) -> Day:
    """The UTC day that these seconds since the epoch lie in."""
    return int(now // DAY_S)


def standing(agent: str, rank: Rank, permissions: Mapping[str, Sequence[Rank]]) -> Standing:
    """Whether the agent may learn what is in this class; agents that are not named may learn the usual classes."""
    if rank == "forbidden" or rank not in permissions.get(agent, LEARNT):
        return "never"
    return "approval" if rank in APPROVED else "free"
