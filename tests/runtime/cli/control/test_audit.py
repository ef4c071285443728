"""`kurultai audit verify` on files: its last line and its exit code say what is proved, and what is not."""

import contextlib
import io
import json
from pathlib import Path

import pytest

from runtime.audit.checkpoint import Signer
from runtime.cli.console.exits import Exit
from runtime.cli.main import run
from tests.runtime.audit.audit_sealed import forged
from tests.runtime.audit.test_audit_fresh import Week


@pytest.fixture
def week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Week:
    monkeypatch.setenv("KURULTAI_DATA_DIR", str(tmp_path / "home"))
    return Week(tmp_path)


def verify(file: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    held = io.BytesIO()
    out, err = io.TextIOWrapper(held, write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["audit", "verify", str(file), *words])
    return code, held.getvalue().decode(), err.getvalue()


def test_without_a_demand_the_verdict_says_how_far_it_goes(week: Week) -> None:
    code, told, _ = verify(week.exports["tuesday"], "--key", week.key)
    last = json.loads(week.exports["tuesday"].read_text().splitlines()[0])["last"]
    assert code == Exit.OK
    assert f"proved       through {last} of 20" in told
    assert "newness      not shown; a shorter history can't be excluded" in told
    assert told.splitlines()[-1] == f"GOOD THROUGH RECORD {last}; THAT THERE WERE NO MORE IS NOT PROVED"


def test_with_a_demand_that_holds_it_is_good(week: Week) -> None:
    code, told, _ = verify(
        *(week.exports["wednesday"], "--key", week.key, "--nonce", "wednesday"),
        *("--previous", str(week.exports["monday"]), "--not-before", "2025-06-15T15:00:00Z"),
    )
    assert (code, told.splitlines()[-1]) == (Exit.OK, "GOOD")
    assert "answers the nonce wednesday" in told


@pytest.mark.parametrize(
    "words", [("--nonce", "tuesday"), ("--not-before", "9999"), ("--not-before", "2999-01-01T00:00:00Z")]
)
def test_with_a_demand_that_fails_it_is_not(week: Week, words: tuple[str, str]) -> None:
    code, told, complaint = verify(week.exports["wednesday"], "--key", week.key, *words)
    assert (code, told.splitlines()[-1]) == (Exit.FAILED, "NOT GOOD")
    assert "record" in complaint


def test_under_a_key_that_is_only_claimed_nothing_is_good(week: Week, tmp_path: Path) -> None:
    lines, thief = week.lines(), Signer(tmp_path / "thief.nk")
    forged(lines, thief, 1)
    lines[0]["key"] = thief.public
    for file in (week.written(lines), week.exports["wednesday"]):
        code, told, complaint = verify(file)
        assert code == Exit.UNPROVED
        assert told.splitlines()[-1] == "CONSISTENT, BUT WHOSE IT IS IS NOT PROVED"
        assert "--key" in complaint
        code, told, _ = verify(file, "-o", "json")
        assert (code, json.loads(told)["verdict"]) == (Exit.UNPROVED, "consistent")


def test_on_the_scribe_s_own_host_its_key_is_known(week: Week, tmp_path: Path) -> None:
    keys = tmp_path / "home" / "keys"
    keys.mkdir(parents=True)
    (keys / "scribe-signing.pub").write_text(week.key)
    assert verify(week.exports["wednesday"])[0] == Exit.OK
    (keys / "scribe-signing.pub").write_text(Signer(tmp_path / "other.nk").public)
    assert verify(week.exports["wednesday"])[0] == Exit.UNPROVED


@pytest.mark.parametrize("text", ["soon", "2026-01-01T00:00:00", "-3", ""])
def test_a_time_that_is_none_is_a_mistake_in_the_call(week: Week, text: str) -> None:
    assert verify(week.exports["monday"], f"--not-before={text}")[0] == Exit.USAGE
