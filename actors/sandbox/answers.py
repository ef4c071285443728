"""The words between host and child: the request, and its answers read strictly."""

import asyncio
import contextlib
import socket
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, NamedTuple, TypeAlias

import msgspec

from actors.sandbox.outcome import Limits, Status
from actors.sandbox.wire import LENGTH, LIMITS, packed, to_text

NOTICE_BYTES: Final = 1024
"""What a notice of a flood or of a failed lockdown may take beyond the cap. *Derived*: a few lines."""

CHUNK_BYTES: Final = 1 << 16
"""How much is read at once. *Chosen*: a socket buffer's order."""

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
"""A number that a child reports of itself."""


class Request(NamedTuple):
    """What a child is asked, encoded, and how many answers it owes."""

    frame: bytes
    calls: int


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer as it comes from a child, believed in its form only."""

    status: Literal["returned", "raised", "memory", "flood", "refused"]
    value: object = None
    error_type: str | None = None
    error: str | None = None
    line: Count | None = None
    stdout: str = ""
    mutated: bool = False
    wall_us: Count = 0
    cpu_us: Count = 0
    max_rss_kb: Count = 0


class Broken(Exception):
    """What the child sent is no answer."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def request_of(
    place: Mapping[str, str], entry: str, calls: Sequence[tuple[Sequence[object], Mapping[str, object]]]
) -> Request:
    """The request in bytes; raises TypeError or ValueError if an argument is not plain JSON."""
    texts = [to_text([list(arguments), dict(keywords)]) for arguments, keywords in calls]
    return Request(packed(to_text({**place, "entry": entry, "calls": texts})), len(texts))


async def converse(connection: socket.socket, request: Request, limits: Limits, answers: list[Answer]) -> None:
    """All answers are in the list; raises Broken at the first that is none."""
    loop = asyncio.get_running_loop()
    header = LIMITS.pack(limits.memory_bytes, limits.cpu_s, limits.file_bytes, limits.output_bytes, limits.stdout_bytes)
    with contextlib.suppress(ConnectionError):  # it died early: what it said is still there to read
        await loop.sock_sendall(connection, header + request.frame)
    left_bytes = limits.output_bytes + NOTICE_BYTES * request.calls
    unread = bytearray()
    while len(answers) < request.calls:
        while (frame := _cut(unread, left_bytes)) is None:
            unread += await _chunk(connection)
        left_bytes -= len(frame)
        answers.append(_decoded(frame))
        if answers[-1].status == "refused":
            raise Broken("refused", answers.pop().error or "lockdown failed")
    if unread:
        raise Broken("protocol", "the child went on after its last answer")


async def _chunk(connection: socket.socket) -> bytes:
    try:
        data = await asyncio.get_running_loop().sock_recv(connection, CHUNK_BYTES)
    except ConnectionError:
        data = b""
    if not data:
        raise Broken("killed", "the child ended before it answered")
    return data


def _cut(unread: bytearray, left_bytes: int) -> bytes | None:
    """The first whole frame, taken out of `unread`."""
    if len(unread) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack_from(unread)
    if size > left_bytes:
        raise Broken("flood", f"an answer of {size} bytes, beyond the limit")
    end = LENGTH.size + size
    if len(unread) < end:
        return None
    frame = bytes(unread[LENGTH.size : end])
    del unread[:end]
    return frame


def _decoded(frame: bytes) -> Answer:
    try:
        return msgspec.json.decode(frame, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Broken("protocol", f"the child sent no proper answer: {error}"[:200]) from error
