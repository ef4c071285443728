"""The herald: each head is where the operator wants it, and what did not take one is told of once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actors.gate.herald import Herald
from bus.errors import ServerUnavailable
from messages.base import decode
from messages.kernel.audit import Checkpoint, Unpublished
from runtime.audit import publishing
from runtime.audit.heads import heads_in
from tests.runtime.audit.audit_logs import Log


@pytest.fixture
def log(tmp_path: Path) -> Log:
    made = Log(tmp_path / "scribe.nk", every=4)
    for number in range(20):
        made.publish("camp.task.sum", b"%d" % number)
    return made


@contextlib.asynccontextmanager
async def herald(**settings: str) -> AsyncIterator[Herald]:
    made = Herald(Herald.Settings(**settings))
    await made.open()
    try:
        yield made
    finally:
        await made.close()


async def told(made: Herald, head: Checkpoint) -> list[Unpublished]:
    return [message async for message in made.on_checkpoint(head)]


class Station:
    """An address that takes heads, and answers as it is told to."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.bodies: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")
        )
        self.bodies.append(await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {self.status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


async def test_without_places_nothing_is_done(log: Log) -> None:
    async with herald() as made:
        assert await told(made, log.checkpoints()[0]) == []


async def test_each_head_is_a_line_of_the_file_and_signed(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    async with herald(heads_file=str(path)) as made:
        for head in log.checkpoints():
            assert await told(made, head) == []
    assert list(heads_in(path, (log.signer.public,))) == log.checkpoints()


async def test_a_head_is_posted_and_a_place_that_fails_is_told_of_once(log: Log) -> None:
    station = Station()
    server = await asyncio.start_server(station.answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/heads"
    one, two, three, four = log.checkpoints()[:4]
    async with server, herald(heads_url=url) as made:
        assert await told(made, one) == []
        station.status = "503 Busy"
        (failed,) = await told(made, two)
        assert (failed.last, failed.place, failed.reason) == (two.last, url, "it answered 503")
        assert await told(made, three) == []
        station.status = "204 No Content"
        assert await told(made, four) == []
        station.status = "302 Found"
        assert [message.reason for message in await told(made, four)] == ["it answered 302"]
    assert [decode(Checkpoint, body) for body in station.bodies] == [one, two, three, four, four]


async def test_a_file_that_can_t_be_written_and_an_address_where_nobody_is_are_told_of(
    log: Log, tmp_path: Path
) -> None:
    async with herald(heads_file=str(tmp_path), heads_url="http://127.0.0.1:1/") as made:
        failed = await told(made, log.checkpoints()[0])
    assert [message.place for message in failed] == [str(tmp_path), "http://127.0.0.1:1/"]
    assert "directory" in failed[0].reason


async def test_while_a_place_is_slow_only_the_newest_of_those_that_wait_goes_there(log: Log) -> None:
    class Slow:
        name = "slow"

        def __init__(self) -> None:
            self.taken: list[int] = []

        async def put(self, head: Checkpoint) -> None:
            await asyncio.sleep(0.05)
            self.taken.append(head.last)

        async def close(self) -> None:
            pass

    slow = Slow()
    places = publishing.Places((slow,))
    heads = log.checkpoints()[:4]
    results = await asyncio.gather(*(places.put(head) for head in heads))
    assert results == [{}, None, None, {}]
    assert slow.taken == [heads[0].last, heads[3].last]


async def test_a_nats_server_that_is_not_there_is_told_of(log: Log) -> None:
    async with herald(heads_nats="nats://127.0.0.1:1") as made:
        (failed,) = await told(made, log.checkpoints()[0])
    assert failed.place == "kurultai.heads at nats://127.0.0.1:1"
    assert ServerUnavailable.__name__ not in failed.reason
