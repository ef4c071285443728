"""The NATS client with ways of its own in and out, and pauses between; the only code that touches its inner parts.

Every byte that the server delivers is taken apart here: the library's own reading ends for good at a header block, a
subject or an error that is no UTF-8, and whoever may publish could so silence whoever reads.
*measured*: nats-py 2.16.0 spends most of a busy client's time on headers, letter by letter; these ways take a hop with
nine headers from about 60 to about 25 microseconds of processor time.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import ProtocolError
from nats.protocol.parser import AWAITING_CONTROL_LINE, AWAITING_MSG_PAYLOAD, Parser

from bus.headers import name_of, parsed

END: Final = b"\r\n"
"""What ends a line of the protocol, and a message. *cited*: NATS client protocol"""
LONGEST_LINE_BYTES: Final = 1 << 20
"""A line of the protocol that is longer is none. *chosen*: the server's own INFO is the longest, some KB"""
MOST_WAITING_BYTES: Final = 1 << 20
"""With more than this waiting for the socket no refusal is added: who floods reads too slowly. *chosen*"""


class PausingParser(Parser):
    """Takes the server's words apart as bytes, and lets the other connections of the process have their turn.

    *measured*: one read of the socket can hold 256 KB, and took the loop for 33 ms while an alarm waited beside it.
    """

    async def parse(self, data: bytes = b"") -> None:
        """The messages in this piece are handed over."""
        self.buf.extend(data)
        while self.buf and await (self._line() if self.state == AWAITING_CONTROL_LINE else self._message()):
            pass
        await self.nc.flush_refusals()
        await asyncio.sleep(0)

    async def _line(self) -> bool:
        """The next line has been taken, if it has come whole."""
        end = self.buf.find(END)
        if end < 0:
            if len(self.buf) > LONGEST_LINE_BYTES:
                raise ProtocolError("nats: unknown protocol")
            return False
        line = bytes(self.buf[:end])
        del self.buf[: end + len(END)]
        operation, _, rest = line.replace(b"\t", b" ").partition(b" ")
        match operation.upper():
            case b"MSG" | b"HMSG":
                self._expect(operation.upper() == b"HMSG", [word for word in rest.split(b" ") if word])
            case b"PING":
                await self.nc._process_ping()
            case b"PONG":
                await self.nc._process_pong()
            case b"INFO":
                await self.nc._process_info(_info(rest))
            case b"-ERR":
                await self.nc._process_err(rest.decode(errors="replace").strip().lower())
            case b"+OK" | b"":
                pass
            case _:
                raise ProtocolError("nats: unknown protocol")
        return True

    def _expect(self, with_headers: bool, words: list[bytes]) -> None:
        """A message is on its way: subject, number of the subscription, perhaps a reply, and sizes."""
        sizes = words[-2:] if with_headers else words[-1:]
        try:
            subject, number, *reply = words[: -len(sizes)]
            self.msg_arg = {"subject": subject, "sid": int(number), "reply": reply[0] if reply else b""}
            self.header_needed = int(sizes[0]) if with_headers else 0
            self.needed = int(sizes[-1])
        except ValueError as error:
            raise ProtocolError("nats: malformed MSG") from error
        self.state = AWAITING_MSG_PAYLOAD

    async def _message(self) -> bool:
        """The message has been handed over, if it has come whole."""
        if len(self.buf) < self.needed + len(END):
            return False
        block, data = bytes(self.buf[: self.header_needed]), bytes(self.buf[self.header_needed : self.needed])
        del self.buf[: self.needed + len(END)]
        self.state = AWAITING_CONTROL_LINE
        named = self.msg_arg
        await self.nc._process_msg(named["sid"], named["subject"], named["reply"], data, block)
        return True


def _info(text: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text.decode(errors="replace"))
    except ValueError as error:
        raise ProtocolError("nats: malformed INFO") from error
    return found


class FastClient(Client):
    """A client that reads whatever comes, plain headers in one go, and writes many messages at once."""

    def __init__(self) -> None:
        super().__init__()
        self._ps = PausingParser(self)
        self._sifts: dict[int, tuple[Callable[[], bool], bytes]] = {}
        self._refused = False

    def sift(self, number: int, admits: Callable[[], bool], refusal: bytes) -> None:
        """A message to this subscription that is not admitted is answered with the refusal, and seen by nobody."""
        self._sifts[number] = (admits, refusal)

    async def flush_refusals(self) -> None:
        """The refusals of one piece are written together."""
        if self._refused:
            self._refused = False
            await self._flush_pending()

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        """The message is handed over, unless it is sifted out before anything of it is read."""
        sifted = self._sifts.get(sid)
        if sifted is None or sifted[0]():
            await super()._process_msg(sid, subject, reply, data, headers)
        elif reply and self._pending_data_size < MOST_WAITING_BYTES:
            self._refused = True
            blob = b"PUB %b %d\r\n%b\r\n" % (reply, len(sifted[1]), sifted[1])
            self._pending.append(blob)
            self._pending_data_size += len(blob)

    async def _process_pong(self) -> None:
        """The server answers the oldest ping; the library's own reading ends when nobody waits for that any more."""
        if self._pongs:
            waiting = self._pongs.pop(0)
            if not waiting.done():
                waiting.set_result(True)
        self._pongs_received += 1
        self._pings_outstanding = 0

    async def _process_headers(self, headers: bytes) -> dict[str, str] | None:
        """The headers of a message; None when it has none."""
        return parsed(headers) if headers else None

    def _build_message(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None
    ) -> Msg:
        return self.msg_class(
            subject=name_of(subject), reply=name_of(reply), data=data, headers=headers, _client=self, _sid=sid
        )

    async def publish_many(self, messages: Iterable[tuple[str, bytes, Mapping[str, str], str]]) -> None:
        """Messages (subject, payload, headers, reply) are written in this order, as one piece."""
        blob = b"".join(_frame(*message) for message in messages)
        self._pending.append(blob)
        self._pending_data_size += len(blob)
        await self._flush_pending()


def _frame(subject: str, payload: bytes, headers: Mapping[str, str], reply: str) -> bytes:
    block = "NATS/1.0\r\n" + "".join([f"{name}: {value}\r\n" for name, value in headers.items()]) + "\r\n"
    if block.count("\n") != len(headers) + 2 or block.count("\r") != len(headers) + 2:
        raise ValueError(f"a header of {subject} holds a line break")
    head = block.encode()
    to = f"{subject} {reply}" if reply else subject
    return b"HPUB %b %d %d\r\n%b%b\r\n" % (to.encode(), len(head), len(head) + len(payload), head, payload)
