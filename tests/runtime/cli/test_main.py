"""The program as a whole: what it loads, how long its help takes, and how mistakes end."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bus.errors import Denied, Duplicate, Unreachable, UnsafeKey
from bus.keys import load_or_create
from runtime.cli.console.exits import Exit, ended_by
from runtime.cli.main import COMMANDS, program, run
from runtime.client.reach import key_of
from runtime.errors import BadSetting
from tests.pace import patience

ROOT = Path(__file__).parents[3]
HEAVY = ("nats", "numpy", "networkx", "rich", "actors", "structlog", "msgspec")

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No council, no settings of this host."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("NATS_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def test_help_loads_nothing_that_it_does_not_need() -> None:
    code = (
        "import sys; from runtime.cli.main import run; run(['--help']);"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]; sys.exit(' '.join(loaded) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=patience(20))
    assert done.stderr == ""
    assert done.returncode == 0


def test_every_command_in_the_table_exists_and_has_help(capsys: Captured) -> None:
    for name in COMMANDS:
        assert run([name, "--help"]) == Exit.OK
    assert capsys.readouterr().out.count("Usage: kurultai") == len(COMMANDS)


def names_of(command: click.Command, context: click.Context) -> list[str]:
    """The name under which each option and argument of the command reaches its function."""
    return [str(parameter.name) for parameter in command.get_params(context)]


def test_no_command_has_an_option_of_the_name_of_an_option_of_all() -> None:
    with click.Context(program) as context:
        commands = [program.get_command(context, name) for name in COMMANDS]
        below = [each for group in commands if isinstance(group, click.Group) for each in group.commands.values()]
        for command in (*commands, *below):
            assert command is not None
            names = names_of(command, click.Context(command, parent=context))
            assert len(names) == len(set(names)), command.name


def test_a_misspelt_command_is_answered_with_the_nearest(capsys: Captured) -> None:
    assert run(["tapp"]) == Exit.USAGE
    assert "Did you mean tap?" in capsys.readouterr().err


def test_an_unknown_option_is_named(capsys: Captured) -> None:
    assert run(["tap", "--sinse", "1h"]) == Exit.USAGE
    assert "--sinse" in capsys.readouterr().err


def test_the_options_of_all_may_stand_behind_the_command(capsys: Captured, tmp_path: Path) -> None:
    assert run(["task", "ls", "--data-dir", str(tmp_path / "here")]) == Exit.UNREACHABLE
    assert str(tmp_path / "here") in capsys.readouterr().err
    assert run(["--data-dir", str(tmp_path / "there"), "task", "ls"]) == Exit.UNREACHABLE
    assert str(tmp_path / "there") in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["task", "ls"],
        ["tool", "ls"],
        ["memory", "recall", "double a number"],
        ["mcp"],
        ["mcp", "--http", "0"],
        ["tap"],
        ["why", "1"],
        ["dead", "ls"],
        ["freeze", "--reason", "x"],
        ["thaw", "--reason", "x"],
        ["approve", "a", "--digest", "d"],
        ["approve"],
        ["soul", "ls"],
        ["soul", "show", "jochi"],
        ["audit", "verify", "--live"],
        ["audit", "export", "file.jsonl"],
    ],
    ids=" ".join,
)
def test_without_a_council_every_command_says_how_to_start_one(words: list[str], capsys: Captured) -> None:
    assert run(words) == Exit.UNREACHABLE
    assert "kurultai up" in capsys.readouterr().err


def test_a_bad_address_is_refused_before_anything_is_tried(capsys: Captured) -> None:
    for url in ("http://somewhere", "nats://", "nats://host:port", "nats://host:99999"):
        assert run(["status", "--url", url]) == Exit.USAGE
        assert url in capsys.readouterr().err


def test_a_bad_setting_in_the_file_is_named_with_the_file(capsys: Captured) -> None:
    Path("kurultai.toml").write_text("prot = 4222\n")
    assert run(["status"]) == Exit.USAGE
    said = capsys.readouterr().err
    assert "kurultai.toml" in said
    assert "prot" in said


def test_a_file_that_is_no_toml_is_named(capsys: Captured) -> None:
    Path("kurultai.toml").write_text("port = = 1\n")
    assert run(["status"]) == Exit.USAGE
    assert "kurultai.toml" in capsys.readouterr().err


def test_a_misspelt_variable_of_the_environment_is_named(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURULTAI_DATADIR", "/somewhere")
    assert run(["status"]) == Exit.USAGE
    assert "datadir" in capsys.readouterr().err


def test_a_roster_that_is_not_there_is_a_mistake_in_the_call(capsys: Captured) -> None:
    assert run(["schema", "--roster", "no.such.module:ROSTER"]) == Exit.USAGE
    assert "no.such.module" in capsys.readouterr().err


def test_a_zone_that_is_not_in_the_roster_is_named_with_those_that_are(capsys: Captured) -> None:
    assert run(["up", "--zone", "gaurd"]) == Exit.USAGE
    assert "guard" in capsys.readouterr().err


def keys_in(home: Path) -> Path:
    """The directory of key files below the home, with one good key in it."""
    load_or_create(home / "keys" / "operator.nk")
    return home / "keys"


def test_up_names_every_key_file_that_can_not_be_trusted_before_anything_starts(
    capsys: Captured, tmp_path: Path
) -> None:
    keys = keys_in(tmp_path / "here")
    (keys / "operator.nk").chmod(0o644)
    for name in ("scribe-signing", "publisher"):
        (keys / f"{name}.nk").write_text("junk")
        (keys / f"{name}.nk").chmod(0o600)
    (keys / "auditor.nk").mkdir()
    assert run(["up", "--data-dir", str(tmp_path / "here")]) == Exit.DENIED
    said = capsys.readouterr().err
    for told in ("operator.nk has mode 0644", "chmod 600", "scribe-signing.nk holds no", "publisher.nk holds no"):
        assert told in said
    assert "auditor.nk is no file" in said
    assert not (tmp_path / "here" / "server").exists()


def test_up_takes_no_key_twice_and_no_public_key_that_is_none(capsys: Captured, tmp_path: Path) -> None:
    keys = keys_in(tmp_path / "here")
    (keys / "publisher.nk").write_bytes((keys / "operator.nk").read_bytes())
    (keys / "publisher.nk").chmod(0o600)
    assert run(["up", "--data-dir", str(tmp_path / "here")]) == Exit.DENIED
    assert "hold the same key" in capsys.readouterr().err
    (keys / "publisher.nk").unlink()
    (keys / "operator.nk").unlink()
    (keys / "operator.pub").write_text("junk")
    assert run(["up", "--data-dir", str(tmp_path / "here")]) == Exit.DENIED
    assert "operator.pub holds no user's public key" in capsys.readouterr().err


def test_a_key_that_is_not_the_one_that_is_known_is_denied(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    known = key_of(keys, "operator").public
    (keys / "operator.pub").write_text(f"{known}\n")
    assert key_of(keys, "operator").public == known
    (keys / "operator.nk").unlink()
    load_or_create(keys / "operator.nk")
    with pytest.raises(Denied, match=r"operator\.nk holds another key than the one that is known as the operator's"):
        key_of(keys, "operator")


@pytest.mark.parametrize(
    "words",
    [
        "thaw --reason",
        "tool disable double --reason",
        "tool enable double --reason",
        "tool deprecate double --reason",
        "tool rollback double --to 1 --reason",
        "soul restore jochi 1 --reason",
        "soul propose jochi --remove --reason why --section",
    ],
)
@pytest.mark.parametrize("text", ["", "  ", "x" * 20_001], ids=["empty", "blank", "too long"])
def test_an_order_without_a_word_where_one_is_required_is_a_mistake_in_the_call(
    words: str, text: str, capsys: Captured
) -> None:
    assert run([*words.split(), text]) == Exit.USAGE
    assert words.split()[-1] in capsys.readouterr().err


@pytest.mark.parametrize("words", [["file.jsonl"], ["--live"]])
def test_a_log_is_not_held_against_what_is_no_key(words: list[str], capsys: Captured) -> None:
    Path("file.jsonl").write_text("{}")
    assert run(["audit", "verify", *words, "--key", "garbage"]) == Exit.USAGE
    said = capsys.readouterr()
    assert "'garbage' is no public key" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("option", "place", "told"),
    [
        ("--data-dir", "/etc/passwd", "data_dir: /etc/passwd can't be used: it is no directory"),
        ("--data-dir", "/etc/passwd/below", "Not a directory"),
        ("--data-dir", "/proc/foo", "data_dir: /proc/foo can't be used"),
        ("--keys", "/etc/passwd", "keys: /etc/passwd can't be used: it is no directory"),
    ],
)
def test_up_says_which_directory_can_be_none_and_where_to_name_another(
    option: str, place: str, told: str, capsys: Captured
) -> None:
    assert run(["up", option, place]) == Exit.USAGE
    said = capsys.readouterr().err
    assert told in said
    assert f"Name a directory with {option}" in said


def test_each_kind_of_error_has_its_number_and_a_bug_has_none() -> None:
    pairs = (
        (Denied, Exit.DENIED),
        (UnsafeKey, Exit.DENIED),
        (Duplicate, Exit.CONFLICT),
        (Unreachable, Exit.UNREACHABLE),
    )
    for kind, code in (*pairs, (BadSetting, Exit.USAGE)):
        ended = ended_by(kind("why"))
        assert ended is not None
        assert (ended.exit_code, ended.message) == (code, "why")
    assert ended_by(KeyError("a bug")) is None


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise click.Abort

    monkeypatch.setattr(program, "main", interrupted)
    assert run(["status"]) == Exit.INTERRUPTED


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_names_the_program(shell: str, capsys: Captured) -> None:
    assert run(["completion", shell]) == Exit.OK
    assert "_KURULTAI_COMPLETE" in capsys.readouterr().out


def test_completion_of_an_unknown_shell_names_those_that_are_known(capsys: Captured) -> None:
    assert run(["completion", "tcsh"]) == Exit.USAGE
    assert "fish" in capsys.readouterr().err


def test_doctor_without_a_council_examines_this_host(capsys: Captured, tmp_path: Path) -> None:
    run(["doctor", "--data-dir", str(tmp_path / "none")])
    said = capsys.readouterr().out
    assert "disk" in said
    assert "none runs here" in said


@pytest.mark.parametrize(
    ("setting", "state", "told"),
    [
        ("[actors.policy]\natempts_per_day = 3", "unsafe", "[actors.policy]: "),
        ("[actors.polcy]\nattempts_per_day = 3", "unsafe", "no such actor"),
        ('data_dir = "/etc/passwd"', "unsafe", "/etc/passwd is no directory"),
        ('keys = "/etc/passwd/below"', "unsafe", "Name a directory with --keys"),
        ('[actors.model]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"', "warning", "the model m has no price"),
    ],
)
def test_doctor_finds_settings_that_a_launch_would_refuse_or_that_are_not_whole(
    setting: str, state: str, told: str, capsys: Captured
) -> None:
    Path("kurultai.toml").write_text(setting)
    run(["doctor", "-o", "json"])
    findings = json.loads(capsys.readouterr().out)
    found = [each for each in findings if told in f"{each['text']}. {each['mend']}"]
    assert [each["state"] for each in found] == [state]
    assert not list(Path.cwd().rglob("*.nk"))


def test_doctor_tells_of_the_ways_to_log_in_that_are_not_used(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NATS_CREDS", "NATS_CONTEXT"):
        monkeypatch.setenv(name, "mine")
    run(["doctor"])
    said = capsys.readouterr().out
    assert "NATS_CONTEXT, NATS_CREDS are set and not used" in said
    assert "--keys" in said


def test_doctor_calls_a_key_file_without_a_key_unsafe(capsys: Captured, tmp_path: Path) -> None:
    keys = keys_in(tmp_path / "here")
    (keys / "scribe-signing.nk").write_text("junk")
    (keys / "scribe-signing.nk").chmod(0o600)
    assert run(["doctor", "--data-dir", str(tmp_path / "here")]) == Exit.FAILED
    assert "scribe-signing.nk holds no user seed" in capsys.readouterr().out


def test_doctor_calls_keys_that_others_may_read_unsafe(capsys: Captured, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "operator.nk").write_text("seed")
    (keys / "operator.nk").chmod(0o644)
    assert run(["doctor", "--keys", str(keys)]) == Exit.FAILED
    assert "operator.nk" in capsys.readouterr().out


def test_a_place_that_can_t_be_written_is_named_without_a_traceback(tmp_path: Path, capsys: Captured) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    assert run(["schema", "--out", str(blocked / "below")]) == Exit.FAILED
    assert str(blocked) in capsys.readouterr().err


@pytest.mark.parametrize("package", ["mcp", "jsonschema", "uvicorn"])
def test_without_its_extra_a_command_says_how_to_install_it(
    package: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert run(["mcp"]) == Exit.FAILED
    said = capsys.readouterr().err
    assert package in said
    assert "pip install '.[mcp]'" in said


@pytest.mark.parametrize("words", [["--token-file", "x"], ["--allow-host", "x"], ["--http", "nowhere"]])
def test_options_of_http_are_for_http_and_a_place_is_a_place(words: list[str], capsys: Captured) -> None:
    assert run(["mcp", *words]) == Exit.USAGE
    assert "--http" in capsys.readouterr().err
