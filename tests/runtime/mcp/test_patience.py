"""Requests over HTTP that do not come to their end, against the server as the bridge runs it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from runtime.mcp.http import listen, serve
from runtime.mcp.patience import Patience
from runtime.mcp.place import Place

BEGUN = {
    "nothing": b"",
    "half a line": b"GET /mc",
    "half of the headers": b"GET / HTTP/1.1\r\nHost: x\r\n",
    "half of a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
    "an endless chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nhalf",
}
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Takes the body, then answers slowly: longer than a request may take to come in."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (got := await receive()).get("more_body"):
        pass
    if got["type"] == "http.disconnect":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(4):
        await asyncio.sleep(0.15)
        await send({"type": "http.response.body", "body": b".", "more_body": True})
    await send({"type": "http.response.body", "body": b"end"})


@pytest_asyncio.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(Patience, "patience_s", 0.4)
    monkeypatch.setattr(Patience, "most", 3)
    with listen(Place("127.0.0.1", 0)) as at:
        serving = asyncio.create_task(serve(application, at))
        await asyncio.sleep(0.1)
        yield at.getsockname()[1]
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    assert not Patience.waiting


async def ended(reader: asyncio.StreamReader, limit_s: float) -> bool:
    """The server has closed the connection within the time."""
    try:
        async with asyncio.timeout(limit_s):
            await reader.read()
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize("begun", BEGUN)
async def test_a_request_that_does_not_come_to_its_end_is_dropped(port: int, begun: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(BEGUN[begun])
    assert await ended(reader, 3.0)
    writer.close()


async def test_a_second_request_that_is_begun_behind_a_whole_one_is_dropped_too(port: int) -> None:
    for begun in (BEGUN["half of a body"], BEGUN["half of the headers"]):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(WHOLE + begun)
        await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 5.0)
        assert await ended(reader, 3.0)
        writer.close()


async def test_dripping_does_not_set_the_clock_back(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n")

    async def drip() -> None:
        for number in range(100):
            writer.write(b"X-%d: 1\r\n" % number)
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    assert await ended(reader, 3.0)
    dripping.cancel()
    writer.close()


async def test_a_whole_request_may_be_answered_for_longer_and_be_followed_by_another(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(WHOLE)
        answer = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 5.0)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"end" in answer
    writer.close()


async def test_past_their_number_the_one_that_waits_longest_gives_way(port: int) -> None:
    ways = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
    assert [await ended(reader, 0.1) for reader, _ in ways] == [True, True, False, False, False]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(WHOLE)
    assert (await asyncio.wait_for(reader.readuntil(b"end"), 5.0)).startswith(b"HTTP/1.1 200")
    for _, each in (*ways, (reader, writer)):
        each.close()
