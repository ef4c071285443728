"""The table of phases says what each begins with, who owes the answer, and what may follow."""

import inspect
from typing import Any, get_args

import msgspec
import pytest

from actors.agents.kublai.actor import Kublai
from actors.agents.kublai.commands import Command
from actors.agents.kublai.job import Job, Phase
from actors.agents.kublai.phases import BEGUN_BY, PHASES, again, awaits
from actors.agents.kublai.settings import KublaiSettings
from messages import task
from messages.gate import approval, policy
from messages.task import Example
from messages.tools import learning, tool

EXAMPLES = tuple(Example(args=(n,), result=2 * n) for n in range(6))


def job(phase: Phase, **more: Any) -> Job:
    body = msgspec.to_builtins(task.Learn(name="double", goal="double it", examples=EXAMPLES, domain="ml_ai"))
    return Job("L", "learn", body, 0.0, phase=phase, **more)


def test_every_phase_has_its_row_and_every_command_begins_one() -> None:
    assert set(PHASES) == set(Phase)
    assert set(BEGUN_BY) == set(get_args(Command))


def test_every_answer_and_every_command_of_the_table_is_known_to_kublai() -> None:
    heard = Kublai.signature.handlers.keys() | Kublai.signature.appliers.keys()
    assert {answer for row in PHASES.values() for answer in row.answers} <= heard
    assert set(BEGUN_BY) <= Kublai.signature.appliers.keys()


def test_every_limit_is_a_setting() -> None:
    assert {row.limit for row in PHASES.values()} == {"phase_s", "practice_s"}
    assert all(hasattr(KublaiSettings(), row.limit) for row in PHASES.values())


@pytest.mark.parametrize(
    "phase", [phase for phase in Phase if phase not in (Phase.CALL, Phase.RECHECK, Phase.ENROLMENT)]
)
def test_the_command_of_a_phase_is_of_the_type_that_begins_it(phase: Phase) -> None:
    command = again(job(phase, round=1))
    order = PHASES[phase].order
    assert command is None if order is None else type(command) is order


@pytest.mark.parametrize(
    ("phase", "owed_by"),
    [
        (Phase.POLICY, "policy"),
        (Phase.REQUIREMENTS, "the registry"),
        (Phase.RESEARCH, "mongke"),
        (Phase.PRACTICE, "jochi"),
        (Phase.VALIDATION, "temujin"),
        (Phase.ENROLMENT, "the registry"),
        (Phase.APPROVAL, "nobody"),
        (Phase.CALL, "the registry"),
        (Phase.RECHECK, "the registry"),
    ],
)
def test_people_are_told_who_owes_the_answer(phase: Phase, owed_by: str) -> None:
    assert PHASES[phase].owed_by(job(phase)) == owed_by


def test_an_answer_counts_in_its_phase_and_round_alone() -> None:
    stumped = learning.Stumped(task="L", round=2, reason="no")
    assert awaits(job(Phase.PRACTICE, round=2), stumped)
    assert not awaits(job(Phase.PRACTICE, round=1), stumped)
    assert not awaits(job(Phase.VALIDATION, round=2), stumped)
    assert awaits(job(Phase.POLICY), policy.Refused(task="L", agent="jochi", policy_class="standard", reason="no"))


def test_every_phase_but_the_first_is_reached_from_another() -> None:
    reached = {phase for row in PHASES.values() for phase in row.next}
    assert reached == set(Phase) - {Phase.ACCEPTED}


def test_handlers_name_their_phase_by_the_table() -> None:
    source = inspect.getsource(Kublai)
    named = [phase for phase in Phase if f'"{phase}"' in source and phase is not Phase.ACCEPTED]
    assert named == []
    assert tool.Returned in PHASES[Phase.CALL].answers
    assert approval.Granted in PHASES[Phase.APPROVAL].answers
