"""Words of a client that are no message, answered as JSON-RPC wants it: the library would only write them down."""

from typing import Any, Final

import mcp_types as types
from mcp.shared._context_streams import ContextReceiveStream, ContextSendStream
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

UNREADABLE: Final = "json_invalid"
"""What the library calls text that is no JSON. *cited*: pydantic, "Validation Errors"."""

Item = SessionMessage | Exception


class Answering:
    """A client's messages as they come, without those that are none; each of them has its answer."""

    def __init__(self, read: ContextReceiveStream[Item], write: ContextSendStream[SessionMessage]) -> None:
        self._read = read
        self._write = write

    @property
    def last_context(self) -> Any:
        """Where the last message came from."""
        return self._read.last_context

    def __aiter__(self) -> "Answering":
        """Itself."""
        return self

    async def __anext__(self) -> Item:
        """The next message."""
        while True:
            item = await self._read.__anext__()
            if not isinstance(item, Exception):
                return item
            await self._write.send(SessionMessage(refusal(item)))

    async def receive(self) -> Item:
        """The next message; raises EndOfStream as the stream itself does."""
        while True:
            item = await self._read.receive()
            if not isinstance(item, Exception):
                return item
            await self._write.send(SessionMessage(refusal(item)))

    async def aclose(self) -> None:
        """No more is read."""
        await self._read.aclose()

    async def __aenter__(self) -> "Answering":
        """Itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """No more is read."""
        await self.aclose()


def refusal(error: Exception) -> types.JSONRPCError:
    """What a client is told of a line that is no message, under the line's own id if one can be seen."""
    faults = error.errors() if isinstance(error, ValidationError) else []
    if not faults or any(fault["type"] == UNREADABLE for fault in faults):
        return _error(None, types.PARSE_ERROR, "Parse error: the line is no JSON that can be read")
    whole = next((fault["input"] for fault in faults if isinstance(fault["input"], dict)), {})
    asked = whole.get("id")
    known = asked if isinstance(asked, str | int) and not isinstance(asked, bool) else None
    return _error(known, types.INVALID_REQUEST, "Invalid Request: the line is no message of JSON-RPC 2.0")


def _error(known: str | int | None, code: int, text: str) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=known, error=types.ErrorData(code=code, message=text))
