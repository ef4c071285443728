"""What Kublai says to each answer in a learning task that he waits for, and what he keeps of it."""

import msgspec

from actors.agents.kublai import commands, telling
from actors.agents.kublai.delegation import is_researched
from actors.agents.kublai.job import Job, Phase
from actors.agents.kublai.settings import KublaiSettings
from actors.tools.validation.failures import fitting
from actors.tools.validation.trials import CANDIDATE
from messages import task
from messages.base import Json
from messages.gate import policy
from messages.tools import learning, tool
from runtime.actor import Emits


def on_admitted(
    job: Job, m: policy.Admitted
) -> Emits[tool.Supply | learning.Research | learning.Practise | task.Progressed]:
    """The tools that it will call are fetched, if there are any."""
    if job.learn.requires:
        yield commands.supply(job)
        note = f"{', '.join(job.learn.requires)}{telling.nearly_spent(m.agent, m.left)}"
        yield task.Progressed(task=m.task, phase=Phase.REQUIREMENTS, note=note)
    else:
        yield from _begin(job, m.policy_class, telling.nearly_spent(m.agent, m.left))


def on_supplied(
    job: Job, m: tool.Supplied
) -> Emits[learning.Research | learning.Practise | task.Progressed | task.Failed]:
    """Fail if the candidate does not fit what it calls."""
    fault = commands.unfit(job)
    if fault is not None:
        yield task.Failed(task=m.task, reason=fault)
    else:
        yield from _begin(job, f"with {', '.join(part.name for part in m.parts)}")


def _begin(job: Job, note: str, warning: str = "") -> Emits[learning.Research | learning.Practise | task.Progressed]:
    """What may serve is looked for, unless an implementation came along and needs none."""
    if is_researched(job.learn):
        yield commands.research(job)
        yield task.Progressed(task=job.task, phase=Phase.RESEARCH, note=f"{note}{warning}")
    else:
        yield commands.practise(job, 1)
        note = f"the candidate that came with the task{warning}"
        yield task.Progressed(task=job.task, phase=Phase.PRACTICE, note=note)


def on_researched(job: Job, m: learning.Researched) -> Emits[learning.Practise | task.Progressed]:
    """Practise with what was found."""
    yield commands.practise(job, 1)
    yield task.Progressed(task=m.task, phase=Phase.PRACTICE, note=m.recommendation)


def on_attempted(job: Job, m: learning.Attempted) -> Emits[task.Progressed]:
    """Tell what is wrong with a candidate that failed."""
    fault = telling.fault_of(m.attempts, commands.examples_of(job.learn)) if m.origin == CANDIDATE else None
    if fault is not None:
        note = f"the candidate failed: {fault}; another implementation is looked for"
        yield task.Progressed(task=m.task, phase=Phase.PRACTICE, note=note)


def apply_practised(job: Job, m: learning.Practised) -> None:
    """Keep the implementation."""
    job.source, job.entry, job.origin, job.figures = m.source, m.entry, m.origin, m.figures
    job.others = m.others
    if m.replaced:
        job.candidate_failed, job.replaced = True, m.replaced


def on_practised(job: Job, m: learning.Practised) -> Emits[learning.Validate | task.Progressed]:
    """Have it judged."""
    yield commands.validate(job)
    times = "one attempt" if m.attempts == 1 else f"{m.attempts} attempts"
    yield task.Progressed(task=m.task, phase=Phase.VALIDATION, note=f"{m.origin}, after {times}")


def on_stumped(job: Job, m: learning.Stumped) -> Emits[learning.Practise | task.Progressed | task.Failed]:
    """Show every example once, if some were held apart and nothing was paid; else fail."""
    if commands.held_apart(job).unseen and job.shown_whole(job.rounds) and not job.paid:
        yield commands.practise(job, job.rounds)
        note = f"{m.reason}; now with every example"
        yield task.Progressed(task=m.task, phase=Phase.PRACTICE, note=note)
    else:
        evidence = {
            **(job.evidence() or {}),
            "failures": msgspec.to_builtins(fitting(m.failures) or job.failures),
            "figures": m.figures,
        }
        yield task.Failed(task=m.task, reason=f"{m.reason}{job.before()}", evidence=evidence)


def apply_validated(job: Job, m: learning.Validated) -> None:
    """Keep the judgement."""
    job.mastery, job.failures = m.mastery, fitting(m.failures)
    job.missed = telling.missed(m.outcomes)
    job.ranges, job.halted, job.doubts = m.ranges, m.halted, m.doubts
    if job.origin == CANDIDATE:
        job.candidate_failed, job.replaced = True, telling.shortfall(m)


def on_validated(
    job: Job, settings: KublaiSettings, m: learning.Validated
) -> Emits[tool.Register | learning.Practise | task.Progressed | task.Failed]:
    """Register what is mastered; else another round, while there is one."""
    if m.mastery >= settings.mastered and m.critical == 0:
        yield commands.register(job)
        note = telling.verdict(m) if job.held_back or not job.learn.examples else telling.verdict_on_seen(m)
        note = "; ".join(filter(None, (note, tool.unsettled(m.doubts))))
        yield task.Progressed(task=m.task, phase=Phase.ENROLMENT, note=note)
    elif job.origin == CANDIDATE and m.wrong == 0:
        reason = f"the candidate is right on all examples and tests, and is not taken: {telling.shortfall(m)}"
        yield task.Failed(task=m.task, reason=reason, evidence=job.evidence())
    elif m.round < settings.rounds:
        yield commands.practise(job, m.round + 1)
        word = "partial" if m.mastery >= settings.partial else "failed"
        yield task.Progressed(
            task=m.task, phase=Phase.PRACTICE, note=f"{word}: the {job.origin} has {telling.shortfall(m)}"
        )
    else:
        reason = f"not mastered in {m.round} rounds: {telling.shortfall(m)}"
        yield task.Failed(task=m.task, reason=reason, evidence=job.evidence())


def learnt(job: Job, m: tool.Registered) -> Json:
    """The answer to the task."""
    spec = m.spec
    return {
        "tool": spec.name,
        "version": m.version,
        "semver": spec.semver,
        "parameters": list(spec.parameters),
        "mastery": spec.mastery,
        "rounds": job.round,
        "held_back": job.held_back,
        "missed": list(job.missed),
        "doubts": msgspec.to_builtins(job.doubts),
        "origin": spec.origin,
        "replaced": job.replaced if spec.origin != "candidate" else "",
        "disabled": m.disabled,
        "digest": spec.digest,
        "source": spec.source,
    }
