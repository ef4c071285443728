"""The directory of a demo: its tasks, what each is to come to, and what is wrong with it before anything runs."""

from pathlib import Path
from typing import Any

import msgspec

from messages.base import Task
from runtime.cli.console.document import read_document
from runtime.cli.console.exits import Ended, Exit
from runtime.cli.tasks.form import checked


class Call(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one task is to come to: refused, or a tool that answers a new input rightly."""

    refused: bool = False
    args: tuple[Any, ...] = ()
    result: Any = None


def tasks_in(folder: Path, kind: type[Task]) -> tuple[dict[str, Any], dict[str, Call]]:
    """The tasks and what is expected of each, by the name of the file; ends the command when they don't fit."""
    paths = sorted((folder / "tasks").glob("*.json"))
    if not paths or not (folder / "expected.json").is_file():
        raise Ended(
            Exit.NOT_FOUND,
            f"{folder} holds no tasks/*.json with an expected.json beside them; "
            "run this in a checkout, or name such a directory: kurultai demo DIR",
        )
    expected = _expected(folder / "expected.json")
    known = {path.stem for path in paths}
    if known != expected.keys():
        unnamed, without = sorted(known - expected.keys()), sorted(expected.keys() - known)
        faults = [f"does not say what is expected of {', '.join(unnamed)}"] if unnamed else []
        faults += [f"names {', '.join(without)}, of which there is no task in tasks/"] if without else []
        raise Ended(Exit.USAGE, f"{folder / 'expected.json'} {' and '.join(faults)}")
    tasks = {path.stem: read_document(str(path)) for path in paths}
    for path in paths:
        if not expected[path.stem].refused:
            checked(tasks[path.stem], kind, str(path))
    return tasks, expected


def _expected(path: Path) -> dict[str, Call]:
    try:
        return msgspec.convert(read_document(str(path)), dict[str, Call])
    except msgspec.ValidationError as error:
        mend = 'write {"TASK": {"args": [1], "result": 2}}, or {"TASK": {"refused": true}}'
        raise Ended(Exit.USAGE, f"{path}: {error}; {mend}") from error
