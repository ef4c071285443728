"""Files of JSON and TOML: what is wrong with one is told with its place."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.cli.console.document import _json, read_document
from runtime.cli.console.exits import Ended, Exit


def test_a_toml_file_is_read_as_the_task_it_means(tmp_path: Path) -> None:
    path = tmp_path / "task.toml"
    path.write_text('tool = "double"\nargs = [21]\n')
    assert read_document(str(path)) == {"tool": "double", "args": [21]}


@pytest.mark.parametrize(
    ("name", "data"),
    [("task.json", b"{nope"), ("task.toml", b"a = = 1"), ("task.json", b"\xff\xfe"), ("task.json", b"")],
)
def test_a_file_that_can_not_be_read_ends_the_command_and_names_it(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Ended, match=name) as caught:
        read_document(str(path))
    assert caught.value.exit_code == Exit.USAGE


@pytest.mark.parametrize("data", [b'{"tool": "double"}', b'tool = "double"\n'])
def test_standard_input_may_hold_either(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert read_document("-") == {"tool": "double"}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{\n  "goal": "x",\n  nope\n}', "object keys must be strings at line 3, column 3"),
        ('{"ä": [1,]}'.encode(), "trailing comma in array at line 1, column 10"),
        (b'{"goal":\n', "it ends too early, at line 2, column 1"),
        (b'{\n"goal": "\xff"}', "it is not UTF-8 at line 2, column 10"),
        (b'\xef\xbb\xbf{"goal": 1}', "byte order mark"),
        (b"[" * 5_000 + b"]" * 5_000, "nested too deeply"),
        (b'{"goal": 1, "goal": 2}', "$.goal is given twice"),
        (b'{"about": {"bump": 1}, "tests": [{}, {"a": 1, "b": 2, "a": 1}]}', "$.tests[1].a is given twice"),
    ],
)
def test_the_place_of_a_fault_is_told_as_an_editor_counts(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "task.json"
    path.write_bytes(data)
    with pytest.raises(Ended) as caught:
        read_document(str(path))
    assert caught.value.exit_code == Exit.USAGE
    assert f"{path} is not JSON" in caught.value.message
    assert told in caught.value.message


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(documents)
def test_what_is_whole_is_read_as_it_is(document: Any) -> None:
    assert _json(json.dumps(document).encode()) == document
