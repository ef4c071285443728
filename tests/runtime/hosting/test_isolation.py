"""What stands in the working directory runs in no process of the council, unless the roster itself stands there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.hosting.isolation import isolated, place_of, places

ROOT = Path(__file__).parents[3]
NAMES = ("messages", "bus", "runtime", "actors", "msgspec", "structlog", "json", "signal")
OWN = """
from pathlib import Path
from messages.task import Run
from runtime.actor import Actor
from runtime.roster import Roster, zone
from own_actors import Mine
ROSTER = Roster(zones=(zone("z", Mine),), kinds=(Run,))
"""


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A working directory whose modules have our names, and tell when they are imported."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'a').write('{name} ')\n")
    return tmp_path


def in_a_shell(command: tuple[str, ...], where: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    """The command as run from the directory, told nothing on standard input."""
    environment = {**os.environ, **more}
    return subprocess.run(command, cwd=where, env=environment, input="", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", [None, "", ":", "."])
def test_a_zone_imports_nothing_from_the_working_directory(trap: Path, path: str | None) -> None:
    more = {} if path is None else {"PYTHONPATH": path}
    ended = in_a_shell(
        isolated("runtime.hosting.zone", "actors.roster:ROSTER", roster="actors.roster:ROSTER"), trap, **more
    )
    assert "msgspec.DecodeError" in ended.stderr, ended.stderr
    assert not (trap / "sprung").exists()


def test_the_trap_is_one(trap: Path) -> None:
    in_a_shell((sys.executable, "-m", "runtime.hosting.zone", "actors.roster:ROSTER"), trap)
    assert (trap / "sprung").exists()


def test_a_roster_in_the_working_directory_is_found_and_nothing_beside_it_takes_our_names(trap: Path) -> None:
    (trap / "own.py").write_text(OWN)
    (trap / "own_actors.py").write_text("from runtime.actor import Actor\nclass Mine(Actor):\n    pass\n")
    look = (
        "from runtime.hosting.zone import load_roster\nfrom runtime.hosting.isolation import isolated\n"
        "import subprocess, sys\n"
        "print(load_roster('own:ROSTER').zones[0].name)\n"
        "print(subprocess.run(isolated('runtime.hosting.zone', 'own:ROSTER', roster='own:ROSTER'), input='', text=True,"
        " capture_output=True).stderr)\n"
    )
    ended = in_a_shell((sys.executable, "-P", "-c", look), trap, PYTHONPATH=str(ROOT))
    assert ended.stdout.splitlines()[0] == "z", ended.stderr
    assert "msgspec.DecodeError" in ended.stdout
    assert "no roster" not in ended.stdout
    assert not (trap / "sprung").exists()


def test_the_house_is_looked_for_where_this_process_found_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), "relative", "/usr/lib/python3"])
    assert places() == [str(ROOT), "/usr/lib/python3"]


def test_the_roster_s_own_place_is_the_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "own_roster_somewhere").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert place_of("own_roster_somewhere.roster") == str(tmp_path)
    assert places("own_roster_somewhere.roster:ROSTER")[-1] == str(tmp_path)
    assert places().count(str(tmp_path)) == 0
