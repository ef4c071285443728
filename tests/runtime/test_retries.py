"""How often an input is tried again is said in the actor's class, and its first failure tells where the fault is."""

from typing import Any, ClassVar

import pytest
import structlog

from messages.base import Event, Task
from messages.kernel import actor as life
from runtime.actor import Actor, Emits, Worker, Works
from runtime.retries import RETRY_S
from runtime.testing import CALM, Universe, run


class Count(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work that has a bug."""


class Counted(Event, frozen=True, kw_only=True, forbid_unknown_fields=True):
    flow: ClassVar[str | None] = "count"
    for_people = True


class Impatient(Actor):
    retries_s = ()

    def on_count(self, m: Count) -> Emits[Counted]:
        raise LookupError("a bug")
        yield Counted()


class Patient(Actor):
    retries_s = (0.5, 1.0)

    def on_count(self, m: Count) -> Emits[Counted]:
        raise LookupError("a bug")
        yield Counted()


class Labourer(Worker):
    retries_s = (0.25,)

    async def on_count(self, m: Count) -> Works[Counted]:
        raise LookupError("a bug")
        yield Counted()


class Usual(Actor):
    def on_count(self, m: Count) -> Emits[Counted]:
        yield Counted()


def failed(member: type[Actor] | type[Worker]) -> tuple[list[life.Faltered], life.DeadLettered]:
    """What is told of an input that fails at every try."""

    async def story() -> Universe:
        async with Universe((member,), kinds=(Count,), faults=CALM) as universe:
            await universe.publish_task(Count(id="c"))
            await universe.until(lambda: bool(universe.said(life.DeadLettered)), limit_s=60)
        return universe

    universe = run(story())
    (letter,) = universe.said(life.DeadLettered)
    return universe.said(life.Faltered), letter


@pytest.mark.parametrize("member", [Impatient, Patient, Labourer])
def test_an_input_is_tried_as_often_as_the_class_says(member: type[Actor] | type[Worker]) -> None:
    falters, letter = failed(member)
    assert len(falters) == len(member.retries_s)
    assert letter.attempts == len(member.retries_s) + 1
    assert Usual.retries_s == RETRY_S


@pytest.mark.parametrize("member", [Patient, Labourer])
def test_the_first_failure_alone_tells_where_the_fault_is(member: type[Actor] | type[Worker]) -> None:
    falters, letter = failed(member)
    assert "in on_count" in falters[0].traceback
    assert all(not later.traceback for later in falters[1:])
    assert "in on_count" in letter.traceback


@pytest.mark.parametrize("member", [Impatient, Patient, Labourer])
def test_the_zone_s_log_shows_the_traceback_once(member: type[Actor] | type[Worker]) -> None:
    with structlog.testing.capture_logs() as lines:
        failed(member)
    told: list[Any] = [line for line in lines if "LookupError" in line.get("error", "")]
    assert told[0]["log_level"] == "error"
    assert ["in on_count" in line.get("traceback", "") for line in told] == [True] + [False] * (len(told) - 1)
