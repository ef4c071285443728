"""The contract of a connection to the log, each clause told on both buses: the simulation and a real nats-server.

Where the two differ a user's simulated council would lie, so there is no clause for one of them alone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Protocol

import pytest

from bus.accounts import accounts
from bus.accounts.permissions import account_of
from bus.errors import Busy, Denied, Duplicate, LogError, Stale, TooLarge, Unreachable
from bus.install import Installer
from bus.keys import create
from bus.log import MAX_COMMIT, Connection, Draft, Fence, Grant, Record
from bus.names import Names
from bus.nats.connection import NatsConnection
from bus.nats.link import Link
from bus.quota import AT_ONCE, PACE_PER_S
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer
from bus.simulation.log import SimulatedLog
from bus.simulation.virtual_time import run
from tests.pace import patience

NAMES = Names()
LIMIT_S = patience(40.0)
"""Longest that a story may take; virtual on one bus, real on the other."""
DONE, NOTED = "kurultai.event.work.Done.smith", "kurultai.event.book.Noted.clerk"
GUIDED = "kurultai.event.work.Guided.master"
FIND, BEAT = "kurultai.query.work.Find", "kurultai.telemetry.smith"
AUTONOMY, FOUNDATION = NAMES.control("autonomy"), NAMES.control("foundation")
WORK = "kurultai.event.work.*.*"
GRANTS = (
    Grant(name="smith", says=(DONE,), watches=(AUTONOMY,), reads=(DONE,), serves=(FIND,), emits=(BEAT,)),
    Grant(name="master", says=(GUIDED,), reads=(GUIDED,)),
    Grant(name="clerk", says=(NOTED,), hears=(WORK,), reads=(WORK, NOTED), asks=(FIND,), observes=(BEAT,)),
    Grant(name="bench", hears=(WORK,), single=True, reads=(WORK,)),
    Grant(name="gauge", surveys=True),
    Grant(name="crew", hears=(WORK,), single=True, instances=2, reads=(WORK,)),
    Grant(name="veto", says=(AUTONOMY, FOUNDATION), watches=(AUTONOMY,), reads=(AUTONOMY,)),
)


class Bus(Protocol):
    """One of the two servers."""

    async def connect(self, name: str, instance: int = 0) -> Connection:
        """A connection of the identity, and the place that it takes among instances."""

    async def stop(self) -> None:
        """The server is gone; what it has stored stays."""

    async def start(self) -> None:
        """The server is there again."""


class Simulated:
    """The server in memory."""

    def __init__(self) -> None:
        self._log = SimulatedLog(0, NAMES, GRANTS)

    async def connect(self, name: str, instance: int = 0) -> Connection:
        return self._log.connect(name)

    async def stop(self) -> None:
        self._log.stop()

    async def start(self) -> None:
        self._log.start()


class OnNats:
    """A nats-server of the story's own, with the permissions that follow from the grants."""

    def __init__(self, folder: Path) -> None:
        self._keys = {grant.name: create() for grant in GRANTS}
        self._root = create()
        rules = accounts.render(
            [account_of(grant, self._keys[grant.name].public, NAMES) for grant in GRANTS],
            prefix=NAMES.council,
            stream=NAMES.stream,
            installer_public_key=self._root.public,
        )
        self._server = EmbeddedServer(ServerSettings(data_dir=folder, accounts=rules, sync_always=False))
        self._opened: list[NatsConnection] = []

    async def connect(self, name: str, instance: int = 0) -> Connection:
        seed, slot = self._keys[name].seed, instance if name == "crew" else None
        self._opened.append(await NatsConnection.open(self._server.url, name, seed=seed, names=NAMES, slot=slot))
        return self._opened[-1]

    async def stop(self) -> None:
        await self._server.stop()

    async def start(self) -> None:
        await self._server.start()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["OnNats"]:
        """The server with the log set up, until the end of the block."""
        try:
            await self.start()
            link = Link("installer", accounts.inbox_prefix("installer"))
            await link.open(self._server.url, self._root.seed)
            await Installer(link, NAMES).install(GRANTS)
            await link.client.close()
            yield self
        finally:
            for connection in self._opened:
                with contextlib.suppress(LogError):
                    await connection.close()
            await self.stop()


