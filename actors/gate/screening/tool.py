"""The screen of tools, by their code, words, secrets and hosts; the judgement on a wish to learn uses its parts."""

from collections.abc import Mapping, Sequence
from typing import get_args

from actors.gate.screening.outcome import REASON_CHARS, Outcome, Rules, Scene, outcome
from actors.scan.classes import Classed, classify
from actors.scan.limits import standing
from actors.scan.poisoning import MOST, Scan, scan
from messages.gate import evidence
from messages.gate.change import Dossier
from messages.task import Domain


def screen(dossier: Dossier, scene: Scene) -> Outcome:
    """Refused for what no tool may do, for a host that is not granted, or for a class that is not learnt here."""
    content = dossier.content
    assert isinstance(content, evidence.Tool)
    domain = domain_of(content.domain)
    if domain is None:
        return outcome("restricted", unknown_domain(content.domain))
    classed = classify(
        dossier.subject, content.goal, domain, content.source, content.secrets, content.hosts, content.profile
    )
    reason = (
        rejection({"code": scan(content.source, content.profile)})
        or ungranted(scene.rules, content.hosts)
        or forbids(scene.rules, content.agent, classed, seen=True)
    )
    return outcome(classed.rank, reason, review_of(classed))


def domain_of(name: str) -> Domain | None:
    """The domain of this name; None if there is none."""
    return next((domain for domain in get_args(Domain) if domain == name), None)


def unknown_domain(name: str) -> str:
    """What is said of a domain that nobody knows."""
    return f"no domain is named {name!r}; there are {', '.join(get_args(Domain))}"


def forbids(rules: Rules, agent: str, classed: Classed, *, seen: bool) -> str | None:
    """Why the agent may not learn what is in this class; code that is still to come is judged when it is there."""
    told = "; ".join(classed.reasons)
    if classed.rank == "forbidden":
        return told
    allowed = rules.agents.get(agent, rules.classes)
    if seen and standing(agent, classed.rank, {agent: allowed}) == "never":
        return f"{classed.rank} tools are not learnt here ({told}); see classes under [actors.policy]"
    return None


def ungranted(rules: Rules, hosts: Sequence[str]) -> str | None:
    """Which host is granted to no tool; None if all are granted."""
    missing = [host for host in hosts if host not in rules.hosts]
    return f"{missing[0]} is granted to no tool; see hosts under [actors.policy]" if missing else None


def rejection(scans: Mapping[str, Scan]) -> str | None:
    """What no tool may do, with its lines, and in which text it stands."""
    told = [
        f"the {what} does what no tool may do: {'; '.join(map(str, each.findings))}"
        for what, each in scans.items()
        if each.verdict == "reject"
    ]
    return "; and ".join(told) or None


def review_of(classed: Classed) -> tuple[str, ...]:
    """Why a person must approve what is in this class; empty if nobody must."""
    if not classed.needs_approval:
        return ()
    return (f"it is {classed.rank}", *(reason[:REASON_CHARS] for reason in classed.reasons[:MOST]))
