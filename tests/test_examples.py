"""The worked example as a user runs it: from its directory, with the command line, on a real server."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pace import patience

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
LIMIT_S = patience(60)
KURULTAI = (sys.executable, "-m", "runtime.cli.main")
Kurultai = Callable[..., "subprocess.CompletedProcess[str]"]


def environment() -> dict[str, str]:
    """A shell in which Kurultai is installed and no council is chosen."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith(("KURULTAI_", "NATS_"))}
    return {**foreign, "PYTHONPATH": str(ROOT)}


@contextmanager
def up(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`kurultai up` of the example's roster, until the end of the block."""
    command = [*KURULTAI, "up", "--roster", "wordcount.roster:ROSTER", "--data-dir", str(folder / "home"), "--no-sync"]
    with (folder / "up.txt").open("w") as words:
        council = subprocess.Popen(
            command, cwd=EXAMPLES, env=environment(), stdout=subprocess.PIPE, stderr=words, text=True
        )
        try:
            yield council
        finally:
            council.send_signal(signal.SIGTERM)
            council.wait(LIMIT_S)


@pytest.fixture(scope="module")
def kurultai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kurultai]:
    """Commands to a council that runs the example."""
    folder = tmp_path_factory.mktemp("wordcount")

    def command(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*KURULTAI, *words, "--data-dir", str(folder / "home")],
            cwd=EXAMPLES,
            env=environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    with up(folder) as council:
        assert council.stdout is not None
        url = council.stdout.readline()
        assert url.startswith("nats://"), (folder / "up.txt").read_text()
        yield command


def outcome(kurultai: Kurultai, name: str) -> object:
    """What the task came to, once it has ended."""
    until = time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        found = json.loads(kurultai("task", "get", name, "-o", "json").stdout)
        if found["phase"] in ("answered", "failed", "cancelled"):
            return found["outcome"]
    raise AssertionError(f"{name} has not ended within {LIMIT_S} s")


def test_a_text_is_counted(kurultai: Kurultai) -> None:
    text = json.dumps({"text": "to be or not to be", "top": 2})
    done = kurultai("task", "submit", "--kind", "count", "--wait", "-", given=text)
    assert (done.returncode, done.stderr.count("rror")) == (0, 0), done.stderr
    assert json.loads(done.stdout) == {"words": 6, "top": {"be": 2, "to": 2}}


def test_a_text_without_words_fails_with_the_clerks_reason(kurultai: Kurultai) -> None:
    done = kurultai("task", "submit", "--kind", "count", "--wait", "-", given='{"text": " "}')
    assert done.returncode == 1
    assert "the text has no words" in done.stderr


def test_a_misspelt_field_of_the_users_own_kind_is_named(kurultai: Kurultai) -> None:
    done = kurultai("task", "submit", "--kind", "count", "-", given='{"text": "a", "tip": 1}')
    assert done.returncode == 2
    assert "$.tip" in done.stderr
    assert "Did you mean 'top'?" in done.stderr


def test_the_users_actors_stand_among_the_others_and_are_frozen_with_them(kurultai: Kurultai) -> None:
    actors = json.loads(kurultai("status", "-o", "json").stdout)["actors"]
    assert {"clerk", "counter", "kublai"} <= {row["actor"] for row in actors}
    assert {row["zone"] for row in actors if row["actor"] in ("clerk", "counter")} == {"wordcount"}
    frozen = kurultai("freeze", "--reason", "a test")
    assert frozen.returncode == 0, frozen.stderr
    waiting = kurultai("task", "submit", "--kind", "count", "--id", "later", "-", given='{"text": "one two"}')
    assert waiting.returncode == 0
    thawed = kurultai("thaw", "--reason", "a test")
    assert thawed.returncode == 0, thawed.stderr
    assert outcome(kurultai, "later") == {"words": 2, "top": {"one": 1, "two": 1}}


def test_the_examples_own_tests_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "wordcount"]
    done = subprocess.run(
        command, cwd=EXAMPLES, env=environment(), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "failed" not in done.stdout
