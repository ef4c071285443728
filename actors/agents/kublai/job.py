"""A task in hand: how far it is, what is known of it, and the command that each phase begins with."""

from typing import Final

import msgspec

from actors.agents.kublai.curriculum import Split, split
from actors.agents.kublai.delegation import judge_of, maker_of
from actors.tools.practice import told
from actors.tools.spec.composition import joined
from messages.base import Json
from messages.gate import policy
from messages.task import Example, Learn, Run, distinct
from messages.tools import learning, tool
from messages.tools.learning import Failure, Option

OUTCOME_BYTES: Final = 16_384
"""Longest outcome that is kept to be shown; a longer one stands on the log alone. *chosen*: a thousand are kept"""

Command = (
    policy.Judge | tool.Supply | learning.Research | learning.Practise | learning.Validate | learning.Enroll | tool.Call
)


class Job(msgspec.Struct):
    """What Kublai knows of an open task."""

    task: str
    kind: str
    body: Json
    accepted_at: float
    deadline: float | None = None
    place: int = 0
    """Of its acceptance on the log."""
    phase: str = "accepted"
    rounds: int = 0
    """Most rounds that it gets."""
    asked: int = 0
    """How often the phase's command was given."""
    round: int = 0
    options: tuple[Option, ...] = ()
    tools: tuple[tool.Known, ...] = ()
    parts: tuple[tool.Part, ...] = ()
    """What the tool will call, as the registry supplied it."""
    source: str = ""
    entry: str = ""
    origin: str = ""
    candidate_failed: bool = False
    """The candidate given with the task was found wanting; it is not offered again."""
    replaced: str = ""
    """What was wrong with it, in words."""
    mastery: float = 0.0
    paid: bool = False
    """A model service was asked in this round; it is not paid once more for the same without being asked to."""
    held_back: int = 0
    """Examples that the last validation had and the developer had not seen."""
    failures: tuple[Failure, ...] = ()
    """Of the last validation."""
    missed: tuple[str, ...] = ()
    """Tests that did not pass in it, each with the reason in short."""
    figures: Json = None
    ranges: tuple[tool.Range, ...] = ()
    halted: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Programs of like cost beside the implementation."""
    doubts: tuple[tool.Doubt, ...] = ()
    """What the examples don't settle, by the last validation."""
    client: str = ""

    @property
    def learn(self) -> Learn:
        """The body of a learning task."""
        return msgspec.convert(self.body, Learn)

    @property
    def requires(self) -> tuple[str, ...]:
        """Tools that the implementation calls; what the search composed calls none."""
        return self.learn.requires if self.origin == "candidate" else ()

    def enter(self, phase: str, round_number: int = 0) -> None:
        """The phase's command has been given, once more if it is the phase already."""
        again = self.phase == phase and self.round == round_number
        self.asked = self.asked + 1 if again else 1
        self.phase, self.round = phase, round_number

    def shown_whole(self, round_number: int) -> bool:
        """The developer sees every example in this round: the last one, unless what there is are tests, or it is the
        only one.
        """
        return bool(self.learn.examples) and round_number >= self.rounds > 1

    def before(self) -> str:
        """What the round before was judged to be, as the end of a reason; empty in the first."""
        if self.round <= 1 or not self.failures:
            return ""
        return f"; the {self.origin} before it had mastery {self.mastery:.2f}: {told(self.failures[0])}"

    def evidence(self) -> Json:
        """What there is to show for a learning task that came to nothing."""
        if self.kind != "learn":
            return None
        return {
            "phase": self.phase,
            "rounds": self.round,
            "mastery": self.mastery,
            "source": self.source or None,
            "origin": self.origin or None,
            "replaced": self.replaced or None,
            "failures": msgspec.to_builtins(self.failures),
            "figures": self.figures,
        }


class Ended(msgspec.Struct, frozen=True):
    """What is kept of a task that is over."""

    kind: str
    phase: str
    accepted_at: float
    outcome: Json
    place: int = 0
    """Of its acceptance on the log; how it ended was said behind it."""
    is_cut: bool = False
    """The outcome is too long to be kept here."""


