"""Logs of the runtime: one line an event on standard error, with zone and correlation; never a secret."""

import logging
import os
import sys

import structlog

from runtime.visible import Screen, behind, in_line


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
