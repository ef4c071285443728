"""The words between host and child: the request, and its answers read strictly."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec

from actors.sandbox.outcome import Limits, Status
from actors.sandbox.reading import VALUES, Excess, read_value
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


NULL: Final = msgspec.Raw(b"null")
"""The value of an answer that has none. *Derived*."""


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer as it comes from a child, believed in its form only."""

    status: Literal["returned", "raised", "memory", "flood", "refused", "asks"]
    value: Any = None
    error_type: Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS)] | None = None
    error: Annotated[str, msgspec.Meta(max_length=TEXT_CHARACTERS)] | None = None
    line: Count | None = None
    stdout: str = ""
    mutated: bool = False
    wall_us: Count = 0
    cpu_us: Count = 0
    max_rss_kb: Count = 0


class Unread(Answer, frozen=True, forbid_unknown_fields=True):
    """An answer whose value is not decoded yet: what it costs to decode is not known either."""

    value: msgspec.Raw = NULL


KEPT: Final = tuple(name for name in Answer.__struct_fields__ if name != "value")
"""Fields of an answer that are read as they come. *Derived*."""


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
    connection: socket.socket,
    request: Request,
    limits: Limits,
    answers: list[Answer],
    broker: Broker,
    reading: asyncio.Lock,
) -> None:
    """All answers are in the list; raises Broken at the first that is none.

    One frame is read at a time of all that wait for `reading`: their steps would add up to a long turn of the loop.
    """
    loop = asyncio.get_running_loop()
    header = LIMITS.pack(
        *(limits.memory_bytes, limits.cpu_s, limits.file_bytes, limits.output_bytes, limits.stdout_bytes),
        limits.niceness,
    )
    with contextlib.suppress(ConnectionError):  # it died early: what it said is still there to read
        await loop.sock_sendall(connection, header + request.frame)
    unread = bytearray()
    await _walls_stand(connection, unread)
    left = Allowance(limits.output_bytes + NOTICE_BYTES * request.calls)
    while len(answers) < request.calls:
        frame = await _frame(connection, unread, left.frame_bytes)
        async with reading:
            answer = await _read(frame, left)
        if answer.status == "asks":
            reply = packed(to_text(await broker(*_asked(answer))))
            with contextlib.suppress(ConnectionError):
                await loop.sock_sendall(connection, reply)
        elif answer.status == "refused":
            raise Broken("protocol", "the child says that its walls do not stand, after they did")
        else:
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


def _asked(answer: Answer) -> tuple[str, Mapping[str, object]]:
    try:
        asked = msgspec.convert(answer.value, Asked)
    except msgspec.ValidationError as error:
        raise Broken("protocol", f"the child asked for nothing that can be asked for: {error}"[:200]) from error
    return asked.name, asked.arguments


async def _chunk(connection: socket.socket) -> bytes:
    await asyncio.sleep(0)  # what is there already is read without a pause, and a child may never stop sending
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


async def _read(frame: bytes, left: "Allowance") -> Answer:
    """The answer, its value held to what honest children keep to; a forged frame need not have.

    One that is too large is a flood of this call alone; raises Broken for what is no answer.
    """
    unread = _decoded(frame)
    await asyncio.sleep(0)
    asks = unread.status == "asks"
    left.take(frame, asks=asks)
    raw = bytes(memoryview(unread.value))
    try:
        value, values = await read_value(raw, VALUES if asks else left.values)
        if not asks:
            left.keep(len(msgspec.json.encode(value)) - len(raw), values)
    except Excess as error:
        if asks:
            raise Broken("flood", f"a request to the host of {error}") from error
        return Answer("flood", error=f"the answer holds {error}")
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise _improper(error) from error
    return Answer(value=value, **{name: getattr(unread, name) for name in KEPT})


def _decoded(frame: bytes) -> Unread:
    try:
        return msgspec.json.decode(frame, type=Unread)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _improper(error) from error


def _improper(error: Exception) -> Broken:
    return Broken("protocol", f"the child sent no proper answer: {error}"[:200])


class Allowance:
    """What the answers and the requests of one run may still take."""

    def __init__(self, answer_bytes: int) -> None:
        self._answer_bytes = answer_bytes
        self._asked_bytes = ASKED_BYTES
        self._asks = ASKS
        self.values = VALUES

    @property
    def frame_bytes(self) -> int:
        """The most that the next frame may have, whatever it is."""
        return max(self._answer_bytes, self._asked_bytes)

    def take(self, frame: bytes, *, asks: bool) -> None:
        """The frame is paid for; raises Broken if there is not so much left."""
        left_bytes = self._asked_bytes if asks else self._answer_bytes
        if asks:
            self._asked_bytes -= len(frame)
            self._asks -= 1
        else:
            self._answer_bytes -= len(frame)
        if self._asks < 0:
            raise Broken("flood", f"more than {ASKS} requests to the host")
        if self._asked_bytes < 0 or self._answer_bytes < 0:
            raise Broken("flood", f"a frame of {len(frame)} bytes; {left_bytes} were left of the run's limit")

    def keep(self, growth_bytes: int, values: int) -> None:
        """The value is paid for as it will be written, which can be longer; raises Excess if that is too much."""
        if growth_bytes > self._answer_bytes:
            raise Excess(f"a value that takes {growth_bytes} bytes more once it is written")
        self._answer_bytes -= max(growth_bytes, 0)
        self.values -= values
