"""A story costs as much a record at its end as at its beginning: no glance goes through the log again."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bus.simulation.store import Row, Store
from messages import task
from runtime.testing import CALM, run
from tests.flows.council import Book, Clerk, Doer, Guard, Planner, Sum, Teller
from tests.flows.story import universe_of


class Counted(list[Row]):
    """The log's rows, which count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        Counted.looked += len(found) if isinstance(place, slice) else 1
        return found

    def __iter__(self) -> Iterator[Row]:
        Counted.looked += len(self)
        return super().__iter__()

    def __reversed__(self) -> Iterator[Row]:
        for row in super().__reversed__():
            Counted.looked += 1
            yield row


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Store.__init__

    def with_counted_rows(store: Store, *given: Any) -> None:
        made(store, *given)
        store.rows = Counted()

    monkeypatch.setattr(Store, "__init__", with_counted_rows)


async def looks(tasks: int) -> tuple[int, int]:
    """How often a record is looked at in a story of so many tasks, and how many records it has."""
    Counted.looked = 0
    members: Sequence[Any] = (Clerk, Planner, Doer, Book, Guard, Teller)
    async with universe_of(1, members, CALM) as universe:
        for number in range(tasks):
            await universe.publish_task(Sum(id=f"t-{number}", parts=(number % 90,)), identity=f"t-{number}")
        await universe.settled()
        await universe.until(lambda: len(universe.said(task.Answered)) == tasks)
        looked = Counted.looked
    return looked, len(universe.records)


@pytest.mark.usefixtures("counted")
def test_four_times_the_records_are_looked_at_four_times_as_often() -> None:
    few, short = run(looks(25))
    many, long = run(looks(100))
    assert long > 3.5 * short
    assert many / long < 1.2 * few / short


def test_what_was_said_is_a_list_of_the_caller_s_own() -> None:
    async def story() -> None:
        async with universe_of(1, (Clerk, Planner, Doer, Book), CALM) as universe:
            await universe.publish_task(Sum(id="one", parts=(1,)), identity="one")
            await universe.until(lambda: bool(universe.said(task.Answered)))
            for told in (universe.said(task.Answered), universe.said_records(task.Answered), universe.records):
                told.clear()
            assert len(universe.said(task.Answered)) == len(universe.said_records(task.Answered)) == 1
            assert universe.records[0].seq == 1

    run(story())
