"""Where everything must run, nothing is skipped in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.directory.settings import Settings, load
from tests.pace import patience

SKIPPING = """
import pytest

def test_runs():
    pass

@pytest.mark.skipif(True, reason="no such machine")
def test_marked():
    pass

def test_within():
    pytest.skip("no such program")

@pytest.mark.xfail(reason="known")
def test_expected():
    raise AssertionError
"""
MODULE = "import pytest\npytest.importorskip('no_such_module_here')\ndef test_never():\n    pass\n"


def outcome(folder: Path, must_run: str | None) -> tuple[int, str]:
    """Exit code and words of a run of tests that skip."""
    (folder / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text())
    (folder / "test_skipping.py").write_text(SKIPPING)
    (folder / "test_module.py").write_text(MODULE)
    environment = {name: value for name, value in os.environ.items() if name != "KURULTAI_TESTS_MUST_RUN"}
    environment |= {"KURULTAI_TESTS_MUST_RUN": must_run} if must_run else {}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors", "-rfE", "."]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=patience(60), check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("must_run", [None, "0"])
def test_a_skip_is_a_skip_by_default(tmp_path: Path, must_run: str | None) -> None:
    code, said = outcome(tmp_path, must_run)
    assert code == 0, said
    assert "1 passed, 3 skipped, 1 xfailed" in said


def test_a_skip_is_a_failure_with_its_reason_where_everything_must_run(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, "1")
    assert code == 1, said
    assert "1 failed, 1 passed, 1 xfailed, 2 errors" in said
    for reason in ("no such machine", "no such program", "no_such_module_here"):
        assert reason in said


def test_the_variable_is_no_setting_of_a_council() -> None:
    assert load(environment={"KURULTAI_TESTS_MUST_RUN": "1", "HOME": "/nowhere"}) == Settings()
