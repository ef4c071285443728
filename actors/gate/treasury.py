"""The treasury keeps the money of each agent's day: reserved before an act, settled after it, here alone.

Since one actor holds it all, two acts can't spend the same dollar. An act never settled has cost its reservation.
"""

from typing import Annotated, Final

import msgspec

from messages.gate import budget
from messages.kernel import actor as life
from messages.kernel.control import Level
from runtime.actor import Actor, Emits

DAY_S: Final = 86_400
"""A UTC day in seconds. *derived*"""

RESERVATIONS: Final = 10_000
"""Most acts whose money is reserved; the oldest then counts as spent in full. *chosen*: far more than are ever open"""


class Spent(msgspec.Struct):
    """What an agent has spent of a day; money counts as spent from its reservation on."""

    day: int
    usd: float = 0.0


class Reservation(msgspec.Struct, frozen=True):
    """Money kept for one act."""

    agent: str
    day: int
    usd: float


class _Act(msgspec.Struct, frozen=True):
    """What of an announced effect concerns money."""

    act: str
    task: str


class Treasury(Actor):
    """No act is begun that the agent's day can't pay for."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        spent: dict[str, Spent] = {}
        reserved: dict[str, Reservation] = {}

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        usd_per_day: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 50.0
        """Dollars that one agent may spend in a UTC day."""

    state: State
    settings: Settings

    def on_reserve(self, m: budget.Reserve) -> Emits[budget.Reserved | budget.Exceeded]:
        if m.act in self.state.reserved:
            return
        left = self.settings.usd_per_day - self._today(m.agent).usd
        if m.usd > left:
            reason = (
                f"{m.agent} has {left:.2f} of {self.settings.usd_per_day:.2f} USD left of this UTC day, "
                f"the act may cost {m.usd:.2f}; raise usd_per_day under [actors.treasury]"
            )
            yield budget.Exceeded(act=m.act, task=m.task, agent=m.agent, reason=reason)
        else:
            yield budget.Reserved(
                act=m.act,
                task=m.task,
                agent=m.agent,
                usd=m.usd,
                day_usd=self.settings.usd_per_day,
                left_usd=left - m.usd,
            )

    def apply_reserved(self, m: budget.Reserved) -> None:
        spent = self._open(m.agent)
        spent.usd += m.usd
        self._forget_before(spent.day - 1)
        self.state.reserved[m.act] = Reservation(m.agent, spent.day, m.usd)
        if len(self.state.reserved) > RESERVATIONS:
            del self.state.reserved[next(iter(self.state.reserved))]

    def on_settle(self, m: budget.Settle) -> Emits[budget.Settled]:
        yield from self._settled(m.act, m.task, m.usd)

    def on_resolved(self, m: life.Resolved) -> Emits[budget.Settled]:
        """An act that a person knows not to have happened has cost nothing."""
        if m.fault or m.word != "did_not":
            return
        try:
            held = msgspec.convert(m.intent, _Act, strict=True)
        except msgspec.ValidationError:
            return
        yield from self._settled(held.act, held.task, 0.0)

    def _settled(self, act: str, name: str, usd: float) -> Emits[budget.Settled]:
        kept = self.state.reserved.get(act)
        if kept is not None:
            today = self._today(kept.agent)
            back = kept.usd - usd if today.day == kept.day else 0.0
            spent_usd = min(budget.MOST_USD, max(0.0, today.usd - back))
            day_usd = self.settings.usd_per_day
            yield budget.Settled(act=act, task=name, agent=kept.agent, usd=usd, spent_usd=spent_usd, day_usd=day_usd)

    def apply_settled(self, m: budget.Settled) -> None:
        kept = self.state.reserved.pop(m.act, None)
        spent = self.state.spent.get(m.agent)
        if kept is not None and spent is not None and spent.day == kept.day:
            spent.usd = m.spent_usd

    def _forget_before(self, day: int) -> None:
        """What was reserved on a day before this one and never settled stays spent, and is not kept any longer."""
        for act in [act for act, kept in self.state.reserved.items() if kept.day < day]:
            del self.state.reserved[act]

    def _today(self, agent: str) -> Spent:
        day = int(self.now // DAY_S)
        known = self.state.spent.get(agent)
        return known if known is not None and known.day == day else Spent(day)

    def _open(self, agent: str) -> Spent:
        """The agent's day, kept."""
        self.state.spent[agent] = spent = self._today(agent)
        return spent
