"""`kurultai improve` as a person sees it: a file in, a diff and figures out, the file changed only when asked."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from actors.cognition.improvement.command import improve
from actors.cognition.improvement.draft import Draft
from actors.cognition.improvement.rewrites import REWRITES

SLOW = """# kept as it is
def shared(first, second):
    return [each for each in first if each in second]
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(improve, [*words])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "slow.py").write_text(SLOW)
    (tmp_path / "calls.json").write_text(json.dumps([[list(range(400)), list(range(0, 800, 2))]]))
    return tmp_path


def test_a_slow_function_is_rewritten_with_its_figures(place: Path) -> None:
    done = run(str(place / "slow.py"), "--inputs", str(place / "calls.json"), "--write", "-o", "json")
    assert done.exit_code == 0, done.output
    written = (place / "slow.py").read_text()
    assert "_Members(second)" in written
    assert "# kept as it is" in written
    found = json.loads(done.stdout[done.stdout.index("{") :])
    assert found["deploy"]
    assert found["largest"]["low"] > 0.15
    space: dict[str, object] = {}
    exec(written, space)
    assert space["shared"]([1, [2], 3], [3, [2]]) == [[2], 3]  # type: ignore[operator]


def test_without_recorded_inputs_some_are_drawn_and_grown(place: Path) -> None:
    done = run(str(place / "slow.py"))
    assert done.exit_code == 0, done.output
    assert "_Members(second)" in done.output
    assert (place / "slow.py").read_text() == SLOW


def test_a_function_of_numbers_alone_is_measured_where_they_are_large_enough_to_tell(place: Path) -> None:
    (place / "fib.py").write_text("def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n")
    done = run(str(place / "fib.py"))
    assert done.exit_code == 0, done.output
    assert "kept: recursion to table" in done.output


def test_a_function_that_nothing_improves_stays_and_says_so(place: Path) -> None:
    (place / "quick.py").write_text("def double(n):\n    return n * 2\n")
    (place / "calls.json").write_text("[[3]]")
    done = run(str(place / "quick.py"), "--inputs", str(place / "calls.json"), "--write")
    assert done.exit_code == 1
    assert "stays as it is: no rewrite applies" in done.output
    assert (place / "quick.py").read_text() == "def double(n):\n    return n * 2\n"


def test_two_versions_are_compared_and_the_input_that_differs_is_named(place: Path) -> None:
    (place / "other.py").write_text(SLOW.replace("first if", "set(first) if"))
    done = run(str(place / "slow.py"), "--same", str(place / "other.py"), "--inputs", str(place / "calls.json"))
    assert done.exit_code == 1
    assert "they differ: (" in done.output


@pytest.mark.parametrize(
    ("calls", "told"), [("{", "is no JSON"), ("[]", "holds no calls"), ('{"a": 1}', "holds no calls")]
)
def test_bad_inputs_get_one_clear_error(place: Path, calls: str, told: str) -> None:
    (place / "calls.json").write_text(calls)
    done = run(str(place / "slow.py"), "--inputs", str(place / "calls.json"))
    assert done.exit_code == 2
    assert told in done.output


@pytest.mark.parametrize(
    "source",
    [
        "def f(a, b):\n    return [b.append(x) for x in a if x in b]\n",
        "def f(a, b):\n    c = b\n    for x in a:\n        if x in b:\n            c.append(x)\n    return c\n",
        "def f(a, b):\n    for x in a:\n        if x in b:\n            g(b)\n\ndef g(b):\n    b.pop()\n",
        "def f(a, b):\n    for x in a:\n        b = [x] if x in b else b\n    return b\n",
        "def f(a, b):\n    for x in a:\n        yield x in b\n",
        "def f(a, b):\n    d = {}\n    d[0] = b\n    for x in a:\n        if x in b:\n            d[0].append(x)\n",
        "def f(a, b):\n    out = []\n    for x in a:\n        out.append(lambda: x in b)\n    return out\n",
    ],
)
def test_a_list_that_the_loop_may_change_gets_no_table(source: str) -> None:
    draft = Draft(ast.parse(source), "f")
    REWRITES["list search to set"][1](draft)
    assert draft.sites == 0
