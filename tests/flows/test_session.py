"""A chain of thought on the simulated log: accepted, done, answered, whatever is killed meanwhile."""

from typing import Any

import pytest

from actors.agents.kublai.actor import Kublai
from actors.cognition.memory.actor import WorkingMemory
from actors.edge.intake import Intake
from messages import task
from messages.cognition import session
from messages.cognition.session import Conclude, Operation, Remember, Start, Think
from messages.task import Cancel, Learn, Run
from runtime.testing import CALM, STORM, Faults, run
from runtime.testing.universe import Universe

OPERATIONS: tuple[Operation, ...] = (
    Start(goal="find out who broke the server"),
    Remember(text="The disk is full", name="full"),
    Conclude(text="Writes fail", rests_on=("full",), name="fail"),
    Conclude(text="The disk is not full"),
    Remember(text="The log grew to 2 TB", name="grew"),
    Conclude(text="The log filled the disk", rests_on=("full", "grew")),
)


@pytest.mark.parametrize(
    ("seed", "faults"), [(1, CALM), *((seed, STORM) for seed in range(2, 8))], ids=lambda value: str(value)[:8]
)
def test_a_session_comes_to_the_same_whatever_is_killed_on_the_way(seed: int, faults: Faults) -> None:
    async def story() -> None:
        universe = Universe(
            (Intake, Kublai, WorkingMemory), kinds=(Learn, Run, Cancel, Think), seed=seed, faults=faults, snapshots=True
        )
        async with universe:
            for number, operation in enumerate(OPERATIONS):
                name = f"think-{number}"
                await universe.publish_task(Think(id=name, session="case", operations=(operation,)))
                await universe.until(lambda name=name: name in ended(universe), 400)
            await universe.calm()
        assert [answer[0]["state"] for answer in ended(universe).values()] == [
            *("done", "held", "held", "backtracked", "held", "held")
        ]
        items = {one.item.name: one.item.state for one in universe.said(session.Noted)}
        assert items == {"full": "held", "fail": "held", "s3": "backtracked", "grew": "held", "s5": "held"}

    run(story())


def ended(universe: Universe) -> dict[str, Any]:
    """The answer of each task that ended."""
    return {one.task: one.result for one in universe.said(task.Answered)}
