"""What is said of an input whose handler raised: it faltered and is tried again later, or it is dead."""

import traceback
from typing import Final

import structlog

from bus.log import Record
from messages.kernel import actor as life
from runtime.envelope import micros, origin_of
from runtime.errors import Transient

TRACE_CHARS: Final = 6_000
"""Most of a traceback that goes on the log, from its end. *chosen*"""
ERROR_CHARS: Final = 2_000
"""Most of an error's text that goes on the log. *chosen*"""

UNTRIED: Final = ("decode", "hear")
"""Phases in which an input dies at once, so that its first failure is its last. *derived*: runtime.delivery.decider"""

log = structlog.get_logger()


def faltered(
    actor: str, record: Record, attempt: int, error: Exception, *, retries: tuple[float, ...], now: float
) -> life.Faltered | None:
    """The failure, and when the input is tried again; None if it has been tried often enough."""
    trace = traced(error) if attempt == 1 else ""
    log.error(
        "handler raised",
        actor=actor,
        input=record.seq,
        subject=record.subject,
        correlation=origin_of(record).correlation,
        attempt=attempt,
        error=repr(error),
        **({"traceback": trace} if trace else {}),
    )
    if attempt > len(retries):
        return None
    wait_s = error.retry_after_s if isinstance(error, Transient) else retries[attempt - 1]
    return life.Faltered(
        actor=actor,
        input=record.seq,
        attempt=attempt,
        error=repr(error)[:ERROR_CHARS],
        retry_at=micros(now + wait_s),
        traceback=trace,
    )


def dead_letter(actor: str, record: Record, phase: str, attempts: int, error: Exception) -> life.DeadLettered:
    """The input is dead."""
    log.error(
        "input given up",
        actor=actor,
        input=record.seq,
        subject=record.subject,
        phase=phase,
        attempts=attempts,
        error=repr(error),
        **({"traceback": traced(error)} if phase in UNTRIED else {}),
    )
    return life.DeadLettered(
        actor=actor,
        input=record.seq,
        subject=record.subject,
        phase=phase,
        attempts=attempts,
        error=repr(error)[:ERROR_CHARS],
        traceback=traced(error),
    )


def traced(error: Exception) -> str:
    """The end of the error's traceback, where the fault is."""
    return "".join(traceback.format_exception(error))[-TRACE_CHARS:]
