"""The phases of a task as one table: what each begins with, what it waits for and from whom, how long, what may follow.

Kublai's handlers name no phase where the table can tell it: an answer belongs to the phases that list it.
"""

from collections.abc import Callable
from typing import Final, Literal

import msgspec

from actors.agents.kublai import commands
from actors.agents.kublai.commands import Command
from actors.agents.kublai.job import Job, Phase
from messages.base import Message
from messages.gate import approval, policy
from messages.tools import learning, tool

Limit = Literal["phase_s", "practice_s"]
"""The setting of Kublai that says how long a phase waits."""


def _registry(_job: Job) -> str:
    return "the registry"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One phase of the table."""

    order: type[Command] | None = None
    """The type of the command that the phase begins with; None for one that begins with what another actor says."""
    command: Callable[[Job], Command] | None = None
    """Builds it, the first time and once more when no answer comes."""
    answers: tuple[type[Message], ...] = ()
    """What is heard of the phase while the task is in it; of another round or phase it changes nothing."""
    owed_by: Callable[[Job], str] = lambda _job: "nobody"
    """Who owes the answer, as people are told."""
    limit: Limit = "phase_s"
    next: tuple[Phase, ...] = ()
    """Phases that may follow; the task may end in any."""


PHASES: Final[dict[Phase, Row]] = {
    Phase.ACCEPTED: Row(next=(Phase.POLICY, Phase.CALL, Phase.RECHECK)),
    Phase.POLICY: Row(
        order=policy.Judge,
        command=commands.judge,
        answers=(policy.Admitted, policy.Refused),
        owed_by=lambda _job: "policy",
        next=(Phase.REQUIREMENTS, Phase.RESEARCH, Phase.PRACTICE),
    ),
    Phase.REQUIREMENTS: Row(
        order=tool.Supply,
        command=commands.supply,
        answers=(tool.Supplied,),
        owed_by=_registry,
        next=(Phase.RESEARCH, Phase.PRACTICE),
    ),
    Phase.RESEARCH: Row(
        order=learning.Research,
        command=commands.research,
        answers=(learning.Researched,),
        owed_by=lambda _job: "mongke",
        next=(Phase.PRACTICE,),
    ),
    Phase.PRACTICE: Row(
        order=learning.Practise,
        command=commands.practise,
        answers=(learning.Attempted, learning.Continued, learning.Practised, learning.Stumped),
        owed_by=lambda job: job.maker,
        limit="practice_s",
        next=(Phase.PRACTICE, Phase.VALIDATION),
    ),
    Phase.VALIDATION: Row(
        order=learning.Validate,
        command=commands.validate,
        # On older logs the maker brought the tool to the registry, so that the approval comes while this is the phase.
        answers=(learning.Continued, learning.Validated, approval.Requested),
        owed_by=lambda job: job.judge,
        next=(Phase.PRACTICE, Phase.ENROLMENT, Phase.APPROVAL),
    ),
    Phase.ENROLMENT: Row(
        order=tool.Register,
        command=commands.register,
        answers=(approval.Requested,),
        owed_by=_registry,
        next=(Phase.APPROVAL,),
    ),
    Phase.APPROVAL: Row(answers=(approval.Granted,), next=(Phase.ENROLMENT,)),
    Phase.CALL: Row(order=tool.Call, command=commands.call, answers=(tool.Returned, tool.Raised), owed_by=_registry),
    Phase.RECHECK: Row(order=tool.Recheck, command=commands.recheck, answers=(tool.Rechecked,), owed_by=_registry),
}
"""What follows what. *cited*: specification of acquisition, section 1"""

BEGUN_BY: Final = {row.order: phase for phase, row in PHASES.items() if row.order is not None}
"""The phase that a command begins. *derived*"""


def awaits(job: Job, message: Message) -> bool:
    """The job is in a phase, and in the round, that the message answers."""
    return type(message) in PHASES[job.phase].answers and getattr(message, "round", job.round) == job.round


def again(job: Job) -> Command | None:
    """The command of the job's phase, to be given once more; None for a phase that waits for no agent."""
    command = PHASES[job.phase].command
    return command(job) if command is not None else None
