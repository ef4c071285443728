"""A task in hand: how far it is, and what is known of it; and what is kept of one that is over."""

from enum import StrEnum
from typing import Final

import msgspec

from actors.agents.kublai.delegation import judge_beside, maker_of
from actors.tools.practice import told
from actors.tools.validation.trials import CANDIDATE
from messages.base import Json
from messages.task import Learn
from messages.tools import tool
from messages.tools.learning import Failure, Option

OUTCOME_BYTES: Final = 16_384
"""Longest outcome that is kept to be shown; a longer one stands on the log alone. *chosen*: a thousand are kept"""


class Phase(StrEnum):
    """How far a task is, as it is told in `task.Progressed`, in views and in evidence."""

    ACCEPTED = "accepted"
    POLICY = "policy"
    REQUIREMENTS = "requirements"
    RESEARCH = "research"
    PRACTICE = "practice"
    VALIDATION = "validation"
    ENROLMENT = "enrolment"
    APPROVAL = "approval"
    CALL = "call"
    RECHECK = "rechecking"


class Job(msgspec.Struct):
    """What Kublai knows of an open task."""

    task: str
    kind: str
    body: Json
    accepted_at: float
    deadline: float | None = None
    place: int = 0
    """Of its acceptance on the log."""
    phase: Phase = Phase.ACCEPTED
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
    effort: float = 1.0
    """Part of the usual search that its practice may take."""
    instead: str = ""
    """Who makes the tool in the place of its domain's usual maker; empty if that one does."""

    @property
    def maker(self) -> str:
        """The specialist who makes the tool."""
        return self.instead or maker_of(self.learn.domain)

    @property
    def judge(self) -> str:
        """Who judges it."""
        return judge_beside(self.maker)

    @property
    def learn(self) -> Learn:
        """The body of a learning task."""
        return msgspec.convert(self.body, Learn)

    @property
    def requires(self) -> tuple[str, ...]:
        """Tools that the implementation calls; what the search composed calls none."""
        return self.learn.requires if self.origin == CANDIDATE else ()

    def enter(self, phase: Phase, round_number: int = 0) -> None:
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
