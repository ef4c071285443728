"""A council's directory: who lives in it, whose copy it is, and which keys it has lost."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from actors.roster import ROSTER
from bus.errors import UnsafeKey
from bus.server.process_mark import is_alive, mark_of
from runtime.cli.health.doctor import _keys
from runtime.cli.health.setting_findings import setting_findings
from runtime.client.reach import NoCouncil, reach
from runtime.directory.home import Address, Home
from runtime.directory.settings import Settings
from runtime.errors import BadSetting
from runtime.hosting.system import Council, kept_names

ROSTER_PLACE = "actors.roster:ROSTER"
ZONES = tuple(zone.name for zone in ROSTER.zones)
LIVING = """
import sys, os, time
from runtime.directory.home import Address, Home
from runtime.directory.settings import Settings
home = Home(Settings(data_dir=sys.argv[1]))
home.prepare()
home.claim()
note = Address(council="kurultai", url="nats://127.0.0.1:1", keys=str(home.keys), pid=os.getpid(), roster="r")
home.write_address(note)
print(os.getpid(), flush=True)
time.sleep(60)
"""


def settings_of(place: Path) -> Settings:
    return Settings(data_dir=str(place))


def living(place: Path, *before: str) -> "subprocess.Popen[str]":
    """A process that lives in the directory as a council does."""
    command = (*before, sys.executable, "-c", LIVING, str(place))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdigit()
    return process


def ended(process: "subprocess.Popen[str]") -> None:
    """The process and those it started are gone, as after kill -9, and have been for a moment."""
    os.killpg(process.pid, 9)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    time.sleep(0.1)


def test_a_council_is_found_while_its_process_lives_and_no_longer(tmp_path: Path) -> None:
    process = living(tmp_path)
    try:
        found = Home(settings_of(tmp_path)).address()
        assert found is not None
        assert found.pid == process.pid
    finally:
        ended(process)
    assert Home(settings_of(tmp_path)).address() is None


def test_the_probe_of_a_container_tells_whether_the_council_lives(tmp_path: Path) -> None:
    command = (sys.executable, "-I", "-m", "runtime.directory.home")
    environment = {**os.environ, "KURULTAI_DATA_DIR": str(tmp_path)}
    process = living(tmp_path)
    try:
        assert subprocess.run(command, env=environment, cwd=tmp_path, check=False).returncode == 0
    finally:
        ended(process)
    assert subprocess.run(command, env=environment, cwd=tmp_path, check=False).returncode == 1


def test_a_note_is_not_believed_because_another_process_has_the_number(tmp_path: Path) -> None:
    process = living(tmp_path)
    ended(process)
    note = tmp_path / "run" / "council.json"
    left = msgspec.json.decode(note.read_bytes(), type=Address)
    note.write_bytes(msgspec.json.encode(msgspec.structs.replace(left, pid=os.getpid())))
    assert Home(settings_of(tmp_path)).address() is None
    Council(settings_of(tmp_path), ROSTER_PLACE)


def test_a_council_killed_in_a_container_starts_again_under_the_same_number(tmp_path: Path) -> None:
    container = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child")
    if subprocess.run((*container, "true"), check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody have a process namespace of its own")
    process = living(tmp_path, *container)
    assert Home(settings_of(tmp_path)).address() is not None
    ended(process)
    note = msgspec.json.decode((tmp_path / "run" / "council.json").read_bytes(), type=Address)
    assert note.pid == 1
    look = "import sys; from runtime.directory.home import Home; from runtime.directory.settings import Settings\n"
    look += "print(Home(Settings(data_dir=sys.argv[1])).address())"
    command = (*container, sys.executable, "-c", look, str(tmp_path))
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert told.stdout.strip() == "None"


def test_two_who_look_at_once_do_not_take_each_other_for_a_council(tmp_path: Path) -> None:
    ended(living(tmp_path))
    look = "import sys; from runtime.directory.home import Home; from runtime.directory.settings import Settings\n"
    look += "home = Home(Settings(data_dir=sys.argv[1]))\nprint(sum(home.address() is not None for _ in range(3000)))"
    command = (sys.executable, "-c", look, str(tmp_path))
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == ["0", "0"]


def test_a_mark_tells_a_process_from_another_of_its_number() -> None:
    assert is_alive(os.getpid(), mark_of(os.getpid()))
    if sys.platform == "linux":
        assert mark_of(os.getpid()) != mark_of(os.getppid())
        assert not is_alive(os.getpid(), mark_of(os.getppid()))
    assert not is_alive(0)


@pytest.mark.parametrize("linked", [False, True])
def test_a_copy_never_leads_to_the_original_and_says_whose_copy_it_is(tmp_path: Path, linked: bool) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    process = living(original)
    try:
        shutil.copytree(original, copy, copy_function=os.link if linked else shutil.copy2)
        assert reach(settings_of(original)).url == "nats://127.0.0.1:1"
        with pytest.raises(NoCouncil, match=f"is a copy of {original}.*--data-dir {original}"):
            reach(settings_of(copy))
        (finding,) = (each for each in setting_findings(settings_of(copy), ROSTER_PLACE, {}) if each.name == "place")
        assert f"is a copy of {original}" in finding.text
        shutil.rmtree(copy)
        shutil.copytree(original, copy)
        home = Home(settings_of(copy))
        assert home.claim() == original
        assert home.original() is None
        home.release()
    finally:
        ended(process)


def test_a_directory_that_was_moved_is_no_copy(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    home = Home(settings_of(first))
    home.prepare()
    home.claim()
    home.keep_port(4999)
    home.release()
    first.rename(second)
    moved = Home(settings_of(second))
    assert (moved.original(), moved.port) == (None, 4999)
    assert moved.claim() is None
    moved.release()
    shutil.copytree(second, first)
    copied = Home(settings_of(first))
    assert (copied.original(), copied.port) == (second, 0)


def keyed(place: Path) -> Home:
    """The directory with all keys that a council of its own makes."""
    home = Home(settings_of(place))
    home.prepare()
    for name in kept_names(ROSTER, ZONES, settings_of(place)):
        home.public(name)
    return home


@pytest.mark.parametrize("name", ["temujin", "scribe-signing", "supervisor", "installer"])
def test_a_lost_key_is_missed_by_launch_and_doctor_instead_of_made_anew(tmp_path: Path, name: str) -> None:
    home = keyed(tmp_path)
    (home.keys / f"{name}.nk").unlink()
    with pytest.raises(UnsafeKey, match=f"{name}.nk .*is gone.*remove {name}.pub"):
        Council(settings_of(tmp_path), ROSTER_PLACE)
    finding = _keys(settings_of(tmp_path), ROSTER_PLACE)
    assert (finding.state, f"{name}.nk" in finding.text) == ("unsafe", True)
    (home.keys / f"{name}.pub").unlink()
    Council(settings_of(tmp_path), ROSTER_PLACE)


def test_a_person_s_key_may_be_kept_elsewhere(tmp_path: Path) -> None:
    home = keyed(tmp_path)
    home.public("operator")
    (home.keys / "operator.nk").unlink()
    Council(settings_of(tmp_path), ROSTER_PLACE)


def test_a_log_whose_keys_are_all_gone_is_not_given_new_ones(tmp_path: Path) -> None:
    home = keyed(tmp_path)
    (home.server / "log" / "jetstream").mkdir(parents=True)
    shutil.rmtree(home.keys)
    with pytest.raises(UnsafeKey, match=r"holds no key, but .* holds a log"):
        Council(settings_of(tmp_path), ROSTER_PLACE)
    assert _keys(settings_of(tmp_path), ROSTER_PLACE).state == "unsafe"


def test_a_directory_that_can_not_be_written_is_named_at_once(tmp_path: Path) -> None:
    home = keyed(tmp_path)
    home.run.rmdir()
    home.run.mkdir(mode=0o500)
    tmp_path.chmod(0o711)
    if os.geteuid() == 0:
        for folder in (tmp_path, home.keys, home.snapshots, home.run):
            os.chown(folder, 65_534, 65_534)
    script = (
        "import os, sys\nsys.path.insert(0, sys.argv[2])\n"
        "from runtime.directory.home import Home\nfrom runtime.directory.settings import Settings\n"
        "from runtime.errors import BadSetting\n"
        "home = Home(Settings(data_dir=sys.argv[1]))\n"
        "if os.geteuid() == 0: os.chdir(sys.argv[1]); os.seteuid(65534); home.path = home.path.__class__('.');"
        " home.keys, home.snapshots, home.run = (home.path / name for name in ('keys', 'snapshots', 'run'))\n"
        "try: home.prepare()\nexcept BadSetting as error: print(error)\n"
    )
    command = (sys.executable, "-c", script, str(tmp_path), str(Path(__file__).parents[3]))
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "run can't be used: Permission denied. Name a directory with --data-dir" in told.stdout, told


def test_what_is_no_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(BadSetting, match="run can't be used: it is no directory"):
        Home(settings_of(tmp_path)).prepare()
