"""Mistakes in `kurultai memory` that are seen before any council is asked."""

import sys
from pathlib import Path

import pytest

from runtime.cli.console.exits import Ended, Exit
from runtime.cli.main import run
from runtime.cli.tools.memory_export import Whole, _write_bolt

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No council, no settings and no password of this host."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["export"], "give --json FILE, or --bolt URL"),
        (["export", "--bolt", "http://host:7687"], "bolt://host:7687"),
        (["export", "--bolt", "bolt://"], "bolt://host:7687"),
        (["export", "--bolt", "bolt://neo4j:secret@host:7687"], "others on this host can read"),
        (["export", "--bolt", "bolt://host:7687"], "NEO4J_PASSWORD is not set"),
        (["export", "--bolt", "bolt://host:7687", "--password-env", "OTHER"], "OTHER is not set"),
        (["export", "--json", "none/graph.json"], "none is no directory"),
        (["ls", "--domain", "cooking"], "messaging"),
        (["ls", "--limit", "0"], "--limit"),
        (["relevant"], "TEXT"),
        (["relevant", "text", "--minimum", "2"], "--minimum"),
        (["shwo", "double"], "Did you mean show"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_in_the_call_is_named(words: list[str], told: str, capsys: Captured) -> None:
    assert run(["memory", *words]) == Exit.USAGE
    said = capsys.readouterr().err
    assert told in said
    assert "secret" not in said


def test_a_missing_driver_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    with pytest.raises(Ended, match=r"pip install '.\[bolt\]'") as caught:
        _write_bolt("bolt://host:7687", Whole(council="c", nodes=(), edges=()), "neo4j", "x", None)
    assert caught.value.exit_code == Exit.USAGE


def test_the_driver_is_loaded_only_to_write_over_bolt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    assert run(["memory", "export", "--help"]) == Exit.OK
    assert run(["memory", "ls"]) == Exit.UNREACHABLE
