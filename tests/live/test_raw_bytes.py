"""No byte sequence that the server accepts stops a reader: frames that no library would make, on a real log.

They are put on the log by the one identity that may write there unread, as an older log may hold them, and asked of
those who answer; what a publisher sends so is the airlock's, in test_airlock.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from actors.roster import ROSTER
from bus.errors import Busy
from bus.headers import UNREADABLE
from bus.names import Names
from messages.base import Query
from messages.gate import approval
from messages.tools import tool
from runtime.audit.export import answer, export
from runtime.audit.verification import Verification
from runtime.audit.verify import verify_export
from runtime.cli.console.output import text_line
from runtime.client.client import Answer, Client
from runtime.topology import ENDINGS, grants_of
from tests.live.driving import Drive, driven
from tests.live.raw import RawClient, frame
from tests.live.test_fold import doubling
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = b"NATS/1.1 \xff\r\n\r\n"
"""The header block that ended the library's reading for good."""
GRANTS = grants_of(ROSTER, Names())
ENDS = {kind.__name__ for kind in ENDINGS}
PROOF = ("kurultai.event.audit.Checkpoint.", "kurultai.event.actor.Convened.")
"""What the audit's proof rests on: a record there that its speaker did not write is a finding, as it must be."""
HEARD = sorted(
    subject
    for subject in {subject for grant in GRANTS for subject in grant.hears} - {"kurultai.>", "kurultai.control.*"}
    if not (subject.startswith("kurultai.event.task.") and subject.split(".")[3] in ENDS)
    and not subject.startswith(PROOF)
)
SUBJECTS = (
    *(subject.replace("*", "learn").encode() for subject in HEARD),
    b"kurultai.task.\xff\xfe",
    b"kurultai.task.\x0b\x0c\x00",
    b"kurultai.event.task.Progressed.kublai",
)
"""Where everything stands that a member hears, and some more. Control is left out, since it pauses, as it must; so is
what the proof rests on, and the ends of tasks, which the tests' own mirror reads strictly."""
QUERIES = sorted(subject for grant in GRANTS if grant.name == "publisher" for subject in grant.asks)
DATA = (b"{}", b"", b"\xff\x00", b"[" * 5_000, b'{"task": "x"}', b'"\\ud800"')
BLOCKS = (
    BAD,
    b"",
    b"NATS/1.1\r\nA: 1\r\n\r\n",
    b"\xff" * 17 + b"\r\n\r\n",
    b"NATS/1.0\r\n\r\n",
    b"NATS/1.0 \r\n\r\n",
    b"NATS/1.0 503\r\n\r\n",
    b"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 99999\r\n\r\n",
    b"NATS/1.0 \xff\xff\xff\r\n\r\n",
    b"NATS/1.0\r\nA: \xff\r\n\r\n",
    b"NATS/1.0\r\n\xff: 1\r\n\r\n",
    b"NATS/1.0\r\n: \r\n\r\n",
    b"NATS/1.0\r\nA\x00: \x00\r\n\r\n",
    b"NATS/1.0\r\nce-id: \x1b[31m\xff\r\n\r\n",
    b"NATS/1.0\r\nA: 1\r\nA: 2\r\na: 3\r\n\r\n",
    b"NATS/1.0\r\nNats-Sequence: x\r\nNats-Subject: \xff\r\nNats-Time-Stamp: never\r\n\r\n",
    b"NATS/1.0\r\nNats-Sequence: 1\r\nNats-Subject: kurultai.control.autonomy\r\n\r\n",
    b"NATS/1.0\r\n" + b"".join(b"X%d: 1\r\n" % number for number in range(6_000)) + b"\r\n",
    b"NATS/1.0\r\n" + b"Y:\r\n" * 10_000 + b"\r\n",
    b"NATS/1.0\r\nLong: " + b"z" * 60_000 + b"\r\n\r\n",
    b"NATS/1.0\r\nA: 1\r\n 2\r\n\r\n",
    b"NATS/1.0\r\nA: 1\nB: 2\r\n\r\n",
)


def frames(dice: random.Random, count: int) -> list[bytes]:
    """Each block on a subject, and as many made of dice."""
    made = [frame(dice.choice(SUBJECTS), block, dice.choice(DATA)) for block in BLOCKS]
    for _ in range(count):
        head = dice.choice((b"NATS/1.0\r\n", b"NATS/1.0", b"NATS/1.1 \xff\r\n", b"nats/1.0\r\n", b""))
        block = head + dice.randbytes(dice.randrange(40)).replace(b"\r", b"") + b"\r\n\r\n"
        made.append(frame(dice.choice(SUBJECTS), block, dice.choice(DATA)))
    return made


async def sent(drive: Drive, made: list[bytes]) -> None:
    """All frames are on the log, written there by the installer."""
    raw = await RawClient.connect(drive.council.url, drive.council.home.key("installer"))
    for each in made:
        await raw.send(each)
    await raw.send(b"PING\r\n")
    await raw.pong()
    await raw.close()


