"""What is said again and again while the server is away is told once a minute, and nothing else is left out."""

from typing import Any

import pytest
import structlog

from runtime.hosting.logs import AWAY, SELDOM_S, Seldom


def told(seldom: Seldom, event: str, method: str = "warning") -> dict[str, Any] | None:
    try:
        return dict(seldom(None, method, {"event": event}))
    except structlog.DropEvent:
        return None


def test_one_warning_a_minute_is_told_with_the_number_of_those_left_out() -> None:
    now = [0.0]
    seldom = Seldom(lambda: now[0])
    assert told(seldom, AWAY[0]) == {"event": AWAY[0]}
    for event in AWAY * 5:
        now[0] += 1
        assert told(seldom, event) is None
    now[0] = SELDOM_S
    assert told(seldom, AWAY[1]) == {"event": AWAY[1], "left_out": 5 * len(AWAY)}
    assert told(seldom, AWAY[1]) is None


@pytest.mark.parametrize(("event", "method"), [("handler raised", "warning"), (AWAY[0], "info"), (AWAY[0], "error")])
def test_nothing_else_is_left_out(event: str, method: str) -> None:
    seldom = Seldom(lambda: 0.0)
    assert told(seldom, event, method) == told(seldom, event, method) == {"event": event}
