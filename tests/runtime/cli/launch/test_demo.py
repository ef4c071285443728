"""A demo's directory is checked before anything is launched."""

import json
from pathlib import Path
from typing import Any

import pytest

from messages.task import Learn
from runtime.cli.console.exits import Exit
from runtime.cli.launch.demo import EXAMPLES, FREEZE_AFTER
from runtime.cli.launch.demo_tasks import tasks_in
from runtime.cli.main import run

TASK = {"goal": "double a number", "name": "double", "examples": [{"args": [n], "result": 2 * n} for n in range(4)]}
CALL = {"args": [8], "result": 16}


def folder_with(folder: Path, tasks: dict[str, Any], expected: Any) -> Path:
    """A directory with these files; a text is written as it is."""
    (folder / "tasks").mkdir()
    for name, document in {**{f"tasks/{task}": each for task, each in tasks.items()}, "expected": expected}.items():
        text = document if isinstance(document, str) else json.dumps(document)
        (folder / f"{name}.json").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("tasks", "expected", "code", "told"),
    [
        ({}, {}, Exit.NOT_FOUND, "holds no tasks/*.json"),
        ({"a": "{nope"}, {"a": CALL}, Exit.USAGE, "a.json is not JSON"),
        ({"a": TASK}, "nope", Exit.USAGE, "expected.json is not JSON"),
        ({"a": TASK}, {"a": {"arguments": []}}, Exit.USAGE, "expected.json: Object contains unknown field"),
        ({"a": TASK}, [], Exit.USAGE, "expected.json: Expected `object`"),
        ({"a": TASK, "b": TASK}, {"a": CALL}, Exit.USAGE, "does not say what is expected of b"),
        ({"a": TASK}, {"a": CALL, "b": CALL}, Exit.USAGE, "names b, of which there is no task"),
        ({"a": {"goal": "nothing else"}}, {"a": CALL}, Exit.USAGE, "$.name: Missing"),
    ],
)
def test_a_directory_that_can_not_be_shown_is_told_at_once(
    tasks: dict[str, Any], expected: Any, code: Exit, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["demo", str(folder_with(tmp_path, tasks, expected))]) == code
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


def test_a_task_that_is_to_be_refused_need_not_be_whole(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, {"a": {"goal": 3}}, {"a": {"refused": True}})
    assert tasks_in(folder, Learn)[0] == {"a": {"goal": 3}}


def test_the_examples_of_the_source_can_be_shown() -> None:
    tasks, expected = tasks_in(EXAMPLES, Learn)
    assert tasks.keys() == expected.keys()
    assert len(tasks) > FREEZE_AFTER
