"""The exported cluster: files that a real server accepts, closed to others, the same password every time."""

import stat
import subprocess
from pathlib import Path

import pytest

from bus.accounts.accounts import Grant, render
from bus.keys import create
from bus.server.binary import find_binary
from bus.server.export import export_cluster
from tests.pace import patience

NODES = ("nats-1", "nats-2", "nats-3")


def accounts() -> str:
    key, own, heard = create(), ("kurultai.event.work.Done.mongke",), ("kurultai.control.>",)
    grant = Grant(name="mongke", public_key=key.public, publish=own, hear=heard)
    return render([grant], prefix="kurultai", stream="KURULTAI", installer_public_key=create().public)


def test_every_node_gets_a_file_that_the_server_accepts(tmp_path: Path) -> None:
    written = export_cluster(tmp_path / "config", nodes=NODES, accounts=accounts())
    assert [path.name for path in written] == [f"{node}.conf" for node in NODES]
    for path in written:
        checked = subprocess.run(
            [find_binary(), "-t", "-c", path], capture_output=True, text=True, timeout=patience(20)
        )
        assert checked.returncode == 0, checked.stderr


def test_the_server_refuses_a_file_that_is_damaged(tmp_path: Path) -> None:
    path = export_cluster(tmp_path, nodes=NODES, accounts=accounts().replace("imports", "imprts"))[0]
    checked = subprocess.run([find_binary(), "-t", "-c", path], capture_output=True, text=True, timeout=patience(20))
    assert checked.returncode != 0


def test_each_node_knows_all_others_and_who_may_join(tmp_path: Path) -> None:
    written = export_cluster(tmp_path, nodes=NODES, accounts=accounts())
    password = (tmp_path / "route.password").read_text()
    assert len(password) >= 32
    for node, path in zip(NODES, written, strict=True):
        text = path.read_text()
        assert f'server_name: "{node}"' in text
        for other in NODES:
            assert f'"nats://route:{password}@{other}:6222"' in text
        assert f'password: "{password}"' in text
        assert 'http: "127.0.0.1:8222"' in text
        assert "sync_interval: always" in text


def test_everything_exported_is_for_its_owner_alone(tmp_path: Path) -> None:
    export_cluster(tmp_path / "config", nodes=NODES, accounts=accounts())
    for path in (tmp_path / "config").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_repeated_export_changes_the_accounts_and_keeps_the_password(tmp_path: Path) -> None:
    before = export_cluster(tmp_path, nodes=NODES, accounts=accounts())[0].read_text()
    after = export_cluster(tmp_path, nodes=NODES, accounts=accounts())[0].read_text()
    assert before != after
    assert before.partition("accounts {")[0] == after.partition("accounts {")[0]


@pytest.mark.parametrize("node", NODES)
def test_a_node_holds_no_more_than_it_is_told(tmp_path: Path, node: str) -> None:
    export_cluster(tmp_path, nodes=NODES, accounts=accounts(), max_file_store_bytes=1024**3)
    assert f"max_file_store: {1024**3}" in (tmp_path / f"{node}.conf").read_text()
