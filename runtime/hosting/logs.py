"""Logs of the runtime: one line an event on standard error, with zone and correlation; never a secret."""

import logging
import os
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import structlog

from runtime.visible import Screen, behind, in_line

AWAY: Final = (
    "the log is read again",
    "no word from the log for the length of the lease; paused",
    "the log does not take it yet",
    "the server does not answer",
)
"""What is said again and again while the server is away. *derived*: mailbox, workbench, gate, supervisor, system"""
SELDOM_S: Final = 60.0
"""One of these is told, and the next after this long. *chosen*: often enough to be seen, too seldom to hide the rest"""


class Seldom:
    """Lets one warning of a kind pass a minute, with the number of those that were left out since the last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: float | None = None
        self._left_out = 0

    def __call__(self, _logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """The event, unless one like it was told just now; raises structlog.DropEvent then."""
        if method != "warning" or event.get("event") not in AWAY:
            return event
        now = self._clock()
        if self._last is not None and now < self._last + SELDOM_S:
            self._left_out += 1
            raise structlog.DropEvent
        if self._left_out:
            event["left_out"] = self._left_out
        self._last, self._left_out = now, 0
        return event


def configure(*, zone: str = "", level: str | None = None) -> None:
    """Logging is set up; `KURULTAI_LOG=debug|info|warning|error` chooses the level, lines are JSON off a terminal."""
    wanted = (level or os.environ.get("KURULTAI_LOG") or "warning").upper()
    number = logging.getLevelNamesMapping().get(wanted, logging.WARNING)
    logging.basicConfig(stream=Screen(behind(sys.stderr)), level=max(number, logging.WARNING), format="%(message)s")
    logging.getLogger("nats").setLevel(logging.CRITICAL)
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            Seldom(),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _shown,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=behind(sys.stderr)),
    )
    if zone:
        structlog.contextvars.bind_contextvars(zone=zone)


def _shown(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What strangers wrote is spelt out before the renderer draws with the terminal's own controls."""
    return {name: in_line(value) if isinstance(value, str) else value for name, value in event.items()}
