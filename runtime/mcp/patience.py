"""HTTP connections on which a request has begun and does not come to its end: they have a limit, each and together."""

import asyncio
from typing import ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE_S: Final = 10.0
"""How long a request may take to come in whole, from the connection or from its first byte. *chosen*: the largest
takes a second on a slow line"""

HALF_OPEN: Final = 100
"""Most requests that may be on their way in. *chosen*: an honest one is for some milliseconds; past this number the
one that has waited longest is dropped"""


class Patience(H11Protocol):
    """A connection that is closed if its request is late, or if too many others are younger."""

    patience_s: ClassVar[float] = PATIENCE_S
    most: ClassVar[int] = HALF_OPEN
    waiting: ClassVar[dict["Patience", asyncio.TimerHandle]] = {}
    """Connections without a whole request, the oldest first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection counts as a request from the start: who says nothing costs as much."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """The request is whole, or the clock runs on: more bytes do not set it back."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._wait()
        else:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """The next request may have begun already, in what came behind the last."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY or self.conn.trailing_data[0]:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self in self.waiting or self.transport.is_closing():
            return
        self.waiting[self] = asyncio.get_running_loop().call_later(self.patience_s, self._drop)
        if len(self.waiting) > self.most:
            next(iter(self.waiting))._drop()

    def _drop(self) -> None:
        self._stop_waiting()
        self.transport.abort()

    def _stop_waiting(self) -> None:
        timer = self.waiting.pop(self, None)
        if timer is not None:
            timer.cancel()
