"""No command lets a stranger's text order the terminal about, turn or hide what a person reads, or forge a line."""

import contextlib
import io
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from messages.kernel.control import Mode
from runtime.cli.console.groups import Group
from runtime.cli.main import program, run
from runtime.visible import in_line, json_text, screened, set_off, visible
from tests.live.programs import Done, Place
from tests.runtime.cli.strangers import EVIL, FORGED, NAME, StrangersClient

GIVEN = {
    "up": (["--zone", EVIL],),
    "demo": ([EVIL],),
    "mcp": (["--http", EVIL],),
    "status": ([], [EVIL]),
    "approve": ([], [NAME], [NAME, "--digest", EVIL], [EVIL, "--digest", EVIL]),
    "deny": ([], [NAME, "--digest", EVIL, "--dry-run"]),
    "why": ([NAME], *([str(seq)] for seq in range(1, 90, 7))),
    "tap": (["--last", "1000", "--no-follow"],),
    "task submit": (["task.json", "--wait"], ["hostile.json"], ["task.json"]),
    "soul propose": ([NAME, "--section", "evil", "--file", "hostile.json"],),
    "soul show": ([NAME], [NAME, "--version", "1"], [EVIL]),
    "tool rollback": ([NAME, "--to", "1"], [NAME, "--to", "7"]),
    "memory export": (["--json", "graph.json"],),
    "audit verify": (["hostile.json"], ["--live"]),
    "auth export": (["--out", "out", "--cluster", EVIL],),
}
"""Commands that need more than their arguments, or that would run on. The others are called as `plain_words` says."""

BLOCKS = ("tool show", "learn", "soul show", "soul propose", "soul restore")
"""Commands that show a text of many lines as it is: a source, a SOUL, or how it changes."""

SHOWS = (
    "approve",
    "deny",
    "tool ls",
    "tool show",
    "tool run",
    "memory ls",
    "memory show",
    "memory recall",
    "tap",
    "why",
)
SHOWS += ("status", "dead ls", "dead show", "soul show", "learn", "freeze")
"""Commands whose output must hold the hostile text, spelt out: the test would be empty otherwise."""


