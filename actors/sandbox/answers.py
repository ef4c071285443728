"""The words between host and child: the request, and its answers read strictly."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec

from actors.sandbox.inside.plain import plain
from actors.sandbox.outcome import Limits, Status
from actors.sandbox.wire import LENGTH, LIMITS, NAME_CHARACTERS, TEXT_CHARACTERS, packed, to_text

NOTICE_BYTES: Final = 1024
"""What a notice of a flood or of a failed lockdown may take beyond the cap. *Derived*: a few lines."""

CHUNK_BYTES: Final = 1 << 16
"""How much is read at once. *Chosen*: a socket buffer's order."""

ASKED_BYTES: Final = 4 << 20
"""What all requests to the broker may take together. *Chosen*: a few of the largest bodies."""

ASKS: Final = 2000
"""How often a run may ask the broker. *Chosen*: twice what one host may allow; more would keep this process busy."""

Broker: TypeAlias = Callable[[str, Mapping[str, object]], Awaitable[dict[str, object]]]
"""Answers `host_call(name, **arguments)` with `{"value": ...}` or `{"error": ...}`, and never raises."""

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
"""A number that a child reports of itself."""


class Request(NamedTuple):
    """What a child is asked, encoded, and how many answers it owes."""

    frame: bytes
    calls: int


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer as it comes from a child, believed in its form only."""

    status: Literal["returned", "raised", "memory", "flood", "refused", "asks"]
    value: object = None
    error_type: Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS)] | None = None
    error: Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS)] | None = None
    line: Count | None = None
    stdout: str = ""
    mutated: bool = False
    wall_us: Count = 0
    cpu_us: Count = 0
    max_rss_kb: Count = 0


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a child wants of the broker."""

    name: str
    arguments: dict[str, Any]


class Broken(Exception):
    """What the child sent is no answer."""

    def __init__(self, status: Status, reason: str, *, locked: bool = True) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.locked = locked
        """The child stood behind its walls already: it is foreign code that speaks."""


def request_of(
    place: Mapping[str, str], entry: str, calls: Sequence[tuple[Sequence[object], Mapping[str, object]]]
) -> Request:
    """The request in bytes; raises TypeError or ValueError if an argument is not plain JSON."""
    texts = [to_text([list(arguments), dict(keywords)]) for arguments, keywords in calls]
    return Request(packed(to_text({**place, "entry": entry, "calls": texts})), len(texts))


async def converse(
    connection: socket.socket, request: Request, limits: Limits, answers: list[Answer], broker: Broker
) -> None:
    """All answers are in the list; raises Broken at the first that is none."""
    loop = asyncio.get_running_loop()
    header = LIMITS.pack(limits.memory_bytes, limits.cpu_s, limits.file_bytes, limits.output_bytes, limits.stdout_bytes)
    with contextlib.suppress(ConnectionError):  # it died early: what it said is still there to read
        await loop.sock_sendall(connection, header + request.frame)
    unread = bytearray()
    await _walls_stand(connection, unread)
    left_bytes, left_asked_bytes, left_asks = limits.output_bytes + NOTICE_BYTES * request.calls, ASKED_BYTES, ASKS
    while len(answers) < request.calls:
        frame = await _frame(connection, unread, max(left_bytes, left_asked_bytes))
        answer = _decoded(frame)
        if answer.status == "asks":
            left_asked_bytes, left_asks = _spent(left_asked_bytes, frame), left_asks - 1
            if left_asks < 0:
                raise Broken("flood", f"more than {ASKS} requests to the host")
            reply = packed(to_text(await broker(*_asked(answer))))
            with contextlib.suppress(ConnectionError):
                await loop.sock_sendall(connection, reply)
        elif answer.status == "refused":
            raise Broken("protocol", "the child says that its walls do not stand, after they did")
        else:
            left_bytes = _spent(left_bytes, frame)
            answers.append(answer)
    if unread:
        raise Broken("protocol", "the child went on after its last answer")


async def _walls_stand(connection: socket.socket, unread: bytearray) -> None:
    """The child's empty first frame is read: from now on foreign code may speak for it."""
    try:
        frame = await _frame(connection, unread, NOTICE_BYTES)
    except Broken as error:
        raise Broken(error.status, error.reason, locked=False) from error
    if frame:
        raise Broken("refused", _decoded(frame).error or "lockdown failed", locked=False)


async def _frame(connection: socket.socket, unread: bytearray, left_bytes: int) -> bytes:
    while (frame := _cut(unread, left_bytes)) is None:
        unread += await _chunk(connection)
    return frame


def _spent(left_bytes: int, frame: bytes) -> int:
    if len(frame) > left_bytes:
        raise Broken("flood", f"a frame of {len(frame)} bytes; {left_bytes} were left of the run's limit")
    return left_bytes - len(frame)


def _asked(answer: Answer) -> tuple[str, Mapping[str, object]]:
    try:
        asked = msgspec.convert(answer.value, Asked)
    except msgspec.ValidationError as error:
        raise Broken("protocol", f"the child asked for nothing that can be asked for: {error}"[:200]) from error
    return asked.name, asked.arguments


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
        raise Broken("flood", f"an answer of {size} bytes; {left_bytes} were left of the run's limit")
    end = LENGTH.size + size
    if len(unread) < end:
        return None
    frame = bytes(unread[LENGTH.size : end])
    del unread[:end]
    return frame


def _decoded(frame: bytes) -> Answer:
    """The answer, its value held to what honest children keep to; a forged frame need not have."""
    try:
        answer = msgspec.json.decode(frame, type=Answer)
        plain(answer.value)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise Broken("protocol", f"the child sent no proper answer: {error}"[:200]) from error
    return answer
