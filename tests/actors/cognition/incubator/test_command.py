"""`kurultai incubate` as a person sees it, and what is left of it when it is killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from runtime.cli.main import run
from tests.actors.cognition.incubator.hypotheses import SLOW, hypothesis
from tests.pace import patience


def written(path: Path, **more: object) -> Path:
    told = msgspec.to_builtins(hypothesis()) | more
    path.write_text(json.dumps(told))
    return path


def test_a_hypothesis_graduates_with_its_figures_and_is_not_tried_again_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "h.json")
    assert run(["incubate", str(file)]) == 0
    assert "sort_once graduates: gains 0." in capsys.readouterr().out
    assert run(["incubate", str(file)]) == 5
    assert "tried unchanged before" in capsys.readouterr().err
    assert run(["incubate", str(file), "--again", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["graduated"] is True


def test_one_that_fails_says_in_which_stage_and_what_was_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "h.json", candidate={"source": SLOW, "entry": "f"})
    assert run(["incubate", str(file)]) == 1
    assert "is archived: it fails in experiments" in capsys.readouterr().out
    assert run(["incubate", str(file)]) == 5
    assert "failed in experiments" in capsys.readouterr().err


WRONG = {
    "no criterion": ({"criterion": None}, "without a criterion of success can't be refuted"),
    "no entry": ({"candidate": {"source": "x = 1", "entry": "f"}}, "the candidate defines no function 'f'"),
    "no Python": ({"baseline": {"source": "def f(:", "entry": "f"}}, "the baseline is no Python"),
    "one case": ({"cases": [[1]]}, "length >= 2"),
    "a metric of its own": ({"criterion": {"metric": "luck", "at_least": 1}}, "$.criterion.metric"),
    "unknown field": ({"hope": 1}, "hope"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_can_not_be_tried_is_told_with_what_is_wrong(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more, told = WRONG[name]
    assert run(["incubate", str(written(tmp_path / "h.json", **more))]) == 2
    assert told in capsys.readouterr().err


def test_files_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["incubate", str(tmp_path / "none.toml")]) == 3
    (tmp_path / "h.toml").write_text("name = ")
    assert run(["incubate", str(tmp_path / "h.toml")]) == 2
    assert "neither TOML nor JSON" in capsys.readouterr().err


def test_nothing_is_left_of_the_sandbox_after_the_command_was_killed(tmp_path: Path) -> None:
    endless = {"source": "def f(xs):\n    while True:\n        pass\n", "entry": "f"}
    file = written(tmp_path / "h.json", candidate=endless, resources={"seconds": 60})
    words = (sys.executable, "-m", "runtime.cli.main", "incubate", str(file))
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "experiments" in process.stderr.readline()
        until(lambda: busy(descendants(process.pid)))
        left = descendants(process.pid)
        os.kill(process.pid, signal.SIGKILL)
    until(lambda: not [pid for pid in left if Path(f"/proc/{pid}").exists() and state_of(pid) != "Z"])


def until(holds: object) -> None:
    """Wait for what must come, and fail if it does not."""
    end = time.monotonic() + patience(20)
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def busy(pids: list[int]) -> bool:
    """Whether one of the processes computes."""
    return any(state_of(pid) == "R" for pid in pids)


def state_of(pid: int) -> str:
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"


def descendants(pid: int) -> list[int]:
    """All processes below this one."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(place.name))
    found, left = [], [pid]
    while left:
        below = parents.get(left.pop(), [])
        found += below
        left += below
    return found
