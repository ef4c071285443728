"""The command that each phase of a task begins with, built from the job alone, so that it can be given once more."""

from typing import Final

import msgspec

from actors.agents.kublai.holdout import Split, split
from actors.agents.kublai.job import Job
from actors.tools.spec.composition import joined
from actors.tools.spec.specification import Made, spec_of
from messages.gate import policy
from messages.task import Example, Learn, Recheck, Run, distinct
from messages.tools import learning, tool
from messages.tools.learning import Option

Command = (
    policy.Judge
    | tool.Supply
    | learning.Research
    | learning.Practise
    | learning.Validate
    | tool.Register
    | tool.Call
    | tool.Recheck
)

SUMMARY_CHARS: Final = 400
"""Most of an option's summary that a maker is sent. *derived*: actors.edge.model.prompt shows no more of an option"""


def examples_of(learn: Learn) -> tuple[Example, ...]:
    """What there is to learn from: the examples, or where there are none what the tests show of the results."""
    shown = tuple(Example(args=case.args, result=case.result) for case in learn.tests if not case.raises)
    return distinct(learn.examples or shown)


def judge(job: Job) -> policy.Judge:
    """Policy's part."""
    learn = job.learn
    return policy.Judge(
        task=job.task,
        agent=job.maker,
        name=learn.name,
        goal=learn.goal,
        domain=learn.domain,
        source=learn.candidate.source if learn.candidate is not None else None,
        suite=learn.suite,
        secrets=learn.about.secrets,
        hosts=tuple(host.host for host in learn.about.hosts),
        profile=learn.about.profile,
    )


def supply(job: Job) -> tool.Supply:
    """The registry's part in a learning task whose tool will call others."""
    learn = job.learn
    return tool.Supply(task=job.task, name=learn.name, requires=learn.requires)


def unfit(job: Job) -> str | None:
    """Why the candidate can't be run with what it calls."""
    learn = job.learn
    if learn.candidate is not None:
        try:
            joined(learn.candidate.source, learn.candidate.entry, learn.requires, job.parts)
        except ValueError as error:
            return str(error)
    return None


def research(job: Job) -> learning.Research:
    """Möngke's part."""
    learn = job.learn
    return learning.Research(task=job.task, goal=learn.goal, domain=learn.domain, name=learn.name)


def practise(job: Job, round_number: int | None = None) -> learning.Practise:
    """The specialist's part, in this round, or in the one that the job is in."""
    learn = job.learn
    number = job.round if round_number is None else round_number
    return learning.Practise(
        to=job.maker,
        task=job.task,
        round=number,
        terms=terms(learn, learn.requires),
        examples=split(examples_of(learn), number, job.failures, job.shown_whole(number)).seen,
        options=tuple(map(_lean, job.options)),
        candidate=None if job.candidate_failed else learn.candidate,
        failures=job.failures,
        parts=job.parts,
        tools=job.tools,
        earlier=job.source,
        effort=job.effort,
    )


def _lean(option: Option) -> Option:
    """The option as far as a maker reads it: how it is called, and the beginning of what it does; what speaks for it
    is in `learning.Researched`.
    """
    return Option(
        name=option.name,
        module=option.module,
        signature=option.signature,
        summary=" ".join(option.summary.split())[:SUMMARY_CHARS],
        score=0.0,
        justification="",
        kind=option.kind,
    )


def terms(learn: Learn, requires: tuple[str, ...]) -> learning.Terms:
    """The part of the task that every phase is told: nothing of examples, tests and suite."""
    return learning.Terms(
        name=learn.name,
        goal=learn.goal,
        domain=learn.domain,
        iterations=learn.iterations,
        requires=requires,
        profile=learn.about.profile,
        hosts=learn.about.hosts,
    )


def held_apart(job: Job) -> Split:
    """What the developer has seen in this round, and what not."""
    return split(examples_of(job.learn), job.round, job.failures, job.shown_whole(job.round))


def validate(job: Job) -> learning.Validate:
    """The judge's part."""
    learn = job.learn
    parts = held_apart(job)
    return learning.Validate(
        to=job.judge,
        task=job.task,
        round=job.round,
        source=job.source,
        entry=job.entry,
        seen=parts.seen,
        unseen=parts.unseen,
        terms=terms(learn, job.requires),
        tests=learn.tests,
        suite=learn.suite,
        parts=job.parts if job.requires else (),
        notes=learn.about.parameters,
        origin=job.origin,
        others=job.others,
    )


def register(job: Job) -> tool.Register:
    """The registry's part in a learning task: the validated implementation with all that is known of it."""
    learn = job.learn
    examples = examples_of(learn)
    made = Made(
        name=learn.name,
        goal=learn.goal,
        domain=learn.domain,
        source=job.source,
        entry=job.entry,
        origin=job.origin,
        mastery=job.mastery,
        examples=examples,
        requires=job.requires,
        refuses=tuple(sorted({case.raises for case in learn.tests if case.raises})),
        about=learn.about,
        ranges=job.ranges,
        halted=job.halted,
        doubts=job.doubts,
    )
    return tool.Register(task=job.task, spec=spec_of(made, job.maker), bump=learn.about.bump)


def call(job: Job) -> tool.Call:
    """The registry's part in a task of the kind `run`."""
    run = msgspec.convert(job.body, Run)
    return tool.Call(
        task=job.task,
        tool=run.tool,
        args=run.args,
        version=run.version,
        semver=run.semver,
        named=run.named,
        trial=run.trial,
        client=job.client,
    )


def recheck(job: Job) -> tool.Recheck:
    """The registry's part in a task of the kind `recheck`."""
    wish = msgspec.convert(job.body, Recheck)
    return tool.Recheck(task=job.task, tool=wish.tool, version=wish.version)