Story = Callable[[Bus], Coroutine[Any, Any, None]]


async def in_time(story: Story, bus: Bus) -> None:
    """The story has been told within its limit."""
    async with asyncio.timeout(LIMIT_S):
        await story(bus)


async def on_nats(story: Story, folder: Path) -> None:
    """The story has been told on a real server."""
    async with OnNats(folder).running() as bus:
        await in_time(story, bus)


@pytest.fixture(params=["simulated", "nats"])
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Story], None]:
    """Tells a story on the bus of this run."""

    def told(story: Story) -> None:
        if request.param == "nats":
            asyncio.run(on_nats(story, tmp_path))
        else:
            run(simulated(story))

    async def simulated(story: Story) -> None:
        await in_time(story, Simulated())

    return told


Tell = Callable[[Story], None]


def draft(identity: str, subject: str = DONE, data: bytes = b"{}") -> Draft:
    """A record that is to be."""
    return Draft(subject, data, identity, {"ce-id": identity})


def drafts(identities: str, subject: str = DONE) -> list[Draft]:
    """One record for each letter."""
    return [draft(identity, subject) for identity in identities]


def ids(records: list[Record]) -> str:
    """The letters of the records."""
    return "".join(record.headers["ce-id"] for record in records)


async def read(connection: Connection, first: int, last: int) -> list[Record]:
    """All records of the span that the connection may read."""
    return [record async for chunk in connection.read(first, last) for record in chunk]


async def taken(connection: Connection, count: int) -> list[Record]:
    """The next `count` records of the inbox, as soon as they have come."""
    filled = asyncio.Event()
    connection.inbox.on_filled(filled.set)
    got = connection.inbox.take(count)
    while len(got) < count:
        filled.clear()
        await filled.wait()
        got += connection.inbox.take(count - len(got))
    return got


async def afresh(connection: Connection, count: int) -> list[Record]:
    """The first `count` records after a reset; anew when a delivery was lost, as an actor does."""
    while True:
        await connection.inbox.reset()
        with contextlib.suppress(Unreachable):
            return await taken(connection, count)


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Returns when it holds; the story's limit is the limit."""
    while True:
        held = holds()
        if held if isinstance(held, bool) else await held:
            return
        await asyncio.sleep(0.01)


# Commits.


