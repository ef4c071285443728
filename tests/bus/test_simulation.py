"""The contract of a connection to the log: each story holds in the simulation and on a real nats-server."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from bus.errors import Denied, Duplicate, Stale, TooLarge, Unreachable
from bus.log import Connection, Draft, Fence, Grant, Record
from bus.names import Names
from tests.simulated import BUSES, Connect, Story

LOST_LIMIT_S = 20.0
"""Longest until a lost delivery has been noticed and has come. *derived*: some heartbeats of an inbox"""
NAMES = Names()
SAID = "kurultai.event.work.Done.mongke"
ASKED = "kurultai.query.work.Find"
BEAT = "kurultai.telemetry.mongke"
AUTONOMY = NAMES.control("autonomy")
GRANTS = (
    Grant(name="mongke", says=(SAID,), watches=(AUTONOMY,), reads=(SAID,), serves=(ASKED,), emits=(BEAT,)),
    Grant(
        name="book",
        hears=("kurultai.event.work.*.*",),
        reads=("kurultai.event.work.*.*", "kurultai.event.book.>"),
        says=("kurultai.event.book.Noted.book",),
        watches=(AUTONOMY,),
        asks=(ASKED,),
        observes=("kurultai.telemetry.*",),
    ),
    Grant(name="bench", hears=("kurultai.event.work.*.*",), single=True, watches=(AUTONOMY,), reads=(SAID,)),
    Grant(name="veto", says=(NAMES.control("autonomy"), NAMES.control("foundation"))),
)


class Tell(Protocol):
    """Tells a story on one bus."""

    def __call__(self, story: Story) -> None:
        """The story has held."""


@pytest.fixture(params=sorted(BUSES))
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Tell:
    """The bus of this run."""

    def told(story: Story) -> None:
        BUSES[request.param](story, NAMES, GRANTS, tmp_path)

    return told


def draft(identity: str, subject: str = SAID, data: bytes = b"{}") -> Draft:
    """A record that is to be."""
    return Draft(subject, data, identity, {"ce-id": identity})


async def taken(connection: Connection, count: int) -> list[Record]:
    """The next `count` records of the inbox, as soon as they have come; raises Unreachable when one was lost."""
    filled = asyncio.Event()
    connection.inbox.on_filled(filled.set)
    got = connection.inbox.take(count)
    while len(got) < count:
        filled.clear()
        await filled.wait()
        got += connection.inbox.take(count - len(got))
    return got


async def afresh(connection: Connection, count: int) -> list[Record]:
    """The first `count` records after a reset; reset again when a delivery was lost, as an actor does."""
    while True:
        await connection.inbox.reset()
        with contextlib.suppress(Unreachable):
            return await taken(connection, count)


async def floor_after(connection: Connection, place: int, *, count: int, wanted: int) -> list[Record]:
    """The inbox begins again after `wanted`, since the record at `place` of the first `count` was acknowledged.

    A reset may overtake the acknowledgement and make it void; so there is ever more time between them.
    """
    pause_s = 0.01
    while True:
        records = await afresh(connection, count)
        await connection.inbox.acknowledge(records[place])
        await asyncio.sleep(pause_s)
        if await connection.inbox.reset() == wanted:
            return records
        pause_s *= 2


async def until(holds: Callable[[], bool]) -> None:
    """Returns when it holds; the story's limit is the limit."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def test_a_commit_is_whole_and_in_order(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke = await connect("mongke")
        assert await mongke.commit([draft("a", data=b"1")], None) == 1
        assert await mongke.commit([draft("b", data=b"2"), draft("c", data=b"3")], None) == 3
        chunks = [chunk async for chunk in mongke.read(1, 3)]
        records = [record for chunk in chunks for record in chunk]
        assert [(record.seq, record.data, record.headers["ce-id"]) for record in records] == [
            (1, b"1", "a"),
            (2, b"2", "b"),
            (3, b"3", "c"),
        ]
        assert records == sorted(records, key=lambda record: record.time)

    tell(story)


