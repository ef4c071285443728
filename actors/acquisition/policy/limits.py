"""How much each agent may try and spend in a day, and which classes it may learn: plain counters without a clock."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

import msgspec

from actors.acquisition.policy.classes import APPROVED, Rank

DAY_S: Final = 86_400
"""Seconds in a UTC day. *derived*: the epoch's seconds know no leap seconds"""

MICROS: Final = 1_000_000
"""Millionths of a US dollar are counted, so that sums are exact. *chosen*: prices of single tokens are as small"""

MOST_AGENTS: Final = 1_000
"""Agents whose day is kept. *chosen*: far more than a council has; it bounds the state"""

LEARNT: Final[tuple[Rank, ...]] = ("safe", "standard", "sensitive")
"""Classes that an agent may learn if nothing else is set. *cited*: specification of acquisition, section 6"""

Day = int
"""Whole UTC days since the epoch."""

Standing = Literal["free", "approval", "never"]
"""Whether a class may be learnt at once, after a person's approval, or not at all."""


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent may do in a day, and in one task."""

    attempts: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 10
    """Attempts to learn, for each agent and UTC day. *cited*: specification of acquisition, section 6"""
    usd: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 50.0
    """US dollars, for each agent and UTC day. *cited*: the same"""
    iterations: Annotated[int, msgspec.Meta(ge=1, le=20)] = 20
    """Iterations of practice in one task. *cited*: the same"""


class Spent(msgspec.Struct):
    """What one agent has used up in one day."""

    day: Day
    attempts: int = 0
    micro_usd: int = 0


class Spending(msgspec.Struct):
    """What each agent has used up in its newest day; older days are forgotten."""

    agents: dict[str, Spent] = {}

    def attempt(self, agent: str, now: float) -> None:
        """One more attempt of this agent counts for its day."""
        self._today(agent, now).attempts += 1

    def pay(self, agent: str, usd: float, now: float) -> None:
        """The cost counts for the agent's day; ValueError if it is none."""
        if not 0 <= usd < float("inf"):
            raise ValueError(f"a cost is zero or more US dollars, got {usd}")
        self._today(agent, now).micro_usd += round(usd * MICROS)

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


def next_day(now: float) -> float:
    """The second at which the next UTC day begins."""
    return float((day_of(now) + 1) * DAY_S)


def refusal(spending: Spending, limits: Limits, agent: str, now: float, usd: float = 0.0) -> str | None:
    """Why the agent may not attempt anything that costs this much today; None if it may."""
    used = spending.used(agent, now)
    if used.attempts >= limits.attempts:
        return f"{agent} has made its {limits.attempts} attempts of this UTC day"
    would_be = used.micro_usd + round(usd * MICROS)
    if would_be > round(limits.usd * MICROS) or (used.micro_usd and used.micro_usd >= round(limits.usd * MICROS)):
        return f"{agent} has spent {used.micro_usd / MICROS:.2f} of its {limits.usd:.2f} USD of this UTC day"
    return None


def iterations(asked: int, limits: Limits) -> int:
    """How many iterations of practice are run: those asked for, one at least, within the limit."""
    return max(1, min(asked, limits.iterations))


def standing(agent: str, rank: Rank, permissions: Mapping[str, Sequence[Rank]]) -> Standing:
    """Whether the agent may learn what is in this class; agents that are not named may learn the usual classes."""
    if rank == "forbidden" or rank not in permissions.get(agent, LEARNT):
        return "never"
    return "approval" if rank in APPROVED else "free"
