"""`kurultai tune` as a person uses it: a space, a program that verifies, and what is told."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runtime.cli.main import program

SPACE = """
minimise = "cost"
[limits]
loss = { most = 10 }
[parameters]
a = { from = 0, to = 9, step = 1 }
mode = ["x", "y"]
"""
VERIFY = """
import json, sys
given = json.load(sys.stdin)
print(json.dumps({"cost": 100 - 5 * given["a"] + (given["mode"] == "y"), "loss": 1.9 * given["a"]}))
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "space.toml").write_text(SPACE)
    (tmp_path / "verify.py").write_text(VERIFY)
    return tmp_path


def tune(place: Path, *more: str, verify: str = "verify.py") -> Result:
    words = ["tune", str(place / "space.toml"), "--verify", f"{sys.executable} {place / verify}", *more]
    return CliRunner().invoke(program, words, standalone_mode=False)


def test_the_best_configuration_within_the_limits_is_found_and_told(place: Path) -> None:
    done = tune(place, "--cycles", "3", "--verifications", "5")
    assert done.exception is None
    assert done.stdout.startswith("use a=5, mode=x\n")
    assert "limits broken in 0 of 3 cycles" in done.stdout
    assert "cycle 3: a=5, mode=x: cost 75 (loss 9.5 of at most 10); 5 of 20 verified" in done.stderr


def test_as_json_each_cycle_is_told_with_all_that_was_verified(place: Path) -> None:
    told: dict[str, Any] = json.loads(tune(place, "--cycles", "2", "--verifications", "4", "-o", "json").stdout)
    assert [cycle["cycle"] for cycle in told["cycles"]] == [1, 2]
    assert all(len(cycle["verified"]) == 4 for cycle in told["cycles"])


def test_a_history_is_gone_on_with_and_comes_to_the_same_as_one_run(place: Path) -> None:
    kept = place / "history.jsonl"
    whole = place / "whole.jsonl"
    tune(place, "--cycles", "4", "--verifications", "4", "--history", str(whole))
    tune(place, "--cycles", "2", "--verifications", "4", "--history", str(kept))
    tune(place, "--cycles", "2", "--verifications", "4", "--history", str(kept))
    assert kept.read_text() == whole.read_text()


def test_what_is_used_is_handed_to_the_program_that_applies_it(place: Path) -> None:
    (place / "apply.py").write_text("import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')")
    out = place / "applied"
    tune(place, "--cycles", "2", "--verifications", "5", "--apply", f"{sys.executable} {place / 'apply.py'} {out}")
    assert json.loads(out.read_text().splitlines()[-1]) == {"a": 5, "mode": "x"}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("print('fast')", "printed no JSON"),
        ("print('[1]')", "must print an object such as"),
        ("print('{\"cost\": 1}')", "'loss' must be a number"),
        ('print(\'{"cost": 1, "loss": true}\')', "'loss' must be a number"),
        ("import sys; sys.exit('no such link')", "ended with 1: no such link"),
        ("import time; time.sleep(60)", "was not done within"),
    ],
)
def test_a_program_that_measures_nothing_ends_the_command_with_its_words(place: Path, code: str, told: str) -> None:
    (place / "bad.py").write_text(code)
    limit = "1" if "sleep" in code else "60"
    done = tune(place, "--verifications", "2", "--cycles", "1", "--timeout", limit, verify="bad.py")
    assert told in str(done.exception)
    assert "--verify: no configuration of cycle 1 could be verified" in str(done.exception)


def test_configurations_that_can_not_be_verified_are_left_out_and_the_rest_is_tuned(place: Path) -> None:
    (place / "some.py").write_text(VERIFY.replace("print", "assert given['a'] != 5, 'five is broken'\nprint"))
    done = tune(place, "--cycles", "3", "--verifications", "5", verify="some.py")
    assert done.stdout.startswith("use a=4, mode=x\n")
    assert "five is broken" in done.stderr


def test_a_program_that_is_not_there_and_a_history_that_can_not_be_read_are_told(place: Path) -> None:
    words = ["tune", str(place / "space.toml"), "--verify", "no-such-program"]
    assert "'no-such-program' can't be run" in str(CliRunner().invoke(program, words, standalone_mode=False).exception)
    (place / "bad.jsonl").write_text('{"cycle": 1}\n')
    assert "bad.jsonl, line 1" in str(tune(place, "--history", str(place / "bad.jsonl")).exception)
    (place / "space.toml").write_text("minimise = 3")
    assert "space.toml: Expected `str" in str(tune(place).exception)
