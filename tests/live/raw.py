"""A client that writes what it likes on its socket: frames that no library would make."""

import asyncio
import base64
import json
from typing import Any

from bus.keys import Key


class RawClient:
    """Signs in with a key; everything after that is bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.told = b""
        """What the server has said, from the last second time on."""

    @classmethod
    async def connect(cls, url: str, key: Key) -> "RawClient":
        """Connected and known to the server."""
        host, _, port = url.removeprefix("nats://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        info: dict[str, Any] = json.loads((await reader.readline()).removeprefix(b"INFO "))
        signature = base64.urlsafe_b64encode(key.sign(info["nonce"].encode())).decode().rstrip("=")
        options = {"verbose": False, "pedantic": False, "headers": True, "nkey": key.public, "sig": signature}
        options |= {"lang": "raw", "version": "1", "protocol": 1, "no_responders": True}
        client = cls(reader, writer)
        await client.send(b"CONNECT " + json.dumps(options).encode() + b"\r\nPING\r\n")
        await client.pong()
        return client

    async def send(self, data: bytes) -> None:
        """The bytes are on their way."""
        self._writer.write(data)
        await self._writer.drain()

    async def pong(self) -> bytes:
        """What the server said up to its answer to the last ping."""
        heard = b""
        async with asyncio.timeout(20):
            while True:
                line = await self._reader.readline()
                if line == b"PONG\r\n":
                    return heard
                if line == b"PING\r\n":
                    await self.send(b"PONG\r\n")
                elif not line:
                    raise ConnectionError(f"the server closed the connection: {heard[-300:]!r}")
                else:
                    heard += line

    async def publish(self, subject: bytes, block: bytes, data: bytes, reply: bytes = b"") -> bytes:
        """The frame has come to the server; returns what it said meanwhile."""
        await self.send(frame(subject, block, data, reply) + b"PING\r\n")
        return await self.pong()

    async def close(self) -> None:
        """The connection is gone."""
        self._writer.close()


def frame(subject: bytes, block: bytes, data: bytes, reply: bytes = b"") -> bytes:
    """A message as the protocol writes it, with a header block that may be anything; without one as plain PUB."""
    to = subject + (b" " + reply if reply else b"")
    if not block:
        return b"PUB %b %d\r\n%b\r\n" % (to, len(data), data)
    return b"HPUB %b %d %d\r\n%b%b\r\n" % (to, len(block), len(block) + len(data), block, data)
