"""A freeze is said to be complete when it is, however many hosts report."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from messages.base import encode
from messages.kernel import control
from messages.kernel.control import FREEZABLE, Level, Mode
from runtime.cli.console.exits import Ended
from runtime.cli.console.order_options import NO_REASON, REASON_CHARS
from runtime.cli.control.freeze import Settling, freeze, restrictions
from runtime.cli.main import readable
from tests.runtime.cli.hanging import Called


def report(*verified: str, killed: tuple[str, ...] = (), took_s: float = 0.01) -> control.Settled:
    """What one supervisor says."""
    return control.Settled(level=Level.FOUNDATION, epoch=3, fence=40, verified=verified, killed=killed, took_s=took_s)


def settling(*expected: str) -> Settling:
    """A freeze of a level with these actors."""
    return Settling(Level.FOUNDATION, frozenset(expected))


def test_one_report_on_everybody_completes_the_freeze() -> None:
    frozen = settling("kublai", "jochi")
    frozen.hear(report("jochi", "kublai"))
    assert frozen.done


def test_a_report_on_some_does_not_complete_it_and_the_rest_from_another_host_does() -> None:
    frozen = settling("kublai", "sandbox")
    frozen.hear(report("kublai"))
    frozen.hear(report("kublai"))
    assert not frozen.done
    frozen.hear(report(killed=("sandbox",), took_s=2.0))
    assert frozen.done
    assert (frozen.result.verified, frozen.result.killed, frozen.result.took_s) == (("kublai",), ("sandbox",), 2.0)
    assert "1 verified, 1 killed, 2000 ms" in frozen.words()


def test_a_level_without_actors_is_frozen_once_it_is_reported_and_not_before() -> None:
    frozen = settling()
    assert not frozen.done
    frozen.hear(report())
    assert frozen.done


@pytest.mark.parametrize("mode", list(Mode))
def test_a_thaw_lifts_whatever_restricts_a_level(mode: Mode) -> None:
    record = control.Set(level=Level.FOUNDATION, mode=mode, epoch=1, reason="a zone is down")
    found = restrictions({Level.FOUNDATION: (7, record), Level.AUTONOMY: None}, FREEZABLE)
    assert found == ({} if mode is Mode.FULL else {Level.FOUNDATION: 7})


def test_a_freeze_is_ordered_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.cli.control.freeze.SETTLE_S", 0.05)
    called = Called()
    with pytest.raises(Ended, match="no proof of the freeze"):
        CliRunner().invoke(freeze, ["--reason", "now"], obj=called, standalone_mode=False, catch_exceptions=False)
    assert [(said.reason, set(said.levels)) for said in called.reached.ordered] == [("now", set(FREEZABLE))]


@pytest.mark.parametrize(
    ("given", "said"),
    [("", NO_REASON), (" \n", NO_REASON), ("x" * 30_000, "x" * REASON_CHARS), (readable("f\udce9vrier"), "f�vrier")],
    ids=["empty", "blank", "long", "latin-1"],
)
def test_no_reason_keeps_a_freeze_from_being_ordered(monkeypatch: pytest.MonkeyPatch, given: str, said: str) -> None:
    monkeypatch.setattr("runtime.cli.control.freeze.SETTLE_S", 0.05)
    called = Called()
    with pytest.raises(Ended):
        CliRunner().invoke(freeze, ["--reason", given], obj=called, standalone_mode=False, catch_exceptions=False)
    assert [encode(made) and made.reason for made in called.reached.ordered] == [said]


def test_words_in_another_encoding_are_made_readable_and_those_of_files_are_kept(tmp_path: Path) -> None:
    assert readable("plain") == "plain"
    assert readable("größer") == "größer"
    assert readable(os.fsdecode(b"caf\xe9")) == "caf�"
    there = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    Path(there).touch()
    assert readable(there) == there
