"""Configuration for servers of one's own: a real server takes it, and a council on it is what it promises."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bus.server.binary import find_binary
from runtime.cli.console.exits import Exit

ROOT = Path(__file__).parents[2]
LIMIT_S = 30.0
NODES = ("nats-1", "nats-2", "nats-3")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the user has keys and data."""
    return tmp_path / "home"


def kurultai(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What the program came to; it never shows a traceback."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("KURULTAI", "NATS_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-m", "runtime.cli.main", *words, "--data-dir", str(home)],
        cwd=home.parent,
        env={**kept, "PYTHONPATH": str(ROOT), "HOME": str(home.parent)},
        text=True,
        capture_output=True,
        timeout=LIMIT_S,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def accepted(config: Path) -> bool:
    """Whether the server takes the configuration."""
    done = subprocess.run([find_binary(), "-t", "-c", str(config)], capture_output=True, timeout=LIMIT_S)
    return done.returncode == 0


def test_each_node_of_a_cluster_gets_a_configuration_that_its_server_takes(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "config"
    done = kurultai(home, "auth", "export", "--cluster", ",".join(NODES), "--out", str(out))
    assert done.returncode == Exit.OK, done.stderr
    for node in NODES:
        assert accepted(out / f"{node}.conf")
        assert stat.S_IMODE((out / f"{node}.conf").stat().st_mode) == 0o600


def test_a_zone_holds_no_key_but_those_that_speak_from_it(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "config"
    kurultai(home, "auth", "export", "--cluster", "3", "--out", str(out))
    keys = {zone.name: {path.name for path in zone.iterdir()} for zone in (out / "keys").iterdir()}
    assert keys["sandbox"] == {"sandbox.nk", "supervisor.nk", "operator.pub"}
    assert {"veto.nk", "scribe.nk", "scribe-signing.nk", "installer.nk"} <= keys["guard"]
    assert not {"veto.nk", "installer.nk", "operator.nk"} & keys["council"]
    assert keys["clients"] == {
        "publisher.nk",
        "publisher-mcp.nk",
        "auditor.nk",
        "operator.nk",
        "scribe-signing.pub",
    }
    assert not home.exists() or not list(home.rglob("*.nk"))


def test_who_was_added_is_known_to_the_servers_of_an_export_and_an_airlock_is_made(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "config"
    path = Path(kurultai(home, "auth", "add", "alice", "--role", "publisher").stdout.strip())
    kurultai(home, "auth", "export", "--cluster", "3", "--out", str(out))
    assert (out / "keys" / "clients" / "publisher-alice.nk").read_bytes() == path.read_bytes()
    assert "publisher-alice" in (out / "nats-1.conf").read_text()
    assert "publisher-alice" in (out / "keys" / "guard" / "identities.json").read_text()


def test_a_second_export_changes_nothing(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "config"
    words = ("auth", "export", "--cluster", ",".join(NODES), "--out", str(out))
    kurultai(home, *words)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    kurultai(home, *words)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_dry_run_writes_nothing(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "config"
    assert "nats-2.conf" in kurultai(home, "auth", "export", "--cluster", "3", "--out", str(out), "--dry-run").stderr
    assert not out.exists()


def test_a_key_that_others_may_read_is_not_used(home: Path, tmp_path: Path) -> None:
    words = ("auth", "export", "--cluster", "3", "--out", str(tmp_path / "config"))
    kurultai(home, *words)
    (tmp_path / "config" / "keys" / "guard" / "veto.nk").chmod(0o644)
    done = kurultai(home, *words)
    assert done.returncode == Exit.DENIED
    assert "veto.nk" in done.stderr


@pytest.fixture
def server(home: Path, tmp_path: Path) -> Iterator[str]:
    """A server of the user's own, with the exported configuration; its URL."""
    out = tmp_path / "config"
    assert kurultai(home, "auth", "export", "--out", str(out)).returncode == Exit.OK
    config = out / "nats.conf"
    text = config.read_text().replace("127.0.0.1:4222", "127.0.0.1:-1").replace("127.0.0.1:8222", "127.0.0.1:-1")
    config.write_text(f'ports_file_dir: "{out}"\n{text}')
    process = subprocess.Popen([find_binary(), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ports = out / f"nats-server_{process.pid}.ports"
    until = time.monotonic() + LIMIT_S
    while not ports.exists() or not ports.read_text().endswith("}"):
        assert time.monotonic() < until
        time.sleep(0.05)
    try:
        yield json.loads(ports.read_text())["nats"][0]
    finally:
        process.terminate()
        process.wait(LIMIT_S)


def test_a_council_runs_on_a_server_of_ones_own_and_warns_of_what_it_can_not_see(
    home: Path, tmp_path: Path, server: str
) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("KURULTAI", "NATS_", "XDG_"))}
    said = tmp_path / "up.err"
    with said.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime.cli.main", "up", "--data-dir", str(home), "--url", server],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == server, said.read_text()
        assert "whether this server syncs" in said.read_text()
        findings = json.loads(kurultai(home, "doctor", "--url", server, "-o", "json").stdout)
        states = {finding["name"]: finding["state"] for finding in findings}
        assert (states["permissions"], states["identities"], states["sync"]) == ("ok", "ok", "warning")
        assert kurultai(home, "tool", "ls", "--url", server).returncode == Exit.OK
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == Exit.OK, said.read_text()


def test_a_server_that_asks_nobody_for_a_key_is_refused(home: Path, tmp_path: Path) -> None:
    command = [str(find_binary()), "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", str(tmp_path / "js")]
    process = subprocess.Popen(
        [*command, "--ports_file_dir", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    ports = tmp_path / f"nats-server_{process.pid}.ports"
    try:
        until = time.monotonic() + LIMIT_S
        while not ports.exists() or not ports.read_text().endswith("}"):
            assert time.monotonic() < until
            time.sleep(0.05)
        url = json.loads(ports.read_text())["nats"][0]
        done = kurultai(home, "up", "--url", url)
        assert done.returncode == Exit.UNREACHABLE
        assert "kurultai auth export" in done.stderr
    finally:
        process.terminate()
        process.wait(LIMIT_S)
