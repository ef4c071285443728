"""Logs of the runtime: one line an event on standard error, with zone and correlation; never a secret."""

import logging
import os
import sys

import structlog


def configure(*, zone: str = "", level: str | None = None) -> None:
    """Logging is set up; `KURULTAI_LOG=debug|info|warning|error` chooses the level, lines are JSON off a terminal."""
    wanted = (level or os.environ.get("KURULTAI_LOG") or "warning").upper()
    number = logging.getLevelNamesMapping().get(wanted, logging.WARNING)
    logging.basicConfig(stream=sys.stderr, level=max(number, logging.WARNING), format="%(message)s")
    logging.getLogger("nats").setLevel(logging.CRITICAL)
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    if zone:
        structlog.contextvars.bind_contextvars(zone=zone)
