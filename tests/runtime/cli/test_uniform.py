"""What every command has in common: JSON for programs, the place of the council, tables that fit."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from runtime.cli.console.columns import FEWEST
from runtime.cli.console.exits import Exit
from runtime.cli.console.output import emit_table
from runtime.cli.main import program, run

ROOT = Path(__file__).parents[3]
NO_ANSWER = {
    "up": "it runs until it is ended",
    "demo": "it shows itself to a person",
    "mcp": "its output is a protocol",
    "completion": "its output is a script",
    "schema": "its output is JSON",
    "audit export": "its output is a file",
    "memory export": "its output is a file",
    "auth export": "its output is files",
}
"""Commands whose answer is not for -o json, and why."""


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(program))


@pytest.mark.parametrize("words", [words for words in COMMANDS if words not in NO_ANSWER])
def test_every_command_that_reads_or_orders_answers_in_json_too(words: str) -> None:
    options = {text for each in COMMANDS[words].params for text in each.opts}
    assert "--output" in options, words


@pytest.mark.parametrize("words", COMMANDS)
def test_every_help_names_the_place_of_the_council(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words.split(), "--help"]) == Exit.OK
    assert "--data-dir" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == Exit.OK
    assert capsys.readouterr().out.startswith("kurultai ")


def test_a_table_fits_the_terminal_and_only_prose_gives_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    emit_table(("TOOL", "PARAMETERS", "DESCRIPTION"), [("n" * 30, "p" * 60, "d" * 300), ("m", "p", "short")])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == 80
    assert lines[1].startswith("n" * 30 + "  ")
    assert "…" in lines[1]
    assert lines[2].endswith("short")


def test_names_are_never_cut(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    emit_table(("TASK", "REASON"), [("t" * 60, "r" * 60)])
    line = capsys.readouterr().out.splitlines()[1]
    assert line == f"{'t' * 60}  {'r' * (FEWEST - 1)}…"


@pytest.mark.parametrize(
    ("words", "number", "wanted"),
    [("kurultai up --zone sa", "3", "sandbox"), ("kurultai tool sh", "2", "show"), ("kurultai he", "1", "held")],
)
def test_a_shell_completes_commands_and_zones_without_a_council(
    words: str, number: str, wanted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_KURULTAI_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", number)
    with pytest.raises(SystemExit):
        run([])
    assert wanted in capsys.readouterr().out


READING = "import time\nprint('reading', flush=True)\nfor _ in range(1200):\n    time.sleep(0.05)\n"
"""A module that takes a minute to read in, in short steps.

A signal between the print and one long sleep only sets the interpreter's mark, and is heeded when the sleep is over.
*measured*: twice in 1,000 tries.
"""


def test_ctrl_c_while_the_program_is_still_read_in_is_no_traceback(tmp_path: Path) -> None:
    slow = tmp_path / "click"
    slow.mkdir()
    (slow / "__init__.py").write_text(READING)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    program = subprocess.Popen(
        [sys.executable, "-m", "runtime.cli.main", "status"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT}),
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "reading\n"
    program.send_signal(signal.SIGINT)
    _, said = program.communicate(timeout=60)
    assert (program.returncode, said) == (Exit.INTERRUPTED, "")
