"""Policy says whether something may be learnt at all, by whom and how often, and whether a person must agree.

It reads foreign code and never runs it; what slips past it still meets the sandbox, and the rest of the gate. A wish is
judged by its words, and by its code if that came along; a change is judged by the code that would come into force.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec

from actors.acquisition.interface import no_python
from actors.acquisition.policy.classes import Classed, Rank, classify
from actors.acquisition.policy.limits import LEARNT, Spending, standing
from actors.acquisition.policy.poisoning import MOST, Scan, judge, scan
from actors.acquisition.validation.suite import BadSuite, tests_in
from messages import change, policy
from messages.base import Source
from messages.control import Level
from messages.task import Profile
from runtime.actor import Actor, Emits

REASON_CHARS: Final = 4_000
"""Most of a reason that is told; hostile code can make it as long as itself. *chosen*: a screenful of findings"""


class Policy(Actor):
    """Every wish to learn and every proposed change is judged before anything is done about it."""

    level = Level.FOUNDATION

    class State(msgspec.Struct):
        spending: Spending = msgspec.field(default_factory=Spending)

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
            _rejection(scans)
            or self._ungranted(m.hosts)
            or self._forbids(m.agent, classed, seen=m.source is not None)
            or self._spent(m.agent)
        )
        if reason is not None:
            yield policy.Refused(task=m.task, agent=m.agent, policy_class=classed.rank, reason=_told(reason))
        else:
            yield policy.Admitted(
                task=m.task,
                agent=m.agent,
                policy_class=classed.rank,
                review=_review(classed) if m.source else (),
                left=self._left(m.agent) - 1,
            )

    def apply_admitted(self, m: policy.Admitted) -> None:
        self.state.spending.attempt(m.agent, self.now)

    def on_proposed(self, m: change.Proposed) -> Emits[change.Screened | change.Refused]:
        evidence: dict[str, Any] = m.dossier.evidence if isinstance(m.dossier.evidence, dict) else {}
        source: Source = evidence.get("source", "")
        profile: Profile = evidence.get("profile", "pure")
        classed = classify(
            m.dossier.subject,
            evidence.get("goal", ""),
            evidence.get("domain", "general"),
            source,
            evidence.get("secrets", ()),
            evidence.get("hosts", ()),
            profile,
        )
        reason = (
            _rejection({"code": scan(source, profile)})
            or self._ungranted(evidence.get("hosts", ()))
            or self._forbids(evidence.get("agent", ""), classed, seen=True)
        )
        if reason is not None:
            yield change.Refused(dossier=m.dossier, policy_class=classed.rank, reason=_told(reason))
        else:
            dossier = msgspec.structs.replace(m.dossier, review=_review(classed))
            yield change.Screened(dossier=dossier, policy_class=classed.rank)

    def _forbids(self, agent: str, classed: Classed, *, seen: bool) -> str | None:
        """Why the agent may not learn what is in this class; code that is still to come is judged when it is there."""
        told = "; ".join(classed.reasons)
        if classed.rank == "forbidden":
            return told
        allowed = self.settings.agents.get(agent, self.settings.classes)
        if seen and standing(agent, classed.rank, {agent: allowed}) == "never":
            return f"{classed.rank} tools are not learnt here ({told}); see classes under [actors.policy]"
        return None

    def _ungranted(self, hosts: Sequence[str]) -> str | None:
        missing = [host for host in hosts if host not in self.settings.hosts]
        return f"{missing[0]} is granted to no tool; see hosts under [actors.policy]" if missing else None

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


def _told(reason: str) -> str:
    return f"policy: {reason}"[:REASON_CHARS]


def _texts(m: policy.Judge) -> tuple[tuple[str, Source | None], ...]:
    """What of a wish is foreign code, each by its name."""
    return ("code", m.source), ("suite", m.suite)


def _rejection(scans: Mapping[str, Scan]) -> str | None:
    """What no tool may do, with its lines, and in which text it stands."""
    told = [
        f"the {what} does what no tool may do: {'; '.join(map(str, each.findings))}"
        for what, each in scans.items()
        if each.verdict == "reject"
    ]
    return "; and ".join(told) or None


def _review(classed: Classed) -> tuple[str, ...]:
    if not classed.needs_approval:
        return ()
    return (f"it is {classed.rank}", *(reason[:REASON_CHARS] for reason in classed.reasons[:MOST]))
