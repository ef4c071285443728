"""What can't be read or handled ends in its dead letter, and its neighbours do not wait for it."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from messages import task
from messages.kernel import actor as life
from runtime.actor import Actor, Emits, Member
from runtime.testing import CALM, Universe, run
from tests.flows.council import CURSED, PASSING, Book, Clerk, Doer, Opened, Planner, Porter, Sum
from tests.flows.story import RETRIES_S, ended, universe_of

NEIGHBOUR_LIMIT_S = 0.5
"""Longest from a neighbour's publication to its end; the poison's own tries last longer. *chosen*"""
POISONS: dict[str, bytes] = {
    "not_json": b"{",
    "empty": b"",
    "not_utf8": b'{"parts": [1], "id": "\xff\xfe"}',
    "wrong_type": b'{"parts": "many"}',
    "unknown_field": b'{"parts": [1], "colour": "red"}',
    "missing_field": b"{}",
    "not_an_object": b"[]",
    "deeply_nested": b'{"parts": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "bad_id": b'{"parts": [1], "id": "two words"}',
}
COUNCIL = (Clerk, Planner, Doer, Book)


async def amid_neighbours(council: Sequence[type[Member]], poison: tuple[str, bytes]) -> Universe:
    """The run of a poison between two good tasks, which have ended in time."""
    async with universe_of(0, council, CALM) as universe:
        await universe.settled()
        kind, data = poison
        await universe.publish_task(Sum(id="before", parts=(1, 2)), identity="before")
        await universe.publish_bytes(kind, data, identity="poison")
        await universe.publish_task(Sum(id="after", parts=(3,)), identity="after")
        good = {"before", "after"}
        await universe.until(
            lambda: good <= {answer.task for answer in universe.said(task.Answered)}, NEIGHBOUR_LIMIT_S
        )
        await universe.settled()
    return universe


def only_letter(universe: Universe) -> life.DeadLettered:
    """The one dead letter of the run, which names the poison."""
    (letter,) = universe.said(life.DeadLettered)
    records = {record.seq: record for record in universe.records}
    assert records[letter.input].subject == letter.subject
    return letter


@pytest.mark.parametrize("name", POISONS)
def test_what_cannot_be_read_is_dead_lettered_at_once(name: str) -> None:
    letter = only_letter(run(amid_neighbours(COUNCIL, ("sum", POISONS[name]))))
    assert (letter.actor, letter.phase, letter.attempts) == ("clerk", "decode", 1)
    assert letter.error


@pytest.mark.parametrize("name", POISONS)
def test_what_cannot_be_read_is_refused_by_an_actor_that_says_so(name: str) -> None:
    universe = run(amid_neighbours((Porter, Planner, Doer, Book), ("sum", POISONS[name])))
    assert universe.said(life.DeadLettered) == []
    (refused,) = universe.said(task.Refused)
    assert refused.task == "poison"


def test_a_task_of_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    universe = run(amid_neighbours((Porter, Planner, Doer, Book), ("juggle", b"{}")))
    (refused,) = universe.said(task.Refused)
    assert "task.juggle" in refused.reason
    assert "task.sum" in refused.reason


def test_what_always_raises_is_tried_again_and_then_dead_lettered() -> None:
    poison = msgspec.json.encode({"id": "poison", "parts": [CURSED]})
    universe = run(amid_neighbours(COUNCIL, ("sum", poison)))
    letter = only_letter(universe)
    assert (letter.actor, letter.phase, letter.attempts) == ("planner", "decide", 1 + len(RETRIES_S))
    assert "this part can't be planned" in letter.error
    assert "council.py" in letter.traceback
    assert [faltered.attempt for faltered in universe.said(life.Faltered)] == [1, 2, 3]
    assert ended(universe)["poison"] == 1


def test_what_raises_at_first_is_handled_at_a_later_try() -> None:
    poison = msgspec.json.encode({"id": "poison", "parts": [PASSING]})
    universe = run(amid_neighbours(COUNCIL, ("sum", poison)))
    assert universe.said(life.DeadLettered) == []
    assert len(universe.said(life.Faltered)) == 3
    assert {answer.task for answer in universe.said(task.Answered)} == {"before", "poison", "after"}


class Deaf(Clerk):
    """A clerk that can't fold some tasks into its state."""

    name = "clerk"

    def apply_sum(self, m: Sum) -> None:
        if CURSED in m.parts:
            raise OverflowError("this can't be kept")


def test_what_cannot_be_folded_in_is_dead_lettered_and_never_heard_again() -> None:
    poison = msgspec.json.encode({"id": "poison", "parts": [CURSED]})
    letter = only_letter(run(amid_neighbours((Deaf, Planner, Doer, Book), ("sum", poison))))
    assert (letter.actor, letter.phase) == ("clerk", "hear")


class Loud(Actor):
    """Says more than a record may hold, or what it may not say, or what nobody could read back."""

    name = "clerk"

    def on_sum(self, m: Sum) -> Emits[Opened]:
        if m.parts == (1,):
            yield Opened(task="long", parts=(1,) * 600_000)
        elif m.parts == (2,):
            yield task.Failed(task="wrong", reason="not on the signature")  # type: ignore[misc]
        elif m.parts == (3,):
            unreadable: Any = "not a number"
            yield Opened(task="bad", parts=(unreadable,))
        else:
            yield Opened(task=m.id or "", parts=m.parts)


class Listener(Actor):
    """Hears what is opened."""

    def on_opened(self, m: Opened) -> Emits[task.Answered]:
        yield task.Answered(task=m.task, result=None)


@pytest.mark.parametrize("part", [1, 2, 3])
def test_an_actor_that_says_what_cannot_stand_on_the_log_dead_letters_its_input(part: int) -> None:
    async def story() -> Universe:
        async with universe_of(0, (Loud, Listener), CALM) as universe:
            await universe.publish_task(Sum(id="poison", parts=(part,)))
            await universe.publish_task(Sum(id="after", parts=(9,)))
            await universe.until(lambda: bool(universe.said(task.Answered)), NEIGHBOUR_LIMIT_S)
            await universe.crash("clerk")
            await universe.until(lambda: bool(universe.said(life.DeadLettered)), limit_s=60)
            await universe.settled()
        return universe

    letter = only_letter(run(story()))
    assert letter.actor == "clerk"
