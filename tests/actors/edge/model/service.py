"""A model service on this machine: it speaks the protocol over HTTP, and has every fault that a real one may have."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

KEY: Final = "sk-secret-0123456789abcdef"
"""The key that the service knows."""

PHRASES: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}

WAITS_S: Final = 30.0
"""What a slow service takes: longer than any test waits."""


class Asked(msgspec.Struct, frozen=True):
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def prompt(self) -> str:
        """All that the model would read."""
        return "\n".join(message["content"] for message in self.body["messages"])


Fault = Callable[[asyncio.StreamWriter], Any]
Step = bytes | Fault | Callable[[Asked], bytes]


def http(status: int, body: Any = b"", *, length: int | None = None, **headers: str) -> bytes:
    """An answer; `length` is told in place of the true one."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} {PHRASES.get(status, 'Status')}", f"content-length: {length or len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "connection: close", "", "")).encode() + data


def completion(content: str, *, tokens: tuple[int, int] | None = (1_000, 500), finish: str = "stop") -> bytes:
    """What a service that works answers."""
    body: dict[str, Any] = {
        "id": "c-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}],
    }
    if tokens is not None:
        body["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return http(200, body, content_type="application/json")


def proposal(source: str, entry: str, explanation: str = "as shown") -> bytes:
    """A completion in the form that is asked for."""
    return completion(json.dumps({"source": source, "entry": entry, "explanation": explanation}))


def complaint(status: int, message: str, **headers: str) -> bytes:
    """A refusal as services make them."""
    return http(status, {"error": {"message": message, "type": "invalid_request_error"}}, **headers)


async def slow(_writer: asyncio.StreamWriter) -> None:
    """Nothing comes."""
    await asyncio.sleep(WAITS_S)


async def dripping(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, so that no single read takes long."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.02)


async def endless(writer: asyncio.StreamWriter) -> None:
    """More than anyone wants to have."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 65_536)
        await writer.drain()


def truncated(answer: bytes) -> Fault:
    """The same answer, broken off in its middle."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer[: len(answer) - 40])

    return write


class Service:
    """`async with Service(*steps)`: each request is answered by the next step, the last one for ever."""

    def __init__(self, *steps: Step) -> None:
        self.asked: list[Asked] = []
        self._steps = steps
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[Any]] = set()

    @property
    def base_url(self) -> str:
        """For the settings."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> "Service":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = await _read(reader)
            self.asked.append(asked)
            step = self._steps[min(len(self.asked), len(self._steps)) - 1]
            if asked.headers.get("authorization") not in (None, f"Bearer {KEY}"):
                step = complaint(401, f"Incorrect API key provided: {asked.headers['authorization'][7:]}")
            if isinstance(step, bytes):
                writer.write(step)
            elif asyncio.iscoroutinefunction(step):
                await step(writer)
            else:
                writer.write(step(asked))  # type: ignore[arg-type]
            await writer.drain()
        writer.close()
        self._open.discard(task)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Asked(first.split(" ")[1], headers, json.loads(body))
