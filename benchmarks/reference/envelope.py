"""CloudEvents attributes in headers, for a hop whose messages say where they come from."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

SPEAKER: Final = "/bench/hop"
"""Who says the events. *chosen*."""

TRACE: Final = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
"""A trace to carry along. *cited*: the example of the W3C recommendation Trace Context."""


def of_order(number: int) -> dict[str, str]:
    """The attributes of an order that waits in the queue."""
    return {
        "ce-id": f"order-{number}",
        "ce-source": "/bench/publisher",
        "ce-type": "bench.task.hop",
        "ce-time": now(),
        "ce-specversion": "1.0",
        "ce-correlationid": f"order-{number}",
        "traceparent": TRACE,
    }


def of_event(message_id: str, cause: Mapping[str, str]) -> dict[str, str]:
    """The attributes of an event, which names its cause and keeps its correlation and trace."""
    return {
        "ce-id": message_id,
        "ce-source": SPEAKER,
        "ce-type": "bench.event.hop",
        "ce-time": now(),
        "ce-specversion": "1.0",
        "ce-causationid": cause["ce-id"],
        "ce-correlationid": cause["ce-correlationid"],
        "traceparent": cause["traceparent"],
    }


def now() -> str:
    """The time in UTC as RFC 3339 has it."""
    return datetime.now(UTC).isoformat()
