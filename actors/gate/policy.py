"""Policy says whether something may be learnt at all, by whom and how often, and whether a person must agree.

It reads foreign code and never runs it; what slips past it still meets the sandbox, and the rest of the gate.
"""

from typing import Annotated, Any, Final

import msgspec

from actors.acquisition.policy import objection
from messages import change, policy
from messages.base import Source
from messages.control import Level
from messages.policy import PolicyClass
from runtime.actor import Actor, Emits

DAY_S: Final = 86_400
"""A UTC day in seconds. *derived*"""


class Attempts(msgspec.Struct):
    """What an agent has begun to learn on a day."""

    day: int
    count: int = 0


class Policy(Actor):
    """Every wish to learn and every proposed change is judged before anything is done about it."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        attempts: dict[str, Attempts] = {}

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        attempts_per_day: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 10
        """Tools that one agent may begin to learn in a UTC day."""

    state: State
    settings: Settings

    # Wishes.

    def on_judge(self, m: policy.Judge) -> Emits[policy.Admitted | policy.Refused]:
        reason = objection(m.name, m.source) or objection(m.name, m.suite)
        if reason is None and self._today(m.agent).count >= self.settings.attempts_per_day:
            reason = (
                f"policy: {m.agent} has used its {self.settings.attempts_per_day} attempts of this UTC day; "
                "try tomorrow, or raise attempts_per_day under [actors.policy]"
            )
            yield policy.Refused(task=m.task, agent=m.agent, policy_class="standard", reason=reason)
        elif reason is not None:
            yield policy.Refused(task=m.task, agent=m.agent, policy_class="forbidden", reason=reason)
        else:
            yield policy.Admitted(task=m.task, agent=m.agent, policy_class="standard")

    def apply_admitted(self, m: policy.Admitted) -> None:
        today = self._today(m.agent)
        self.state.attempts[m.agent] = Attempts(today.day, today.count + 1)

    # Changes.

    def on_proposed(self, m: change.Proposed) -> Emits[change.Screened | change.Refused]:
        reason, policy_class = _verdict(m.dossier.subject, m.dossier.evidence)
        if reason is not None:
            yield change.Refused(dossier=m.dossier, policy_class=policy_class, reason=reason)
        else:
            yield change.Screened(dossier=m.dossier, policy_class=policy_class)

    def _today(self, agent: str) -> Attempts:
        day = int(self.now // DAY_S)
        known = self.state.attempts.get(agent)
        return known if known is not None and known.day == day else Attempts(day)


def _verdict(name: str, evidence: Any) -> tuple[str | None, PolicyClass]:
    """What stands against the change, and its class."""
    source: Source | None = evidence.get("source") if isinstance(evidence, dict) else None
    reason = objection(name, source)
    return reason, "forbidden" if reason is not None else "standard"