async def verified(drive: Drive) -> Verification:
    """The whole log read by direct requests and held against the scribe's seal."""
    verification = Verification("kurultai", (drive.council.home.public("scribe-signing"),))
    first, nonce = await drive.auditor.seal()
    async with asyncio.timeout(30), aclosing(drive.auditor.records(first, "event.audit.>", follow=True)) as records:
        seal = await answer(records, nonce)
    async with aclosing(drive.auditor.records(1)) as records:
        async for record in records:
            if record.seq <= seal[-1].last:
                verification.take(record)
    verification.seal(seal, seal[-1].nonce)
    return verification


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drive(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    async with driven(tmp_path_factory.mktemp("raw"), "actors.roster:ROSTER", sync_always=False) as drive:
        await drive.publish("learn", doubling("double"), "learn-double")
        await drive.all_ended(["learn-double"])
        yield drive


async def works(drive: Drive, name: str) -> None:
    """A task that is published now is answered."""
    await drive.publish("run", {"tool": "double", "args": [21]}, name)
    await drive.all_ended([name], 30)


async def test_a_header_block_that_is_none_stops_nobody_and_is_said_once(drive: Drive) -> None:
    before = drive.log.last
    await sent(drive, [frame(b"kurultai.task.learn", BAD, b"{}")])
    await works(drive, "after-one")
    said = [record for record in drive.log.records[before:] if b"header block" in record.data]
    assert [record.subject for record in said] == ["kurultai.event.task.Refused.intake"]


async def test_raw_frames_where_anything_is_heard_stop_no_reader(drive: Drive) -> None:
    made = frames(random.Random(11), 200) + [frame(subject, BAD, b"{}") for subject in SUBJECTS]
    before = drive.log.last
    await sent(drive, made)
    await drive.log.until(lambda: drive.log.last >= before + len(made), "all frames are on the log")
    await works(drive, "after-all")


async def test_the_audit_counts_them_and_finds_the_log_whole(drive: Drive, tmp_path: Path) -> None:
    report = (await verified(drive)).finish()
    assert report.whole, report.findings[:5]
    assert report.sealed
    assert report.unreadable >= len(SUBJECTS)
    seal_first, nonce = await drive.auditor.seal()
    async with asyncio.timeout(30), aclosing(drive.auditor.records(seal_first, follow=True)) as records:
        seal = await answer(records, nonce)
    key = drive.council.home.public("scribe-signing")
    with (tmp_path / "log.jsonl").open("wb") as out:
        await export(out, drive.auditor.records(1), names=Names(), key=key, seal=seal, now=0.0)
    again = verify_export(tmp_path / "log.jsonl", (key,))
    assert again.whole, again.findings[:5]
    assert again.sealed
    assert again.unreadable >= report.unreadable


async def test_a_log_that_holds_them_opens_again(drive: Drive) -> None:
    """Every member reads the log back, from its beginning where it has no snapshot."""
    for zone in drive.council.roster.zones:
        await drive.kill_zone(zone.name)
    for snapshot in drive.council.home.snapshots.iterdir():
        snapshot.unlink()
    await works(drive, "reopened")
    tapped = [record async for record in drive.auditor.records(1, "task.>")]
    assert any(UNREADABLE in record.headers for record in tapped)
    assert all(text_line(record) for record in tapped)


async def answered(drive: Drive, question: Query, kind: type[Answer]) -> Answer:
    """The answer to the question, asked again while there are too many; the flood before is over."""
    async with asyncio.timeout(patience(30)):
        while True:
            try:
                return await drive.publisher.query(question, kind)
            except Busy:
                await asyncio.sleep(0.2)


async def test_questions_of_raw_bytes_silence_nobody_who_answers(drive: Drive) -> None:
    raw = await RawClient.connect(drive.council.url, drive.council.home.key("publisher"))
    try:
        for subject in QUERIES:
            for block in BLOCKS:
                for data in DATA:
                    await raw.send(frame(subject.encode(), block, data, b"_INBOX_publisher.raw"))
                await raw.send(frame(subject.encode(), block, b"{}"))
            await raw.send(b"PING\r\n")
            await raw.pong()
    finally:
        await raw.close()
    assert (await answered(drive, approval.Find(), approval.Waiting)).acts == ()
    assert (await answered(drive, tool.Find(name="double"), tool.Entries)).tools
    await works(drive, "after-questions")


async def test_clients_that_watch_go_on(drive: Drive) -> None:
    async with await Client.connect(drive.council.settings, "publisher") as publisher:
        _, name = await publisher.publish_task("run", {"tool": "double", "args": [4]}, "watched")
        subject = b"kurultai.event.task.Progressed.kublai"
        await sent(drive, [frame(subject, block, data) for block in BLOCKS for data in DATA])
        async with asyncio.timeout(30):
            assert [record async for record in publisher.follow(name)][-1].subject.split(".")[3] == "Answered"