def ended(job: Job, phase: str, outcome: Json) -> Ended:
    """The job as it is remembered."""
    size = len(msgspec.json.encode(outcome))
    is_cut = size > OUTCOME_BYTES
    kept = f"{size} bytes; the whole outcome stands on the log" if is_cut else outcome
    return Ended(job.kind, phase, job.accepted_at, kept, job.place, is_cut)


def command(job: Job) -> Command | None:
    """What the job's phase was begun with, to be given once more; None for a phase that waits for no agent."""
    match job.phase:
        case "policy":
            return judge(job)
        case "requirements":
            return supply(job)
        case "research":
            return research(job)
        case "practice":
            return practise(job, job.round)
        case "validation":
            return validate(job)
        case "enrolment":
            return enroll(job)
        case "call":
            return call(job)
        case _:
            return None


def awaited(job: Job) -> str:
    """Who owes the answer that the job's phase waits for."""
    match job.phase:
        case "policy":
            return "policy"
        case "requirements" | "call":
            return "the registry"
        case "research":
            return "mongke"
        case "practice" | "enrolment":
            return maker_of(job.learn.domain)
        case "validation":
            return judge_of(job.learn.domain)
        case _:
            return "nobody"


def examples_of(learn: Learn) -> tuple[Example, ...]:
    """What there is to learn from: the examples, or where there are none what the tests show of the results."""
    shown = tuple(Example(args=case.args, result=case.result) for case in learn.tests if not case.raises)
    return distinct(learn.examples or shown)


def judge(job: Job) -> policy.Judge:
    """Policy's part."""
    learn = job.learn
    return policy.Judge(
        task=job.task,
        agent=maker_of(learn.domain),
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


def practise(job: Job, round_number: int) -> learning.Practise:
    """The specialist's part."""
    learn = job.learn
    return learning.Practise(
        to=maker_of(learn.domain),
        task=job.task,
        round=round_number,
        goal=learn.goal,
        name=learn.name,
        examples=split(examples_of(learn), round_number, job.failures, job.shown_whole(round_number)).seen,
        options=job.options,
        candidate=None if job.candidate_failed else learn.candidate,
        failures=job.failures,
        iterations=learn.iterations,
        domain=learn.domain,
        requires=learn.requires,
        parts=job.parts,
        profile=learn.about.profile,
        hosts=learn.about.hosts,
        tools=job.tools,
        earlier=job.source,
    )


def held_apart(job: Job) -> Split:
    """What the developer has seen in this round, and what not."""
    return split(examples_of(job.learn), job.round, job.failures, job.shown_whole(job.round))


def validate(job: Job) -> learning.Validate:
    """The judge's part."""
    learn = job.learn
    parts = held_apart(job)
    return learning.Validate(
        to=judge_of(learn.domain),
        task=job.task,
        round=job.round,
        source=job.source,
        entry=job.entry,
        seen=parts.seen,
        unseen=parts.unseen,
        name=learn.name,
        tests=learn.tests,
        suite=learn.suite,
        requires=job.requires,
        parts=job.parts if job.requires else (),
        profile=learn.about.profile,
        hosts=learn.about.hosts,
        notes=learn.about.parameters,
        origin=job.origin,
        others=job.others,
    )


def enroll(job: Job) -> learning.Enroll:
    """The specialist's last part."""
    learn = job.learn
    return learning.Enroll(
        to=maker_of(learn.domain),
        task=job.task,
        name=learn.name,
        goal=learn.goal,
        domain=learn.domain,
        source=job.source,
        entry=job.entry,
        origin=job.origin,
        mastery=job.mastery,
        example=next(iter(examples_of(learn)), None),
        examples=examples_of(learn),
        requires=job.requires,
        refuses=tuple(sorted({case.raises for case in learn.tests if case.raises})),
        about=learn.about,
        ranges=job.ranges,
        halted=job.halted,
        doubts=job.doubts,
    )


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