def leaves(command: click.Command = program, above: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from leaves(below, (*above, name))
    else:
        yield " ".join(above), command


COMMANDS = dict(leaves())


def plain_words(command: click.Command) -> list[str]:
    """A word for each argument that the command must have, as hostile as it takes."""
    words: list[str] = []
    for parameter in command.params:
        if parameter.required:
            words += [parameter.opts[0]] if isinstance(parameter, click.Option) else []
            words.append(_word(parameter.type))
    return words


def _word(kind: click.ParamType) -> str:
    if isinstance(kind, click.Path):
        return "task.json" if kind.exists else "new.json"
    if isinstance(kind, click.IntRange):
        return "1"
    return kind.choices[0] if isinstance(kind, click.Choice) else NAME


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Where every answer comes from strangers."""
    monkeypatch.setattr("runtime.client.client.Client.connect", StrangersClient.connect)
    monkeypatch.setenv("COLUMNS", "1000")
    found = Place(tmp_path)
    examples = [{"args": [n], "result": 2 * n} for n in range(1, 5)]
    found.file("task.json", {"goal": "double", "name": "double", "examples": examples})
    found.file("hostile.json", {EVIL: EVIL, "goal": EVIL, "name": EVIL})
    return found


def calls(name: str) -> Iterator[list[str]]:
    for words in GIVEN.get(name, (plain_words(COMMANDS[name]),)):
        yield [*name.split(), *words]


def unseen(text: str) -> set[str]:
    """Characters that a terminal obeys, or does not show."""
    wrong = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return {letter for letter in text if letter not in "\n\t" and unicodedata.category(letter) in wrong}


def check(name: str, done: Done) -> None:
    said = done.stdout + done.stderr
    assert not unseen(said), (name, unseen(said))
    if name not in BLOCKS:
        assert not [line for line in said.splitlines() if line.lstrip(" +-").startswith(FORGED)], (name, said)


@pytest.mark.parametrize("mode", [Mode.ADVISORY, Mode.FROZEN])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_passes_on_what_a_stranger_hides_in_a_text(
    name: str, mode: Mode, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StrangersClient, "mode", mode)
    shown = ""
    for words in calls(name):
        done = place.run(*words)
        check(name, done)
        shown += done.stdout + done.stderr
    if name in SHOWS:
        assert "1b[2J" in shown, shown[:500]
        assert "\\u202e" in shown, shown[:500]


def documents(text: str) -> Iterator[object]:
    """The JSON documents that stand one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        yield value
        at += len(text[at:]) - len(text[at:].lstrip())


@pytest.mark.parametrize(
    "name", [name for name, each in COMMANDS.items() if any(p.name == "output" for p in each.params)]
)
def test_json_stays_json_and_spells_out_what_is_hidden(name: str, place: Place) -> None:
    form = next(each for each in COMMANDS[name].params if each.name == "output")
    assert isinstance(form.type, click.Choice)
    for output in [choice for choice in form.type.choices if choice != "text"]:
        for words in calls(name):
            done = place.run(*words, "-o", output)
            check(name, done)
            list(documents(done.stdout))


def test_the_value_behind_the_json_is_the_strangers_own(place: Place) -> None:
    (entry,) = documents(place.good("tool", "show", NAME, "-o", "json"))
    assert isinstance(entry, dict)
    assert entry["spec"]["description"] == EVIL


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m\x7f\x00", "\\x9b31m\\x7f\\x00"),
        ("a\u202eb\u2066c\u200f", "a\\u202eb\\u2066c\\u200f"),
        ("\u200b\u2060\ufeff\u00ad\U000e0041\ufe0f\u3164", "\\u200b\\u2060\\ufeff\\xad\\U000e0041\\ufe0f\\u3164"),
        ("\ud800x\ue000\u2028", "\\ud800x\\ue000\\u2028"),
        ("over\rwritten, line\r\nends", "over\\x0dwritten, line\nends"),
        ("äöü 5\u00a0€ 日本 🙂\t|", "äöü 5\u00a0€ 日本 🙂\t|"),
    ],
)
def test_what_is_not_seen_is_spelt_out_and_what_is_seen_stays(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_a_line_break_is_kept_spelt_out_or_set_off_as_the_layout_asks() -> None:
    assert visible("a\nb") == "a\nb"
    assert in_line("a\n\tb") == "a\\n\\tb"
    assert set_off("a\nb") == "a\n  | b"


def test_json_keeps_its_value() -> None:
    text = "\u202e\U000e0041\x85\x7fü"
    spelt = json_text(json.dumps(text, ensure_ascii=False))
    assert not unseen(spelt)
    assert json.loads(spelt) == text


def test_a_screen_stands_before_whatever_is_written_in_whichever_way(capsys: pytest.CaptureFixture[str]) -> None:
    with screened(), screened():
        print(EVIL)
        print(EVIL, file=sys.stderr)
        click.echo(EVIL, err=True)
        click.secho(EVIL, color=True, fg="red")
    said = capsys.readouterr()
    assert not unseen(said.out + said.err)
    assert said.out.count("\\u202e") == 2
    assert said.err.count("\\u202e") == 2


def test_what_the_stream_behind_cannot_spell_is_spelt_out() -> None:
    behind = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(behind), screened():
        click.echo("ä\x1b\ud800")
    behind.flush()
    assert behind.buffer.getvalue() == b"\\xe4\\x1b\\ud800\n"  # type: ignore[attr-defined]


def test_an_unforeseen_error_leaves_no_screen_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sys.stdout, sys.stderr
    monkeypatch.setattr(program, "main", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run([])
    assert (sys.stdout, sys.stderr) == before


def test_every_group_is_looked_into() -> None:
    assert {name.split()[0] for name in COMMANDS} == set(program.list_commands(click.Context(program)))
    assert all(isinstance(each, click.Command) and not isinstance(each, Group) for each in COMMANDS.values())
