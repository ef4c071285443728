"""What befalls a council's directory: a second zone, a copy, a kill, a lost key; and an order while it is frozen."""

import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages.kernel.control import Level
from runtime.cli.console.exits import Exit
from tests.live.programs import Place, Program
from tests.pace import patience

DOUBLE = {
    "goal": "double a number",
    "name": "double",
    "examples": [{"args": [n], "result": 2 * n} for n in (1, 4, 10, -3)],
    "candidate": {"entry": "double", "source": "def double(n):\n    return 2 * n\n"},
}


class Life:
    """The council's program, which is started more than once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.program: Program | None = None

    def start(self) -> str:
        self.program = self.place.start("up")
        self.place.url = self.program.line().strip()
        return self.place.url

    def end(self, number: signal.Signals) -> None:
        if self.program is not None:
            self.program.end(number)
        self.program = None


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    life = Life(Place(tmp_path_factory.mktemp("places")))
    life.start()
    try:
        yield life
    finally:
        life.end(signal.SIGINT)


def test_a_zone_with_actors_is_not_started_twice(life: Life, tmp_path: Path) -> None:
    keys = ("--keys", str(life.place.home / "keys"), "--url", life.place.url, "--data-dir", str(tmp_path))
    for zone in ("guard", "council"):
        done = life.place.shell("up", "--zone", zone, *keys)
        assert done.returncode == Exit.CONFLICT, done.stderr
        assert f"the zone {zone} runs already, on " in done.stderr
    told = life.place.run("status")
    assert told.returncode == Exit.OK
    assert "zone guard: " in told.stdout
    assert "zone sandbox: " in told.stdout


def test_a_copy_orders_nothing_of_the_original(life: Life, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(life.place.home, copy, ignore=shutil.ignore_patterns("*.sock"))
    done = life.place.shell("--data-dir", str(copy), "freeze", "--reason", "try")
    assert done.returncode == Exit.UNREACHABLE
    assert f"is a copy of {life.place.home}" in done.stderr
    levels = life.place.data("status", "-o", "json")["levels"]
    assert Level.FOUNDATION not in levels


def test_a_tool_that_is_disabled_while_all_is_frozen_is_not_called_after_the_thaw(life: Life) -> None:
    place = life.place
    place.good("learn", place.file("double.json", DOUBLE))
    place.good("freeze", "--reason", "look")
    waiting = place.run("task", "submit", "--kind", "run", place.file("call.json", {"tool": "double", "args": [2]}))
    assert waiting.returncode == Exit.OK, waiting.stderr
    ordered = place.run("tool", "disable", "double", "--reason", "bad")
    assert ordered.returncode == Exit.OK, ordered.stderr
    assert "From the first moment after the thaw, double is disabled" in ordered.stderr
    place.good("thaw", "--reason", "done")
    called = place.run("tool", "run", "double", "3")
    assert called.returncode != Exit.OK
    assert "disabled" in called.stderr


def until_free(url: str) -> None:
    """Nobody listens at the address any more: the server of a killed council ends by itself, a moment later."""
    host, _, port = url.removeprefix("nats://").rpartition(":")
    deadline = time.monotonic() + patience(30)
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return
        time.sleep(0.05)
    raise AssertionError(f"{url} is still taken")


def test_a_killed_council_starts_again_on_its_port_and_misses_a_lost_key(life: Life) -> None:
    before = life.place.url
    life.end(signal.SIGKILL)
    until_free(before)
    assert life.start() == before
    assert life.place.data("status", "-o", "json")["url"] == before
    life.end(signal.SIGINT)
    (life.place.home / "keys" / "temujin.nk").rename(life.place.home / "temujin.kept")
    done = life.place.shell("up")
    assert done.returncode == Exit.DENIED
    assert "temujin.nk" in done.stderr
    assert life.place.shell("doctor").returncode == Exit.FAILED
    (life.place.home / "temujin.kept").rename(life.place.home / "keys" / "temujin.nk")
