"""How a task ended, as it was heard and as the council remembers it."""

import pytest

from bus.log import Record
from messages import task
from messages.base import encode
from runtime.client.endings import ENDED, Ending, ending_of, remembered

ENDINGS: list[tuple[str, object, Ending]] = [
    ("answered", 4, task.Answered(task="t-1", result=4)),
    ("failed", "no program fits", task.Failed(task="t-1", reason="no program fits")),
    ("cancelled", "a person", task.Cancelled(task="t-1", reason="a person")),
    ("refused", "no goal", task.Refused(task="t-1", sequence=0, reason="no goal")),
]


@pytest.mark.parametrize(("phase", "outcome", "ending"), ENDINGS)
def test_an_end_that_was_heard_and_one_that_is_remembered_are_the_same(
    phase: str, outcome: object, ending: Ending
) -> None:
    subject = f"kurultai.event.task.{type(ending).__name__}.kublai"
    assert ending_of(Record(1, subject, encode(ending), {}, 0.0)) == ending
    view = task.View(task="t-1", kind="run", phase=phase, accepted_at=0.0, outcome=outcome)  # type: ignore[arg-type]
    assert remembered(view) == ending


def test_every_phase_that_is_an_end_is_tried() -> None:
    assert {phase for phase, _, _ in ENDINGS} == ENDED


def test_a_task_that_goes_on_has_no_end() -> None:
    subject = "kurultai.event.task.Progressed.kublai"
    assert ending_of(Record(1, subject, b'{"task":"t-1","phase":"build"}', {}, 0.0)) is None
    assert remembered(task.View(task="t-1", kind="run", phase="build", accepted_at=0.0)) is None
