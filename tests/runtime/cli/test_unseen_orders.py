"""An order waits only shortly for a look at what there is, and a command whose council hangs ends."""

import shlex
from pathlib import Path
from typing import Any, Final

import click
import pytest

from actors.roster import ROSTER
from messages import soul as souls
from messages.autonomy import charter as charters
from messages.autonomy import goal as goals
from messages.base import Command
from messages.cognition import incubation, mining
from messages.kernel import actor as life
from messages.kernel import order
from runtime.cli.console.exits import Ended, Exit, ended_by
from runtime.cli.main import program
from runtime.errors import Unanswered
from runtime.topology import orders_of
from tests.runtime.cli.hanging import Called
from tests.runtime.cli.test_uniform import COMMANDS

CHARTER: Final = Path(__file__).with_name("charter.toml")
"""A charter that may be adopted."""
HYPOTHESIS: Final = Path(__file__).with_name("hypothesis.toml")
"""A hypothesis that may be tried."""
DIGEST: Final = "0123456789abcdef" * 4
MADE: Final[dict[str, type[Command]]] = {
    "freeze --reason r": order.Freeze,
    f"approve act-1 --digest {DIGEST}": order.Approve,
    f"deny act-1 --digest {DIGEST}": order.Deny,
    "tool disable double --reason r": order.Disable,
    "tool enable double --reason r": order.Enable,
    "tool deprecate double --replacement twice --reason r": order.Deprecate,
    "tool rollback double --to 1 --reason r": order.RollBack,
    "soul check temujin": souls.Check,
    "dead replay registry 12": life.Replay,
    "held resolve sandbox 12 happened": life.Resolve,
    "ceiling set half --reason r": order.SetCeiling,
    "goal revoke g-1 --reason r": goals.Revoke,
    "goal forbid exploratory --reason r": goals.Forbid,
    "goal allow exploratory --reason r": goals.Allow,
    f"charter set {CHARTER} --reason r": charters.Adopt,
    "ceiling clear goal.exploratory --reason r": order.Clear,
    "mine search --reason r": mining.Search,
    f"incubate {HYPOTHESIS} --order --reason r": incubation.Incubate,
}
"""Each command that needs to see nothing, and what it orders."""
NEEDING: Final[dict[str, tuple[type[Command], str]]] = {
    "thaw --reason r": (order.Thaw, "what is frozen"),
    "soul propose temujin --section Voice --remove --reason r": (souls.Propose, "the text that it replaces"),
    "soul restore temujin 1 --reason r": (souls.Restore, "the old text"),
    f"approve act-1 --digest {DIGEST[:12]}": (order.Approve, "whole digest"),
    f"deny act-1 --digest {DIGEST[:12]}": (order.Deny, "whole digest"),
    "tool rollback double --to 1.0.0 --reason r": (order.RollBack, "by its number"),
}
"""Each command whose order can't be made unseen, what it would be, and what the command says is wanting."""

NO_ORDERS: Final = {"learn", "task submit", "memory export", "auth export"}
"""Commands with a dry run that order nothing: they publish a task of their own, or write files."""


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    control = ("look.LOOK_S", "look.NEEDED_S", "freeze.SETTLE_S")
    places = (*(f"cli.control.{place}" for place in control), "cli.souls.soul.OUTCOME_S", "client.orders.ANSWER_S")
    for place in places:
        monkeypatch.setattr(f"runtime.{place}", 0.05)


def called(words: str) -> tuple[Called, Ended | None]:
    """The call, and how it ended unless it was well."""
    call = Called()
    try:
        program.main(shlex.split(words), standalone_mode=False, obj=call)
    except Ended as ended:
        return call, ended
    except Unanswered as error:
        return call, ended_by(error)
    return call, None


@pytest.mark.parametrize("words", MADE)
def test_an_order_is_given_although_nothing_can_be_seen(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    call, ended = called(words)
    assert [type(made) for made in call.reached.ordered] == [MADE[words]]
    assert ended is None or ended.exit_code == Exit.TIMEOUT
    assert words.startswith("freeze") or "all the same" in capsys.readouterr().err


@pytest.mark.parametrize("words", NEEDING)
def test_an_order_that_needs_what_can_not_be_seen_says_so_and_is_not_given(words: str) -> None:
    call, ended = called(words)
    assert ended is not None
    assert ended.exit_code == Exit.UNREACHABLE
    assert NEEDING[words][1] in ended.message
    assert "nothing was ordered" in ended.message
    assert not call.reached.ordered


DRY = [words for words in (*MADE, *NEEDING) if words.split(" -")[0] != "soul check temujin"]


@pytest.mark.parametrize("words", DRY)
def test_a_dry_run_that_sees_nothing_ends_and_orders_nothing(words: str) -> None:
    call, ended = called(f"{words} --dry-run")
    assert ended is not None
    assert ended.exit_code == Exit.UNREACHABLE
    assert not call.reached.ordered


def test_a_task_is_cancelled_although_it_can_not_be_seen() -> None:
    call, _ = called("task cancel task-1 --timeout 0.1")
    assert call.reached.published == [("cancel", {"task": "task-1", "reason": "cancelled by its publisher"})]


def test_no_order_and_no_command_that_orders_is_forgotten() -> None:
    known = {*MADE.values(), *(kind for kind, _ in NEEDING.values())}
    assert {*orders_of(ROSTER)} - {life.Restart} == known, "Restart is an order of programs, without a command"
    tried = {_command(words) for words in (*MADE, *NEEDING)} | {"task cancel"}
    ordering = {words for words, command in COMMANDS.items() if _dry(command)} - NO_ORDERS
    assert ordering <= tried


def _command(words: str) -> str:
    return max((name for name in COMMANDS if words.startswith(f"{name} ")), key=len)


def _dry(command: click.Command) -> Any:
    return any("--dry-run" in each.opts for each in command.params)