def test_a_commit_returns_the_place_of_its_last_record_and_is_read_back_as_it_was(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith = await bus.connect("smith")
        assert await smith.commit([draft("a", data=b"\x00\xff")], None) == 1
        assert await smith.commit(drafts("bcd"), None) == 4
        records = await read(smith, 1, 4)
        assert [record.seq for record in records] == [1, 2, 3, 4]
        assert ids(records) == "abcd"
        assert records[0].data == b"\x00\xff"
        assert {record.subject for record in records} == {DONE}
        assert [record.time for record in records] == sorted(record.time for record in records)

    tell(story)


def test_as_many_records_as_a_commit_may_hold_land_in_their_order(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith = await bus.connect("smith")
        assert await smith.commit([draft(f"r-{n}", data=b"%d" % n) for n in range(MAX_COMMIT)], None) == MAX_COMMIT
        assert [int(record.data) for record in await read(smith, 1, MAX_COMMIT)] == list(range(MAX_COMMIT))

    tell(story)


@pytest.mark.parametrize("again", ["a", "xa", "ax", "xx"], ids=["alone", "last", "first", "within the commit"])
def test_what_is_committed_already_is_a_duplicate_and_takes_its_whole_commit_with_it(tell: Tell, again: str) -> None:
    async def story(bus: Bus) -> None:
        smith = await bus.connect("smith")
        await smith.commit(drafts("a"), None)
        with pytest.raises(Duplicate):
            await smith.commit(drafts(again), None)
        assert await smith.commit(drafts("z"), None) == 2

    tell(story)


def test_ids_are_the_speakers_own_and_nobody_can_use_up_anothers(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, master = await bus.connect("smith"), await bus.connect("master")
        await smith.commit(drafts("ab"), None)
        assert await master.commit(drafts("a", GUIDED), None) == 3
        with pytest.raises(Duplicate):
            await (await bus.connect("smith")).commit(drafts("a"), None)

    tell(story)


@pytest.mark.parametrize("what", ["a", "abc"], ids=["plain", "batch"])
def test_a_fence_lets_pass_who_knows_the_last_control_record_and_no_other(tell: Tell, what: str) -> None:
    async def story(bus: Bus) -> None:
        smith, veto = await bus.connect("smith"), await bus.connect("veto")
        with pytest.raises(Stale):
            await smith.commit(drafts(what), Fence(AUTONOMY, 1))
        last = await smith.commit(drafts(what), Fence(AUTONOMY, 0))
        assert last == len(what)
        assert await veto.commit([draft("f", FOUNDATION)], None) == last + 1
        await smith.commit(drafts(what.upper()), Fence(AUTONOMY, 0))
        frozen = await veto.commit([draft("g", AUTONOMY)], None)
        later = [draft(f"{each.id}-later") for each in drafts(what)]
        for stale in (0, frozen - 1, frozen + 1):
            with pytest.raises(Stale):
                await smith.commit(later, Fence(AUTONOMY, stale))
        assert await smith.commit(later, Fence(AUTONOMY, frozen)) == frozen + len(what)

    tell(story)


@pytest.mark.parametrize("what", ["a", "ab"], ids=["plain", "batch"])
def test_a_commit_that_landed_lands_no_second_time_under_whichever_fence(tell: Tell, what: str) -> None:
    async def story(bus: Bus) -> None:
        smith, veto = await bus.connect("smith"), await bus.connect("veto")
        await smith.commit(drafts(what), Fence(AUTONOMY, 0))
        frozen = await veto.commit([draft("f", AUTONOMY)], None)
        for fence in (Fence(AUTONOMY, 0), Fence(AUTONOMY, frozen), None):
            with pytest.raises((Stale, Duplicate)):
                await smith.commit(drafts(what), fence)
        assert await smith.commit(drafts("z"), None) == frozen + 1

    tell(story)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["alone", "first", "last"])
def test_what_is_not_its_own_is_denied_and_nothing_of_the_commit_lands(tell: Tell, place: int) -> None:
    async def story(bus: Bus) -> None:
        smith = await bus.connect("smith")
        foreign = draft("f", AUTONOMY)
        with pytest.raises(Denied):
            await smith.commit([[foreign], [foreign, *drafts("ab")], [*drafts("ab"), foreign]][place], None)
        assert await smith.commit(drafts("c"), None) == 1

    tell(story)


@pytest.mark.parametrize("company", ["", "ab"], ids=["alone", "in company"])
def test_a_record_that_is_too_large_is_refused_with_its_commit(tell: Tell, company: str) -> None:
    async def story(bus: Bus) -> None:
        smith = await bus.connect("smith")
        with pytest.raises(TooLarge):
            await smith.commit([*drafts(company), draft("large", data=bytes(2 << 20))], None)
        assert await smith.commit(drafts("c"), None) == 1

    tell(story)


# Inboxes.


def test_an_inbox_delivers_what_it_hears_in_log_order_as_it_comes(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, master, veto = await bus.connect("smith"), await bus.connect("master"), await bus.connect("veto")
        clerk = await bus.connect("clerk")
        await smith.commit(drafts("abc"), None)
        await veto.commit([draft("f", AUTONOMY)], None)
        assert await clerk.inbox.reset() == 0
        await master.commit(drafts("d", GUIDED), None)
        records = await taken(clerk, 4)
        assert (ids(records), [record.seq for record in records]) == ("abcd", [1, 2, 3, 5])
        assert {record.attempt for record in records} == {1}
        await smith.commit(drafts("e"), None)
        assert ids(await taken(clerk, 1)) == "e"
        assert clerk.inbox.take(1) == []

    tell(story)


def test_a_deciders_acknowledgement_covers_all_before_it_and_a_reset_delivers_the_rest(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk = await bus.connect("smith"), await bus.connect("clerk")
        await smith.commit(drafts("abcd"), None)
        assert ids(await afresh(clerk, 4)) == "abcd"

        async def acknowledged() -> bool:
            """A reset that overtakes an acknowledgement makes it void."""
            await clerk.inbox.acknowledge((await afresh(clerk, 2))[1])
            await asyncio.sleep(0.1)
            return await clerk.inbox.reset() == 2

        await until(acknowledged)
        assert ids(await afresh(clerk, 2)) == "cd"
        await clerk.close()
        anew = await bus.connect("clerk")
        assert await anew.inbox.reset() == 2
        assert ids(await afresh(anew, 2)) == "cd"

    tell(story)


def test_a_workers_acknowledgements_are_single_and_count_without_a_gap(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, bench = await bus.connect("smith"), await bus.connect("bench")
        await smith.commit(drafts("abc"), None)

        async def acknowledged(places: tuple[int, ...], floor: int) -> bool:
            records = await afresh(bench, 3)
            for place in places:
                await bench.inbox.acknowledge(records[place])
            await asyncio.sleep(0.1)
            return await bench.inbox.reset() == floor

        assert not await acknowledged((1, 2), 3)
        assert ids(await afresh(bench, 3)) == "abc"
        await until(lambda: acknowledged((2, 0, 1), 3))
        await smith.commit(drafts("d"), None)
        assert ids(await afresh(bench, 1)) == "d"

    tell(story)


@pytest.mark.parametrize("between", ["", "closed"], ids=["on one connection", "on a new one"])
def test_a_reset_right_after_another_delivers_at_once(tell: Tell, between: str) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk = await bus.connect("smith"), await bus.connect("clerk")
        await smith.commit(drafts("abc"), None)
        for _ in range(3):
            await clerk.inbox.reset()
            if between:
                await clerk.close()
                clerk = await bus.connect("clerk")
            await clerk.inbox.reset()
            async with asyncio.timeout(2):
                assert ids(await taken(clerk, 3)) == "abc"

    tell(story)


def test_instances_share_an_inbox_and_each_record_reaches_one_of_them(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, first, second = await bus.connect("smith"), await bus.connect("crew", 0), await bus.connect("crew", 1)
        assert [await first.inbox.join(), await second.inbox.join()] == [0, 0]
        await smith.commit(drafts("abcd"), None)
        records = await taken(first, 2)
        records += await taken(second, 2)
        assert sorted(ids(records)) == list("abcd")
        for record in records:
            await first.inbox.acknowledge(record)

        async def floor_is(place: int) -> bool:
            return await second.inbox.join() == place

        await until(lambda: floor_is(4))

    tell(story)


# The log, read back.


def test_reading_gives_what_may_be_read_from_the_middle_to_the_barrier(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, veto, clerk = await bus.connect("smith"), await bus.connect("veto"), await bus.connect("clerk")
        for number in range(30):
            await smith.commit([draft(f"s-{number}"), draft(f"t-{number}")], None)
            await veto.commit([draft(f"v-{number}", AUTONOMY)], None)
        barrier = await clerk.commit([draft("barrier", NOTED)], None)
        await smith.commit(drafts("z"), None)
        wanted = [seq for seq in range(40, 91) if seq % 3]
        assert [record.seq for record in await read(clerk, 40, barrier)] == [*wanted, barrier]
        assert [record.seq for record in await read(clerk, 5, 5)] == [5]
        assert [record.seq for record in await read(smith, 1, 2)] == [1, 2]
        assert await read(clerk, 9, 8) == []

    tell(story)


def test_control_is_the_levels_last_record_or_none(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, veto = await bus.connect("smith"), await bus.connect("veto")
        assert await smith.control("autonomy") is None
        await veto.commit([draft("f", FOUNDATION)], None)
        assert await smith.control("autonomy") is None
        await veto.commit([draft("g", AUTONOMY, b"1"), draft("h", AUTONOMY, b"2")], None)
        found = await smith.control("autonomy")
        assert found is not None
        assert (found.seq, found.subject, found.data, found.headers["ce-id"]) == (3, AUTONOMY, b"2", "h")

    tell(story)


# What is not kept.


def test_a_survey_tells_who_may_ask_how_far_each_reader_is_and_how_large_the_log_is(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk, bench = [await bus.connect(name) for name in ("smith", "clerk", "bench")]
        gauge = await bus.connect("gauge")
        assert dict((await gauge.survey()).behind) == {"clerk": 0, "bench": 0, "crew": 0}
        await smith.commit(drafts("abcd"), None)
        assert dict((await gauge.survey()).behind) == {"clerk": 4, "bench": 4, "crew": 4}
        small = (await gauge.survey()).stored_bytes
        await clerk.inbox.acknowledge((await afresh(clerk, 4))[2])
        await bench.inbox.acknowledge((await afresh(bench, 4))[2])

        async def told() -> bool:
            return dict((await gauge.survey()).behind) == {"clerk": 1, "bench": 3, "crew": 4}

        await until(told)
        await smith.commit([draft("e", data=b"x" * 10_000)], None)
        assert (await gauge.survey()).stored_bytes >= small + 10_000
        assert await gauge.control("autonomy") is None
        for other in (smith, clerk):
            with pytest.raises(Denied):
                await other.survey()

    tell(story)


def test_a_watch_hears_of_a_record_when_it_stands_on_the_log(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, veto = await bus.connect("smith"), await bus.connect("veto")
        heard: list[Record] = []
        await veto.commit([draft("before", AUTONOMY)], None)
        await smith.watch(AUTONOMY, heard.append)
        with pytest.raises(Stale):
            await veto.commit([draft("never", AUTONOMY)], Fence(FOUNDATION, 7))
        await veto.commit([draft("x", FOUNDATION), draft("y", AUTONOMY, b"now"), draft("z", AUTONOMY)], None)
        await until(lambda: len(heard) == 2)
        assert [(record.seq, record.subject, record.data) for record in heard] == [
            (3, AUTONOMY, b"now"),
            (4, AUTONOMY, b"{}"),
        ]
        stored = await read(veto, 3, 4)
        assert [(record.time, record.headers) for record in stored] == [(each.time, each.headers) for each in heard]

    tell(story)


def test_a_question_has_the_answer_of_who_serves_it_or_none_at_all(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk, master = await bus.connect("smith"), await bus.connect("clerk"), await bus.connect("master")
        never = asyncio.Event()

        async def answer(data: bytes) -> bytes:
            if data == b"wait":
                await never.wait()
            return data.upper()

        with pytest.raises(Unreachable):
            await clerk.ask(FIND, b"anyone?", 1.0)
        await smith.serve(FIND, answer)
        assert await clerk.ask(FIND, b"anyone?", 5.0) == b"ANYONE?"
        with pytest.raises(Unreachable):
            await clerk.ask(FIND, b"wait", 0.3)
        with pytest.raises(Denied):
            await master.ask(FIND, b"anyone?", 1.0)

    tell(story)


def test_more_questions_than_the_pace_are_refused_at_once_and_those_of_the_next_second_answered(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk = await bus.connect("smith"), await bus.connect("clerk")
        heard = 0

        async def answer(data: bytes) -> bytes:
            nonlocal heard
            heard += 1
            return data.upper()

        async def ask() -> bool:
            with contextlib.suppress(Busy):
                return await clerk.ask(FIND, b"anyone?", 20.0) == b"ANYONE?"
            return False

        await smith.serve(FIND, answer)
        answered = sum(await asyncio.gather(*(ask() for _ in range(10 * PACE_PER_S))))
        assert answered == heard
        assert PACE_PER_S <= answered < 10 * PACE_PER_S
        await asyncio.sleep(1.5)
        assert await ask()

    tell(story)


def test_questions_whose_answers_take_long_do_not_pile_up(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk = await bus.connect("smith"), await bus.connect("clerk")
        enough = asyncio.Event()
        in_hand = 0

        async def answer(data: bytes) -> bytes:
            nonlocal in_hand
            in_hand += 1
            await enough.wait()
            return data

        async def ask() -> bytes:
            return await clerk.ask(FIND, b"slow", 60.0)

        await smith.serve(FIND, answer)
        asked = []
        while in_hand < AT_ONCE:
            asked += [asyncio.create_task(ask()) for _ in range(PACE_PER_S // 2)]
            await asyncio.sleep(0.6)
        with pytest.raises(Busy, match="too many questions"):
            await ask()
        enough.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert AT_ONCE <= sum(one == b"slow" for one in answers) == in_hand <= AT_ONCE + PACE_PER_S
        await asyncio.sleep(0.1)
        assert await ask() == b"slow"

    tell(story)


def test_two_connections_of_one_identity_have_each_their_own_answers(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith = await bus.connect("smith")
        clerks = [await bus.connect("clerk") for _ in range(2)]
        quick_answered = asyncio.Event()

        async def answer(data: bytes) -> bytes:
            if data == b"slow":
                await quick_answered.wait()
            return data

        await smith.serve(FIND, answer)
        slow = asyncio.create_task(clerks[0].ask(FIND, b"slow", 10))
        await asyncio.sleep(0)
        assert await clerks[1].ask(FIND, b"quick", 10) == b"quick"
        quick_answered.set()
        assert await slow == b"slow"

    tell(story)


def test_telemetry_is_heard_by_who_observes_it_and_kept_by_nobody(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, clerk = await bus.connect("smith"), await bus.connect("clerk")
        heard: list[tuple[str, bytes]] = []
        await clerk.observe(BEAT, lambda subject, data: heard.append((subject, data)))

        async def beaten() -> bool:
            await smith.emit(BEAT, b"beat")
            return bool(heard)

        await until(beaten)
        assert set(heard) == {(BEAT, b"beat")}
        assert await smith.commit(drafts("a"), None) == 1

    tell(story)


@pytest.mark.parametrize("deed", ["watch", "observe", "serve", "emit"])
def test_a_deed_that_has_no_answer_is_refused_to_who_hears_of_refusals(tell: Tell, deed: str) -> None:
    async def story(bus: Bus) -> None:
        master = await bus.connect("master")
        refusals: list[str] = []
        master.on_refusal(refusals.append)

        async def answer(data: bytes) -> bytes:
            return data

        match deed:
            case "watch":
                await master.watch(AUTONOMY, lambda _record: None)
            case "observe":
                await master.observe(BEAT, lambda _subject, _data: None)
            case "serve":
                await master.serve(FIND, answer)
            case _:
                await master.emit(BEAT, b"beat")
        await until(lambda: bool(refusals))
        assert {"watch": AUTONOMY, "serve": FIND}.get(deed, BEAT).lower() in refusals[0].lower()

    tell(story)


# The server's loss and return, and the end.


def test_the_loss_of_the_server_is_told_and_everything_goes_on_at_its_return(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, veto, clerk = await bus.connect("smith"), await bus.connect("veto"), await bus.connect("clerk")
        told: list[bool] = []
        heard: list[Record] = []
        smith.on_link(told.append)
        back: list[bool] = []
        for connection in (smith, veto, clerk):
            connection.on_link(back.append)
        await smith.watch(AUTONOMY, heard.append)

        async def answer(data: bytes) -> bytes:
            return data.upper()

        await smith.serve(FIND, answer)
        await smith.commit(drafts("ab"), None)
        assert ids(await afresh(clerk, 2)) == "ab"
        await bus.stop()
        await until(lambda: told == [False])
        for deed in (smith.commit(drafts("c"), None), smith.control("autonomy"), smith.emit(BEAT, b"beat")):
            with pytest.raises(Unreachable):
                await deed
        await bus.start()
        await until(lambda: back.count(True) == 3)
        assert told == [False, True]
        assert await smith.commit(drafts("c"), None) == 3
        await veto.commit([draft("f", AUTONOMY)], None)
        await until(lambda: [record.seq for record in heard] == [4])
        assert await clerk.ask(FIND, b"anyone?", 5.0) == b"ANYONE?"
        assert ids(await afresh(clerk, 3)) == "abc"
        with pytest.raises(Duplicate):
            await smith.commit(drafts("a"), None)

    tell(story)


def test_a_closed_connection_hears_and_says_nothing_and_leaves_the_others_alone(tell: Tell) -> None:
    async def story(bus: Bus) -> None:
        smith, other, veto = await bus.connect("smith"), await bus.connect("smith"), await bus.connect("veto")
        heard: dict[str, list[Record]] = {"closed": [], "open": []}
        await smith.watch(AUTONOMY, heard["closed"].append)
        await other.watch(AUTONOMY, heard["open"].append)
        await smith.close()
        with pytest.raises(Unreachable):
            await smith.commit(drafts("a"), None)
        await veto.commit([draft("f", AUTONOMY)], None)
        await until(lambda: bool(heard["open"]))
        assert heard["closed"] == []
        assert await other.commit(drafts("a"), None) == 2

    tell(story)
