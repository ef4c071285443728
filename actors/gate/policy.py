"""Policy says whether something may be learnt at all, by whom and how often, and whether a person must agree.

It reads foreign code and never runs it; what slips past it still meets the sandbox, and the rest of the gate. A wish is
judged by its words, and by its code if that came along; a change is judged by the code that would come into force.
"""

from typing import Annotated

import msgspec

from actors.dossiers import sealed
from actors.gate.screening.outcome import Scene, told
from actors.gate.screening.screen import screen
from actors.gate.screening.tool import forbids, rejection, review_of, ungranted
from actors.scan.classes import Rank, classify
from actors.scan.limits import LEARNT, Spending
from actors.scan.poisoning import judge, scan
from actors.tools.spec.interface import no_python
from actors.tools.validation.suite import BadSuite, tests_in
from messages.base import Source
from messages.gate import change, policy
from messages.kernel import actor as life
from messages.kernel.control import Level
from runtime.actor import Actor, Emits


class Policy(Actor):
    """Every wish to learn and every proposed change is judged before anything is done about it."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        spending: Spending = msgspec.field(default_factory=Spending)
        members: dict[str, Level] = {}
        """Level of each actor of the council."""

    class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        attempts_per_day: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 10
        """Tools that one agent may begin to learn in a UTC day."""
        classes: tuple[Rank, ...] = LEARNT
        """Classes of tools that may be learnt; a person must approve sensitive and restricted ones all the same."""
        agents: dict[str, tuple[Rank, ...]] = {}
        """The same for single agents, where it differs."""
        hosts: tuple[str, ...] = ()
        """Where learnt tools may send requests through the sandbox's broker, if they say so."""

    state: State
    settings: Settings

    def on_judge(self, m: policy.Judge) -> Emits[policy.Admitted | policy.Refused]:
        garbled = _garbled(m.source) or _untestable(m.suite)
        if garbled is not None:
            yield policy.Refused(task=m.task, agent=m.agent, policy_class="restricted", reason=garbled)
            return
        scans = {what: scan(text, m.profile) for what, text in _texts(m) if text is not None}
        classed = classify(m.name, m.goal, m.domain, m.source, m.secrets, m.hosts, m.profile)
        reason = (
            rejection(scans)
            or ungranted(self.settings, m.hosts)
            or forbids(self.settings, m.agent, classed, seen=m.source is not None)
            or self._spent(m.agent)
        )
        if reason is not None:
            yield policy.Refused(task=m.task, agent=m.agent, policy_class=classed.rank, reason=told(reason))
        else:
            yield policy.Admitted(
                task=m.task,
                agent=m.agent,
                policy_class=classed.rank,
                review=review_of(classed) if m.source else (),
                left=self._left(m.agent) - 1,
                per_day=self.settings.attempts_per_day,
            )

    def apply_admitted(self, m: policy.Admitted) -> None:
        self.state.spending.attempt(m.agent, self.now)

    def on_proposed(self, m: change.Proposed) -> Emits[change.Screened | change.Refused]:
        screened = screen(m.dossier, Scene(self.settings, self.state.members, self.now))
        if screened.reason is not None:
            yield change.Refused(
                dossier=sealed(m.dossier, ()),
                policy_class=screened.policy_class,
                reason=screened.reason,
                findings=screened.findings,
            )
        else:
            dossier = sealed(m.dossier, screened.review)
            yield change.Screened(dossier=dossier, policy_class=screened.policy_class)

    def apply_convened(self, m: life.Convened) -> None:
        self.state.members = {member.name: member.level for member in m.members}

    def _spent(self, agent: str) -> str | None:
        if self._left(agent) > 0:
            return None
        return (
            f"{agent} has made its {self.settings.attempts_per_day} attempts of this UTC day; "
            "try again tomorrow, or raise attempts_per_day under [actors.policy]"
        )

    def _left(self, agent: str) -> int:
        return self.settings.attempts_per_day - self.state.spending.used(agent, self.now).attempts


def _garbled(source: Source | None) -> str | None:
    """Where the candidate stops being Python; None if it is Python, or if there is none."""
    error = judge(source or "").error
    if isinstance(error, SyntaxError):
        return no_python("candidate", error)
    return None if error is None else f"the candidate can't be read: {error}"


def _untestable(suite: Source | None) -> str | None:
    """Why no test of the suite could be run; None if they can be, or if there is none."""
    if suite is None:
        return None
    if why := judge(suite).tangled:
        return f"the suite is {why}"
    try:
        tests_in(suite)
    except BadSuite as error:
        return str(error)
    return None


def _texts(m: policy.Judge) -> tuple[tuple[str, Source | None], ...]:
    """What of a wish is foreign code, each by its name."""
    return ("code", m.source), ("suite", m.suite)
