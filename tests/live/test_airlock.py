"""What strangers say waits in an airlock of each publisher's own: on a real server, against the whole council."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bus import airlock
from bus.errors import Full, LogError, TooLarge
from bus.install import Installer
from bus.log import Draft
from bus.names import Names
from bus.nats.connection import NatsConnection
from bus.nats.link import Link
from messages import task
from messages.kernel import order
from messages.kernel.control import Level
from runtime.client.client import Client
from runtime.client.identities import Identities
from runtime.directory.settings import Settings
from tests.live.driving import Drive, driven
from tests.live.raw import RawClient, frame
from tests.live.test_raw_bytes import BLOCKS, DATA
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")

INBOX = b"_INBOX_publisher.raw"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drive(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    async with driven(tmp_path_factory.mktemp("airlock"), "actors.roster:ROSTER", sync_always=False) as drive:
        yield drive


async def installer(drive: Drive) -> tuple[Link, Installer]:
    link = Link("installer", "_INBOX_installer")
    await link.open(drive.council.url, drive.council.home.key("installer").seed)
    return link, Installer(link, Names())


async def waiting(drive: Drive, publisher: str = "publisher") -> int:
    """How many messages of the publisher's nobody has taken over."""
    link, asked = await installer(drive)
    try:
        return int((await asked.ask(f"STREAM.INFO.{Names().airlock(publisher)}"))["state"]["messages"])
    finally:
        await link.client.close()


async def nothing_waits(drive: Drive) -> None:
    """Everything has been taken over; the server keeps back for a while what came behind an empty message."""
    async with asyncio.timeout(90):
        while await waiting(drive):  # noqa: ASYNC110 - only the server knows
            await asyncio.sleep(0.5)


async def test_whatever_a_publisher_sends_comes_to_the_log_with_clean_headers_or_is_refused(drive: Drive) -> None:
    raw = await RawClient.connect(drive.council.url, drive.council.home.key("publisher"))
    before = drive.log.last
    kinds = (b"run", b"\xff\xfe", b"\x0b\x00", b"x" * 70)
    for number, block in enumerate(BLOCKS):
        for kind in kinds:
            await raw.send(frame(b"kurultai.task." + kind, block, DATA[number % len(DATA)], INBOX))
    await raw.send(b"PING\r\n")
    await raw.pong()
    await raw.close()
    await nothing_waits(drive)
    await drive.publish("run", {"tool": "none"}, "after-raw")
    await drive.all_ended(["after-raw"], 60)
    taken = [record for record in drive.log.records[before:] if record.subject.startswith("kurultai.task.")]
    assert len(taken) > len(BLOCKS)
    allowed = {"ce-specversion", "ce-id", "ce-source", "ce-type", airlock.NAME, "Nats-Msg-Id", airlock.UNREADABLE}
    assert {name for record in taken for name in record.headers} <= allowed | set(airlock.CARRIED)
    assert {record.headers["ce-source"] for record in taken} == {"/kurultai/publisher"}
    assert all(value.isascii() and value.isprintable() for record in taken for value in record.headers.values())
    answered = {record.headers.get("ce-input") for record in drive.log.records if ".intake" in record.subject}
    assert {str(record.seq) for record in taken} <= answered
    await nothing_waits(drive)


async def test_a_publisher_can_open_no_batch(drive: Drive) -> None:
    raw = await RawClient.connect(drive.council.url, drive.council.home.key("publisher"))
    await raw.send(b"SUB _INBOX_publisher.> 1\r\n")
    block = b"NATS/1.0\r\nNats-Batch-Id: b1\r\nNats-Batch-Sequence: 1\r\n\r\n"
    heard = await raw.publish(b"kurultai.task.run", block, b"{}", INBOX)
    while b"error" not in heard:
        await asyncio.sleep(0.05)
        await raw.send(b"PING\r\n")
        heard += await raw.pong()
    assert b"10174" in heard
    assert await waiting(drive) == 0
    await raw.close()


async def test_what_is_too_large_is_refused_to_the_publisher(drive: Drive) -> None:
    seed = drive.council.home.key("publisher").seed
    connection = await NatsConnection.open(drive.council.url, "publisher", seed=seed)
    with pytest.raises(TooLarge):
        await connection.commit([Draft("kurultai.task.run", b"x" * (airlock.LARGEST_BYTES + 1), "large", {})], None)
    with pytest.raises(LogError):
        await connection.commit([Draft("kurultai.task.run", b"{}", f"many-{n}", {}) for n in range(2)], None)
    await connection.close()


async def test_a_task_that_is_taken_over_again_after_a_crash_is_accepted_once(drive: Drive) -> None:
    """The zone dies again and again between taking over and acknowledging."""
    names = [f"crash-{number}" for number in range(60)]

    async def publish() -> None:
        for name in names:
            await drive.publish("run", {"tool": "none"}, name)

    publishing = asyncio.create_task(publish())
    for _ in range(3):
        await asyncio.sleep(0.15)
        await drive.kill_zone("council")
    await publishing
    await drive.all_ended(names, 90)
    accepted = [said.task for said in drive.log.said(task.Accepted) if said.task.startswith("crash-")]
    assert sorted(accepted) == sorted(names)


async def test_places_are_numbered_on_from_an_older_log(drive: Drive) -> None:
    """An airlock that is made beside a log with records gives no name that the log holds already."""
    last = drive.log.last
    Identities(drive.council.home.keys).add("publisher", "late")
    await applied(drive)
    settings = Settings(data_dir=drive.council.settings.data_dir, as_name="late")
    async with await Client.connect(settings, "publisher") as late:
        place, _ = await late.publish_task("run", {"tool": "none"}, "from-late")
    assert place > last
    await drive.all_ended(["from-late"], 60)
    source = [record.headers["ce-source"] for record in drive.log.records if record.headers.get("ce-id") == "from-late"]
    assert source[0] == "/kurultai/publisher-late"


