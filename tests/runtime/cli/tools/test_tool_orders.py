"""An order that would change nothing is a conflict, and is not given."""

from typing import Any

import msgspec
import pytest

from messages.kernel import order
from messages.tools import tool as tools
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.tools.tool_orders import _require_change

SPEC = tools.Spec(
    name="double",
    description="double a number",
    domain="general",
    source="def double(n): return 2 * n",
    entry="double",
    parameters=("n",),
    origin="synthesis",
    mastery=1.0,
    digest="d",
    example=None,
)
PAST = tools.Past(
    version=1,
    semver="1.0.0",
    changelog="",
    learned_at=0.0,
    fingerprint="f",
    level="full",
    conditions=(),
    calls=0,
    failures=0,
    mean_ms=0.0,
)


def entry(status: tools.Status = "stable", **more: Any) -> tools.Entry:
    """The tool as it stands, of two versions."""
    spec = msgspec.structs.replace(SPEC, status=status)
    history = (PAST, msgspec.structs.replace(PAST, version=2))
    return tools.Entry(
        **{"spec": spec, "version": 2, "versions": 2, "calls": 0, "failures": 0, "history": history} | more
    )


DISABLE = order.Disable(name="double", reason="r")
ENABLE = order.Enable(name="double", reason="r")


@pytest.mark.parametrize(
    ("standing", "message", "told"),
    [
        (entry("disabled", note="it leaks"), DISABLE, "disabled already: it leaks"),
        (entry(), ENABLE, "neither disabled nor deprecated nor restricted"),
        (entry(), order.RollBack(name="double", to=2, reason="r"), "at version 2"),
    ],
)
def test_an_order_that_is_obeyed_already_is_a_conflict(standing: tools.Entry, message: Any, told: str) -> None:
    with pytest.raises(Ended, match=told) as caught:
        _require_change(standing, message)
    assert caught.value.exit_code == Exit.CONFLICT


@pytest.mark.parametrize(
    ("standing", "message"),
    [
        (entry(), DISABLE),
        (entry("disabled", level="disabled"), DISABLE),
        (entry("disabled", note="it leaks"), ENABLE),
        (entry("deprecated", note="use another"), ENABLE),
        (entry(history=(msgspec.structs.replace(PAST, level="limited"),)), ENABLE),
        (entry(), order.RollBack(name="double", to=1, reason="r")),
        (entry("deprecated", note="use another"), order.Deprecate(name="double", reason="r", replacement="twice")),
    ],
)
def test_an_order_that_changes_something_is_given(standing: tools.Entry, message: Any) -> None:
    _require_change(standing, message)
