"""A nats-server of the benchmark's own: loopback, file storage, a port the system chose, gone at the end."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bus.server.binary import find_binary

START_LIMIT_S: Final = 20.0
"""How long a server may take to say its port. *chosen*: a hundred times what it takes on a quiet machine."""

POLL_S: Final = 0.02
"""Pause between two looks at something that changes. *chosen*."""

SYNC_LINES: Final = {"always": "sync_interval: always", "default": ""}
"""The line in the jetstream block for each durability. *cited*: nats-server configuration, JetStream section."""


@contextmanager
def served(sync: str) -> Iterator[str]:
    """Yields the address of a fresh server which syncs as told; its process and its files are gone afterwards."""
    binary = find_binary()
    with tempfile.TemporaryDirectory(prefix="durable-hop-") as folder:
        root = Path(folder)
        config = root / "server.conf"
        config.write_text(configuration(root, sync))
        with (root / "server.log").open("wb") as log:
            process = subprocess.Popen([binary, "-c", str(config)], stdout=log, stderr=log)
        try:
            yield address(root, process)
        finally:
            process.terminate()
            process.wait(timeout=START_LIMIT_S)


def configuration(root: Path, sync: str) -> str:
    """The server's configuration, with all its files below root."""
    return (
        f'listen: "127.0.0.1:-1"\nports_file_dir: "{root}"\n'
        f'jetstream {{ store_dir: "{root / "store"}"\n {SYNC_LINES[sync]}\n }}\n'
    )


def address(root: Path, process: subprocess.Popen[bytes]) -> str:
    """The address the server listens on, once it has written it down."""
    ports = root / f"nats-server_{process.pid}.ports"
    deadline_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise RuntimeError(f"nats-server ended at once: {(root / 'server.log').read_text()}")
        if ports.exists() and (text := ports.read_text()):
            return str(json.loads(text)["nats"][0])
        time.sleep(POLL_S)
    raise TimeoutError("nats-server did not say its port")
