"""A freeze is ordered whatever else can't be read, seen or said."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from messages.base import encode
from messages.kernel.control import FREEZABLE
from runtime.cli.console.exits import Ended
from runtime.cli.console.order_options import NO_REASON, REASON_CHARS
from runtime.cli.control.freeze import freeze
from runtime.cli.main import readable
from tests.runtime.cli.hanging import Called


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
