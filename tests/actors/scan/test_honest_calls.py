"""Honest programs in a hundred styles are learnt without a person and run right behind the walls."""

import asyncio

import pytest

from benchmarks.poisoning.calls import LEARNT_AT_ONCE, Called, called, classed, is_right, outcomes

PROGRAMS = called()


def test_there_are_a_hundred() -> None:
    assert len({program.name for program in PROGRAMS}) == len(PROGRAMS) >= 100


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_an_honest_program_is_learnt_at_once(program: Called) -> None:
    found = classed(program)
    assert found.rank in LEARNT_AT_ONCE, found.reasons


def test_every_honest_program_runs_right_in_the_jail() -> None:
    found = asyncio.run(outcomes(PROGRAMS))
    wrong = [(p.name, o.status, o.error, o.value) for p, o in zip(PROGRAMS, found, strict=True) if not is_right(p, o)]
    assert not wrong