async def applied(drive: Drive) -> None:
    """The running council's server knows whom the file names."""
    identities = Identities(drive.council.home.keys)
    async with asyncio.timeout(20):
        while not identities.are_applied(drive.council.home.run):  # noqa: ASYNC110 - a file tells it
            await asyncio.sleep(0.05)


async def still_there(raw: RawClient) -> None:
    """Returns while the connection lasts for five seconds; raises ConnectionError when the server ends it."""
    for _ in range(50):
        await raw.send(b"PING\r\n")
        await raw.pong()
        await asyncio.sleep(0.1)


async def test_who_is_revoked_is_cut_off_at_once_and_nobody_else(drive: Drive) -> None:
    identities = Identities(drive.council.home.keys)
    identities.add("publisher", "guest")
    await applied(drive)
    key = drive.council.home.key("publisher-guest")
    raw = await RawClient.connect(drive.council.url, key)
    identities.revoke("guest")
    await applied(drive)
    with pytest.raises(ConnectionError):
        await still_there(raw)
    with pytest.raises((ConnectionError, OSError)):
        await RawClient.connect(drive.council.url, key)
    await drive.publish("run", {"tool": "none"}, "after-revoke")
    await drive.all_ended(["after-revoke"], 60)


async def test_publishers_hear_no_other_s_inbox(drive: Drive) -> None:
    identities = Identities(drive.council.home.keys)
    identities.add("publisher", "spy")
    await applied(drive)
    raw = await RawClient.connect(drive.council.url, drive.council.home.key("publisher-spy"))
    for subject in (b"_INBOX_publisher.>", b"_INBOX_publisher-mcp.>", b">", b"kurultai.task.>"):
        await raw.send(b"SUB %b 7\r\nPING\r\n" % subject)
        assert b"Permissions Violation" in await raw.pong()
    await raw.send(b"SUB _INBOX.> 8\r\nPING\r\n")
    assert b"Permissions Violation" not in await raw.pong()
    victim = await RawClient.connect(drive.council.url, drive.council.home.key("publisher"))
    await victim.send(b"SUB _INBOX.victim 9\r\n")
    answered = await victim.publish(b"kurultai.query.tool.Find", b"", b"{}", b"_INBOX.victim")
    while b"tools" not in answered:
        await victim.send(b"PING\r\n")
        answered += await victim.pong()
    await raw.send(b"PING\r\n")
    assert b"tools" not in await raw.pong(), "an inbox of one's own account, whatever it is called"
    await victim.close()
    said = await raw.publish(b"kurultai.airlock.publisher.run", b"", b"{}")
    assert b"Permissions Violation" in said
    await raw.close()
    identities.revoke("spy")
    await applied(drive)


async def test_an_operator_who_was_added_is_obeyed_until_revoked(drive: Drive) -> None:
    identities = Identities(drive.council.home.keys)
    identities.add("operator", "alice", drive.council.home.key("operator"))
    await applied(drive)
    settings = Settings(data_dir=drive.council.settings.data_dir, as_name="alice")
    alice = await Client.connect(settings, "operator")
    place, _ = await alice.order(order.Freeze(reason="alice says so", levels=(Level.AUTONOMY,)))

    def fences() -> list[int]:
        found = [record.seq for record in drive.log.records if record.subject == "kurultai.control.autonomy"]
        return [seq for seq in found if seq > place]

    await drive.log.until(lambda: bool(fences()), "the freeze")
    fence = fences()[-1]
    await drive.settled(fence)
    await drive.thaw(Level.AUTONOMY, fence)
    identities.revoke("alice")
    await applied(drive)
    with pytest.raises(LogError):
        await alice.order(order.Freeze(reason="not any more", levels=(Level.AUTONOMY,)))
    await alice.close()
    assert drive.log.proof("kurultai").holds
    assert not drive.log.proof("kurultai").faults


async def published(client: Client, count: int) -> None:
    """So many tasks, one after the other."""
    for number in range(count):
        await client.publish_task("run", {"tool": "none"}, f"{client.name}-{number}")


async def test_who_floods_is_told_and_the_others_get_in(drive: Drive) -> None:
    """More than may wait is refused with the reason; another publisher's task is taken in turn."""
    identities = Identities(drive.council.home.keys)
    identities.add("publisher", "loud")
    await applied(drive)
    raw = await RawClient.connect(drive.council.url, drive.council.home.key("publisher-loud"))
    await raw.send(b"SUB _INBOX_publisher-loud.> 1\r\n")
    told = b""
    async with asyncio.timeout(patience(60)):
        while b"maximum messages exceeded" not in told:
            await raw.send(frame(b"kurultai.task.run", b"", b'{"tool": "none"}', b"_INBOX_publisher-loud.r") * 500)
            await raw.send(b"PING\r\n")
            told = await raw.pong()
    settings = Settings(data_dir=drive.council.settings.data_dir, as_name="loud")
    async with await Client.connect(settings, "publisher") as loud:
        with pytest.raises(Full, match="publisher-loud wait already"):
            await published(loud, 2_000)
    before = asyncio.get_running_loop().time()
    await drive.publish("run", {"tool": "none"}, "beside-loud")
    await drive.all_ended(["beside-loud"], 30)
    assert asyncio.get_running_loop().time() - before < 15
    await raw.close()
    identities.revoke("loud")
    await applied(drive)
