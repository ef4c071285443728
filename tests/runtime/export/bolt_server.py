"""A real server that speaks Cypher over Bolt, for the tests that write to one."""

import contextlib
import importlib.util
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.pace import patience

NEEDED: Final = ("neo4j", "arcadedb_embedded")
"""What must be installed: the driver, and the server with its Java runtime. *derived*"""
LIMIT_S: Final = patience(90.0)
"""Longest wait for the server. *chosen*: it takes some seconds on an idle machine"""
DATABASE: Final = "memory"

missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
needs_bolt = [
    pytest.mark.bolt,
    pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}"),
]


class BoltServer(msgspec.Struct, frozen=True):
    """Where it is, and how to sign in."""

    url: str
    user: str
    password: str

    def rows(self, statement: str, **parameters: Any) -> list[list[Any]]:
        """What the statement gives."""
        import neo4j

        with neo4j.GraphDatabase.driver(self.url, auth=(self.user, self.password)) as driver:
            found = driver.execute_query(statement, database_=DATABASE, parameters_=parameters)
        return [list(record.values()) for record in found.records]


@contextlib.contextmanager
def bolt_server(folder: Path) -> Iterator[BoltServer]:
    """The server runs in a process of its own, with nothing in its database."""
    spec = importlib.util.find_spec("arcadedb_embedded")
    assert spec is not None
    assert spec.origin is not None
    home, password = Path(spec.origin).parent, secrets.token_hex(8)
    bolt, http = _free_port(), _free_port()
    settings = {
        "server.rootPath": folder,
        "server.rootPassword": password,
        "server.mode": "production",
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "server.defaultDatabases": f"{DATABASE}[root:{password}:admin]",
        "bolt.host": "127.0.0.1",
        "bolt.port": bolt,
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": http,
    }
    words = [f"-Darcadedb.{name}={value}" for name, value in settings.items()]
    classes = ["-cp", str(home / "jars" / "*"), "com.arcadedb.server.ArcadeDBServer"]
    with (folder / "out.txt").open("wb") as out:
        command = [str(home / "jre" / "bin" / "java"), "-Xmx256m", *words, *classes]
        process = subprocess.Popen(command, cwd=folder, env={"PATH": os.defpath}, stdout=out, stderr=out)
        try:
            server = BoltServer(f"bolt://127.0.0.1:{bolt}", "root", password)
            _wait(bolt, process, folder / "out.txt")
            yield server
        finally:
            process.terminate()
            process.wait(LIMIT_S)


def _wait(port: int, process: "subprocess.Popen[bytes]", out: Path) -> None:
    until = time.monotonic() + LIMIT_S
    while b"ArcadeDB Server started" not in out.read_bytes():
        gone = process.poll() is not None or time.monotonic() > until
        assert not gone, out.read_text(errors="replace")[-2_000:]
        time.sleep(0.1)
    socket.create_connection(("127.0.0.1", port), 5.0).close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