def test_a_record_is_committed_once_and_a_batch_with_a_known_id_not_at_all(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke = await connect("mongke")
        await mongke.commit([draft("a")], None)
        with pytest.raises(Duplicate):
            await mongke.commit([draft("a")], None)
        with pytest.raises(Duplicate):
            await mongke.commit([draft("b"), draft("a")], None)
        assert await mongke.commit([draft("b")], None) == 2

    tell(story)


def test_a_fence_of_zero_holds_until_the_first_control_record(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, veto = await connect("mongke"), await connect("veto")
        assert await mongke.control("autonomy") is None
        await mongke.commit([draft("a")], Fence(AUTONOMY, 0))
        frozen = await veto.commit([draft("f", AUTONOMY, b"frozen")], None)
        for drafts in ([draft("b")], [draft("c"), draft("d")]):
            with pytest.raises(Stale):
                await mongke.commit(drafts, Fence(AUTONOMY, 0))
        control = await mongke.control("autonomy")
        assert control is not None
        assert (control.seq, control.data) == (frozen, b"frozen")
        assert await mongke.commit([draft("b"), draft("c")], Fence(AUTONOMY, frozen)) == frozen + 2

    tell(story)


def test_under_a_stale_fence_a_single_record_is_stale_and_a_known_batch_a_duplicate(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, veto = await connect("mongke"), await connect("veto")
        await mongke.commit([draft("a")], Fence(AUTONOMY, 0))
        await mongke.commit([draft("b"), draft("c")], Fence(AUTONOMY, 0))
        await veto.commit([draft("f", AUTONOMY)], None)
        with pytest.raises(Stale):
            await mongke.commit([draft("a")], Fence(AUTONOMY, 0))
        with pytest.raises(Duplicate):
            await mongke.commit([draft("b"), draft("c")], Fence(AUTONOMY, 0))
        with pytest.raises(Stale):
            await mongke.commit([draft("d"), draft("c")], Fence(AUTONOMY, 0))
        with pytest.raises(Duplicate):
            await mongke.commit([draft("e"), draft("e")], None)

    tell(story)


def test_what_is_not_granted_is_denied_and_does_not_reach_the_log(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, book = await connect("mongke"), await connect("book")
        with pytest.raises(Denied):
            await mongke.commit([draft("f", AUTONOMY)], None)
        with pytest.raises(Denied):
            await book.commit([draft("a", SAID)], None)
        assert await mongke.commit([draft("b")], None) == 1

    tell(story)


def test_a_record_that_is_too_large_is_refused(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke = await connect("mongke")
        with pytest.raises(TooLarge):
            await mongke.commit([draft("a", data=bytes(2 << 20))], None)
        assert await mongke.commit([draft("b")], None) == 1

    tell(story)


def test_an_inbox_delivers_in_order_and_again_from_what_was_not_acknowledged(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, book = await connect("mongke"), await connect("book")
        for identity in "abcd":
            await mongke.commit([draft(identity)], None)
        assert await book.inbox.reset() == 0
        first = await floor_after(book, 1, count=4, wanted=2)
        assert [record.headers["ce-id"] for record in first] == list("abcd")
        assert [record.headers["ce-id"] for record in await afresh(book, 2)] == list("cd")
        await mongke.commit([draft("e")], None)
        assert [record.headers["ce-id"] for record in await taken(book, 1)] == ["e"]

    tell(story)


def test_a_workers_inbox_forgets_only_what_is_acknowledged_without_a_gap(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, bench = await connect("mongke"), await connect("bench")
        for identity in "abc":
            await mongke.commit([draft(identity)], None)
        await bench.inbox.reset()
        _, b, c = await floor_after(bench, 0, count=3, wanted=1)
        again = await afresh(bench, 2)
        assert [record.headers["ce-id"] for record in again] == ["b", "c"]
        await bench.inbox.extend(again[0])
        await bench.inbox.acknowledge(again[1])
        assert [record.seq for record in await afresh(bench, 2)] == [b.seq, c.seq]

    tell(story)


def test_another_connection_of_the_same_identity_goes_on_where_the_first_has_acknowledged(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, book = await connect("mongke"), await connect("book")
        await mongke.commit([draft("a"), draft("b")], None)
        await floor_after(book, 0, count=2, wanted=1)
        await book.close()
        anew = await connect("book")
        assert [record.headers["ce-id"] for record in await afresh(anew, 1)] == ["b"]

    tell(story)


@pytest.mark.parametrize("how", ["reset", "restarted"])
def test_what_was_asked_for_before_a_reset_takes_nothing_from_what_is_asked_for_after_it(tell: Tell, how: str) -> None:
    async def story(connect: Connect) -> None:
        mongke, book = await connect("mongke"), await connect("book")
        await mongke.commit([draft("a"), draft("b"), draft("c")], None)
        for _ in range(2):
            await book.inbox.reset()
            if how == "restarted":
                await book.close()
                book = await connect("book")
            async with asyncio.timeout(LOST_LIMIT_S):
                assert [record.seq for record in await afresh(book, 3)] == [1, 2, 3]

    tell(story)


def test_reading_back_gives_what_may_be_read_up_to_the_barrier(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, book, veto = await connect("mongke"), await connect("book"), await connect("veto")
        for number in range(40):
            await mongke.commit([draft(f"m-{number}")], None)
            await veto.commit([draft(f"v-{number}", AUTONOMY)], None)
        barrier = await book.commit([draft("barrier", "kurultai.event.book.Noted.book")], None)
        records = [record async for chunk in book.read(5, barrier) for record in chunk]
        assert [record.seq for record in records] == [*range(5, 81, 2), barrier]

    tell(story)


def test_a_watch_hears_what_is_stored_from_then_on(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        book, veto = await connect("book"), await connect("veto")
        heard: list[Record] = []
        await veto.commit([draft("before", AUTONOMY)], None)
        await book.watch(AUTONOMY, heard.append)
        await veto.commit([draft("other", NAMES.control("foundation"))], None)
        seq = await veto.commit([draft("after", AUTONOMY, b"now")], None)
        await until(lambda: bool(heard))
        assert [(record.seq, record.subject, record.data) for record in heard] == [(seq, AUTONOMY, b"now")]

    tell(story)


def test_a_question_is_answered_and_one_that_may_not_be_asked_is_denied(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, book, veto = await connect("mongke"), await connect("book"), await connect("veto")

        async def answer(data: bytes) -> bytes:
            return data.upper()

        with pytest.raises(Unreachable):
            await book.ask(ASKED, b"anyone?", 2.0)
        await mongke.serve(ASKED, answer)
        assert await book.ask(ASKED, b"anyone?", 5.0) == b"ANYONE?"
        with pytest.raises(Denied):
            await veto.ask(ASKED, b"anyone?", 2.0)

    tell(story)


def test_telemetry_reaches_who_listens_and_is_not_kept(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        mongke, book = await connect("mongke"), await connect("book")
        heard: list[tuple[str, bytes]] = []
        await book.observe("kurultai.telemetry.*", lambda subject, data: heard.append((subject, data)))
        while not heard:
            await mongke.emit(BEAT, b"beat")
            await asyncio.sleep(0.01)
        assert set(heard) == {(BEAT, b"beat")}
        assert await mongke.commit([draft("a")], None) == 1

    tell(story)


def test_a_refused_subscription_is_told_to_who_hears_of_refusals(tell: Tell) -> None:
    async def story(connect: Connect) -> None:
        veto = await connect("veto")
        refusals: list[str] = []
        veto.on_refusal(refusals.append)
        await veto.watch(AUTONOMY, lambda _record: None)
        await until(lambda: bool(refusals))
        assert AUTONOMY in refusals[0]

    tell(story)
