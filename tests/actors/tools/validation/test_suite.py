"""Suites in the style of pytest: what they hold, and what their runner says, as it would in the jail."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from actors.tools.validation import suite as suites
from actors.tools.validation.suite import BadSuite, runnable
from tests.pace import patience

ROOT = Path(__file__).parents[4]
SUITE = """
import pytest
from double import double


def test_plain():
    assert double(2) == 4


@pytest.mark.critical
@pytest.mark.needs("test_plain")
@pytest.mark.parametrize("given, wanted", [(1, 2), (2, 5)])
def test_table(given, wanted):
    assert double(given) == wanted


@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", [10, 20])
def test_product(a, b):
    assert double(a) < b


def test_error():
    with pytest.raises(TypeError, match="unsupported"):
        double(None)


def test_near():
    assert double(0.1) == pytest.approx(0.2)


@pytest.mark.skip(reason="not today")
def test_skipped():
    assert False


def test_breaks():
    {}["missing"]
"""
SOURCE = "def double(n):\n    return 2 * n\n"


def told(function: str, row: int | None) -> str:
    """What the runner says, in a process of its own."""
    code = runnable(SOURCE, "double", "double", SUITE) + f"\nprint(run_test({function!r}, {row!r}))\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(20))
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_every_test_is_found_once_for_each_row_with_its_marks() -> None:
    found = {test.name: test for test in suites.tests_in(SUITE)}
    assert list(found)[:3] == ["test_plain", "test_table-1", "test_table-2"]
    assert [name for name in found if name.startswith("test_product")] == [f"test_product-{n}" for n in (1, 2, 3, 4)]
    assert found["test_table-2"].critical
    assert found["test_table-2"].needs == ("test_plain",)
    assert not found["test_plain"].critical


@pytest.mark.parametrize(
    ("function", "row", "said"),
    [
        ("test_plain", None, "None"),
        ("test_table", 0, "None"),
        ("test_table", 1, "failed: line 14 of the suite:"),
        ("test_product", 3, "None"),
        ("test_error", None, "None"),
        ("test_near", None, "None"),
        ("test_skipped", None, "skipped: not today"),
        ("test_breaks", None, "KeyError: 'missing'"),
    ],
)
def test_the_runner_tells_what_came_of_a_test(function: str, row: int | None, said: str) -> None:
    assert told(function, row) == said


@pytest.mark.parametrize(
    ("suite", "reason"),
    [
        ("x = 1\n", "begins with test_"),
        ("def test_a(:\n", "line 1, column"),
        ("def test_a(n): ...\n", "only parametrize"),
        ("import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_a(n): ...\n", "written out"),
        ("def test_a():\n    pass\n" + "\n" * 3 + "\0", "can't be read|no Python"),
        ("\n".join(f"def test_{n}(): ..." for n in range(201)), "200 are the most"),
    ],
)
def test_a_suite_that_holds_no_tests_is_told_why(suite: str, reason: str) -> None:
    with pytest.raises(BadSuite, match=reason):
        suites.tests_in(textwrap.dedent(suite))
