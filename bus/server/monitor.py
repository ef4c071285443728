"""Reads the server's own monitoring endpoint: is it well, and how full is the log."""

import asyncio
import json
from typing import Final
from urllib.parse import urlsplit

import msgspec

READ_LIMIT_S: Final = 5.0
"""How long one reading may take. *chosen*: a healthy server answers within milliseconds."""


class Health(msgspec.Struct, frozen=True):
    """What `/healthz` says."""

    status: str
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the server takes and stores messages."""
        return self.status == "ok"


class Storage(msgspec.Struct, frozen=True):
    """How full JetStream is."""

    used_bytes: int
    limit_bytes: int


class Monitor:
    """The monitoring endpoint of one running server, on loopback, at a path that nobody else knows."""

    def __init__(self, url: str, path: str = "") -> None:
        parts = urlsplit(url)
        self._path = path.rstrip("/")
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80

    async def health(self) -> Health:
        """The server's judgement of itself; OSError or TimeoutError when it does not answer."""
        return msgspec.json.decode(await self._get("/healthz"), type=Health)

    async def configured_at(self) -> str:
        """When the configuration in force was read, to the nanosecond."""
        instant: str = json.loads(await self._get("/varz"))["config_load_time"]
        return instant

    async def storage(self) -> Storage:
        """What the log takes of what it may take."""
        reading = json.loads(await self._get("/jsz"))
        return Storage(used_bytes=reading["storage"], limit_bytes=reading["config"]["max_storage"])

    async def _get(self, path: str) -> bytes:
        """The body, whatever the status: an unhealthy server explains itself in the body of a 503."""
        async with asyncio.timeout(READ_LIMIT_S):
            reader, writer = await asyncio.open_connection(self._host, self._port)
            try:
                writer.write(f"GET {self._path}{path} HTTP/1.0\r\nHost: {self._host}\r\n\r\n".encode())
                answer = await reader.read()
            finally:
                writer.close()
        _, found, body = answer.partition(b"\r\n\r\n")
        if not found or not body:
            raise ConnectionError(f"{path} gave no answer")
        return body
