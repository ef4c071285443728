"""What the memory answers, from its state and a moment alone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from actors.tools.memory import capability as kept
from actors.tools.memory.capability import Capability, Demand, Execution, Tally
from actors.tools.memory.proficiency import proficiency, status, tier
from messages.tools import memory

NEAREST: Final[dict[memory.Tier, int]] = {"hot": 0, "warm": 1, "cold": 2}
"""The order in which capabilities are listed. *derived*"""
BRIEF_CHARACTERS: Final = 160
"""Longest description in a list. *derived*: 500 of them with all else fit an answer of 1 MiB"""
SHOWN: Final = 20
"""Newest executions that are shown of one capability. *chosen*"""


class View(msgspec.Struct, frozen=True):
    """The state at a moment."""

    capabilities: Mapping[str, Capability]
    now: float
    hot_s: float
    warm_s: float

    def shown(self, name: str, *, whole: bool = False) -> memory.Capability:
        """The capability as it stands now, its description cut unless it is wanted `whole`."""
        known = self.capabilities[name]
        standing = known.standing
        tally = standing.tally if standing is not None else Tally()
        text = known.description
        return memory.Capability(
            name=name,
            description=text if whole else kept.cut(text, BRIEF_CHARACTERS),
            domain=known.domain,
            status=status(known),
            tier=tier(known, self.now, self.hot_s, self.warm_s),
            agent=standing.agent if standing is not None else None,
            version=standing.version if standing is not None else None,
            mastery=standing.mastery if standing is not None else None,
            proficiency=proficiency(tally.successes, tally.runs),
            runs=tally.runs,
            successes=tally.successes,
            rate=tally.rate,
            mean_ms=tally.mean_ms,
            learned_at=standing.at if standing is not None else None,
            used_at=known.tally.used_at or None,
            requires=standing.requires if standing is not None else (),
        )


def find(view: View, asked: memory.Find) -> memory.Capabilities:
    """Those of the domain, and of what the agent can do: hot before warm before cold, then by name."""
    found = [
        view.shown(name)
        for name, known in view.capabilities.items()
        if asked.domain in (None, known.domain) and (asked.agent is None or _can(asked.agent, known))
    ]
    found.sort(key=lambda shown: (NEAREST[shown.tier], shown.name))
    return memory.Capabilities(capabilities=tuple(found[: asked.limit]), total=len(found))


def _can(agent: str, known: Capability) -> bool:
    return known.standing is not None and known.standing.agent == agent


def rates(view: View, asked: memory.Rates) -> memory.Capabilities:
    """What was run more often than so over all versions, most successful first, with the figures of them all."""
    found = [
        msgspec.structs.replace(
            view.shown(name),
            runs=known.tally.runs,
            successes=known.tally.successes,
            rate=known.tally.rate,
            mean_ms=known.tally.mean_ms,
        )
        for name, known in view.capabilities.items()
        if known.tally.runs > asked.more_than
    ]
    found.sort(key=lambda shown: (-(shown.rate or 0.0), -shown.runs, shown.name))
    return memory.Capabilities(capabilities=tuple(found[: asked.limit]), total=len(found))


def gaps(demands: Mapping[str, Demand], limit: int) -> memory.Shortage:
    """What was asked for in vain, most wanted first, and the domains that it belongs to."""
    domains: Counter[str] = Counter()
    found = []
    for name, each in demands.items():
        count = each.failed + each.missing
        if each.domain is not None:
            domains[each.domain] += count
        found.append(
            memory.Gap(
                name=name,
                domain=each.domain,
                demand=count,
                failed=each.failed,
                missing=each.missing,
                last_at=each.at,
                reason=each.reason,
            )
        )
    found.sort(key=lambda gap: (-gap.demand, -gap.last_at, gap.name))
    ordered = sorted(domains.items(), key=lambda item: (-item[1], item[0]))
    return memory.Shortage(
        gaps=tuple(found[:limit]), domains=tuple(memory.DomainGap(domain=name, demand=n) for name, n in ordered)
    )


def show(view: View, name: str, recent: Sequence[Execution]) -> memory.Biography:
    """All that is remembered under the name."""
    known = view.capabilities.get(name)
    if known is None:
        return memory.Biography()
    mine = [execution for execution in reversed(recent) if execution.tool == name]
    return memory.Biography(
        capability=view.shown(name, whole=True),
        runs=known.tally.runs,
        successes=known.tally.successes,
        versions=tuple(_version(version) for version in reversed(known.versions)),
        learnings=tuple(_learning(task, each) for task, each in reversed(known.learnings.items())),
        patterns=patterns(view.capabilities, (name,), 1),
        executions=tuple(executed(execution) for execution in mine[:SHOWN]),
    )


def patterns(capabilities: Mapping[str, Capability], names: Iterable[str], least: int) -> tuple[memory.Pattern, ...]:
    """How these go wrong, as far as it was seen so often, most frequent first."""
    found = [
        memory.Pattern(
            capability=name,
            kind=kind,
            cause=pattern.cause,
            workaround=pattern.workaround,
            count=pattern.count,
            last_at=pattern.last_at,
        )
        for name in names
        for kind, pattern in capabilities[name].patterns.items()
        if pattern.count >= least
    ]
    return tuple(sorted(found, key=lambda pattern: (-pattern.count, pattern.capability, pattern.kind)))


def executed(execution: Execution) -> memory.Execution:
    """The execution as it is told."""
    return msgspec.convert(execution, memory.Execution, from_attributes=True)


def _version(version: kept.Version) -> memory.Version:
    tally = version.tally
    return memory.Version(
        version=version.version,
        agent=version.agent,
        origin=version.origin,
        digest=version.digest,
        mastery=version.mastery,
        at=version.at,
        standing=version.standing,
        runs=tally.runs,
        successes=tally.successes,
        mean_ms=tally.mean_ms,
    )


def _learning(task: str, learning: kept.Learning) -> memory.Learning:
    return msgspec.convert({"task": task, **msgspec.to_builtins(_whole(learning))}, memory.Learning)


def _whole(learning: kept.Learning) -> dict[str, object]:
    practices = [{**msgspec.structs.asdict(each), "agent": each.agent or None} for each in learning.practices]
    verdicts = [msgspec.structs.asdict(each) for each in learning.verdicts]
    study = msgspec.structs.asdict(learning.study) if learning.study is not None else None
    plain = msgspec.structs.asdict(learning)
    del plain["forbidden"]
    return {**plain, "study": study, "practices": practices, "verdicts": verdicts}
